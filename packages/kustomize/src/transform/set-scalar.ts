import { isRecord, NumberLiteral, setOwn } from '@gitops-toolkit/core';
import { plainScalar, scalarText } from '../accumulate/scalar-text.ts';
import { wrongKind } from './visit-field.ts';

/** The text of a field that must be a scalar. @throws KustomizeError KUSTOMIZE_INVALID_FIELD */
export function requireScalar(value: unknown): string {
  if (Array.isArray(value) || isRecord(value)) throw wrongKind('ScalarNode', value);
  return scalarText(value);
}

/**
 * A text written over a scalar: over a plain number it stays plain, and so is a number again where it
 * reads as one; over a text it is a text.
 */
export function overwriteText(old: unknown, text: string): unknown {
  requireScalar(old);
  const wasPlain = typeof old === 'number' || typeof old === 'boolean' || old instanceof NumberLiteral;
  return wasPlain ? plainScalar(text) : text;
}

/** Sets a key of a field that must be a map. */
export function setEntry(map: unknown, key: string, value: string): unknown {
  if (!isRecord(map)) throw wrongKind('MappingNode', map);
  setOwn(map, key, value);
  return map;
}
