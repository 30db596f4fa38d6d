/**
 * @module
 */
export { type FieldConflict, PatchError, type PatchErrorCode, type PatchErrorOptions } from './errors.ts';
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
export { FieldSet } from './structured/field-set.ts';
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
export type { Comparison } from './structured/compare.ts';
export { TypedValue, type TypedValueOptions } from './structured/typed-value.ts';
