import { UnusualForm } from './index-layout.ts';

const TAB = 0x09;
const NEWLINE = 0x0a;
const RETURN = 0x0d;
const SPACE = 0x20;
const DOUBLE = 0x22;
const HASH = 0x23;
const SINGLE = 0x27;
const DASH = 0x2d;
const COLON = 0x3a;
const BACKSLASH = 0x5c;

/** How the value of a line begins. */
export type ValueKind = 'none' | 'plain' | 'quoted' | 'block' | 'flow';

/** A line of block style, taken apart. Offsets are of the bytes, columns of the line. */
export interface YamlLine {
  readonly start: number;
  /** Column of the first character that is no space. */
  readonly indent: number;
  /** Column of the last dash, or -1. */
  readonly dash: number;
  /** Column of the key, or of what stands in its place. */
  readonly column: number;
  /** The key without quotes, or -1 twice. */
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly isQuotedKey: boolean;
  readonly kind: ValueKind;
  readonly valueStart: number;
  readonly valueEnd: number;
  /** Where the next line starts. A quoted value may have gone over several. */
  readonly next: number;
}

/** The end of a quoted text is not there yet. */
export interface Unfinished {
  /** From where to go on looking for it. */
  readonly resume: number;
}

/** What is known of the end of quoted texts. */
export interface QuoteState {
  /** From where to look for it; the part before has been looked at. */
  readonly resume: number;
  /** Nothing more will come. */
  readonly isWhole: boolean;
}

/**
 * Takes a line apart that is neither blank nor a comment, nor within a text of several lines.
 *
 * @param end Where the line ends, its newline not counted.
 * @throws UnusualForm for what only a whole parser can follow: anchors, tags, tabs, brackets over several lines.
 */
export function takeLineApart(
  bytes: Uint8Array,
  start: number,
  end: number,
  quotes: QuoteState,
): YamlLine | Unfinished {
  let at = skipSpaces(bytes, start, end);
  const indent = at - start;
  let dash = -1;
  while (bytes[at] === DASH && isBreak(bytes, at + 1, end)) {
    dash = at - start;
    at = skipSpaces(bytes, at + 1, end);
  }
  const key = keyAt(bytes, at, end);
  const value = valueAt(bytes, key ? skipSpaces(bytes, key.next, end) : at, end, quotes);
  if ('resume' in value) return value;
  // Written out: there are millions of lines, and copying objects takes longer than all else.
  return {
    start,
    indent,
    dash,
    column: at - start,
    keyStart: key ? key.start : -1,
    keyEnd: key ? key.end : -1,
    isQuotedKey: key !== undefined && key.isQuoted,
    kind: value.kind,
    valueStart: value.valueStart,
    valueEnd: value.valueEnd,
    next: value.next,
  };
}

/** A key: quoted, or plain up to a colon with a space or nothing behind it. */
function keyAt(
  bytes: Uint8Array,
  at: number,
  end: number,
): { start: number; end: number; isQuoted: boolean; next: number } | undefined {
  const first = bytes[at];
  if (first === DOUBLE || first === SINGLE) {
    const close = closingQuote(bytes, first, at + 1, end);
    if (close.end < 0) return undefined;
    const colon = skipSpaces(bytes, close.end + 1, end);
    if (bytes[colon] !== COLON || colon >= end || !isBreak(bytes, colon + 1, end)) return undefined;
    return { start: at + 1, end: close.end, isQuoted: true, next: colon + 1 };
  }
  if (first !== undefined && isIndicator(first)) return undefined;
  for (let i = at; i < end; i++) {
    const byte = bytes[i];
    if (byte === COLON && isBreak(bytes, i + 1, end))
      return { start: at, end: i, isQuoted: false, next: i + 1 };
    if (byte === HASH && bytes[i - 1] === SPACE) return undefined;
  }
  return undefined;
}

type Value = Pick<YamlLine, 'kind' | 'valueStart' | 'valueEnd' | 'next'>;

function valueAt(bytes: Uint8Array, at: number, end: number, quotes: QuoteState): Value | Unfinished {
  const first = at < end ? bytes[at] : undefined;
  if (first === undefined || first === HASH || first === RETURN)
    return { kind: 'none', valueStart: at, valueEnd: at, next: end + 1 };
  if (first === DOUBLE || first === SINGLE) return quotedAt(bytes, first, at, quotes);
  if (first === 0x7c || first === 0x3e)
    return { kind: 'block', valueStart: at, valueEnd: end, next: end + 1 };
  if (first === 0x5b || first === 0x7b) return { kind: 'flow', ...flowAt(bytes, at, end), next: end + 1 };
  if (isIndicator(first)) throw new UnusualForm(`a value begins with ${String.fromCharCode(first)}`);
  return { kind: 'plain', valueStart: at, valueEnd: plainEnd(bytes, at, end), next: end + 1 };
}

function quotedAt(
  bytes: Uint8Array,
  quote: number,
  at: number,
  { resume, isWhole }: QuoteState,
): Value | Unfinished {
  const close = closingQuote(bytes, quote, Math.max(at + 1, resume), bytes.length);
  if (close.end < 0) return { resume: close.stopped };
  const newline = bytes.indexOf(NEWLINE, close.end);
  // Another quote, which would make two of them a part of the text, may be yet to come.
  if (newline < 0 && !isWhole) return { resume: close.end };
  const lineEnd = newline < 0 ? bytes.length : newline;
  checkRest(bytes, close.end + 1, lineEnd);
  return { kind: 'quoted', valueStart: at + 1, valueEnd: close.end, next: lineEnd + 1 };
}

/** Brackets that close on the same line. */
function flowAt(bytes: Uint8Array, at: number, end: number): { valueStart: number; valueEnd: number } {
  let depth = 0;
  for (let i = at; i < end; i++) {
    const byte = bytes[i]!;
    if (byte === DOUBLE || byte === SINGLE) {
      i = closingQuote(bytes, byte, i + 1, end).end;
      if (i < 0) break;
    } else if (byte === 0x5b || byte === 0x7b) depth++;
    else if ((byte === 0x5d || byte === 0x7d) && --depth === 0) {
      checkRest(bytes, i + 1, end);
      return { valueStart: at, valueEnd: i + 1 };
    }
  }
  throw new UnusualForm('brackets go over several lines');
}

/** Behind a value that is closed there is a comment, or nothing. */
function checkRest(bytes: Uint8Array, from: number, end: number): void {
  const at = skipSpaces(bytes, from, end);
  if (at < end && bytes[at] !== HASH && bytes[at] !== RETURN) throw new UnusualForm('a value goes on');
}

/** Where a quote closes, or -1 and from where to go on looking. */
function closingQuote(
  bytes: Uint8Array,
  quote: number,
  from: number,
  end: number,
): { end: number; stopped: number } {
  for (let i = from; i < end; i++) {
    const byte = bytes[i];
    if (byte === BACKSLASH && quote === DOUBLE) {
      if (i + 1 >= end) return { end: -1, stopped: i };
      i++;
    } else if (byte === quote) {
      if (quote === DOUBLE) return { end: i, stopped: i };
      if (bytes[i + 1] !== SINGLE || i + 1 >= end) return { end: i, stopped: i };
      i++;
    }
  }
  return { end: -1, stopped: end };
}

function plainEnd(bytes: Uint8Array, at: number, end: number): number {
  let last = end;
  for (let i = at + 1; i < end; i++) {
    if (bytes[i] === HASH && bytes[i - 1] === SPACE) {
      last = i;
      break;
    }
  }
  while (last > at && (bytes[last - 1] === SPACE || bytes[last - 1] === RETURN)) last--;
  return last;
}

/** Where the first character is that is no space. @throws UnusualForm for a tab */
export function skipSpaces(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && bytes[at] === SPACE) at++;
  if (bytes[at] === TAB && at < end) throw new UnusualForm('a tab');
  return at;
}

function isBreak(bytes: Uint8Array, at: number, end: number): boolean {
  return at >= end || bytes[at] === SPACE || bytes[at] === TAB || bytes[at] === RETURN;
}

const INDICATORS: ReadonlySet<number> = new Set(new TextEncoder().encode('?!&*%@`,]}|>[{'));

/** Characters that a plain text does not begin with, save the dash and the quotes. */
function isIndicator(byte: number): boolean {
  return INDICATORS.has(byte);
}
