/**
 * JSON Patch (RFC 6902) and JSON Pointer (RFC 6901) alone, for programs that need none of the other patches.
 *
 * @module
 */
export { PatchError, type PatchErrorCode, type PatchErrorOptions } from '../errors.ts';
export { createJsonPatch } from '../create-json-patch.ts';
export { applyJsonPatch, type JsonPatchOperation, type JsonPatchOptions } from '../json-patch.ts';
export { formatJsonPointer, parseJsonPointer } from '../json-pointer.ts';
