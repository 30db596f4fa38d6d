/** What is asked for, and how much of it may come. */
export interface FetchRequest {
  readonly kind: 'index' | 'chart' | 'provenance';
  /**
   * Bytes that are taken. The answer is counted all the same, so that a function that does not look at it only wastes
   * what was sent.
   */
  readonly maxBytes: number;
  /** The address of the repository, whose credentials count where the address is of the same host. */
  readonly repository: string;
  readonly signal?: AbortSignal;
}

/** Bytes in one piece or as they come. */
export type FetchedBytes = Uint8Array | AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** A chart from a registry. */
export interface PulledChart {
  /** The layer `application/vnd.cncf.helm.chart.content.v1.tar+gzip`, its digest checked. */
  readonly chart: FetchedBytes;
  /** The layer `application/vnd.cncf.helm.chart.provenance.v1.prov`. */
  readonly provenance?: FetchedBytes;
}

/** How charts are fetched. Nothing in this package opens a connection: who calls it knows proxies and credentials. */
export interface ChartFetch {
  /**
   * Answers a GET of an `http:` or `https:` address. Rejects where the server says no; for `provenance`, `undefined` says
   * that there is none.
   */
  readonly http?: (url: string, request: FetchRequest) => Promise<FetchedBytes | undefined>;
  /** Pulls a chart from a registry: `oci://registry.example.com/charts/web` and its tag (`1.0.0_build` for `1.0.0+build`). */
  readonly oci?: (repository: string, tag: string, request: FetchRequest) => Promise<PulledChart>;
  /** The tags of a chart in a registry, for version ranges. */
  readonly ociTags?: (
    repository: string,
    request: Pick<FetchRequest, 'signal'>,
  ) => Promise<readonly string[]>;
}
