import type { ChanceSource } from '@gitops-toolkit/go-template';
import type { Chart } from '../chart/chart.ts';
import { ChartNode } from '../chart/chart-node.ts';
import { checkInstallable } from '../dependencies/check-installable.ts';
import { isInRange } from '../dependencies/version-range.ts';
import type { Dialect } from '../dialect.ts';
import { HelmError } from '../errors.ts';
import { crdsOf } from '../output/crds.ts';
import { takeNotes } from '../output/notes.ts';
import { RenderResult } from '../output/render-result.ts';
import { sortManifests } from '../output/sort-manifests.ts';
import { kubeVersionOf } from './capabilities-object.ts';
import { checkReleaseName } from './release-name.ts';
import { executeAll, processAll, type TemplateOptions } from './render-templates.ts';

/** How a chart is rendered. */
export interface RenderOptions extends TemplateOptions {
  /** Takes the notes of dependencies too. @default false */
  readonly subchartNotes?: boolean;
}

/**
 * Renders a chart as `helm template` and `helm install` do: values, dependencies, schemas, templates, and the objects
 * that come of them in their order. Nothing is fetched, and no cluster is asked but by `lookup`.
 *
 * @throws HelmError with any of its codes
 *
 * @example
 * ```ts
 * import { MemoryTree } from '@gitops-toolkit/core';
 * import { loadChart, render, userValues } from '@gitops-toolkit/helm';
 * const chart = await loadChart(
 *   MemoryTree.from({
 *     'Chart.yaml': '{apiVersion: v2, name: web, version: 1.0.0}',
 *     'templates/cm.yaml': 'kind: ConfigMap\napiVersion: v1\nmetadata: {name: {{ .Release.Name }}-{{ .Values.env }}}\n',
 *   }),
 * );
 * const result = render(chart, { release: { name: 'shop' }, values: userValues({ set: ['env=prod'] }, 'v4') });
 * console.log(result.toYaml());
 * ```
 */
export function render(chart: Chart, options: RenderOptions): RenderResult {
  const { dialect = 'v4', release, capabilities = {} } = options;
  const warnings: string[] = [];
  const warn = (message: string): void => {
    warnings.push(message);
    options.warn?.(message);
  };
  const varies = new Set<ChanceSource>();
  const settings = {
    ...options,
    warn,
    sprig: { onChance: (source: ChanceSource) => void varies.add(source), ...options.sprig },
  };
  kubeVersionOf(capabilities, dialect);
  checkInstallable(chart, dialect);
  if (chart.metadata.deprecated === true) warn('This chart is deprecated');
  checkReleaseName(release.name, dialect);
  const node = ChartNode.of(chart);
  processNamed(node, settings, dialect);
  const texts = executeAll(node, settings, () => checkKubeVersion(chart, settings, dialect));
  const notes = takeNotes(texts, node.name, options.subchartNotes ?? false);
  const { manifests, hooks } = sortManifests(texts, { dialect, warn, cache: options.cache?.heads });
  return new RenderResult({
    dialect,
    manifests,
    hooks,
    crds: crdsOf(node),
    notes,
    warnings,
    varies: [...varies].toSorted(),
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
