/** What `Chart.yaml` says. */
export interface ChartMetadata {
  readonly apiVersion: string;
  readonly name: string;
  readonly version: string;
  readonly kubeVersion?: string;
  readonly description?: string;
  readonly type?: string;
  readonly keywords?: readonly string[];
  readonly home?: string;
  readonly sources?: readonly string[];
  readonly dependencies?: readonly ChartDependency[];
  readonly maintainers?: readonly ChartMaintainer[];
  readonly icon?: string;
  readonly appVersion?: string;
  readonly deprecated?: boolean;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly condition?: string;
  readonly tags?: string;
}

/** An entry of `dependencies` in `Chart.yaml` or `requirements.yaml`. */
export interface ChartDependency {
  readonly name: string;
  readonly version?: string;
  readonly repository?: string;
  readonly condition?: string;
  readonly tags?: readonly string[];
  readonly enabled?: boolean;
  readonly importValues?: readonly unknown[];
  readonly alias?: string;
}

/** Who maintains a chart. */
export interface ChartMaintainer {
  readonly name?: string;
  readonly email?: string;
  readonly url?: string;
}
