import { NumberLiteral } from '@gitops-toolkit/core';

/**
 * The text of a scalar as it stands in YAML without quotes; blank for null, lists and maps.
 * kustomize compares and copies scalars by their text, whatever their type.
 */
export function scalarText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return value instanceof NumberLiteral ? value.text : '';
}

/** Whether a text may be what a timestamp has become that was written in another form. */
export function isTimestamp(text: string): boolean {
  return text.charCodeAt(4) === 45 && /^\d{4}-\d\d-\d\dT.*Z$/.test(text);
}

export function isScalar(value: unknown): boolean {
  return value === null || typeof value !== 'object' || value instanceof NumberLiteral;
}

/** A text that keeps the type a scalar has: what stays of `80` when `8080` is written over it. */
export function retypeText(text: string, like: unknown): unknown {
  if (typeof like === 'number' || like instanceof NumberLiteral) return numberFrom(text) ?? text;
  if (typeof like === 'boolean') return text === 'true' ? true : text === 'false' ? false : text;
  return text;
}

/** Whether a text is no integer, where one is asked for: `1.0` is none. */
export function losesFraction(text: string, like: unknown): boolean {
  return typeof like === 'number' && Number.isInteger(like) && !/^[-+]?\d+$/.test(text);
}

/** The scalar that a plain YAML text resolves to. */
export function plainScalar(text: string): unknown {
  if (text === '' || text === '~' || text === 'null' || text === 'Null' || text === 'NULL') return null;
  if (text === 'true' || text === 'True' || text === 'TRUE') return true;
  if (text === 'false' || text === 'False' || text === 'FALSE') return false;
  return numberFrom(text) ?? text;
}

function numberFrom(text: string): number | NumberLiteral | undefined {
  if (!/^[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?$/.test(text)) return undefined;
  const value = Number(text);
  if (String(value) === text) return value;
  const canonical = /^[-+]?\d+$/.test(text) ? BigInt(text.replace(/^\+/, '')).toString() : String(value);
  return new NumberLiteral(text, canonical);
}
