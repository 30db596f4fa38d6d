import {
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COLON,
  COMMA,
  HASH,
  isBlankOrBreak,
  isDocumentMarker,
  NEWLINE,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUESTION,
  SPACE,
  TAB,
} from './characters.ts';
import type { Reader } from './reader.ts';

/** The end of the text before trailing blanks. */
export function trimBlanks(text: string, start: number, end: number): number {
  let i = end;
  while (i > start) {
    const code = text.charCodeAt(i - 1);
    if (code !== SPACE && code !== TAB) break;
    i--;
  }
  return i;
}

/**
 * Reads a plain scalar of a block that is no key, all its lines, and moves to the next token.
 * `lineEnd` is what {@link Reader.plainEnd} found on its first line.
 */
export function readPlainText(reader: Reader, start: number, lineEnd: number, indent: number): string {
  const { text, end } = reader;
  const stop = text.charCodeAt(lineEnd);
  if (stop === COLON) failAtMappingValue(reader, lineEnd, start);
  const first = text.slice(start, trimBlanks(text, start, lineEnd));
  if (stop === NEWLINE) {
    // Nearly always the next line starts another node, and its indentation alone says so.
    const lineStart = lineEnd + 1;
    let next = lineStart;
    while (text.charCodeAt(next) === SPACE) next++;
    const code = text.charCodeAt(next);
    if (next - lineStart <= indent && next < end && code !== NEWLINE && code !== HASH && code !== TAB) {
      reader.startLine(lineStart, next);
      return first;
    }
    return readMoreLines(reader, start, first, lineEnd, indent);
  }
  reader.pos = lineEnd;
  reader.skipToToken();
  return first;
}

/** Joins the further lines of a plain scalar: one line end becomes a space, more become one less. */
function readMoreLines(
  reader: Reader,
  start: number,
  first: string,
  lineEnd: number,
  indent: number,
): string {
  const { text } = reader;
  let result = first;
  let at = lineEnd;
  for (;;) {
    const line = nextContentLine(reader, at, start, indent);
    if (line === undefined) return result;
    if (isColon(text, line.start)) break;
    result += reader.foldedBreaks(at, line.start, line.breaks);
    const stop = reader.plainEnd(line.start);
    result += text.slice(line.start, trimBlanks(text, line.start, stop));
    at = stop;
    if (text.charCodeAt(stop) === COLON) failAtMappingValue(reader, stop, start);
    if (text.charCodeAt(stop) === HASH) break;
  }
  reader.pos = at;
  reader.skipToToken();
  return result;
}

/** The next token after a plain scalar with all its lines, or the colon in it that must not be there. */
export function findPlainTextEnd(reader: Reader, start: number, indent: number): number {
  const { text } = reader;
  let stop = reader.plainEnd(start);
  while (text.charCodeAt(stop) === NEWLINE) {
    const line = nextContentLine(reader, stop, start, indent);
    if (line === undefined) return reader.pos;
    stop = reader.plainEnd(line.start);
  }
  if (text.charCodeAt(stop) === COLON) return stop;
  reader.pos = stop;
  reader.skipToToken();
  return reader.pos;
}

interface ContentLine {
  readonly start: number;
  /** Line ends between the text so far and this. */
  readonly breaks: number;
}

/**
 * The next line that goes on with the scalar whose last line ended at `lineEnd`; where there is none, the
 * reader has moved to the next token, over blank lines that may have tabs here alone.
 */
function nextContentLine(
  reader: Reader,
  lineEnd: number,
  start: number,
  indent: number,
): ContentLine | undefined {
  const { text, end } = reader;
  let breaks = 0;
  let i = lineEnd;
  for (;;) {
    i++;
    breaks++;
    if (i >= end) return endOfText(reader);
    const lineStart = i;
    while (text.charCodeAt(i) === SPACE) i++;
    const column = i - lineStart;
    if (text.charCodeAt(i) === TAB) {
      if (column <= indent) failAtIndentationTab(reader, i, start);
      while (text.charCodeAt(i) === TAB || text.charCodeAt(i) === SPACE) i++;
    }
    const code = text.charCodeAt(i);
    if (code === NEWLINE) continue;
    const goesOn = code !== HASH && column > indent && !(column === 0 && isDocumentMarker(text, i));
    if (goesOn) return { start: i, breaks };
    reader.startLine(lineStart, i);
    if (code === HASH) reader.skipToToken();
    return undefined;
  }
}

function endOfText(reader: Reader): undefined {
  reader.startLine(reader.end, reader.end);
}

function failAtIndentationTab(reader: Reader, offset: number, context: number): never {
  reader.fail('found a tab character that violates indentation', offset, {
    context,
    scanner: true,
    hint: 'YAML is indented with spaces: replace the tab.',
  });
}

/** `a: b: c`, or a value whose next line is indented as if it were a mapping. */
export function failAtMappingValue(reader: Reader, colon: number, start: number): never {
  const sameLine = !reader.text.slice(start, colon).includes('\n');
  reader.fail('mapping values are not allowed in this context', colon, {
    context: colon,
    scanner: true,
    hint: sameLine
      ? 'Quote the text if its ": " is meant as text, or put the nested mapping on a line of its own.'
      : 'Check the indentation: this line continues the scalar that starts above it.',
  });
}

/** Reads a plain scalar within `[…]` or `{…}`, all its lines; stands just after it. */
export function readFlowPlainText(reader: Reader): string {
  const { text, end } = reader;
  const start = reader.pos;
  const firstStop = findFlowPlainEnd(text, start);
  if (text.charCodeAt(firstStop) !== NEWLINE) {
    reader.pos = firstStop;
    return text.slice(start, trimBlanks(text, start, firstStop));
  }
  let result = '';
  let from = start;
  for (;;) {
    const stop = findFlowPlainEnd(text, from);
    result += text.slice(from, trimBlanks(text, from, stop));
    reader.pos = stop;
    if (text.charCodeAt(stop) !== NEWLINE) return result;
    let i = stop;
    let breaks = 0;
    while (i < end && isBlankOrBreak(text.charCodeAt(i))) {
      if (text.charCodeAt(i++) === NEWLINE) {
        breaks++;
        reader.lineStart = i;
      }
    }
    reader.pos = i;
    const code = text.charCodeAt(i);
    const ended = i >= end || code === HASH || isFlowEnd(code) || isColon(text, i);
    if (ended || (i === reader.lineStart && isDocumentMarker(text, i))) return result;
    result += reader.foldedBreaks(stop, i, breaks);
    from = i;
  }
}

function findFlowPlainEnd(text: string, start: number): number {
  for (let i = start; ; i++) {
    const code = text.charCodeAt(i);
    // Lower-case letters, digits and most signs end nothing.
    if ((code > QUESTION && code < OPEN_BRACKET) || (code > CLOSE_BRACKET && code < OPEN_BRACE)) continue;
    if (code === NEWLINE || isFlowEnd(code) || isColon(text, i)) return i;
    if (code === HASH && i > start && isBlankOrBreak(text.charCodeAt(i - 1))) return i;
  }
}

/** go-yaml ends a plain scalar at a `?` as well. */
function isFlowEnd(code: number): boolean {
  return (
    code === COMMA ||
    code === QUESTION ||
    code === OPEN_BRACKET ||
    code === CLOSE_BRACKET ||
    code === OPEN_BRACE ||
    code === CLOSE_BRACE
  );
}

function isColon(text: string, offset: number): boolean {
  return text.charCodeAt(offset) === COLON && isBlankOrBreak(text.charCodeAt(offset + 1));
}
