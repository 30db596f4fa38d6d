/**
 * Helm charts rendered in TypeScript, with Helm's own answers.
 *
 * @module
 */
export type { Chart, ChartFile, ChartLock } from './chart/chart.ts';
export { loadChart, type LoadChartOptions } from './chart/load-chart.ts';
export type { ChartDependency, ChartMaintainer, ChartMetadata } from './chart/metadata.ts';
export type { Dialect } from './dialect.ts';
export { type FaultyOutput, HelmError, type HelmErrorCode, type HelmErrorOptions } from './errors.ts';
export { explain, type LineQuestion } from './explain/explain.ts';
export type {
  FailedValue,
  LineCondition,
  LineExplanation,
  LinePart,
  NamedValue,
  ReadValue,
  TemplateStep,
  ValueOrigin,
} from './explain/explanation.ts';
export type { CapabilitiesInput, ReleaseInput } from './render/release.ts';
export { userValues, type ValuesFile, type ValuesInput } from './values/user-values.ts';
export { type SetKind, type SetOptions, SetSyntaxError, setValues } from './values/set-syntax.ts';
export type { Lookup } from './render/engine-functions.ts';
export { renderTemplates, type TemplateOptions } from './render/render-templates.ts';
export type { CrdFile } from './output/crds.ts';
export type { Hook, HookEvent } from './output/hook.ts';
export { RenderResult, type RenderParts, type YamlOptions } from './output/render-result.ts';
export type { Manifest } from './output/sort-manifests.ts';
export { releaseNameOf } from './render/release-name.ts';
export { render, type RenderOptions } from './render/render.ts';
export { type AsyncRenderOptions, renderAsync } from './render/render-async.ts';
export type { AsyncLookup, LookupLimits } from './render/lookup-rounds.ts';
export type { AsyncPostRenderer, PostRenderer, PostRenderStrategy } from './post-render/post-renderer.ts';
export { RenderCache } from './render/render-cache.ts';
export { TextCache } from './render/text-cache.ts';
export type { ManifestHead } from './output/manifest-head.ts';
export type { ChartRenderer, ChartRequest } from './requests/chart-request.ts';
export type { FetchChart, WantedChart } from './requests/chart-shelf.ts';
export { withCharts, type WithChartsOptions } from './requests/with-charts.ts';
