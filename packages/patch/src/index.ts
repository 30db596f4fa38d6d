/**
 * @module
 */
export { type FieldConflict, PatchError, type PatchErrorCode, type PatchErrorOptions } from './errors.ts';
export { applyJsonPatch, type JsonPatchOperation, type JsonPatchOptions } from './json-patch.ts';
export { formatJsonPointer, parseJsonPointer } from './json-pointer.ts';
export {
  type ApplyManagedOptions,
  applyManaged,
  type ManagedWriteOptions,
  type UpdateManagedOptions,
  updateManaged,
} from './managed-fields/apply-managed.ts';
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
