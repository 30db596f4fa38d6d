import { HelmError } from '../errors.ts';
import type { ChartVersion } from './chart-version.ts';
import { resolveChartUrl } from './chart-url.ts';
import { type FetchedPackage, fetchPackage, type FetchPackageOptions, pullPackage } from './fetch-package.ts';
import { chooseOciVersion } from './oci-tags.ts';
import type { IndexCache } from './index-cache.ts';
import type { IndexLimits } from './read-index.ts';
import { fetchIndex } from './repository-client.ts';
import type { FindOptions } from './repository-index.ts';

/** What `helm pull` is told. */
export interface PullChartOptions extends FetchPackageOptions, FindOptions {
  /** The address of the repository: `https:`, `http:`, or `oci:`. */
  readonly repository: string;
  readonly chart: string;
  /** A version or a constraint. @default the latest version that is no pre-release */
  readonly version?: string;
  readonly limits?: IndexLimits;
  readonly cache?: IndexCache;
  /** Told of entries of the index that are left out. */
  readonly warn?: (message: string) => void;
}

/** A chart that was pulled. */
export interface PulledPackage extends FetchedPackage {
  readonly version: string;
  /** What the index says of it; a registry has no index. */
  readonly entry?: ChartVersion;
}

/**
 * Fetches a chart from a repository as `helm pull --repo` does: version choice, address, digest, and the provenance file
 * where `verify` is there.
 *
 * @throws HelmError `HELM_CHART_NOT_FOUND`, `HELM_FETCH_FAILED`, `HELM_INDEX_INVALID`, `HELM_DIGEST_MISMATCH`,
 *   `HELM_PROVENANCE_INVALID`, `HELM_LIMIT`; the reason of the signal.
 */
export async function pullChart(options: PullChartOptions): Promise<PulledPackage> {
  return options.repository.startsWith('oci://') ? fromRegistry(options) : fromRepository(options);
}

async function fromRegistry(options: PullChartOptions): Promise<PulledPackage> {
  const { repository, chart, version = '' } = options;
  const address = `${repository.replace(/\/$/, '')}/${chart}`;
  const chosen = await chooseOciVersion(address, version, options);
  return { ...(await pullPackage({ repository: address, version: chosen }, options)), version: chosen };
}

async function fromRepository(options: PullChartOptions): Promise<PulledPackage> {
  const { repository, chart, version = '' } = options;
  const index = await fetchIndex(repository, options);
  const named = `chart ${JSON.stringify(chart)}${version && ` version ${JSON.stringify(version)}`}`;
  const entry = found(
    () => index.find(chart, version, options),
    `${named} not found in ${repository} repository`,
  );
  const url = downloadUrl(repository, entry, named);
  const { digest } = entry;
  const fetched = await fetchPackage({ url, repository, ...(digest !== undefined && { digest }) }, options);
  return { ...fetched, version: entry.metadata.version, entry };
}

/**
 * Where the package of an entry is.
 *
 * @throws HelmError `HELM_CHART_NOT_FOUND` where the entry has no address.
 */
export function downloadUrl(repository: string, { urls }: ChartVersion, named: string): string {
  const [url] = urls;
  if (url !== undefined) return resolveChartUrl(repository, url);
  throw new HelmError('HELM_CHART_NOT_FOUND', `${named} has no downloadable URLs`, {
    hint: 'Make the index anew: each entry has to say where its package is.',
  });
}

function found(find: () => ChartVersion, message: string): ChartVersion {
  try {
    return find();
  } catch (cause) {
    if (!(cause instanceof HelmError)) throw cause;
    throw new HelmError(cause.code, `${message}: ${cause.message}`, {
      cause,
      ...(cause.hint !== undefined && { hint: cause.hint }),
    });
  }
}
