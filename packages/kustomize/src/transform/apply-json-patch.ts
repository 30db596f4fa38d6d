import { cloneValue, createRecord, isRecord, NumberLiteral, setOwn } from '@gitops-toolkit/core';
import { applyJsonPatch, PatchError } from '@gitops-toolkit/patch/json';
import { INTERNAL_PREFIX } from '../accumulate/import-history.ts';
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
  makeDoubles(patched);
  const kept = internalAnnotations(node);
  node.replaceValue(patched);
  node.setTextMap('annotations', { ...node.textMap('annotations'), ...kept });
}

/** What looks like one of kustomize's own notes is none of a patch's business. */
function internalAnnotations(node: ResourceNode): Record<string, string> {
  const notes = Object.entries(node.textMap('annotations')).filter(([key]) =>
    key.startsWith(INTERNAL_PREFIX),
  );
  return Object.fromEntries(notes);
}

function withAnnotations(value: Record<string, unknown>): Record<string, unknown> {
  const metadata = value['metadata'];
  if (!isRecord(metadata) || isRecord(metadata['annotations'])) return value;
  const withMap = Object.assign(createRecord(), metadata, { annotations: createRecord() });
  return Object.assign(createRecord(), value, { metadata: withMap });
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

/** A JSON patch makes every number a double. In place: what the object was before is not needed any more. */
function makeDoubles(value: Record<string, unknown> | unknown[]): void {
  if (Array.isArray(value)) {
    for (const [i, item] of value.entries()) {
      if (item instanceof NumberLiteral) value[i] = item.valueOf();
      else if (Array.isArray(item) || isRecord(item)) makeDoubles(item);
    }
    return;
  }
  for (const key of Object.keys(value)) {
    const field = value[key];
    if (field instanceof NumberLiteral) setOwn(value, key, field.valueOf());
    else if (Array.isArray(field) || isRecord(field)) makeDoubles(field);
  }
}
