import { isEqual, isRecord } from '@gitops-toolkit/core';

import { PatchError } from './errors.ts';
import { parseJsonPointer } from './json-pointer.ts';
import { PatchedDocument, PointerFailure } from './patched-document.ts';

/** One operation of a JSON patch (RFC 6902). */
export interface JsonPatchOperation {
  readonly op: 'add' | 'remove' | 'replace' | 'move' | 'copy' | 'test';
  /** A JSON pointer: `/spec/containers/0/image`, `/metadata/labels/app~1name`. */
  readonly path: string;
  /** Where `move` and `copy` read. */
  readonly from?: string;
  /** What `add`, `replace` and `test` are about. */
  readonly value?: unknown;
}

/** Choices of {@link applyJsonPatch}. */
export interface JsonPatchOptions {
  /**
   * Whose reading of RFC 6902 counts. `evanphx` is the Go library in kube-apiserver, kubectl and
   * kustomize, which takes more than the RFC allows: `replace` creates a missing key, `test`
   * finds a missing key equal to `null`, `copy` of a missing key writes `null`, an array index may
   * be negative or have leading zeros, and what stands before the first `/` of a path is ignored.
   * It takes less in one case: it does not `add` at the root.
   *
   * @default 'rfc6902'
   */
  readonly dialect?: 'rfc6902' | 'evanphx';
  /**
   * Whether `-1` means the last item of an array.
   *
   * @default true in the `evanphx` dialect, else false
   */
  readonly allowNegativeIndices?: boolean;
  /** More operations than this are refused, as the API server does. @default 10000 */
  readonly maxOperations?: number;
  /**
   * How much `copy` may add to the document, in JSON characters: without a bound, a few dozen
   * copies of copies fill the memory.
   *
   * @default 3145728
   */
  readonly maxCopied?: number;
}

/**
 * Applies a JSON patch (RFC 6902) and returns the new document.
 *
 * All or nothing: where an operation fails, the error is thrown and nothing was changed. The
 * document and the operations are never changed; the result shares what was not touched with
 * them.
 *
 * @throws PatchError
 * - `PATCH_JSON_INVALID`: not a list of operations, an unknown `op`, a path that is no pointer;
 * - `PATCH_JSON_PATH`: the document has nothing at the path;
 * - `PATCH_JSON_TEST_FAILED`: a `test` found another value;
 * - `PATCH_LIMIT`: too many operations, or too much copied.
 *
 * All but the first kind carry `operationIndex`.
 *
 * @example
 * ```ts
 * import { applyJsonPatch } from '@gitops-toolkit/patch';
 *
 * const deployment = { spec: { replicas: 1, paused: true } };
 * applyJsonPatch(deployment, [
 *   { op: 'test', path: '/spec/replicas', value: 1 },
 *   { op: 'replace', path: '/spec/replicas', value: 3 },
 *   { op: 'remove', path: '/spec/paused' },
 * ]); // { spec: { replicas: 3 } }
 * ```
 */
export function applyJsonPatch(
  document: unknown,
  operations: unknown,
  options: JsonPatchOptions = {},
): unknown {
  const list = readOperations(operations, options.maxOperations ?? 10_000);
  const evanphx = options.dialect === 'evanphx';
  const patched = new PatchedDocument(document, {
    addressableRoot: !evanphx,
    goIntegers: evanphx,
    negativeIndices: options.allowNegativeIndices ?? evanphx,
    maxCopied: options.maxCopied ?? 3_145_728,
  });
  list.forEach((operation, index) =>
    applyOperation(patched, readOperation(operation, index, evanphx), evanphx),
  );
  return patched.root;
}

interface Step {
  readonly op: string;
  readonly index: number;
  readonly path: string;
  readonly steps: readonly string[];
  readonly from: string;
  readonly fromSteps: readonly string[];
  readonly value: unknown;
}

function readOperations(operations: unknown, limit: number): readonly unknown[] {
  if (!Array.isArray(operations))
    throw new PatchError('PATCH_JSON_INVALID', 'a JSON patch must be a list of operations');
  if (operations.length > limit) {
    throw new PatchError(
      'PATCH_LIMIT',
      `The allowed maximum operations in a JSON patch is ${limit}, got ${operations.length}`,
    );
  }
  return operations;
}

const WITH_FROM = new Set(['move', 'copy']);
const KINDS = new Set(['add', 'remove', 'replace', 'test', ...WITH_FROM]);

const RESERVED = new Set(['__proto__', 'constructor', 'prototype']);

function readOperation(operation: unknown, index: number, evanphx: boolean): Step {
  const fields = isRecord(operation) ? operation : {};
  const { op, path, from, value = null } = fields;
  if (typeof op !== 'string' || !KINDS.has(op))
    throw invalid(`Unexpected kind: ${typeof op === 'string' ? op : 'unknown'}`, index);
  const needsFrom = WITH_FROM.has(op);
  return {
    op,
    index,
    path: String(path),
    steps: readPointer(path, { op, field: 'path', index, evanphx }),
    from: needsFrom ? String(from) : '',
    fromSteps: needsFrom ? readPointer(from, { op, field: 'from', index, evanphx }) : [],
    value,
  };
}

interface PointerUse {
  readonly op: string;
  readonly field: 'path' | 'from';
  readonly index: number;
  readonly evanphx: boolean;
}

function readPointer(pointer: unknown, { op, field, index, evanphx }: PointerUse): string[] {
  const text = evanphx && typeof pointer === 'string' ? fromFirstSlash(pointer) : pointer;
  const steps = typeof text === 'string' ? parseJsonPointer(text) : undefined;
  if (!steps)
    throw invalid(
      `${op} operation failed to decode ${field}: ${JSON.stringify(pointer) ?? 'missing value'}`,
      index,
    );
  // Every step reads own keys only; these are refused besides, because whoever walks the result
  // by the same path may be less careful.
  const reserved = steps.find((step) => RESERVED.has(step));
  if (reserved) throw invalid(`${op} operation has a ${field} through ${reserved}, which is refused`, index);
  return steps;
}

/** evanphx never looks at what stands before the first slash. */
function fromFirstSlash(pointer: string): string {
  const slash = pointer.indexOf('/');
  return slash > 0 ? pointer.slice(slash) : pointer;
}

function invalid(message: string, operationIndex: number): PatchError {
  return new PatchError('PATCH_JSON_INVALID', message, { operationIndex });
}

function applyOperation(document: PatchedDocument, step: Step, evanphx: boolean): void {
  switch (step.op) {
    case 'add':
      return add(document, step);
    case 'remove':
      return remove(document, step);
    case 'replace':
      return replace(document, step, evanphx);
    case 'move':
      return move(document, step);
    case 'copy':
      return copy(document, step, evanphx);
    default:
      return test(document, step, evanphx);
  }
}

function add(document: PatchedDocument, step: Step): void {
  const target = document.find(step.steps) ?? failMissing(step, `doc is missing path: "${step.path}"`);
  attempt(step, 'add', step.path, () => document.add(target, step.value));
}

function remove(document: PatchedDocument, step: Step): void {
  const target = document.find(step.steps) ?? failMissing(step, `doc is missing path: "${step.path}"`);
  attempt(step, 'remove', step.path, () => document.remove(target));
}

function replace(document: PatchedDocument, step: Step, evanphx: boolean): void {
  if (step.steps.length === 0) {
    document.replaceRoot(step.value);
    return;
  }
  const target = document.find(step.steps) ?? failMissing(step, `doc is missing path: ${step.path}`);
  if (!document.has(target) && !(evanphx && !target.isArray))
    failMissing(step, `doc is missing key: ${step.path}`);
  document.set(target, step.value);
}

function move(document: PatchedDocument, step: Step): void {
  if (step.path.startsWith(`${step.from}/`))
    throw invalid('move operation cannot move a value into itself', step.index);
  const source = document.find(step.fromSteps) ?? failMissing(step, `doc is missing from path: ${step.from}`);
  const value = attempt(step, 'move', source.key, () => {
    const moved = document.has(source) ? document.get(source) : undefined;
    document.remove(source);
    return moved;
  });
  const target =
    document.find(step.steps) ?? failMissing(step, `doc is missing destination path: ${step.path}`);
  attempt(step, 'move', step.path, () => document.add(target, value));
}

function copy(document: PatchedDocument, step: Step, evanphx: boolean): void {
  const source = document.find(step.fromSteps) ?? failMissing(step, `doc is missing from path: ${step.from}`);
  const found = document.has(source);
  if (!found && !(evanphx && !source.isArray)) {
    throw failure(step, `error in copy for from: '${step.from}': ${document.missing(source)}`);
  }
  const value = found ? document.copyOf(source, step.index) : null;
  const target =
    document.find(step.steps) ?? failMissing(step, `doc is missing destination path: ${step.path}`);
  attempt(step, 'copy', step.path, () => document.add(target, value));
}

function test(document: PatchedDocument, step: Step, evanphx: boolean): void {
  const target = step.steps.length === 0 ? undefined : document.find(step.steps);
  if (step.steps.length > 0 && !target) {
    throw failure(step, `test operation does not apply: is missing path: ${step.path}: missing value`);
  }
  let found = document.root;
  if (target) {
    if (!document.has(target) && !(evanphx && !target.isArray)) {
      throw failure(step, `error in test for path: '${step.path}': ${document.missing(target)}`);
    }
    found = document.has(target) ? document.get(target) : null;
  }
  if (isEqual(found, step.value)) return;
  throw new PatchError('PATCH_JSON_TEST_FAILED', `testing value ${step.path} failed: test failed`, {
    operationIndex: step.index,
  });
}

function failMissing(step: Step, what: string): never {
  throw failure(step, `${step.op} operation does not apply: ${what}: missing value`);
}

/** Runs a change; what the document has against it becomes an error that names the operation. */
function attempt<T>(step: Step, op: string, place: string, change: () => T): T {
  try {
    return change();
  } catch (error) {
    if (!(error instanceof PointerFailure)) throw error;
    throw failure(step, `error in ${op} for path: '${place}': ${error.message}`);
  }
}

function failure(step: Step, message: string): PatchError {
  return new PatchError('PATCH_JSON_PATH', message, { operationIndex: step.index });
}
