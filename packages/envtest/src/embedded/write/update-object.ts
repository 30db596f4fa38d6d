import { getOwn, isEqual, type KubeObject, type ManagedFieldsEntry } from '@gitops-toolkit/core';

import type { Admission } from '../admission/admission.ts';
import type { Engine } from '../engine.ts';
import { groupResource } from '../registry/served-resource.ts';
import { invalid } from '../status-error.ts';
import type { Entry } from '../store/entry.ts';
import { invalidValue } from '../strategy/field-errors.ts';
import type { PartStrategy } from '../strategy/strategy.ts';
import { completeDeletion } from './complete-deletion.ts';
import type { Written } from './create-object.ts';
import { checkPreconditions } from './decode.ts';
import { trackUpdate } from './managed-fields.ts';
import { versionOf, type Scope } from './scope.ts';
import { validateUpdatedMetadata } from './validate-metadata.ts';

/** How an object is to be updated. */
export interface UpdateOptions {
  readonly manager: string;
  readonly dryRun: boolean;
  /** Set where ownership has been worked out already, by an apply. */
  readonly tracked?: boolean;
  /** Whether a missing resource version is an error where the kind says so: for PUT. */
  readonly requireVersion?: boolean;
  /** Webhooks to ask, for a client's request. */
  readonly admission?: Admission;
}

/** Replaces a stored object by a decoded draft, as far as the path it came by may change it. */
export function updateObject(
  engine: Engine,
  scope: Scope,
  entry: Entry,
  input: KubeObject,
  options: UpdateOptions,
): Written {
  const old = versionOf(scope, entry);
  if (options.requireVersion) requireVersion(scope, input);
  const isWhole = options.requireVersion === true;
  checkPreconditions(input, old, scope.resource, isWhole);
  inheritMetadata(input, old, isWhole);
  const { admission } = options;
  const tracked = options.tracked ? input : track(engine, scope, old, input, options);
  const write = { scope, operation: 'UPDATE', old } as const;
  const draft = admission?.mutate(engine, { ...write, object: tracked }) ?? tracked;
  const prepared = prepare(engine, scope, draft, old);
  validateUpdated(scope, prepared, old);
  admission?.validate(engine, { ...write, object: prepared });
  if (isSame(prepared, old)) return { object: old, entry, created: false };
  if (isLastFinalizerGone(prepared)) return completeDeletion(engine, scope, entry, prepared, options.dryRun);
  if (options.dryRun) return { object: prepared, created: false };
  const stored = engine.store.put(scope.resource.storage, entry.key, scope.resource.toStorage(prepared));
  return { object: scope.resource.fromStorage(stored.object), entry: stored, created: false };
}

function requireVersion({ resource, name = '' }: Scope, draft: KubeObject): void {
  if (resource.strategy.unconditionalUpdate || (draft.metadata.resourceVersion ?? '') !== '') return;
  const { group, resource: kind } = groupResource(resource);
  throw invalid({ group, kind }, name, [
    invalidValue('metadata.resourceVersion', 0, 'must be specified for an update'),
  ]);
}

const INHERITED = [
  'uid',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'generation',
] as const;

const isGiven = (value: unknown): boolean => value !== undefined && value !== '';

/** What clients may leave out, and some of it get wrong without effect. */
function inheritMetadata({ metadata }: KubeObject, { metadata: old }: KubeObject, isWhole: boolean): void {
  for (const field of INHERITED) {
    if (isGiven(metadata[field]) && (field === 'deletionTimestamp' || (field === 'uid' && !isWhole)))
      continue;
    if (old[field] === undefined) delete metadata[field];
    else (metadata as Record<string, unknown>)[field] = old[field];
  }
  delete metadata['selfLink'];
  if (old.resourceVersion !== undefined) metadata.resourceVersion = old.resourceVersion;
}

function track(
  engine: Engine,
  scope: Scope,
  old: KubeObject,
  draft: KubeObject,
  options: UpdateOptions,
): KubeObject {
  const { subresource } = scope;
  return trackUpdate(scope.resource, old, draft, {
    manager: options.manager,
    time: engine.now(),
    ...(subresource === undefined ? {} : { subresource }),
  });
}

function prepare(engine: Engine, scope: Scope, draft: KubeObject, old: KubeObject): KubeObject {
  const { strategy } = scope.resource;
  if (scope.subresource === 'status') return prepareStatus(scope, draft, old);
  const part = partStrategy(scope);
  if (part) return raiseGeneration(scope, part.prepareUpdate(draft, old), old);
  if (strategy.hasStatus) {
    if (old['status'] === undefined) delete draft['status'];
    else draft['status'] = old['status'];
  }
  strategy.prepareUpdate?.(draft, old, engine);
  return raiseGeneration(scope, draft, old);
}

const partStrategy = ({ resource, subresource = '' }: Scope): PartStrategy | undefined =>
  getOwn(resource.strategy.parts, subresource) as PartStrategy | undefined;

function raiseGeneration(scope: Scope, draft: KubeObject, old: KubeObject): KubeObject {
  if (scope.resource.strategy.managesGeneration && changesDesiredState(scope, draft, old)) {
    draft.metadata.generation = (old.metadata.generation ?? 0) + 1;
  }
  return draft;
}

/** Of a write to `/status` only the status counts, who wrote it, and for most built-in kinds the metadata. */
function prepareStatus({ resource: { strategy } }: Scope, draft: KubeObject, old: KubeObject): KubeObject {
  const { managedFields } = draft.metadata;
  const metadata = strategy.statusKeepsMetadata
    ? draft.metadata
    : { ...old.metadata, ...(managedFields ? { managedFields } : {}) };
  if (!managedFields) delete metadata.managedFields;
  const updated: KubeObject = { ...old, metadata };
  if (draft['status'] === undefined) delete updated['status'];
  else updated['status'] = draft['status'];
  strategy.prepareStatusUpdate?.(updated, old);
  return updated;
}

function changesDesiredState({ resource: { strategy } }: Scope, draft: KubeObject, old: KubeObject): boolean {
  if (strategy.changesDesiredState) return strategy.changesDesiredState(draft, old);
  const keys = new Set([...Object.keys(draft), ...Object.keys(old)]);
  for (const key of keys) {
    if (key === 'metadata' || (key === 'status' && strategy.hasStatus)) continue;
    if (!isEqual(draft[key], old[key])) return true;
  }
  return false;
}

function validateUpdated(scope: Scope, draft: KubeObject, old: KubeObject): void {
  const { resource } = scope;
  const metadataErrors = validateUpdatedMetadata(draft, old, resource);
  const custom = resource.custom?.validate(draft, old) ?? [];
  const { strategy } = resource;
  const whole = strategy.validate?.(draft) ?? [];
  const change = (partStrategy(scope) ?? strategy).validateUpdate?.(draft, old) ?? [];
  const kindErrors = strategy.updateErrorsFirst ? [...change, ...whole] : [...whole, ...change];
  const errors = [...metadataErrors, ...(scope.subresource === 'status' ? [] : kindErrors), ...custom];
  if (errors.length > 0) throw invalid(resource, draft.metadata.name ?? '', errors);
}

function isLastFinalizerGone({ metadata, spec }: KubeObject): boolean {
  if (metadata.deletionTimestamp === undefined || (metadata.finalizers?.length ?? 0) > 0) return false;
  const own = (spec as { finalizers?: unknown[] } | undefined)?.finalizers;
  return (metadata.deletionGracePeriodSeconds ?? 0) === 0 && !(Array.isArray(own) && own.length > 0);
}

/** Whether a write changes nothing but the times of ownership, which then stay as they were. */
function isSame(draft: KubeObject, old: KubeObject): boolean {
  for (const key of new Set([...Object.keys(draft), ...Object.keys(old)])) {
    if (key !== 'metadata' && !isEqual(draft[key], old[key])) return false;
  }
  const { managedFields: entries, ...metadata } = draft.metadata;
  const { managedFields: oldEntries, ...oldMetadata } = old.metadata;
  return isEqual(metadata, oldMetadata) && isEqual(withoutTimes(entries), withoutTimes(oldEntries));
}

function withoutTimes(entries: readonly ManagedFieldsEntry[] = []): unknown[] {
  return entries.map(({ time: _time, ...entry }) => entry);
}
