import type { HelmChart } from '@gitops-toolkit/api';
import type { SourceRun } from '../source/source-run.ts';
import { type ChartBuild, describeChart } from './build.ts';

/** Whether the stored chart is the one that would be made: of the same name and version, and asked for by the same spec. */
export function isStored(
  { metadata, status }: HelmChart,
  { name, version }: Pick<ChartBuild, 'name' | 'version'>,
): boolean {
  return (
    status?.observedGeneration === metadata.generation &&
    status?.observedChartName === name &&
    status?.artifact?.revision === version
  );
}

/** Says that another chart is being made, where it is another one. */
export function announceChart(
  run: SourceRun<HelmChart>,
  build: Pick<ChartBuild, 'name' | 'version' | 'valuesFiles'>,
): void {
  const { status } = run.object;
  if (status?.observedChartName === build.name && status.artifact?.revision === build.version) return;
  run.announce(describeChart('new', build), 'NewChart');
}
