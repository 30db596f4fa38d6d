import { isWrittenPlain } from '../accumulate/present-styles.ts';
import type { ResourceNode } from '../accumulate/resource-node.ts';
import { noteUntagged } from '../accumulate/untagged-scalars.ts';
import { isRecord, NumberLiteral, setOwn } from '@gitops-toolkit/core';
import { plainScalar, scalarText } from '../accumulate/scalar-text.ts';
import { wrongKind } from './visit-field.ts';

/** The text of a field that must be a scalar. @throws KustomizeError KUSTOMIZE_INVALID_FIELD */
export function requireScalar(value: unknown): string {
  if (Array.isArray(value) || isRecord(value)) throw wrongKind('ScalarNode', value);
  return scalarText(value);
}

/** A place in a resource that holds a scalar: a map or list of it, and the key there. */
export interface ScalarPlace {
  readonly node: ResourceNode;
  readonly holder: object;
  readonly key: string | number;
  /** Made just now. @default false */
  readonly isNew?: boolean;
}

/**
 * A text written over a scalar of a resource: over something written without quotes it stays so, and is a
 * number where it reads as one; over something quoted it is a text.
 */
export function overwriteText(old: unknown, text: string, at: ScalarPlace): unknown {
  requireScalar(old);
  const plain = plainScalar(text);
  const isTyped = typeof old === 'number' || typeof old === 'boolean' || old instanceof NumberLiteral;
  const isPlain = plain === text || at.isNew || isTyped || isWrittenPlain(at.node, at.holder, at.key);
  const written = isPlain ? plain : text;
  noteUntagged(at.holder, at.key, written);
  return written;
}

/** Sets a key of a field that must be a map. */
export function setEntry(map: unknown, key: string, value: string): unknown {
  if (!isRecord(map)) throw wrongKind('MappingNode', map);
  setOwn(map, key, value);
  return map;
}
