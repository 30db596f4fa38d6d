import {
  encodeTarHeader,
  type FileTree,
  paddedTarSize,
  TAR_BLOCK_SIZE,
  tryParseVersion,
} from '@gitops-toolkit/core';
import type { Chart } from '../chart/chart.ts';
import { loadChart } from '../chart/load-chart.ts';
import { dependenciesMissing, missingDependencies } from '../dependencies/check-installable.ts';
import { HelmError } from '../errors.ts';
import { gzipAsHelm } from './gzip.ts';
import { packagedFiles } from './packaged-files.ts';

/** How a chart is packaged. */
export interface PackageOptions {
  /** The folder of the chart in a tree. @default the root */
  readonly path?: string;
  /** Instead of the version in `Chart.yaml`. */
  readonly version?: string;
  /** Instead of the `appVersion` in `Chart.yaml`. */
  readonly appVersion?: string;
  /**
   * The time that all files of the package have, to the second. With the time of the packaging, as Helm has it, no
   * package would be like another. @default 1970-01-01T00:00:00Z
   */
  readonly time?: Date;
  readonly signal?: AbortSignal;
}

/** A packaged chart. */
export interface ChartPackage {
  /** The name that Helm gives the file: `web-1.2.0.tgz`. */
  readonly fileName: string;
  /** The gzipped tar. */
  readonly data: Uint8Array;
  /** What is in it. */
  readonly chart: Chart;
}

const MODE = 0o644;

/**
 * Packages a chart as `helm package` does: the same files in the same order with the same content. The same chart gives
 * the same bytes.
 *
 * @throws HelmError `HELM_CHART_INVALID`, `HELM_DEPENDENCY_MISSING`, `HELM_LIMIT`; the reason of the signal.
 *
 * @example
 * ```ts
 * import { MemoryTree } from '@gitops-toolkit/core';
 * import { packageChart } from '@gitops-toolkit/helm/package';
 * const tree = MemoryTree.from({ 'Chart.yaml': '{apiVersion: v2, name: web, version: 1.0.0}' });
 * const { fileName, data } = await packageChart(tree, { version: '1.1.0' });
 * console.log(fileName, data.length > 0); // web-1.1.0.tgz true
 * ```
 */
export async function packageChart(
  source: Chart | FileTree,
  options: PackageOptions = {},
): Promise<ChartPackage> {
  const chart = withVersions('metadata' in source ? source : await loadChart(source, options), options);
  const missing = missingDependencies(chart);
  if (missing.length > 0) throw dependenciesMissing(missing);
  return { fileName: packageName(chart), data: await writePackage(chart, options), chart };
}

/** The package of a chart as it is, be there dependencies missing. */
export async function writePackage(
  chart: Chart,
  options: Pick<PackageOptions, 'time' | 'signal'> = {},
): Promise<Uint8Array> {
  const data = await gzipAsHelm([...tarPieces(chart, options)]);
  options.signal?.throwIfAborted();
  return data;
}

/** The name of a chart's package. */
export function packageName({ metadata: { name, version } }: Pick<Chart, 'metadata'>): string {
  return `${name}-${version}.tgz`;
}

function withVersions(chart: Chart, { version, appVersion }: PackageOptions): Chart {
  if (version && !tryParseVersion(version)) {
    throw new HelmError('HELM_CHART_INVALID', 'invalid semantic version', {
      hint: `${JSON.stringify(version)} is no version such as 1.2.3.`,
    });
  }
  const changes = { ...(version && { version }), ...(appVersion && { appVersion }) };
  return { ...chart, metadata: { ...chart.metadata, ...changes } };
}

function* tarPieces(
  chart: Chart,
  { time, signal }: Pick<PackageOptions, 'time' | 'signal'>,
): Generator<Uint8Array> {
  const modifiedAt = Math.max(0, Math.floor((time?.getTime() ?? 0) / 1000));
  for (const { name, data } of packagedFiles(chart)) {
    signal?.throwIfAborted();
    yield* encodeTarHeader({ name, type: 'file', mode: MODE, size: data.length, modifiedAt });
    yield data;
    yield new Uint8Array(paddedTarSize(data.length) - data.length);
  }
  yield new Uint8Array(2 * TAR_BLOCK_SIZE);
}
