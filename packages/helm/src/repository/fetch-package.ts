import { CoreError, isDigest, verifyDigest } from '@gitops-toolkit/core';
import { HelmError } from '../errors.ts';
import type { ChartFetch, FetchRequest, PulledChart } from './chart-fetch.ts';
import { fileNameOf } from './chart-url.ts';
import { collectBytes } from './collect-bytes.ts';
import { fetchFailure, noFetch } from './fetch-failure.ts';
import { tagOfVersion } from './oci-tags.ts';

/** Says whether a package is what its provenance file says, or throws. */
export type ChartVerifier<T = unknown> = (input: {
  readonly fileName: string;
  readonly data: Uint8Array;
  readonly provenance: Uint8Array;
}) => Promise<T>;

/** How packages are fetched. */
export interface FetchPackageOptions {
  readonly fetch: ChartFetch;
  /** Bytes of a package. @default 10 MiB, as in Flux */
  readonly maxChartBytes?: number;
  /** Asked about each package, with its provenance file: `helm --verify`. @default provenance is not fetched */
  readonly verify?: ChartVerifier;
  readonly signal?: AbortSignal;
}

/** A package as it came. */
export interface FetchedPackage {
  readonly fileName: string;
  readonly data: Uint8Array;
  readonly url: string;
  /** What `verify` gave. */
  readonly verification?: unknown;
}

const MAX_CHART_BYTES = 10 * 1024 * 1024;
const MAX_PROVENANCE_BYTES = 1024 * 1024;

/**
 * Fetches a package from an HTTP repository.
 *
 * @param digest What the index says of the package; where it says something that is no digest, nothing is compared.
 * @throws HelmError `HELM_FETCH_FAILED`, `HELM_LIMIT`, `HELM_DIGEST_MISMATCH`; what `verify` throws.
 */
export async function fetchPackage(
  {
    url,
    repository,
    digest,
  }: { readonly url: string; readonly repository: string; readonly digest?: string },
  options: FetchPackageOptions,
): Promise<FetchedPackage> {
  const fileName = fileNameOf(url);
  const ask = requester(repository, options);
  const data = await ask(url, 'chart', options.maxChartBytes ?? MAX_CHART_BYTES);
  if (!data) throw new HelmError('HELM_FETCH_FAILED', `failed to fetch ${url}`, { retry: 'backoff' });
  checkDigest(data, digest, url);
  if (!options.verify) return { fileName, data, url };
  const provenanceUrl = withSuffix(url, '.prov');
  const provenance = await ask(provenanceUrl, 'provenance', MAX_PROVENANCE_BYTES).catch(absent);
  if (!provenance) throw noProvenance(provenanceUrl);
  return { fileName, data, url, verification: await options.verify({ fileName, data, provenance }) };
}

/** The name of the file stands in front of what is asked of the server. */
function withSuffix(url: string, suffix: string): string {
  const end = url.search(/[?#]|$/);
  return url.slice(0, end) + suffix + url.slice(end);
}

/** A failure other than that of the limit or the signal means that there is none, as for Helm. */
function absent(error: unknown): undefined {
  if (error instanceof HelmError && error.code === 'HELM_FETCH_FAILED') return undefined;
  throw error;
}

function noProvenance(url: string): HelmError {
  return new HelmError('HELM_PROVENANCE_INVALID', `failed to fetch provenance ${JSON.stringify(url)}`, {
    hint: 'The chart was not signed, or its .prov file is not beside it.',
  });
}

function requester(
  repository: string,
  { fetch, signal }: FetchPackageOptions,
): (url: string, kind: FetchRequest['kind'], maxBytes: number) => Promise<Uint8Array | undefined> {
  return async (url, kind, maxBytes) => {
    const scheme = url.split(':', 1)[0] ?? '';
    if (!fetch.http || !/^https?$/i.test(scheme)) throw noFetch(scheme);
    try {
      const answer = await fetch.http(url, { kind, maxBytes, repository, ...(signal && { signal }) });
      return answer && (await collectBytes(answer, maxBytes, url, signal));
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof HelmError) throw error;
      throw fetchFailure(`could not download ${url}`, error);
    }
  };
}

/** @throws HelmError `HELM_DIGEST_MISMATCH` */
function checkDigest(data: Uint8Array, written: string | undefined, url: string): void {
  const digest = written && /^[0-9a-f]{64}$/i.test(written) ? `sha256:${written.toLowerCase()}` : written;
  if (!digest || !isDigest(digest)) return;
  let isSame: boolean;
  try {
    isSame = verifyDigest(data, digest);
  } catch (error) {
    if (!(error instanceof CoreError)) throw error;
    isSame = false;
  }
  if (isSame) return;
  throw new HelmError(
    'HELM_DIGEST_MISMATCH',
    `${url} does not have the digest ${digest} that the index says`,
    {
      hint: 'The package was replaced or damaged after the index was made. Make the index anew, or put the package back.',
    },
  );
}

/**
 * Pulls a package from a registry.
 *
 * @throws HelmError `HELM_FETCH_FAILED`, `HELM_LIMIT`; what `verify` throws.
 */
export async function pullPackage(
  { repository, version }: { readonly repository: string; readonly version: string },
  options: FetchPackageOptions,
): Promise<FetchedPackage> {
  const { fetch, signal, verify, maxChartBytes: maxBytes = MAX_CHART_BYTES } = options;
  if (!fetch.oci) throw noFetch('oci');
  const url = `${repository}:${tagOfVersion(version)}`;
  const fileName = `${fileNameOf(repository)}-${version}.tgz`;
  const request: FetchRequest = { kind: 'chart', maxBytes, repository, ...(signal && { signal }) };
  let pulled: PulledChart;
  let data: Uint8Array;
  try {
    pulled = await fetch.oci(repository, tagOfVersion(version), request);
    data = await collectBytes(pulled.chart, maxBytes, url, signal);
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof HelmError) throw error;
    throw fetchFailure(`could not download ${url}`, error);
  }
  if (!verify) return { fileName, data, url };
  if (!pulled.provenance) throw noProvenance(url);
  const provenance = await collectBytes(pulled.provenance, MAX_PROVENANCE_BYTES, `${url}.prov`, signal);
  return { fileName, data, url, verification: await verify({ fileName, data, provenance }) };
}
