import { isRecord } from '@gitops-toolkit/core';
import type { ResourceNode } from '../accumulate/resource-node.ts';
import type { Transformer } from './transformer.ts';
import { type FieldSpec, specsByKind } from './field-spec.ts';
import { setEntry } from './set-scalar.ts';
import { visitField } from './visit-field.ts';

/** Adds entries to maps: labels and annotations, wherever the field specs say. */
export function addEntries(
  entries: Readonly<Record<string, string>> | undefined,
  specs: readonly FieldSpec[],
): Transformer {
  const pairs = Object.entries(entries ?? {});
  const specsOf = specsByKind(specs);
  return {
    transform(resources) {
      if (pairs.length === 0) return;
      for (const node of resources.nodes) {
        addToResource(node, pairs, specsOf(node.gvk));
        resources.noteChange(node);
      }
    },
  };
}

function addToResource(
  node: ResourceNode,
  pairs: readonly (readonly [string, string])[],
  specs: readonly FieldSpec[],
): void {
  const newIn = pairs.map((): Record<string, unknown>[] => []);
  for (const spec of specs) {
    visitField(node, spec, 'map', (map) => {
      for (const [i, [key, value]] of pairs.entries()) {
        const isNew = isRecord(map) && !Object.hasOwn(map, key);
        setEntry(map, key, value);
        if (isNew) newIn[i]?.push(map);
      }
      return map;
    });
  }
  for (const [i, [key, value]] of pairs.entries()) node.sharedEntries.add(key, newIn[i] ?? [], value);
}
