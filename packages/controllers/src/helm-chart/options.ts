import type { ArtifactAccess, TreeCache } from '@gitops-toolkit/source';
import type { HelmOptions } from '../helm-repository/options.ts';

/** What the reconciler of HelmCharts is made of. */
export interface HelmChartOptions extends HelmOptions {
  /** Fetches the artifacts of GitRepositories and Buckets. */
  readonly trees: TreeCache;
  /** What the server of artifacts wants to see. @default nothing */
  readonly artifactAccess?: ArtifactAccess;
  /** Bytes of a chart: `--helm-chart-max-size`. @default 10 MiB */
  readonly maxChartBytes?: number;
  /** Bytes of a file in a chart: `--helm-chart-file-max-size`. @default 5 MiB */
  readonly maxChartFileBytes?: number;
  /**
   * The Sigstore root that keyless signatures are verified by: a `trusted_root.json`, as an object or its text.
   * @default none: such an object fails, with a hint
   */
  readonly trustedRoot?: () => Promise<unknown>;
}
