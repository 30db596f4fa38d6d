import type { Clock, KubeObject } from '@gitops-toolkit/core';
import type { FieldError } from '@gitops-toolkit/schema';

import type { NameRule } from './names.ts';

/** What hooks may look at beside the object. */
export interface StrategyContext {
  readonly clock: Clock;
  /** Reads another object: `group/plural`, namespace, name. */
  find(resource: string, namespace: string | undefined, name: string): KubeObject | undefined;
  list(resource: string, namespace?: string): readonly KubeObject[];
  readonly random: () => number;
  readonly newUid: () => string;
}

/** How writes to a part of an object, as a Pod's `/ephemeralcontainers`, differ from writes to the whole. */
export interface PartStrategy {
  /** The old object with what the part may change. */
  prepareUpdate(draft: KubeObject, old: KubeObject): KubeObject;
  /** In place of the kind's own check of updates. */
  validateUpdate(object: KubeObject, old: KubeObject): FieldError[];
}

/**
 * How a kind differs from a plain record. All hooks get a draft that they may change; the old object
 * is never to be changed.
 */
export interface Strategy {
  readonly nameRule: NameRule;
  /** Whether the server sets `metadata.generation` and raises it when the desired state changes. */
  readonly managesGeneration: boolean;
  /** Whether status is written through `/status` only. */
  readonly hasStatus: boolean;
  /** Whether a PUT to a name that is not there creates it. */
  readonly createOnUpdate: boolean;
  /** Whether a PUT without a resource version is accepted. */
  readonly unconditionalUpdate: boolean;
  /** Whether a deletion is answered with the object even when it is gone at once. */
  readonly returnsDeleted?: boolean;
  /** Whether writes to `/status` may change metadata as well. */
  readonly statusKeepsMetadata?: boolean;
  /** Paths beside the spec that such writes ignore nevertheless. */
  readonly statusIgnores?: readonly (readonly string[])[];
  /** Whether an update is checked like a creation again, so that what is wrong with metadata is listed once more. */
  readonly revalidatesMetadata?: boolean;
  /** Whether finalizers need no domain. */
  readonly freeFinalizers?: boolean;
  /** Whether what may not change is reported before what may not be. */
  readonly updateErrorsFirst?: boolean;
  /** Whether what the server decides at creation leads to more defaults, which show when the object is read. */
  readonly defaultedWhenRead?: boolean;
  /** Fills in what the client left out. Runs on every decoded object, before ownership is worked out. */
  defaults?(draft: KubeObject): void;
  /** Sets what only the server decides at creation, after ownership is worked out. */
  prepareCreate?(draft: KubeObject, context: StrategyContext): void;
  prepareUpdate?(draft: KubeObject, old: KubeObject, context: StrategyContext): void;
  prepareStatusUpdate?(draft: KubeObject, old: KubeObject): void;
  /** Changes what a deletion is about to mark. */
  prepareDelete?(draft: KubeObject): void;
  validate?(object: KubeObject): FieldError[];
  validateUpdate?(object: KubeObject, old: KubeObject): FieldError[];
  /** Parts with rules of their own, by the name of the subresource. */
  readonly parts?: Readonly<Record<string, PartStrategy>>;
  /** Whether an update changes the desired state; by default when anything but metadata and status differs. */
  changesDesiredState?(object: KubeObject, old: KubeObject): boolean;
  /** Seconds of grace for a deletion; `undefined` deletes at once. */
  gracePeriod?(object: KubeObject, requested: number | undefined): number | undefined;
}
