import { cloneValue, getOwn, isRecord, setOwn } from '@gitops-toolkit/core';
import { pathOf, presentStyles } from '../accumulate/present-styles.ts';
import { isTimestamp, plainScalar } from '../accumulate/scalar-text.ts';
import type { ResourceNode } from '../accumulate/resource-node.ts';
import { noteUntagged } from '../accumulate/untagged-scalars.ts';
import { KustomizeError, type Place } from '../errors.ts';
import { WrongKind } from '../merge/invalid-patch.ts';
import { mergeValues } from '../merge/merge-value.ts';
import type { FindSchema, MergeContext, WrittenStyles } from '../merge/merge-context.ts';

/**
 * Merges a patch into a resource; the resource is marked as deleted where the patch deletes it. Kind, name
 * and namespace stay, unless the patch is allowed to change the first two.
 */
export function patchStrategically(node: ResourceNode, patch: ResourceNode, findSchema: FindSchema): void {
  const { kind, name, namespace } = node;
  const metadata = getOwn(node.value, 'metadata');
  const written = {
    kind: node.value['kind'],
    name: getOwn(metadata, 'name'),
    namespace: getOwn(metadata, 'namespace'),
  };
  const apiVersion = getOwn(node.value, 'apiVersion') ?? null;
  if (patch.allowsNameChange || patch.allowsKindChange) node.storePreviousId();
  const styles = presentStyles(node);
  const merged = merge(node, patch, findSchema, styles);
  if (!isRecord(merged) || Object.keys(merged).length === 0) {
    node.isDeleted = true;
    return;
  }
  // What a patch replaces as a whole stays in kustomize, which changes the object that it has.
  if (merged !== node.value) return;
  node.mergedPatches = [...node.mergedPatches, patch];
  // What a selected target without apiVersion is given by kustomize is blank, and prints as nothing.
  if (apiVersion === null && merged['apiVersion'] === '') setOwn(merged, 'apiVersion', null);
  if (!patch.allowsKindChange && node.kind !== kind) setOwn(node.value, 'kind', written.kind);
  if (!patch.allowsNameChange && node.name !== name) setOwn(node.metadata(), 'name', written.name);
  if (node.namespace !== namespace) {
    if (namespace === '') node.setNamespace('');
    else setOwn(node.metadata(), 'namespace', written.namespace);
  }
  if (!patch.allowsNameChange) rewriteText(node, 'name', patch, styles);
  rewriteText(node, 'namespace', patch, styles);
}

/**
 * kustomize writes name and namespace anew after a patch, as texts that are not said to be any: without quotes,
 * `12` is a number then. What the patch does not mention, the merge has put into quotes.
 */
function rewriteText(
  node: ResourceNode,
  field: 'name' | 'namespace',
  patch: ResourceNode,
  styles: WrittenStyles | undefined,
): void {
  const metadata = getOwn(node.value, 'metadata');
  const text = getOwn(metadata, field);
  if (!isRecord(metadata) || typeof text !== 'string') return;
  const plain = plainScalar(text);
  if (plain !== text) {
    const mentioned = getOwn(getOwn(patch.value, 'metadata'), field);
    const isQuoted = mentioned === undefined || (mentioned !== null && styles?.isQuoted(['metadata', field]));
    if (isQuoted) return;
    setOwn(metadata, field, plain);
  }
  noteUntagged(metadata, field, plain);
}

function merge(
  node: ResourceNode,
  patch: ResourceNode,
  findSchema: FindSchema,
  styles: WrittenStyles | undefined,
): unknown {
  try {
    return mergeValues(
      node.value,
      cloneValue(patch.value),
      undefined,
      {
        findSchema,
        newElements: 'prepend',
        inferKeys: false,
        ...(styles ? { styles } : {}),
        patchText: textsOf(patch),
      },
      [],
    );
  } catch (error) {
    if (!(error instanceof KustomizeError)) throw error;
    throw error.within(node.toString(), { ref: node.ref, ...(placeOf(error, patch) ?? patch.place) });
  }
}

/** The patch as kustomize prepares it for a target that was selected, rather than named by the patch. */
export function patchForSelected(patch: ResourceNode, target: ResourceNode): ResourceNode {
  const copy = patch.copy();
  // Labels and annotations pass through maps of texts here, in which a null is the text "null".
  copy.setTextMap('labels', patch.textMap('labels'));
  copy.setTextMap('annotations', patch.textMap('annotations'));
  setOwn(copy.value, 'apiVersion', getOwn(target.value, 'apiVersion') ?? '');
  return copy;
}

/** The line of the patch that does not fit. */
function placeOf(error: KustomizeError, patch: ResourceNode): Place | undefined {
  if (!(error instanceof WrongKind) || error.path.some((step) => typeof step === 'number')) return undefined;
  return patch.styles?.place(error.path);
}

/** The texts of a patch as they were written: timestamps are in another form by now, and so may booleans be. */
function textsOf(patch: ResourceNode): NonNullable<MergeContext['patchText']> {
  return (value, path) => {
    if (typeof value === 'boolean') {
      const word = patch.styles?.plainText(path);
      return word?.toLowerCase() === String(value) ? word : undefined;
    }
    if (!isTimestamp(value)) return value;
    const place = pathOf(patch.value, value);
    return (place && patch.styles?.plainText(place)) ?? value;
  };
}
