import type { FileTree } from '@gitops-toolkit/core';

/** A chart that something else asks for while it works, such as an entry of kustomize's `helmCharts`. */
export interface ChartRequest {
  readonly name: string;
  /** A version, or a range of versions. */
  readonly version?: string;
  /** `https://…` or `oci://…`; absent for a chart that lies in the tree. */
  readonly repo?: string;
  readonly tree: FileTree;
  /** The folder of the chart in the tree. */
  readonly chartPath: string;
  /** Whether the chart is in that folder; where not, it is fetched by `repo`, `name` and `version`. */
  readonly isLocal: boolean;
  /** @default what `nameTemplate` makes, or `release-name` */
  readonly releaseName?: string;
  readonly namespace?: string;
  readonly nameTemplate?: string;
  /** Values in rising precedence, like those of several files. */
  readonly values: readonly unknown[];
  /** Values that count only where the chart's own `values.yaml` has none. */
  readonly valuesBelow?: unknown;
  readonly includeCRDs: boolean;
  readonly skipHooks: boolean;
  readonly skipTests: boolean;
  readonly apiVersions: readonly string[];
  readonly kubeVersion?: string;
}

/** Gives the YAML that `helm template` prints for a request. */
export type ChartRenderer = (request: ChartRequest) => string;
