import { MemoryTree, type TreeInput } from '@gitops-toolkit/core';
import type { Chart } from '../chart/chart.ts';
import { loadChart, type LoadChartOptions } from '../chart/load-chart.ts';

/** A chart of some files, for tests; `Chart.yaml` names it `web` where it is not given. */
export function chartOf(files: Record<string, TreeInput>, options: LoadChartOptions = {}): Promise<Chart> {
  const chartYaml = 'apiVersion: v2\nname: web\nversion: 1.0.0\n';
  return loadChart(MemoryTree.from({ 'Chart.yaml': chartYaml, ...files }), options);
}
