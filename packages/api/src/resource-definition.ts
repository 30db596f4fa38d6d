import type { KubeObject } from '@gitops-toolkit/core';
import type { FieldError, Schema } from '@gitops-toolkit/schema';
import type { Type } from './builder/type.ts';

/** A column of `kubectl get`. */
export interface PrinterColumn {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'date';
  /** The subset of JSONPath that CRDs know: `.spec.url`, `.status.conditions[?(@.type=="Ready")].status`. */
  readonly jsonPath: string;
  readonly description?: string;
  /** Columns above 0 are shown by `-o wide` alone. @default 0 */
  readonly priority?: number;
}

/** The definition of a resource: everything that its CRD says. */
export interface ResourceInput<Spec extends Type<unknown>, Status extends Type<unknown>> {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** What the resource is for, in a sentence. */
  readonly description: string;
  /** @default the kind in lower case with an `s` */
  readonly plural?: string;
  readonly shortNames?: readonly string[];
  /** Groups of resources that `kubectl get` takes for a name: `all`. */
  readonly categories?: readonly string[];
  /** @default 'Namespaced' */
  readonly scope?: 'Namespaced' | 'Cluster';
  readonly spec: Spec;
  readonly status: Status;
  /** Without any, `kubectl get` shows name and age. */
  readonly printerColumns?: readonly PrinterColumn[];
  /** Annotations of the CRD object itself. */
  readonly crdAnnotations?: Readonly<Record<string, string>>;
}

/** A {@link KubeObject} with the spec and status of a definition. */
export type ResourceObject<Spec, Status> = KubeObject & { spec: Spec; status?: Status };

/** A kind by its names: what clients, caches and controllers take, with the type of its objects. */
export interface NamedKind<T extends KubeObject> {
  readonly group: string;
  readonly version: string;
  /** `group/version`. */
  readonly apiVersion: string;
  readonly kind: string;
  readonly plural: string;
  readonly scope: 'Namespaced' | 'Cluster';
  /** For the compiler only: the type of the kind's objects. Never present. */
  readonly objectType?: T | undefined;
}

/** A resource that is known by name, type and schema. */
export interface ResourceDefinition<T extends KubeObject> extends NamedKind<T> {
  readonly listKind: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly printerColumns: readonly PrinterColumn[];
  readonly crdAnnotations: Readonly<Record<string, string>>;
  /** The schema of the whole object, as the CRD carries it. */
  readonly schema: Schema;
  /** Whether an object is of this group and kind, whatever its version. Nothing else is looked at. */
  is(object: { readonly apiVersion: string; readonly kind: string }): object is T;
  /** What the API server would find wrong: type, schema, and rules where the schema holds. */
  validate(object: unknown): FieldError[];
  /**
   * The CustomResourceDefinition.
   *
   * @throws ApiError `API_NOT_STRUCTURAL`
   */
  crd(): KubeObject;
}
