import { createHash } from 'node:crypto';

import { isRecord } from '@gitops-toolkit/core';

/** Characters that make no words; the alphabet of generated names. */
const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

/** A short name for the content of a Pod template, the same for equal templates. */
export function templateHash(template: unknown): string {
  const digest = createHash('sha256').update(canonical(template)).digest();
  return [...digest.subarray(0, 10)].map((byte) => ALPHABET[byte % ALPHABET.length]).join('');
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item)).join(',')}]`;
  if (!isRecord(value)) return JSON.stringify(value) ?? 'null';
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(',')}}`;
}
