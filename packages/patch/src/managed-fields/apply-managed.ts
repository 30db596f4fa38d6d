import { gvkOf, type KubeObject, refOf } from '@gitops-toolkit/core';

import { PatchError } from '../errors.ts';
import { FieldSet } from '../structured/field-set.ts';
import {
  type FieldOwner,
  type FieldOwners,
  structuredApply,
  type StructuredApplyResult,
} from '../structured/ownership.ts';
import { blankObject, withoutEmptied } from './builtin-types.ts';
import { conflictError } from './conflict-error.ts';
import { decodeManaged, managerId } from './entries.ts';
import { fieldsLastApplied, withLastApplied } from './last-applied.ts';
import {
  kindText,
  type ManagedObject,
  type ManagedWriteOptions,
  typedObject,
  withoutManagedFields,
  writeRules,
} from './managed-write.ts';
import { recordUpdate } from './record-update.ts';
import { withoutServerFields } from './strip-meta.ts';
import { withEntries } from './update-managed.ts';

/** What {@link applyManaged} needs to know about an apply. */
export interface ApplyManagedOptions extends ManagedWriteOptions {
  /** The configuration: the fields that the manager has an opinion on, and no others. */
  readonly config: KubeObject;
  /** Whether to take fields that others own with another value. @default false */
  readonly force?: boolean;
}

/** Who is said to own what an object held before it was first applied. */
const BEFORE_FIRST_APPLY = 'before-first-apply';
/** Only this manager may take over what a client-side apply owns. */
const KUBECTL = 'kubectl';

/**
 * Server-side apply: merges a configuration into an object, removes what the manager applied
 * before and applies no more, and keeps `metadata.managedFields`.
 *
 * Does what the API server does between decoding and defaulting: no defaults are set, and nothing
 * is validated but that the object has the shape of its schema. Where the values do not change,
 * those of `live` come back as they are, and no time of an entry changes.
 *
 * @returns The new object with its entries. Neither argument is changed; the result shares parts
 * with both.
 * @throws PatchError
 * - `PATCH_CONFLICT`, with all `conflicts`, where others own fields with other values;
 * - `PATCH_TYPE_MISMATCH` where an object does not have the shape of the schema;
 * - `PATCH_OBJECT_MISMATCH` where the configuration is of another kind or version than `live`;
 * - `PATCH_MANAGED_FIELDS_FORBIDDEN` where the configuration has `metadata.managedFields`;
 * - `PATCH_MANAGER_INVALID` where the manager's name is empty, too long or not printable;
 * - `PATCH_FIELDS_INVALID` where the entries of `live` cannot be read;
 * - `PATCH_LIMIT` where an object is nested too deeply.
 *
 * @example
 * ```ts
 * import { applyManaged } from '@gitops-toolkit/patch';
 *
 * const config = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'app' }, data: { color: 'red' } };
 * const common = { schema: undefined, time: '2026-01-31T12:00:00Z' };
 * const live = applyManaged({ ...common, live: undefined, config, manager: 'flux' });
 * const other = { ...config, data: { color: 'blue' } };
 * try {
 *   applyManaged({ ...common, live, config: other, manager: 'me' });
 * } catch (error) {
 *   console.log(String(error)); // PatchError: Apply failed with 1 conflict: conflict with "flux": .data.color
 * }
 * ```
 */
export function applyManaged(request: ApplyManagedOptions): KubeObject {
  const { config } = request;
  // A body needs no metadata, because the URL names the object.
  const options = config.metadata ? request : { ...request, config: { ...config, metadata: {} } };
  checkRequest(options);
  const before = objectBefore(options);
  const id = applierId(options);
  const result = applyTo(before, id, options);
  if (!result.owners) throw conflictError(result.conflicts, options.config);
  const owners = ownersAfter(result.owners, id, before.managed.owners.get(id));
  const { times } = before.managed;
  if (!result.value) return withEntries(synced(before.object, options), { owners, times });
  const merged = result.value.value as KubeObject;
  const object = withoutEmptied(merged, { live: before.object, config: options.config }, options.schema);
  return withEntries(synced(object, options), { owners, times: new Map(times).set(id, options.time) });
}

/** Everybody's fields, with those of the applier as they are written. */
function ownersAfter(owners: FieldOwners, id: string, last: FieldOwner | undefined): FieldOwners {
  const own = owners.get(id);
  const fields = withoutServerFields(own?.fields ?? FieldSet.EMPTY);
  const after = new Map(owners);
  if (!own || fields.isEmpty()) after.delete(id);
  else after.set(id, { ...own, fields: last && fields.equals(last.fields) ? last.fields : fields });
  return after;
}

function checkRequest({ live, config, manager }: ApplyManagedOptions): void {
  checkManager(manager);
  if (live && (live.apiVersion !== config.apiVersion || live.kind !== config.kind)) {
    throw new PatchError(
      'PATCH_OBJECT_MISMATCH',
      `invalid object type: ${kindText(gvkOf(config))}, expected: ${kindText(gvkOf(live))}`,
      { object: refOf(live) },
    );
  }
  if (config.metadata.managedFields !== undefined && config.metadata.managedFields !== null) {
    throw new PatchError('PATCH_MANAGED_FIELDS_FORBIDDEN', 'metadata.managedFields must be nil', {
      object: refOf(config),
      hint: 'Remove metadata.managedFields from what you apply.',
    });
  }
}

function checkManager(manager: string): void {
  const problem =
    manager === ''
      ? 'Required value: is required for apply patch'
      : manager.length > 128
        ? 'Too long: may not be more than 128 bytes'
        : /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]+$/u.test(manager)
          ? undefined
          : `Invalid value: ${JSON.stringify(manager)}: should only contain printable characters`;
  if (problem) throw new PatchError('PATCH_MANAGER_INVALID', `fieldManager: ${problem}`);
}

function applierId({ manager, subresource }: ApplyManagedOptions): string {
  return managerId({ manager, operation: 'Apply', ...(subresource ? { subresource } : {}) });
}

/** The live object and who owns what of it; at the first apply all is owned by nobody in particular. */
function objectBefore(options: ApplyManagedOptions): ManagedObject {
  const { live, config, schema } = options;
  const object = live ? withoutManagedFields(live) : blankObject(config, schema);
  const managed = decodeManaged(live?.metadata.managedFields);
  if (managed.owners.size > 0 || !live) return { object, managed };
  return {
    object,
    managed: recordUpdate(blankObject(live, schema), { object, managed }, BEFORE_FIRST_APPLY, options),
  };
}

function applyTo(before: ManagedObject, id: string, options: ApplyManagedOptions): StructuredApplyResult {
  const { config, schema, force = false } = options;
  const write = {
    config: typedObject(config, schema, 'patch'),
    live: typedObject(before.object, schema, 'live'),
    owners: before.managed.owners,
    manager: id,
    apiVersion: config.apiVersion,
    ...writeRules(options),
  };
  const result = structuredApply({ ...write, force });
  if (result.owners || options.manager !== KUBECTL) return result;
  const applied = fieldsLastApplied(before.object, schema);
  const conflicts = result.conflicts.filter(({ path }) => !applied.has(path));
  return conflicts.length > 0 ? { ...result, conflicts } : structuredApply({ ...write, force: true });
}

function synced(object: KubeObject, { manager, config }: ApplyManagedOptions): KubeObject {
  return manager === KUBECTL ? withLastApplied(object, config) : object;
}
