import { type FileTree, joinPath } from '@gitops-toolkit/core';
import type { Chart } from '../chart/chart.ts';
import { loadChart } from '../chart/load-chart.ts';
import { HelmError } from '../errors.ts';
import type { FetchDependenciesOptions } from './manager-options.ts';

/**
 * The folder that a `file://` address, or a path within the chart, leads to.
 *
 * @throws HelmError `HELM_DEPENDENCY_MISSING` where there is none in the tree: what is outside is not looked at.
 */
export function localFolder(tree: FileTree, chartPath: string, address: string): string {
  const path = address.replace(/^file:\/\//, '');
  const folder = joinPath(chartPath, path);
  if (folder !== undefined && tree.stat(folder)?.kind === 'directory') return folder;
  throw new HelmError('HELM_DEPENDENCY_MISSING', `directory ${folder ?? path} not found`, {
    source: { file: 'Chart.yaml' },
    hint: 'The path is relative to the chart, and has to stay in the tree that the chart is in.',
  });
}

/** The chart in a folder of the tree. */
export function loadFolder(tree: FileTree, path: string, options: FetchDependenciesOptions): Promise<Chart> {
  const { dialect, signal } = options;
  return loadChart(tree, { path, ...(dialect && { dialect }), ...(signal && { signal }) });
}
