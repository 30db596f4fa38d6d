/**
 * Every way in which Kubernetes changes an object, as functions on plain values.
 *
 * Five words of the domain:
 *
 * - A **patch** says how to change a document: by operations ({@link applyJsonPatch}), by example
 *   ({@link applyMergePatch}), or by example with knowledge of the type
 *   ({@link applyStrategicMergePatch}).
 * - A **configuration** is the part of an object that somebody has an opinion on. To **apply** it
 *   merges it into the **live** object ({@link applyManaged}).
 * - A **manager** owns the fields it applied or changed. Another that wants other values is in
 *   **conflict** with it.
 * - A **field set** ({@link FieldSet}) is what a manager owns, as `metadata.managedFields` has it.
 * - A **schema** says which lists merge by which keys, and what is atomic. It is an argument.
 *
 * @example
 * ```ts
 * import { applyManaged, updateManaged } from '@gitops-toolkit/patch';
 *
 * const config = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'app' }, data: { color: 'red' } };
 * const common = { schema: undefined, time: '2026-01-31T12:00:00Z' };
 *
 * const created = applyManaged({ ...common, live: undefined, config, manager: 'flux' });
 * const updated = { ...created, data: { color: 'red', size: 'L' } };
 * const live = updateManaged({ ...common, live: created, updated, manager: 'kubectl-edit' });
 * console.log(live.metadata.managedFields?.map((entry) => entry.manager)); // [ 'flux', 'kubectl-edit' ]
 * ```
 *
 * @module
 */
export { type FieldConflict, PatchError, type PatchErrorCode, type PatchErrorOptions } from './errors.ts';
export { createJsonPatch } from './create-json-patch.ts';
export { applyJsonPatch, type JsonPatchOperation, type JsonPatchOptions } from './json-patch.ts';
export { formatJsonPointer, parseJsonPointer } from './json-pointer.ts';
export { applyManaged, type ApplyManagedOptions } from './managed-fields/apply-managed.ts';
export type { ManagedWriteOptions } from './managed-fields/managed-write.ts';
export { scaleManagedFields, type ScaleMapping, unscaleManagedFields } from './managed-fields/scale.ts';
export { disownFields, type ManagerSelector, takeOverFields } from './managed-fields/take-over.ts';
export { updateManaged, type UpdateManagedOptions } from './managed-fields/update-managed.ts';
export { applyMergePatch, createMergePatch } from './merge-patch.ts';
export { applyStrategicMergePatch } from './strategic/apply.ts';
export {
  createThreeWayMergePatch,
  createTwoWayMergePatch,
  type PatchPrecondition,
  requireKeyUnchanged,
  requireMetadataKeyUnchanged,
  type ThreeWayMergePatchOptions,
  type TwoWayMergePatchOptions,
} from './strategic/create.ts';
export type { Comparison } from './structured/compare.ts';
export { type FieldNode, FieldSet } from './structured/field-set.ts';
export {
  type FieldOwner,
  type FieldOwners,
  type OwnershipConflict,
  structuredApply,
  type StructuredApplyOptions,
  type StructuredApplyResult,
  structuredUpdate,
  type StructuredUpdateOptions,
  type StructuredWriteOptions,
} from './structured/ownership.ts';
export {
  elementString,
  fieldElement,
  keyElement,
  parsePathElement,
  type PathElement,
  pathString,
  valueElement,
} from './structured/path-element.ts';
export { TypedValue, type TypedValueOptions } from './structured/typed-value.ts';
