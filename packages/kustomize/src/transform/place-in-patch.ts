import { samePlace } from '../accumulate/present-styles.ts';
import type { ResourceNode } from '../accumulate/resource-node.ts';
import { scalarText } from '../accumulate/scalar-text.ts';
import type { ValuePath } from '../merge/merge-context.ts';
import type { Transformer } from './transformer.ts';

/** Finds the place of a field in the merge patches that have been applied; the last one that has it counts. */
export function placeInPatches(patches: readonly ResourceNode[]): NonNullable<Transformer['placeOf']> {
  return (node, path) => {
    for (const patch of patches.toReversed()) {
      const at = samePlace(node.value, patch.value, path);
      const place = at && patch.styles?.place(at);
      if (place) return place;
    }
    return undefined;
  };
}

/** The last operation of a JSON patch whose path is that of a field, or of something that the field is in. */
export function operationFor(
  operations: readonly Record<string, unknown>[],
  path: ValuePath,
): number | undefined {
  const found = operations.findLastIndex((operation) => {
    const steps = scalarText(operation['path'] ?? '')
      .split('/')
      .slice(1);
    return steps.every((step, i) => isStep(step.replaceAll('~1', '/').replaceAll('~0', '~'), path[i]));
  });
  return found < 0 ? undefined : found;
}

/** Whether a step of a pointer may lead to a field; which element `-` has become is not known. */
function isStep(step: string, key: string | number | undefined): boolean {
  return typeof key === 'number' ? step === '-' || Number(step) === key || Number(step) < 0 : step === key;
}
