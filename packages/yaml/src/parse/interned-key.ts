/**
 * Keys met before, by a hash of their text. The same few hundred keys make up most of a manifest: to
 * find the string that is there already is cheaper than to cut, hash and compare a new one.
 */
const SLOTS = 4096;
const cache: string[] = Array.from({ length: SLOTS }, () => '');
const MAX_LENGTH = 40;

/** The text between two offsets, shared with earlier keys of the same text. */
export function internedKey(text: string, start: number, end: number): string {
  const length = end - start;
  if (length > MAX_LENGTH) return text.slice(start, end);
  let hash = length;
  for (let i = start; i < end; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0;
  const slot = (hash ^ (hash >>> 12)) & (SLOTS - 1);
  const known = cache[slot] as string;
  if (known.length === length && text.startsWith(known, start)) return known;
  const key = text.slice(start, end);
  cache[slot] = key;
  return key;
}
