import { TokenCache, type TokenCacheOptions } from '@gitops-toolkit/auth';
import { HttpClient } from '@gitops-toolkit/core/http';
import type { ControllerDescription, MetricsRegistry } from '@gitops-toolkit/runtime';
import { TreeCache } from '@gitops-toolkit/source';
import { bucketController, type BucketControllerOptions } from './bucket/controller.ts';
import { gitRepositoryController, type GitRepositoryControllerOptions } from './git-repository/controller.ts';
import { helmChartController, type HelmChartControllerOptions } from './helm-chart/controller.ts';
import { helmRepositoryController } from './helm-repository/controller.ts';
import { ChartIndexCache, type ChartIndexCacheOptions } from './helm-repository/index-cache.ts';
import { ociRepositoryController, type OciRepositoryControllerOptions } from './oci-repository/controller.ts';
import { indexCacheMetrics, tokenCacheMetrics } from './source/cache-metrics.ts';

/** What the controllers of all kinds of sources are made of. What they have in common is said once. */
export interface SourceControllersOptions
  extends
    Omit<GitRepositoryControllerOptions, 'fetcher' | 'tokens' | 'trees'>,
    Omit<HelmChartControllerOptions, 'fetcher' | 'indexes' | 'tokens' | 'trees'>,
    Omit<BucketControllerOptions, 'fetcher' | 'tokens'>,
    Omit<OciRepositoryControllerOptions, 'fetcher' | 'tokens'> {
  /** Unpacked artifacts, to be shared with the controllers of other kinds. @default one of its own */
  readonly trees?: TreeCache;
  /** How many indexes of Helm repositories are kept in memory. @default none */
  readonly indexCache?: Omit<ChartIndexCacheOptions, 'onEvent'>;
  /** How many tokens of clouds are kept. @default 100 */
  readonly tokenCache?: Omit<TokenCacheOptions, 'observer'>;
  /** Where both caches are counted. @default nowhere */
  readonly metrics?: MetricsRegistry;
}

/**
 * The controllers of all kinds of sources, for one manager: GitRepository, OCIRepository, HelmRepository, HelmChart and Bucket. Artifacts
 * that they make of each other's are unpacked once, tokens and indexes are kept in common.
 */
export function sourceControllers(options: SourceControllersOptions): ControllerDescription[] {
  const { indexCache, tokenCache, metrics, ...common } = options;
  const tokens: TokenCache = new TokenCache({
    ...tokenCache,
    ...(metrics && { observer: tokenCacheMetrics(metrics, () => tokens) }),
  });
  const indexes =
    indexCache &&
    new ChartIndexCache({ ...indexCache, ...(metrics && { onEvent: indexCacheMetrics(metrics) }) });
  const shared = { http: new HttpClient(), tokens, trees: new TreeCache(), ...common };
  const helm = { ...shared, ...(indexes && { indexes }) };
  return [
    gitRepositoryController(shared),
    ociRepositoryController(shared),
    helmRepositoryController(helm),
    helmChartController(helm),
    bucketController(shared),
  ];
}
