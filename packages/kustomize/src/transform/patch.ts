import { placeInPatches } from './place-in-patch.ts';
import { atPlace, KustomizeError, type Place } from '../errors.ts';
import { idString, isSameId } from '../accumulate/resource-id.ts';
import type { ResourceMap } from '../accumulate/resource-map.ts';
import type { ResourceNode } from '../accumulate/resource-node.ts';
import { readInlineResources } from '../accumulate/read-resources.ts';
import type { PatchArgs } from '../load/kustomization.ts';
import type { SelectorFields } from '../load/selector-fields.ts';
import { fileText, inlineText, type PlacedText } from '../load/placed-text.ts';
import { invalidPatch } from '../merge/invalid-patch.ts';
import { patchForSelected, patchStrategically } from './apply-strategic-patch.ts';
import type { TransformerContext } from './transformer-context.ts';
import { placeOfOperation, readJsonPatch } from './json-patch-text.ts';
import { patchSelectedWithJson } from './patch-json6902.ts';
import { findPatchTarget } from './patch-strategic.ts';
import { selectResources } from './selector.ts';
import type { Transformer } from './transformer.ts';

/** An entry of `patches`: a strategic merge patch or a JSON patch, told apart by its text. */
export function patchResources(args: PatchArgs, context: TransformerContext): Transformer {
  const { written, shown } = readPatchText(args, context);
  const merge = attempt(() => readInlineResources(written));
  // What reads as resources begins with a map, and so is no list of operations.
  if (merge.value) return mergeTransformer(merge.value, args, shown, context);
  const json = attempt(() => (written.text === '' ? undefined : readJsonPatch(written)));
  if (!json.value) throw unreadable(shown, merge.error, json.error);
  if (json.value.length === 0) return { transform() {} };
  if (!args.target) {
    throw invalidPatch(
      `must specify a target for JSON patch ${shown}`,
      'Add a target to the entry of `patches`.',
    );
  }
  return patchSelectedWithJson(args.target, json.value, {
    storesId: true,
    placeOf: (index) => placeOfOperation(written, index),
  });
}

function readPatchText(args: PatchArgs, context: TransformerContext): { written: PlacedText; shown: string } {
  const inline = (args.patch ?? '').trim();
  const path = args.path ?? '';
  if (inline === '' && path === '')
    throw invalidPatch('must specify one of patch and path in the entry of `patches`');
  if (inline !== '' && path !== '')
    throw invalidPatch("patch and path can't be set at the same time", 'Keep one of the two.');
  if (inline !== '') {
    const written = inlineText(inline, context.file, () => context.place('patch'));
    return { written, shown: `[patch: ${JSON.stringify(inline)}]` };
  }
  const place = (): Place => context.place('path');
  try {
    const file = atPlace(place, () => context.loader.read(path));
    return { written: fileText(file), shown: `[path: ${JSON.stringify(path)}]` };
  } catch (error) {
    if (!(error instanceof KustomizeError)) throw error;
    throw error.reworded(`failed to get the patch file from path(${path}): ${error.summary}`);
  }
}

interface Attempt<T> {
  readonly value?: T;
  readonly error?: KustomizeError;
}

function attempt<T>(read: () => T): Attempt<T> {
  try {
    return { value: read() };
  } catch (error) {
    if (error instanceof KustomizeError) return { error };
    throw error;
  }
}

/** Neither kind of patch: the place is that of whichever reading got as far as the YAML. */
function unreadable(
  shown: string,
  merge: KustomizeError | undefined,
  json: KustomizeError | undefined,
): KustomizeError {
  const reasons = [merge && `as a merge patch: ${merge.summary}`, json && `as a JSON patch: ${json.summary}`];
  return new KustomizeError('KUSTOMIZE_INVALID_PATCH', `unable to parse SM or JSON patch from ${shown}`, {
    cause: merge ?? json,
    ...(merge?.place ?? json?.place),
    hint: `A merge patch is a resource with apiVersion, kind and metadata.name; a JSON patch a list of operations. It is neither (${reasons.filter(Boolean).join('; ')}).`,
  });
}

function mergeTransformer(
  patches: readonly ResourceNode[],
  args: PatchArgs,
  shown: string,
  context: TransformerContext,
): Transformer {
  for (const patch of patches) {
    patch.allowsNameChange = args.options?.allowNameChange ?? false;
    patch.allowsKindChange = args.options?.allowKindChange ?? false;
    // kustomize notes both in annotations of the patch, all of which become texts thereby.
    if (patch.allowsNameChange || patch.allowsKindChange)
      patch.setTextMap('annotations', patch.textMap('annotations'));
  }
  const { find } = context.loader.context.schemas;
  const { target } = args;
  if (target && patches.length > 1) {
    throw invalidPatch(
      `Multiple Strategic-Merge Patches in one \`patches\` entry is not allowed to set \`patches.target\` field: ${shown}`,
      'Give each patch an entry of its own.',
    );
  }
  return {
    placeOf: placeInPatches(patches),
    transform(resources) {
      if (target) return patchSelected(resources, target, patches[0], find);
      for (const patch of patches) {
        const node = findPatchTarget(resources, patch);
        patchStrategically(node, patch, find);
        resources.noteNames(node);
      }
      resources.dropDeleted();
    },
  };
}

function patchSelected(
  resources: ResourceMap,
  target: SelectorFields,
  patch: ResourceNode | undefined,
  find: TransformerContext['loader']['context']['schemas']['find'],
): void {
  if (!patch) return;
  for (const node of selectResources(resources, target)) {
    patchStrategically(node, patchForSelected(patch, node), find);
    resources.noteNames(node);
    if (!node.isDeleted) refuseSameId(resources, node);
  }
  resources.dropDeleted();
}

/** A patch that may change names can make two resources one. */
function refuseSameId(resources: ResourceMap, node: ResourceNode): void {
  const { id } = node;
  const others = resources.withCurrentId(id).filter((other) => other !== node && isSameId(other.id, id));
  if (others.length === 0) return;
  throw new KustomizeError(
    'KUSTOMIZE_DUPLICATE_ID',
    `may not add resource with an already registered id: ${idString(id)}`,
    {
      object: node.ref,
      hint: 'The patch gives two resources the same name.',
    },
  );
}
