import { directoryOf, joinPath, ToolkitError } from '@gitops-toolkit/core';
import { parseDocuments } from '@gitops-toolkit/yaml';
import { readInlineResources } from '../accumulate/read-resources.ts';
import type { ResourceNode } from '../accumulate/resource-node.ts';
import { KustomizeError } from '../errors.ts';
import type { HelmChartArgs, HelmGlobals } from '../load/kustomization.ts';
import { type Loader, textOf } from '../load/loader.ts';
import { namedText } from '../load/placed-text.ts';
import { mergeStrategic } from '../merge/strategic.ts';
import type { TransformerContext } from '../transform/transformer-context.ts';
import type { HelmChartRequest } from './helm-renderer.ts';

/**
 * Renders a Helm chart through the build's renderer.
 *
 * @throws KustomizeError KUSTOMIZE_HELM_DISABLED without one; KUSTOMIZE_HELM for wrong settings, or what
 *   the renderer throws.
 */
export function generateHelmChart(
  args: HelmChartArgs & HelmGlobals,
  context: TransformerContext,
): ResourceNode[] {
  const { helm } = context.loader.context.options;
  if (!helm) {
    throw new KustomizeError(
      'KUSTOMIZE_HELM_DISABLED',
      'must specify --enable-helm: no Helm renderer is given to the build',
      {
        hint: 'Pass a renderer as the option `helm`, or render the chart beforehand and list the result as a resource.',
      },
    );
  }
  const request = helmRequest(args, context.loader);
  const output = render(() => helm(request), request);
  const nodes = readInlineResources(namedText(output, `helm chart ${request.name}`));
  for (const node of nodes) node.isFromHelm = true;
  return nodes;
}

function render(run: () => string, request: HelmChartRequest): string {
  try {
    return run();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new KustomizeError('KUSTOMIZE_HELM', `rendering chart ${request.name}: ${message}`, {
      cause: error,
      ...(error instanceof ToolkitError && error.hint !== undefined && { hint: error.hint }),
    });
  }
}

function helmRequest(args: HelmChartArgs & HelmGlobals, loader: Loader): HelmChartRequest {
  const { name = '', version, repo, configHome } = args;
  if (name === '') throw helmError('chart name cannot be empty');
  if (configHome) {
    // A directory of the tree's choice with Helm's configuration could bring plugins, that is, programs.
    throw helmError(
      'helmGlobals.configHome is refused',
      'Remove it; credentials are an affair of the renderer.',
    );
  }
  const chartPath = chartDirectory(args, loader);
  const isLocal = loader.tree.stat(chartPath)?.kind === 'directory';
  if (!isLocal && !repo) throw helmError(`no repo specified for pull, no chart found at '/${chartPath}'`);
  return {
    name,
    tree: loader.tree,
    chartPath,
    isLocal,
    ...chartValues(args, chartPath, isLocal, loader),
    includeCRDs: args.includeCRDs ?? false,
    skipHooks: args.skipHooks ?? false,
    skipTests: args.skipTests ?? false,
    apiVersions: args.apiVersions ?? [],
    ...(version ? { version } : {}),
    ...(repo ? { repo } : {}),
    ...(args.releaseName ? { releaseName: args.releaseName } : {}),
    ...(args.namespace ? { namespace: args.namespace } : {}),
    ...(args.nameTemplate ? { nameTemplate: args.nameTemplate } : {}),
    ...(args.kubeVersion ? { kubeVersion: args.kubeVersion } : {}),
  };
}

function helmError(message: string, hint?: string): KustomizeError {
  return new KustomizeError('KUSTOMIZE_HELM', message, hint === undefined ? {} : { hint });
}

function chartDirectory(args: HelmChartArgs & HelmGlobals, loader: Loader): string {
  const { name = '', version, repo, chartHome } = args;
  const home = joinPath(loader.root, chartHome || 'charts');
  const path =
    home === undefined ? undefined : joinPath(home, version && repo ? `${name}-${version}/${name}` : name);
  if (path === undefined) throw helmError(`chartHome '${chartHome ?? ''}' is outside of the tree`);
  return path;
}

/** The values files' contents, the inline values merged into the first by `valuesMerge`. */
function chartValues(
  args: HelmChartArgs & HelmGlobals,
  chartPath: string,
  isLocal: boolean,
  loader: Loader,
): Pick<HelmChartRequest, 'values' | 'valuesBelow'> {
  const { valuesFile, valuesInline, valuesMerge = '', additionalValuesFiles = [] } = args;
  if (!['', 'merge', 'override', 'replace'].includes(valuesMerge)) {
    throw helmError('valuesMerge must be one of [merge override replace]');
  }
  const base = valuesFile
    ? readValues(loader, valuesFile)
    : isLocal
      ? readChartValues(loader, chartPath)
      : {};
  const additional = additionalValuesFiles.map((file) => readValues(loader, file));
  if (!valuesInline || Object.keys(valuesInline).length === 0) return { values: [base, ...additional] };
  if (valuesMerge === 'replace') return { values: [valuesInline, ...additional] };
  if (valuesMerge === 'merge' && !isLocal && !valuesFile)
    return { values: additional, valuesBelow: valuesInline };
  const options = { newElements: 'append' as const };
  const merged =
    valuesMerge === 'merge'
      ? mergeStrategic(valuesInline, base, options)
      : mergeStrategic(base, valuesInline, options);
  return { values: [merged, ...additional] };
}

function readValues(loader: Loader, path: string): unknown {
  const file = loader.read(path);
  return parseDocuments(textOf(file), { dialect: 'yaml11', file: file.name })[0]?.value ?? {};
}

function readChartValues(loader: Loader, chartPath: string): unknown {
  const bytes = loader.tree.read(`${chartPath}/values.yaml`);
  if (!bytes) return {};
  const file = `${directoryOf(`${chartPath}/values.yaml`)}/values.yaml`;
  return parseDocuments(bytes, { dialect: 'yaml11', file })[0]?.value ?? {};
}
