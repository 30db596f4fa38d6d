import type { KubeObject } from '@gitops-toolkit/core';
import type { FieldError, Schema } from '@gitops-toolkit/schema';

/** A column of a table, as a CRD defines it. */
export interface PrinterColumn {
  readonly name: string;
  readonly type: string;
  readonly jsonPath: string;
  readonly format?: string;
  readonly description?: string;
  readonly priority?: number;
}

/** Where the `/scale` of a custom resource reads and writes. */
export interface CustomScale {
  readonly specReplicasPath: string;
  readonly statusReplicasPath: string;
  readonly labelSelectorPath?: string;
}

/** What a version of a CustomResourceDefinition says about its objects. */
export interface CustomVersion {
  readonly schema: Schema;
  readonly hasStatus: boolean;
  readonly scale?: CustomScale;
  readonly printerColumns: readonly PrinterColumn[];
  /** Prunes and defaults; the object given is not changed and shares nothing with the result. */
  decode(object: KubeObject): { object: KubeObject; unknown: readonly string[] };
  validate(object: KubeObject, old: KubeObject | undefined): FieldError[];
}
