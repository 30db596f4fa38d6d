// Go's strings are bytes. Here they are JavaScript strings; a byte that is part of no valid UTF-8 stands as the lone
// surrogate U+DC00 + byte, which no valid text has.

const encoder = new TextEncoder();

/** Whether a UTF-16 unit stands for a byte that is no UTF-8. */
export function isRawByte(code: number): boolean {
  return code >= 0xdc80 && code <= 0xdcff;
}

/** Whether a string has bytes that are no UTF-8. */
export function hasRawBytes(text: string): boolean {
  return /[\udc80-\udcff]/u.test(text);
}

/** How many bytes a string has in Go. */
export function byteLength(text: string): number {
  let length = text.length;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x80) continue;
    if (code < 0x800) length++;
    else if (isHigh(code) && isLow(text.charCodeAt(i + 1))) {
      length += 2;
      i++;
    } else if (!isRawByte(code)) length += 2;
  }
  return length;
}

/** The bytes of a string. */
export function toBytes(text: string): Uint8Array {
  if (!hasRawBytes(text)) return encoder.encode(text);
  const bytes: number[] = [];
  for (const character of text) {
    const code = character.charCodeAt(0);
    if (character.length === 1 && isRawByte(code)) bytes.push(code - 0xdc00);
    else bytes.push(...encoder.encode(character));
  }
  return Uint8Array.from(bytes);
}

/** The string of some bytes, whatever they are. */
export function fromBytes(bytes: Uint8Array): string {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  return text.includes('\uFFFD') ? decodeSlowly(bytes) : text;
}

function decodeSlowly(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length;) {
    const size = runeSize(bytes, i);
    if (size === 0) text += String.fromCharCode(0xdc00 + (bytes[i++] ?? 0));
    else {
      text += new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(i, i + size));
      i += size;
    }
  }
  return text;
}

/** How many bytes the character at a place takes, or 0 where there is none. */
function runeSize(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return 1;
  const size =
    first >= 0xc2 && first < 0xe0
      ? 2
      : first >= 0xe0 && first < 0xf0
        ? 3
        : first >= 0xf0 && first < 0xf5
          ? 4
          : 0;
  if (size === 0 || at + size > bytes.length) return 0;
  for (let i = 1; i < size; i++) if (((bytes[at + i] ?? 0) & 0xc0) !== 0x80) return 0;
  const second = bytes[at + 1] ?? 0;
  const isOverlong = (first === 0xe0 && second < 0xa0) || (first === 0xf0 && second < 0x90);
  const isBeyond = (first === 0xed && second >= 0xa0) || (first === 0xf4 && second >= 0x90);
  return isOverlong || isBeyond ? 0 : size;
}

/** The part of a string between two bytes. */
export function sliceBytes(text: string, start: number, end: number): string {
  // Where every character is a byte, both count the same.
  return byteLength(text) === text.length && !hasRawBytes(text)
    ? text.slice(start, end)
    : fromBytes(toBytes(text).subarray(start, end));
}

/** The order of Go's strings: that of their bytes. */
export function compareStrings(a: string, b: string): number {
  const end = Math.min(a.length, b.length);
  for (let i = 0; i < end; i++) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (x === y) continue;
    // Surrogates come after U+FFFF as characters, before U+E000 as units.
    if (isSurrogate(x) !== isSurrogate(y)) return isSurrogate(x) ? 1 : -1;
    return x < y ? -1 : 1;
  }
  return a.length - b.length;
}

const isHigh = (code: number): boolean => code >= 0xd800 && code < 0xdc00;
const isLow = (code: number): boolean => code >= 0xdc00 && code < 0xe000;
const isSurrogate = (code: number): boolean => code >= 0xd800 && code < 0xe000;
