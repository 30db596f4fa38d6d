import { getOwn, isRecord, sha256Hex } from '@gitops-toolkit/core';
import type { ResourceNode } from '../accumulate/resource-node.ts';
import { scalarText } from '../accumulate/scalar-text.ts';
import type { Transformer } from '../transform/transformer.ts';
import { goJson } from './go-json.ts';

/** Letters and digits that could spell words are replaced. */
const SPELLING: Readonly<Record<string, string>> = { '0': 'g', '1': 'h', '3': 'k', a: 'm', e: 't' };

/** Appends to the names of generated resources a hash of what is in them. */
export function appendHashes(): Transformer {
  return {
    transform(resources) {
      for (const node of resources.nodes) {
        if (!node.needsHash) continue;
        const hash = contentHash(node);
        node.storePreviousId();
        node.setName(`${node.name}-${hash}`);
        resources.noteNames(node);
      }
    },
  };
}

/** Ten characters that change with the content of a resource. */
export function contentHash(node: ResourceNode): string {
  return sha256Hex(goJson(hashedParts(node)))
    .slice(0, 10)
    .replace(/[013ae]/g, (character) => SPELLING[character] ?? character);
}

function hashedParts(node: ResourceNode): unknown {
  const part = (field: string): unknown => {
    const value = getOwn(node.value, field);
    return isRecord(value) ? value : scalarText(value);
  };
  const optionalPart = (field: string): Record<string, unknown> =>
    isRecord(getOwn(node.value, field)) ? { [field]: part(field) } : {};
  // The name is looked for under "metadata/name" as one key, and so never found.
  if (node.kind === 'ConfigMap')
    return { kind: 'ConfigMap', name: '', data: part('data'), ...optionalPart('binaryData') };
  if (node.kind === 'Secret')
    return {
      kind: 'Secret',
      type: part('type'),
      name: '',
      data: part('data'),
      ...optionalPart('stringData'),
    };
  return node.value;
}
