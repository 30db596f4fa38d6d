import { isRecord, NumberLiteral } from '@gitops-toolkit/core';

const ESCAPES = /[<>&\u2028\u2029]/g;

/**
 * JSON as Go's `encoding/json` writes it: keys sorted, `<`, `>` and `&` escaped.
 *
 * @param indent Spaces per level; 0 for one line without spaces.
 */
export function goJson(value: unknown, indent = 0): string {
  return write(value, indent, '\n');
}

function write(value: unknown, indent: number, lineBreak: string): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'string') return quote(value);
  if (value instanceof NumberLiteral) return value.json;
  if (typeof value !== 'object') return typeof value === 'number' ? goNumber(value) : JSON.stringify(value);
  const inner = lineBreak + ' '.repeat(indent);
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => write(item, indent, inner));
    return enclose('[', items, ']', indent, inner, lineBreak);
  }
  const separator = indent > 0 ? ': ' : ':';
  const entries = isRecord(value)
    ? Object.keys(value)
        .toSorted(byCodePoint)
        .map((key) => quote(key) + separator + write(value[key], indent, inner))
    : [];
  return enclose('{', entries, '}', indent, inner, lineBreak);
}

function enclose(
  open: string,
  parts: readonly string[],
  close: string,
  indent: number,
  inner: string,
  outer: string,
): string {
  if (parts.length === 0) return open + close;
  return indent > 0 ? open + inner + parts.join(`,${inner}`) + outer + close : open + parts.join(',') + close;
}

function quote(text: string): string {
  // Go writes the short forms of \b and \f since 1.22, as JSON.stringify does.
  return JSON.stringify(text).replace(
    ESCAPES,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function goNumber(value: number): string {
  const text = String(value);
  // Go writes exponents with a sign and at least two digits.
  return text.replace(/e([+-])(\d)$/, 'e$10$2');
}

/** Go sorts by bytes of UTF-8, which is the order of code points. */
function byCodePoint(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (x === y) continue;
    const surrogates = Number(isSurrogate(x)) - Number(isSurrogate(y));
    return surrogates === 0 ? x - y : surrogates;
  }
  return a.length - b.length;
}

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff;
}
