/** Shorter values would blot out ordinary words. */
const MIN_SECRET_BYTES = 6;
const MASK = '***';

const encoder = new TextEncoder();

/**
 * Replaces secrets in a text with `***`: as they are, in base64 (also inside a longer one, as in a
 * basic `Authorization` header), base64url, URL-encoded, and as written in JSON.
 *
 * Values of fewer than 6 bytes are left, as they would blot out ordinary words.
 *
 * @example
 * ```ts
 * import { mask } from '@gitops-toolkit/core';
 * mask('https://bot:s3cr3t-token@git.example.com', ['s3cr3t-token']); // https://bot:***@git.example.com
 * ```
 */
export function mask(text: string, secrets: Iterable<string>): string {
  const forms = new Set<string>();
  for (const secret of secrets) {
    for (const form of formsOf(secret)) forms.add(form);
    // A key of many lines may be shown one line at a time.
    if (secret.includes('\n'))
      for (const line of secret.split(/\r?\n/)) for (const form of formsOf(line)) forms.add(form);
  }
  // The longest first: one secret may be a part of another.
  const ordered = [...forms].toSorted((a, b) => b.length - a.length);
  return ordered.reduce((masked, form) => masked.replaceAll(form, MASK), text);
}

function formsOf(secret: string): string[] {
  const bytes = encoder.encode(secret);
  if (bytes.length < MIN_SECRET_BYTES) return [];
  // A lone surrogate, which URLs cannot hold, becomes U+FFFD as it does on the wire.
  const wellFormed = new TextDecoder().decode(bytes);
  const urlEncoded = encodeURIComponent(wellFormed);
  const base64Forms = [0, 1, 2].map((offset) => base64Within(bytes, offset));
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    urlEncoded,
    urlEncoded.replace(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase()),
    urlEncoded.replaceAll('%20', '+'),
    encodeURI(wellFormed),
    ...base64Forms,
    ...base64Forms.map((form) => form.replaceAll('+', '-').replaceAll('/', '_')),
  ];
}

/** The characters of a base64 text that depend on these bytes alone, where so many others (mod 3) come before them. */
function base64Within(bytes: Uint8Array, offset: number): string {
  const padded = new Uint8Array(offset + bytes.length);
  padded.set(bytes, offset);
  let binary = '';
  for (const byte of padded) binary += String.fromCharCode(byte);
  const text = btoa(binary).replace(/=+$/, '');
  const first = Math.ceil((offset * 8) / 6);
  const last = Math.floor((padded.length * 8) / 6);
  return text.slice(first, last);
}
