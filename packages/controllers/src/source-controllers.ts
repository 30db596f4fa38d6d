import { TokenCache, type TokenCacheOptions } from '@gitops-toolkit/auth';
import { HttpClient } from '@gitops-toolkit/core/http';
import type { ControllerDescription, MetricsRegistry } from '@gitops-toolkit/runtime';
import { type GitFetcher, TreeCache } from '@gitops-toolkit/source';
import type { BucketFetcher } from '@gitops-toolkit/source/bucket';
import type { ChartFetcher } from '@gitops-toolkit/source/helm';
import type { OciFetcher } from '@gitops-toolkit/source/oci';
import { bucketController, type BucketControllerOptions } from './bucket/controller.ts';
import { gitRepositoryController, type GitRepositoryControllerOptions } from './git-repository/controller.ts';
import { helmChartController, type HelmChartControllerOptions } from './helm-chart/controller.ts';
import { helmRepositoryController } from './helm-repository/controller.ts';
import { ChartIndexCache, type ChartIndexCacheOptions } from './helm-repository/index-cache.ts';
import { ociRepositoryController, type OciRepositoryControllerOptions } from './oci-repository/controller.ts';
import { indexCacheMetrics, tokenCacheMetrics } from './source/cache-metrics.ts';

/** Fetchers that are shared with others in the program, or that are made with options of their own. */
export interface SourceFetchers {
  readonly git?: GitFetcher;
  readonly oci?: OciFetcher;
  /** For HelmRepositories and HelmCharts. */
  readonly charts?: ChartFetcher;
  readonly buckets?: BucketFetcher;
}

/** What the controllers of all kinds of sources are made of. What they have in common is said once. */
export interface SourceControllersOptions
  extends
    Omit<GitRepositoryControllerOptions, 'fetcher' | 'trees'>,
    Omit<HelmChartControllerOptions, 'fetcher' | 'indexes' | 'trees'>,
    Omit<BucketControllerOptions, 'fetcher'>,
    Omit<OciRepositoryControllerOptions, 'fetcher'> {
  /** Each is disposed of by whoever made it. @default each controller makes its own */
  readonly fetchers?: SourceFetchers;
  /** Unpacked artifacts, to be shared with the controllers of other kinds. @default one of its own */
  readonly trees?: TreeCache;
  /** How many indexes of Helm repositories are kept in memory. @default none */
  readonly indexCache?: Omit<ChartIndexCacheOptions, 'onEvent'>;
  /** Tokens of clouds, to be shared; whoever made it counts what it does. @default one of its own, as `tokenCache` says */
  readonly tokens?: TokenCache;
  /** How many tokens of clouds are kept, where no `tokens` are given. @default 100 */
  readonly tokenCache?: Omit<TokenCacheOptions, 'observer'>;
  /** Where its own caches are counted. @default nowhere */
  readonly metrics?: MetricsRegistry;
}

/**
 * The controllers of all kinds of sources, for one manager: GitRepository, OCIRepository, HelmRepository, HelmChart and Bucket. Artifacts
 * that they make of each other's are unpacked once, tokens and indexes are kept in common.
 */
export function sourceControllers(options: SourceControllersOptions): ControllerDescription[] {
  const { fetchers = {}, indexCache, tokenCache, metrics, ...common } = options;
  const indexes =
    indexCache &&
    new ChartIndexCache({ ...indexCache, ...(metrics && { onEvent: indexCacheMetrics(metrics) }) });
  const tokens = common.tokens ?? countedTokens(tokenCache, metrics);
  const shared = { http: new HttpClient(), trees: new TreeCache(), ...common, tokens };
  const { git, oci, charts, buckets } = fetchers;
  const helm = { ...shared, ...(indexes && { indexes }), ...(charts && { fetcher: charts }) };
  return [
    gitRepositoryController({ ...shared, ...(git && { fetcher: git }) }),
    ociRepositoryController({ ...shared, ...(oci && { fetcher: oci }) }),
    helmRepositoryController(helm),
    helmChartController(helm),
    bucketController({ ...shared, ...(buckets && { fetcher: buckets }) }),
  ];
}

function countedTokens(
  options: SourceControllersOptions['tokenCache'],
  metrics: MetricsRegistry | undefined,
): TokenCache {
  const tokens: TokenCache = new TokenCache({
    ...options,
    ...(metrics && { observer: tokenCacheMetrics(metrics, () => tokens) }),
  });
  return tokens;
}
