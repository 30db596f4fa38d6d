import type { HelmChart } from '@gitops-toolkit/api';
import type { LoadChartOptions } from '@gitops-toolkit/helm';
import type { SourceRun } from '../source/source-run.ts';
import type { HelmChartOptions } from './options.ts';

/** How the charts of a run are loaded. */
export function loadOptions(
  { context: { signal } }: SourceRun<HelmChart>,
  { maxChartFileBytes }: HelmChartOptions,
): LoadChartOptions {
  return { signal, ...(maxChartFileBytes !== undefined && { maxFileBytes: maxChartFileBytes }) };
}
