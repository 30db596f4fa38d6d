import type { KubeObject } from '@gitops-toolkit/core';
import type { Schema } from '@gitops-toolkit/schema';

import type { CustomVersion } from '../crd/custom-version.ts';
import type { SelectableFields } from '../selectors/field-selector.ts';
import type { GroupResource } from '../status-error.ts';
import type { Strategy } from '../strategy/strategy.ts';

/** A path below an object: `status`, `scale`, `finalize`. */
export interface Subresource {
  readonly name: string;
  readonly kind: string;
  /** Group and version of the kind where they are not the resource's own. */
  readonly group?: string;
  readonly version?: string;
  readonly verbs: readonly string[];
}

/** One version of one resource that the server serves. */
export interface ServedResource {
  readonly group: string;
  readonly version: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly listKind: string;
  readonly plural: string;
  readonly singular: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly subresources: readonly Subresource[];
  /** The bucket: `group/plural` of the version that is stored. */
  readonly storage: string;
  readonly strategy: Strategy;
  readonly selectable: SelectableFields;
  /** Sent as a warning with every answer about the resource. */
  readonly deprecation?: string;
  /** Set for what a CustomResourceDefinition serves. */
  readonly custom?: CustomVersion;
  /** Whether ownership of fields is tracked by a schema; undefined tracks by shape alone. */
  schema(): Schema | undefined;
  /** From what is stored to this version. */
  readonly fromStorage: (object: KubeObject) => KubeObject;
  readonly toStorage: (object: KubeObject) => KubeObject;
}

/** The resource as messages name it. */
export function groupResource(resource: ServedResource): GroupResource {
  return { group: resource.group, resource: resource.plural };
}
