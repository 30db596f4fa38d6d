import type { Place } from '../errors.ts';
import type { SelectorFields } from '../load/selector-fields.ts';
import { operationFor } from './place-in-patch.ts';
import { patchWithJson } from './apply-json-patch.ts';
import { selectResources } from './selector.ts';
import type { Transformer } from './transformer.ts';

/** How {@link patchSelectedWithJson} works. */
export interface JsonPatchOptions {
  /** Whether the present id counts as a former one after the patch. */
  readonly storesId: boolean;
  /** Where an operation (from 0), or the patch, was written. */
  readonly placeOf: (operation: number | undefined) => Place;
}

/** Applies a JSON patch to the resources that a target selects. */
export function patchSelectedWithJson(
  target: SelectorFields,
  operations: readonly Record<string, unknown>[],
  options: JsonPatchOptions,
): Transformer {
  return {
    placeOf: (_node, path) => options.placeOf(operationFor(operations, path)),
    transform(resources) {
      for (const node of selectResources(resources, target)) {
        if (options.storesId) node.storePreviousId();
        patchWithJson(node, operations, options.placeOf);
        resources.noteNames(node);
      }
    },
  };
}
