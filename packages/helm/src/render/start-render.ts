import type { ChanceSource, SprigOptions } from '@gitops-toolkit/go-template';
import type { Chart } from '../chart/chart.ts';
import { ChartNode } from '../chart/chart-node.ts';
import { checkInstallable } from '../dependencies/check-installable.ts';
import { isInRange } from '../dependencies/version-range.ts';
import type { Dialect } from '../dialect.ts';
import { HelmError } from '../errors.ts';
import { makeExplainable } from '../explain/explain.ts';
import { explainingOutput } from '../explain/explain-output.ts';
import { crdsOf } from '../output/crds.ts';
import { takeNotes } from '../output/notes.ts';
import { RenderResult } from '../output/render-result.ts';
import { type SortedManifests, sortManifests } from '../output/sort-manifests.ts';
import { planHelm3, planHelm4, type PostRendered } from '../post-render/plan-post-render.ts';
import type { PostRenderPlan, PostRenderStrategy } from '../post-render/post-renderer.ts';
import { kubeVersionOf } from './capabilities-object.ts';
import { checkReleaseName } from './release-name.ts';
import { type ExecutedTemplates, executeAll, processAll, type TemplateOptions } from './render-templates.ts';

/** How a chart is rendered, post-renderers apart. */
export interface StartOptions extends TemplateOptions {
  readonly subchartNotes?: boolean;
  readonly postRenderStrategy?: PostRenderStrategy;
  readonly postRenderCrds?: boolean;
}

/** What {@link startRender} does beside rendering. */
export interface StartSettings {
  /** Whether there are post-renderers. */
  readonly isPostRendered: boolean;
  /** Whether failures are looked into, which takes a render more. @default always */
  readonly explains?: () => boolean;
}

/** Renders a chart up to its post-renderers. @throws HelmError */
export function startRender(
  chart: Chart,
  options: StartOptions,
  { isPostRendered, explains }: StartSettings,
): PostRenderPlan<RenderResult> {
  const { dialect = 'v4', release, capabilities = {} } = options;
  const warnings: string[] = [];
  const warn = (message: string): void => {
    warnings.push(message);
    options.warn?.(message);
  };
  const varies = new Set<ChanceSource>();
  const settings = { ...options, warn, sprig: noting(varies, options.sprig) };
  kubeVersionOf(capabilities, dialect);
  checkInstallable(chart, dialect);
  if (chart.metadata.deprecated === true) warn('This chart is deprecated');
  checkReleaseName(release.name, dialect);
  const node = ChartNode.of(chart);
  processNamed(node, settings, dialect);
  const executed = executeAll(node, settings, {
    beforeTemplates: () => checkKubeVersion(chart, settings, dialect),
    ...(explains && { explains }),
  });
  const notes = takeNotes(executed.texts, node.name, options.subchartNotes ?? false);
  const crds = crdsOf(node);
  const isCrdRendered = isPostRendered && dialect === 'v3' && (options.postRenderCrds ?? false);
  const plan = planOf(executed, settings, { isPostRendered, crds: isCrdRendered ? crds : [] });
  return {
    inputs: plan.inputs,
    finish: (outputs) => {
      const shownCrds = isCrdRendered ? [] : crds;
      const parts = { dialect, crds: shownCrds, notes, warnings, varies: [...varies].toSorted() };
      const result = new RenderResult({ ...parts, ...plan.finish(outputs) });
      makeExplainable(result, { trace: executed.trace, dialect });
      return result;
    },
  };
}

/** Notes what templates take of the machine. */
function noting(varies: Set<ChanceSource>, sprig: SprigOptions = {}): SprigOptions {
  return {
    ...sprig,
    onChance(source) {
      varies.add(source);
      sprig.onChance?.(source);
    },
  };
}

function planOf(
  { texts, trace }: ExecutedTemplates,
  { dialect = 'v4', warn = () => {}, cache, postRenderStrategy = 'combined' }: StartOptions,
  { isPostRendered, crds }: { isPostRendered: boolean; crds: ReturnType<typeof crdsOf> },
): PostRenderPlan<PostRendered> {
  const sort = (files: ReadonlyMap<string, string>): SortedManifests =>
    sortManifests(files, { dialect, warn, cache: cache?.heads });
  return explainingOutput(trace, dialect, () => {
    if (isPostRendered && dialect === 'v4') return planHelm4(texts, sort, postRenderStrategy);
    const sorted = sort(texts);
    return isPostRendered ? planHelm3(sorted, crds) : { inputs: [], finish: () => sorted };
  });
}

/** Helm 4 says at what it was. */
function processNamed(node: ChartNode, options: TemplateOptions, dialect: Dialect): void {
  try {
    processAll(node, options);
  } catch (error) {
    if (!(error instanceof HelmError) || dialect === 'v3') throw error;
    throw new HelmError(error.code, `chart dependencies processing failed: ${error.message}`, {
      cause: error,
      ...(error.hint !== undefined && { hint: error.hint }),
    });
  }
}

function checkKubeVersion(
  { metadata }: Chart,
  { capabilities = {} }: TemplateOptions,
  dialect: Dialect,
): void {
  const wanted = metadata.kubeVersion ?? '';
  const kube = kubeVersionOf(capabilities, dialect);
  if (wanted === '' || isInRange(wanted, kube.plain)) return;
  const message = `chart requires kubeVersion: ${wanted} which is incompatible with Kubernetes ${kube.version}`;
  throw new HelmError('HELM_KUBE_VERSION_INCOMPATIBLE', message, {
    source: { file: 'Chart.yaml' },
    hint: 'Give the version of the cluster as capabilities.kubeVersion.',
  });
}
