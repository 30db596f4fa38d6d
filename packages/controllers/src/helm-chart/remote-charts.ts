import type { HelmRepository } from '@gitops-toolkit/api';
import {
  chooseOciVersion,
  downloadUrl,
  fetchPackage,
  pullPackage,
  type RepositoryIndex,
  tagOfVersion,
} from '@gitops-toolkit/helm/repository';
import type { ChartFetcher, ChartRepositoryAccess } from '@gitops-toolkit/source/helm';
import type { OciVerification } from '@gitops-toolkit/source/oci';
import type { TimeLimit } from '../source/time-limit.ts';

/** A version of a chart in a repository; nothing of it is downloaded yet. */
export interface FoundChart {
  readonly name: string;
  readonly version: string;
  readonly download: () => Promise<Uint8Array>;
  /** Verifies its signature; charts of HTTP repositories have none. */
  readonly verify?: (verification: OciVerification) => Promise<unknown>;
}

/** What charts are looked for with. */
export interface ChartSearch {
  readonly fetcher: ChartFetcher;
  readonly access: ChartRepositoryAccess;
  readonly maxChartBytes?: number;
  /** For all that the repository is asked. */
  readonly limit: TimeLimit;
}

/** The version of a chart in the index of an HTTP repository. Of several entries of one version the newest counts, as in Flux. */
export function findInIndex(
  index: RepositoryIndex,
  { spec: { url: repository } }: HelmRepository,
  wanted: { readonly chart: string; readonly version: string },
  { fetcher, access, maxChartBytes, limit }: ChartSearch,
): FoundChart {
  const entry = index.find(wanted.chart, wanted.version, { ties: 'newest' });
  const { name, version } = entry.metadata;
  const url = downloadUrl(repository, entry, `chart '${name}' version '${version}'`);
  const place = { url, repository, ...(entry.digest !== undefined && { digest: entry.digest }) };
  const options = {
    fetch: fetcher.fetchFor(access),
    signal: limit.signal,
    ...(maxChartBytes !== undefined && { maxChartBytes }),
  };
  return {
    name,
    version,
    download: async () => (await limit.during(() => fetchPackage(place, options))).data,
  };
}

/** The version of a chart in a registry. */
export async function findInRegistry(
  { spec: { url } }: HelmRepository,
  wanted: { readonly chart: string; readonly version: string },
  { fetcher, access, maxChartBytes, limit }: ChartSearch,
): Promise<FoundChart> {
  const { signal } = limit;
  const repository = `${url.replace(/\/+$/, '')}/${wanted.chart}`;
  const version = await limit.during(() =>
    chooseOciVersion(repository, wanted.version, { fetch: fetcher.fetchFor(access), signal }),
  );
  const name = wanted.chart.slice(wanted.chart.lastIndexOf('/') + 1);
  let verification: OciVerification | undefined;
  return {
    name,
    version,
    // What is downloaded after a verification is verified with it: by then the tag may stand for something else.
    download: async () => {
      const fetch = fetcher.fetchFor({ ...access, ...(verification && { verify: verification }) });
      const options = { fetch, signal, ...(maxChartBytes !== undefined && { maxChartBytes }) };
      return (await limit.during(() => pullPackage({ repository, version }, options))).data;
    },
    verify: (verify) => {
      verification = verify;
      return limit.during(() =>
        fetcher.verify(repository, tagOfVersion(version), { ...access, verify }, signal),
      );
    },
  };
}
