/**
 * Compares two keys as go-yaml sorts them: runs of digits by their number, whatever is no letter before
 * letters, and letters by code point. Directly behind a digit, v3 has the letters first.
 */
export function compareNatural(a: string, b: string, version: 'v2' | 'v3' = 'v2'): number {
  const length = Math.min(a.length, b.length);
  let i = 0;
  while (i < length && a.charCodeAt(i) === b.charCodeAt(i)) i++;
  if (i === length) return a.length - b.length;
  return compareAt(a, b, isLowSurrogate(a, i) || isLowSurrogate(b, i) ? i - 1 : i, version);
}

function compareAt(a: string, b: string, i: number, version: 'v2' | 'v3'): number {
  const left = a.codePointAt(i) ?? 0;
  const right = b.codePointAt(i) ?? 0;
  const leftIsLetter = isLetter(left);
  if (leftIsLetter !== isLetter(right)) {
    const lettersFirst = version === 'v3' && isDigit(a.charCodeAt(i - 1));
    return leftIsLetter === lettersFirst ? -1 : 1;
  }
  if (leftIsLetter) return left - right;
  return compareDigits(a, b, i) || left - right;
}

/** Whether numbers have been compared: only then can three keys be in an order that goes round. */
let hasComparedNumbers = false;

/** Compares the runs of digits that start at the first difference, or that it is a part of. */
function compareDigits(a: string, b: string, i: number): number {
  hasComparedNumbers = true;
  // Behind a digit other than 0, zeros are not leading ones, and count.
  const inNumber = (a[i] === '0' || b[i] === '0') && hasNonZeroDigitBefore(a, i) ? 1n : 0n;
  const left = readDigits(a, i, inNumber);
  const right = readDigits(b, i, inNumber);
  if (left.value !== right.value) return left.value < right.value ? -1 : 1;
  return left.end - right.end;
}

function hasNonZeroDigitBefore(text: string, end: number): boolean {
  for (let i = end - 1; i >= 0 && isDigit(text.charCodeAt(i)); i--) {
    if (text[i] !== '0') return true;
  }
  return false;
}

function readDigits(text: string, start: number, prefix: bigint): { value: bigint; end: number } {
  let end = start;
  while (isDigit(text.charCodeAt(end))) end++;
  const digits = text.slice(start, end);
  return { value: BigInt.asIntN(64, BigInt(`${prefix === 1n ? '1' : ''}${digits || '0'}`)), end };
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function isLetter(code: number): boolean {
  if (code < 128) return (code >= 97 && code <= 122) || (code >= 65 && code <= 90);
  return /\p{L}/u.test(String.fromCodePoint(code));
}

function isLowSurrogate(text: string, i: number): boolean {
  const code = text.charCodeAt(i);
  return code >= 0xdc00 && code <= 0xdfff && i > 0;
}

/**
 * The keys of a record in the order in which they are printed.
 *
 * Some keys have none: `1` comes before `007`, that before `0a`, and that before `1`. Go prints these in another order
 * each time; here it is always the same for the same keys, so that what is printed is printed alike when read again.
 */
export function sortedKeys(record: Readonly<Record<string, unknown>>, version: 'v2' | 'v3'): string[] {
  const keys = Object.keys(record);
  const compare = (a: string, b: string): number => compareNatural(a, b, version);
  hasComparedNumbers = false;
  if (isSorted(keys, compare) && !hasComparedNumbers) return keys;
  keys.sort(compare);
  return hasComparedNumbers ? keys.sort().sort(compare) : keys;
}

function isSorted(keys: readonly string[], compare: (a: string, b: string) => number): boolean {
  for (let i = 1; i < keys.length; i++) {
    if (compare(keys[i - 1] as string, keys[i] as string) > 0) return false;
  }
  return true;
}
