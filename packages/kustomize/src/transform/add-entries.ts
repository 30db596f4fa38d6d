import type { Transformer } from './transformer.ts';
import type { FieldSpec } from './field-spec.ts';
import { setEntry } from './set-scalar.ts';
import { visitField } from './visit-field.ts';

/** Adds entries to maps: labels and annotations, wherever the field specs say. */
export function addEntries(
  entries: Readonly<Record<string, string>> | undefined,
  specs: readonly FieldSpec[],
): Transformer {
  const pairs = Object.entries(entries ?? {});
  return {
    transform(resources) {
      if (pairs.length === 0) return;
      for (const node of resources.nodes) {
        for (const spec of specs) {
          visitField(node, spec, 'map', (map) => {
            for (const [key, value] of pairs) setEntry(map, key, value);
            return map;
          });
        }
      }
    },
  };
}
