import { placeInPatches } from './place-in-patch.ts';
import { idString, isSameId } from '../accumulate/resource-id.ts';
import type { ResourceMap } from '../accumulate/resource-map.ts';
import type { ResourceNode } from '../accumulate/resource-node.ts';
import { KustomizeError } from '../errors.ts';
import type { FindSchema } from '../merge/merge-context.ts';
import { patchForSelected, patchStrategically } from './apply-strategic-patch.ts';
import type { Transformer } from './transformer.ts';

/** `patchesStrategicMerge`: each patch goes to the one resource that has its id. */
export function mergePatches(patches: readonly ResourceNode[], findSchema: FindSchema): Transformer {
  return {
    placeOf: placeInPatches(patches),
    transform(resources) {
      for (const patch of patches) {
        const target = findPatchTarget(resources, patch);
        patchStrategically(target, patchForSelected(patch, target), findSchema);
        resources.noteNames(target);
      }
      resources.dropDeleted();
    },
  };
}

/**
 * The one resource that has, or had, the id of a patch.
 *
 * @throws KustomizeError KUSTOMIZE_PATCH_TARGET when there is none, or more than one.
 */
export function findPatchTarget(resources: ResourceMap, patch: ResourceNode): ResourceNode {
  const { originalId: id } = patch;
  const found = resources.withAnyId(id.name, (other) => isSameId(id, other));
  const [target] = found;
  if (target && found.length === 1) return target;
  const text = idString(id);
  const problem = found.length > 1 ? 'multiple matches' : 'no matches';
  throw new KustomizeError(
    'KUSTOMIZE_PATCH_TARGET',
    `no resource matches strategic merge patch "${text}": ${problem} for Id ${text}; failed to find unique target for patch ${text}`,
    {
      object: patch.ref,
      ...patch.place,
      hint:
        found.length > 1
          ? 'Give the patch a target that tells the resources apart.'
          : nearMiss(resources, patch),
    },
  );
}

function nearMiss(resources: ResourceMap, patch: ResourceNode): string {
  const similar = resources.everNamed(patch.name).map((node) => idString(node.id));
  if (similar.length > 0)
    return `Of this name there is ${similar.slice(0, 3).join(', ')}: look at apiVersion, kind and namespace.`;
  const ofKind = resources.nodes.filter((node) => node.kind === patch.kind).map((node) => node.name);
  return ofKind.length > 0
    ? `Of this kind there is ${ofKind.slice(0, 5).join(', ')}: a patch must name the resource as its base does.`
    : 'A patch changes resources of the kustomization and its bases; it cannot add any.';
}
