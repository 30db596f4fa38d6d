/**
 * Chart repositories: their indexes, version choice, and packages.
 *
 * - An *index* tells of the charts of an HTTP repository. {@link readIndex} reads one from any source of bytes;
 *   {@link RepositoryIndex} finds the version that a constraint means.
 * - {@link pullChart} fetches a chart as `helm pull` does, from HTTP repositories and registries, through functions of the
 *   caller ({@link ChartFetch}): nothing here opens a connection.
 *
 * @module
 */
export type { ChartFetch, FetchedBytes, FetchRequest, PulledChart } from './chart-fetch.ts';
export { indexUrl, isSameRepository, resolveChartUrl } from './chart-url.ts';
export type { ChartVersion } from './chart-version.ts';
export {
  type ChartVerifier,
  type FetchedPackage,
  fetchPackage,
  type FetchPackageOptions,
  pullPackage,
} from './fetch-package.ts';
export { indexJson } from './index-json.ts';
export { IndexCache, type IndexCacheOptions } from './index-cache.ts';
export { chooseOciVersion, tagOfVersion, versionsOfTags } from './oci-tags.ts';
export { downloadUrl, pullChart, type PullChartOptions, type PulledPackage } from './pull-chart.ts';
export { type IndexLimits, readIndex, type ReadIndexOptions } from './read-index.ts';
export { fetchIndex, type FetchIndexOptions } from './repository-client.ts';
export type { FindOptions, RepositoryIndex } from './repository-index.ts';
