import type { GoMap } from '@gitops-toolkit/go-template';
import type { ChartMetadata } from './metadata.ts';

/** A file of a chart. */
export interface ChartFile {
  /** POSIX path from the root of the chart: `templates/web.yaml`. */
  readonly name: string;
  readonly data: Uint8Array;
}

/** A chart as it is on disk or in an archive, dependencies included. */
export interface Chart {
  readonly metadata: ChartMetadata;
  /** `values.yaml` as it was read, by the rules of YAML 1.1 with numbers as floats. */
  readonly values: GoMap;
  /** `values.schema.json`. */
  readonly schema?: Uint8Array;
  /** `Chart.lock` or `requirements.lock`. */
  readonly lock?: ChartLock;
  /** What is under `templates/`. */
  readonly templates: readonly ChartFile[];
  /** All else that templates can read: `README.md`, `files/…`, `crds/…`. */
  readonly files: readonly ChartFile[];
  /** The charts under `charts/`, in the order in which they were found. */
  readonly dependencies: readonly Chart[];
  /** Every file as it was, in the order in which it was read. */
  readonly raw: readonly ChartFile[];
}

/** What `Chart.lock` has. */
export interface ChartLock {
  readonly generated: string;
  readonly digest: string;
  readonly dependencies: ChartMetadata['dependencies'];
}
