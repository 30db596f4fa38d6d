import { cloneValue, createRecord, isRecord, NumberLiteral, setOwn } from '@gitops-toolkit/core';
import { applyJsonPatch, PatchError } from '@gitops-toolkit/patch';
import type { ResourceNode } from '../accumulate/resource-node.ts';
import { KustomizeError, type Place } from '../errors.ts';

/**
 * Applies a JSON patch to a resource.
 *
 * @throws KustomizeError KUSTOMIZE_INVALID_PATCH when an operation does not fit the object.
 */
export function patchWithJson(
  node: ResourceNode,
  operations: readonly Record<string, unknown>[],
  placeOf: (operation: number | undefined) => Place,
): void {
  // kustomize keeps its books in annotations, so that these can be added to where the object has none.
  const document = node.hasHistory ? withAnnotations(node.value) : node.value;
  const patched = apply(document, operations, node, placeOf);
  if (!isRecord(patched))
    throw new KustomizeError('KUSTOMIZE_INVALID_PATCH', 'a patch cannot replace the whole object', {
      ...placeOf(undefined),
      object: node.ref,
    });
  node.replaceValue(throughJsonNumbers(patched));
  node.setTextMap('annotations', node.textMap('annotations'));
}

function withAnnotations(value: Record<string, unknown>): Record<string, unknown> {
  const metadata = value['metadata'];
  if (!isRecord(metadata) || isRecord(metadata['annotations'])) return value;
  return { ...value, metadata: { ...metadata, annotations: createRecord() } };
}

function apply(
  document: unknown,
  operations: readonly Record<string, unknown>[],
  node: ResourceNode,
  placeOf: (operation: number | undefined) => Place,
): unknown {
  try {
    // Values of operations become parts of the object, and the next target must get its own.
    return applyJsonPatch(document, cloneValue(operations), { dialect: 'evanphx' });
  } catch (error) {
    if (!(error instanceof PatchError)) throw error;
    throw new KustomizeError('KUSTOMIZE_INVALID_PATCH', error.message, {
      cause: error,
      object: node.ref,
      ...placeOf(error.operationIndex),
      ...(error.hint === undefined ? {} : { hint: error.hint }),
      context: [node.toString()],
    });
  }
}

/** A JSON patch makes every number a double. */
function throughJsonNumbers<T>(value: T): T {
  if (value instanceof NumberLiteral) return value.valueOf() as T;
  if (Array.isArray(value)) return value.map((item: unknown) => throughJsonNumbers(item)) as T;
  if (!isRecord(value)) return value;
  const copy = createRecord();
  for (const key of Object.keys(value)) setOwn(copy, key, throughJsonNumbers(value[key]));
  return copy as T;
}
