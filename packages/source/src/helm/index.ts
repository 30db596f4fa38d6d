/**
 * Helm repositories and charts over HTTP and from registries.
 *
 * @module
 */
export type {
  ChartDownload,
  ChartDownloads,
  ChartRepositoryAccess,
  FetchedIndex,
  KnownIndex,
} from './chart-downloads.ts';
export { ChartFetcher } from './chart-fetcher.ts';
