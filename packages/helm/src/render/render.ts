import type { Chart } from '../chart/chart.ts';
import type { RenderResult } from '../output/render-result.ts';
import { postRender, type PostRenderer, type PostRenderStrategy } from '../post-render/post-renderer.ts';
import type { TemplateOptions } from './render-templates.ts';
import { startRender } from './start-render.ts';

/** How a chart is rendered. */
export interface RenderOptions extends TemplateOptions {
  /** Takes the notes of dependencies too. @default false */
  readonly subchartNotes?: boolean;
  /** Change what the templates made, each what the one before has made of it. @default none */
  readonly postRenderers?: readonly PostRenderer[];
  /** What post-renderers of Helm 4 get. @default 'combined' */
  readonly postRenderStrategy?: PostRenderStrategy;
  /**
   * Gives the files of `crds/` to post-renderers too, as Helm 3 does with `--include-crds`; they are part of the manifest
   * then. Those of Helm 4 never get them. @default false
   */
  readonly postRenderCrds?: boolean;
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
  const { postRenderers = [] } = options;
  const { inputs, finish } = startRender(chart, options, { isPostRendered: postRenderers.length > 0 });
  return finish(inputs.map((input) => postRender(input, postRenderers)));
}
