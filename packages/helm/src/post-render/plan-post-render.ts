import type { CrdFile } from '../output/crds.ts';
import { documentsToYaml } from '../output/documents-to-yaml.ts';
import type { Manifest, SortedManifests } from '../output/sort-manifests.ts';
import { readManifest } from '../output/sort-manifests.ts';
import { splitManifests } from '../output/split-manifests.ts';
import { mergeFiles, splitFiles } from './file-stream.ts';
import type { PostRenderInput, PostRenderPlan, PostRenderStrategy } from './post-renderer.ts';

/** Objects after post-renderers. */
export interface PostRendered extends SortedManifests {
  /** The manifest of the release, word for word, where post-renderers of Helm 3 have written it. */
  readonly manifest?: string;
}

/** Sorts what is in files. */
export type Sort = (texts: ReadonlyMap<string, string>) => SortedManifests;

/** Helm 3: post-renderers get what would be installed, in its order, and theirs is the last word. Hooks go past them. */
export function planHelm3(sorted: SortedManifests, crds: readonly CrdFile[]): PostRenderPlan<PostRendered> {
  const yaml = documentsToYaml(crds) + documentsToYaml(sorted.manifests);
  return {
    inputs: [{ name: 'files', yaml }],
    finish: ([manifest = '']) => ({ hooks: sorted.hooks, manifests: manifestsOf(manifest), manifest }),
  };
}

function manifestsOf(manifest: string): Manifest[] {
  return splitManifests(manifest, 'v3').map((document) => {
    const [, path = 'post-rendered output', content = document] =
      /^# Source: (.*)\n([^]*)$/.exec(document) ?? [];
    return readManifest(content, path, 'v3');
  });
}

/** Helm 4: post-renderers get the documents of the files before they are sorted, hooks among them. */
export function planHelm4(
  texts: ReadonlyMap<string, string>,
  sort: Sort,
  strategy: PostRenderStrategy,
): PostRenderPlan<PostRendered> {
  if (strategy !== 'combined') return planGroups(sort(texts), sort, strategy);
  return {
    inputs: [{ name: 'files', yaml: mergeFiles(texts, 'v4', 'manifests') }],
    finish: ([text = '']) => sort(splitFiles(text, undefined)),
  };
}

/** Hooks and all else apart. */
function planGroups(
  { hooks, manifests }: SortedManifests,
  sort: Sort,
  strategy: 'separate' | 'nohooks',
): PostRenderPlan<PostRendered> {
  const hookFiles = filesOf(hooks.map(({ path, manifest }) => ({ path, content: manifest })));
  const groups = [
    { name: 'hooks', files: hookFiles, isRendered: strategy === 'separate' },
    { name: 'manifests', files: filesOf(manifests), isRendered: true },
  ] as const;
  const rendered = groups.filter(({ files, isRendered }) => isRendered && files.size > 0);
  const kept = groups.filter(({ isRendered }) => !isRendered);
  return {
    inputs: rendered.map(({ name, files }): PostRenderInput => ({
      name,
      yaml: mergeFiles(files, 'v4', name),
    })),
    finish: (outputs) => {
      const changed = rendered.map(({ name }, i) => splitFiles(outputs[i] ?? '', name));
      const all = [...kept.map(({ files }) => files), ...changed].flatMap((files) => [...files]);
      return sort(filesOf(all.map(([path, content]) => ({ path, content }))));
    },
  };
}

function filesOf(items: readonly { readonly path: string; readonly content: string }[]): Map<string, string> {
  const files = new Map<string, string>();
  for (const { path, content } of items) {
    const before = files.get(path);
    files.set(path, before === undefined ? content : `${before}\n---\n${content}`);
  }
  return files;
}
