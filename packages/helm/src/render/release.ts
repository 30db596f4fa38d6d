/** What a chart is rendered for: `.Release` in templates. */
export interface ReleaseInput {
  /** A DNS subdomain of 53 characters at most. */
  readonly name: string;
  /** @default 'default' */
  readonly namespace?: string;
  /** @default 1 */
  readonly revision?: number;
  /** @default false, which is an installation */
  readonly isUpgrade?: boolean;
  /** @default 'Helm' */
  readonly service?: string;
}

/** What a cluster can do: `.Capabilities` in templates. */
export interface CapabilitiesInput {
  /** Such as `v1.31.0`. @default that of the Kubernetes client which the dialect's Helm was built with */
  readonly kubeVersion?: string;
  /** Beside those that Helm knows, such as `monitoring.coreos.com/v1` and `monitoring.coreos.com/v1/ServiceMonitor`. */
  readonly apiVersions?: readonly string[];
  /** `.Capabilities.HelmVersion`. @default that of the dialect */
  readonly helmVersion?: { readonly version: string; readonly goVersion: string };
}
