// Renders a chart and lets a kustomization change what comes of it, as `helm template --post-renderer` does with a
// script around kustomize: `main.ts <release> <chart folder> <folder of kustomization.yaml>`. The kustomization names
// what the chart was rendered to as a resource: `rendered.yaml`.
import process from 'node:process';
import { describeError, type FileTree, MemoryTree, walkFiles } from '@gitops-toolkit/core';
import { DiskTree } from '@gitops-toolkit/core/node';
import { loadChart, type PostRenderer, render } from '@gitops-toolkit/helm';
import { build } from '@gitops-toolkit/kustomize';

/** Our kustomize as a post-renderer. */
function kustomizePostRenderer(overlay: FileTree): PostRenderer {
  const files = [...walkFiles(overlay)].map(({ path }) => [path, overlay.read(path) ?? ''] as const);
  return (yaml) => build(new MemoryTree([...files, ['rendered.yaml', yaml]])).toYaml();
}

try {
  const [name, chartFolder, overlayFolder] = process.argv.slice(2);
  if (name === undefined || chartFolder === undefined || overlayFolder === undefined)
    throw new Error('usage: main.ts <release> <chart folder> <folder of kustomization.yaml>');
  const chart = await loadChart(new DiskTree(chartFolder));
  const result = render(chart, {
    release: { name },
    postRenderers: [kustomizePostRenderer(new DiskTree(overlayFolder))],
    // Kustomize takes each object once, and charts may have one as a hook and otherwise, too.
    postRenderStrategy: 'separate',
  });
  process.stdout.write(result.toYaml());
} catch (error) {
  console.error(describeError(error));
  process.exitCode = 1;
}
