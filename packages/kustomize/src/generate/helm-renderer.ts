import type { FileTree } from '@gitops-toolkit/core';

/** An entry of `helmCharts` with everything resolved that kustomize resolves before it calls Helm. */
export interface HelmChartRequest {
  /** Chart name. */
  readonly name: string;
  readonly version?: string;
  /** `https://…` or `oci://…`; absent for a chart that lies in the tree. */
  readonly repo?: string;
  /** The tree that {@link chartPath} and the values files lie in. */
  readonly tree: FileTree;
  /** Where the chart's directory is, or is expected, from the root of the tree. */
  readonly chartPath: string;
  /** Whether the chart's directory is there; where not, the renderer finds it by `repo` and `version`. */
  readonly isLocal: boolean;
  readonly releaseName?: string;
  readonly namespace?: string;
  readonly nameTemplate?: string;
  /** Values to render with, in rising precedence: values file, then additional files, inline ones merged in. */
  readonly values: readonly unknown[];
  /**
   * Values that count only where the chart's own has none: inline ones with `valuesMerge: merge`, where the chart is not
   * there to merge them into its values.
   */
  readonly valuesBelow?: unknown;
  readonly includeCRDs: boolean;
  readonly skipHooks: boolean;
  readonly skipTests: boolean;
  readonly apiVersions: readonly string[];
  readonly kubeVersion?: string;
}

/**
 * Renders one chart and returns the YAML that `helm template` would print. Synchronous: charts that must
 * be downloaded are fetched before the build.
 */
export type HelmRenderer = (request: HelmChartRequest) => string;
