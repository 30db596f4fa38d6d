/**
 * Parts of texts by bytes, as Go cuts them: what is left of a character that is cut in two stays in the text, each
 * of its bytes as half of a surrogate pair.
 */
const ESCAPED_BYTE = 0xdc00;

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** The length of a text in bytes. */
export function byteLength(text: string): number {
  return encoder.encode(text).length;
}

/** The part of a text from one byte up to another. */
export function sliceBytes(text: string, start: number, end?: number): string {
  const all = encoder.encode(text);
  // One byte a character: nothing can be cut.
  if (all.length === text.length) return text.slice(start, end);
  const bytes = all.subarray(Math.min(start, all.length), end);
  let from = 0;
  while (from < bytes.length && isContinuation(bytes[from])) from++;
  let to = bytes.length;
  const last = bytes.findLastIndex((byte) => !isContinuation(byte));
  if (last >= from && last + sequenceLength(bytes[last] ?? 0) > bytes.length) to = last;
  return (
    escaped(bytes.subarray(0, from)) + decoder.decode(bytes.subarray(from, to)) + escaped(bytes.subarray(to))
  );
}

/** What Go's YAML says of a text that has a part of a character in it; `undefined` where there is none. */
export function cutCharacterIn(text: string): string | undefined {
  const found = /\p{Surrogate}/u.exec(text)?.[0];
  if (found === undefined) return undefined;
  const code = found.charCodeAt(0);
  return isContinuation(code - ESCAPED_BYTE) ? 'invalid leading UTF-8 octet' : 'invalid trailing UTF-8 octet';
}

/** The text with a replacement character for every byte of what is left of characters. */
export function replaceCutCharacters(text: string): string {
  return text.replaceAll(/\p{Surrogate}/gu, '\uFFFD');
}

function isContinuation(byte = 0): boolean {
  return (byte & 0xc0) === 0x80;
}

function sequenceLength(first: number): number {
  if (first < 0x80) return 1;
  return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

function escaped(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(ESCAPED_BYTE + byte)).join('');
}
