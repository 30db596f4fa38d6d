import type { ChartFetcher } from '@gitops-toolkit/source/helm';
import type { CloudIdentityOptions } from '../source/cloud-identity.ts';
import type { RegistryOptions } from '../source/registry-options.ts';
import type { SourceOptions } from '../source/source-options.ts';
import type { ChartIndexCache } from './index-cache.ts';

/** What the reconcilers of HelmRepositories and HelmCharts share. */
export interface HelmOptions extends SourceOptions, RegistryOptions, Partial<CloudIdentityOptions> {
  /** @default one of its own */
  readonly fetcher?: ChartFetcher;
  /** Keeps indexes in memory; give both controllers the same. @default none is kept */
  readonly indexes?: ChartIndexCache;
  /** Bytes of an index: `--helm-index-max-size`. @default 50 MiB */
  readonly maxIndexBytes?: number;
}
