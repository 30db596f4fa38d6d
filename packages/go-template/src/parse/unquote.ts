import { fromBytes, toBytes } from '../value/go-string.ts';

const SINGLE: Readonly<Record<string, number>> = {
  a: 7,
  b: 8,
  f: 12,
  n: 10,
  r: 13,
  t: 9,
  v: 11,
  '\\': 0x5c,
};

/** The value of a quoted string as Go's `strconv.Unquote` reads it, or `undefined` where it is malformed. */
export function unquote(quoted: string): string | undefined {
  const quote = quoted[0] ?? '';
  const body = quoted.slice(1, -1);
  if (quote === '`') return body.replaceAll('\r', '');
  return body.includes('\\') ? unescape(body, quote) : body;
}

function unescape(body: string, quote: string): string | undefined {
  const bytes: number[] = [];
  for (let at = 0; at < body.length;) {
    const found = readCharacter(body, at, quote);
    if (!found) return undefined;
    if (found.isByte) bytes.push(found.code);
    else bytes.push(...toBytes(String.fromCodePoint(found.code)));
    at = found.end;
  }
  return fromBytes(Uint8Array.from(bytes));
}

/** A character of a quoted text, which may be written as an escape. */
export interface QuotedCharacter {
  readonly code: number;
  /** `\xff` and `\377` are bytes, not characters. */
  readonly isByte: boolean;
  readonly end: number;
}

/** Reads one character at a place; `undefined` for an escape that there is not. */
export function readCharacter(text: string, at: number, quote: string): QuotedCharacter | undefined {
  const code = text.codePointAt(at) ?? 0;
  if (text[at] === quote) return undefined;
  if (text[at] !== '\\') return { code, isByte: false, end: at + (code > 0xffff ? 2 : 1) };
  const kind = text[at + 1] ?? '';
  const single = Object.hasOwn(SINGLE, kind) ? SINGLE[kind] : undefined;
  if (single !== undefined) return { code: single, isByte: false, end: at + 2 };
  if (kind === quote && quote !== '') return { code: quote.charCodeAt(0), isByte: false, end: at + 2 };
  return readNumeric(text, at + 1);
}

function readNumeric(text: string, at: number): QuotedCharacter | undefined {
  const match = /^(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3}))/.exec(
    text.slice(at, at + 9),
  );
  if (!match) return undefined;
  const [all, byte, short, long, octal] = match;
  const end = at + all.length;
  if (byte !== undefined) return { code: Number.parseInt(byte, 16), isByte: true, end };
  if (octal !== undefined) {
    const code = Number.parseInt(octal, 8);
    return code > 255 ? undefined : { code, isByte: true, end };
  }
  const code = Number.parseInt(short ?? long ?? '', 16);
  const isCharacter = code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
  return isCharacter ? { code, isByte: false, end } : undefined;
}
