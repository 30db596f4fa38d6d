import { AT, BACKTICK, DASH, isBlankOrBreak, isDocumentMarker, PERCENT } from './characters.ts';
import { readBlockNode } from './block.ts';
import type { Reader } from './reader.ts';

/** The root of a document, or that there is none: nothing but comments and markers. */
export interface DocumentContent {
  readonly value: unknown;
  /** Where the root node starts; `undefined` for an empty document. */
  readonly start: number | undefined;
  /** Whether a `---` starts it: then it is a document even if it is empty. */
  readonly marked: boolean;
}

/** Reads one document with its directives and its `---`; the reader then stands at the marker that ends it. */
export function readDocument(reader: Reader): DocumentContent {
  skipByteOrderMark(reader);
  skipToContent(reader);
  const marked = isStartMarker(reader);
  if (marked) skipStartMarker(reader);
  if (reader.column === -1) {
    if (!marked && reader.pos < reader.end && !isStartMarker(reader)) failAtEndMarker(reader);
    return { value: null, start: undefined, marked };
  }
  const start = reader.pos;
  const value = readBlockNode(reader, -1);
  if (reader.column !== -1) checkTrailing(reader);
  reader.throwDeferred();
  return { value, start, marked };
}

function failAtEndMarker(reader: Reader): never {
  reader.fail('did not find expected node content', reader.pos, {
    hint: 'The line ... ends a document, and there is none before it: remove the line.',
  });
}

/** Text behind the root. go-yaml has looked at its first character at least. */
function checkTrailing(reader: Reader): void {
  const code = reader.text.charCodeAt(reader.pos);
  if (code === AT || code === BACKTICK) {
    reader.fail('found character that cannot start any token', reader.pos, {
      scanner: true,
      hint: 'Quote a text that starts with this character.',
    });
  }
  if (isOnLineOfRoot(reader)) {
    reader.fail('did not find expected key', reader.pos, { hint: 'Quote the text as a whole.' });
  }
  if (reader.settings.trailing === 'ignore') return;
  reader.fail('did not find expected <document start>', reader.pos, {
    hint: 'The document has ended before this line: indent it as the lines above.',
  });
}

/** go-yaml looks at the rest of a line that a root in quotes or brackets ends on, which may be a key for all it knows. */
function isOnLineOfRoot({ text, pos, lineStart }: Reader): boolean {
  if (text.slice(lineStart, pos).trim() === '') return false;
  return /:[ \t]*$|:[ \t]/.test(text.slice(pos, text.indexOf('\n', pos)));
}

function skipByteOrderMark(reader: Reader): void {
  if (reader.text.charCodeAt(reader.pos) !== 0xfeff) return;
  reader.pos++;
  reader.lineStart++;
}

/** Moves to the first token, over directives; stands at column -1 before a marker or at the end. */
function skipToContent(reader: Reader): void {
  reader.skipToFirstToken();
  while (reader.pos === reader.lineStart && reader.text.charCodeAt(reader.pos) === PERCENT) {
    readDirective(reader);
    if (!isStartMarker(reader) && reader.text.charCodeAt(reader.pos) !== PERCENT) {
      reader.fail('did not find expected <document start>', reader.pos, {
        hint: 'After directives comes a line with --- alone. Quote a text that starts with %.',
      });
    }
  }
}

function skipStartMarker(reader: Reader): void {
  reader.pos += 3;
  reader.skipToToken();
}

/** Whether the reader stands at `---`. */
export function isStartMarker(reader: Reader): boolean {
  const { text, pos } = reader;
  return (
    pos < reader.end &&
    pos === reader.lineStart &&
    text.charCodeAt(pos) === DASH &&
    isDocumentMarker(text, pos)
  );
}

function readDirective(reader: Reader): void {
  const { text } = reader;
  const lineEnd = text.indexOf('\n', reader.pos);
  const words = text
    .slice(reader.pos + 1, lineEnd)
    .replace(/(?:^|\s)#.*$/, '')
    .trim()
    .split(/\s+/);
  const [name, ...values] = words;
  if (name === 'YAML') checkVersion(reader, values);
  else if (name === 'TAG') addTagHandle(reader, values);
  else failInDirective(reader, 'found unknown directive name');
  reader.pos = lineEnd;
  reader.skipToToken();
}

function checkVersion(reader: Reader, values: readonly string[]): void {
  if (values.length !== 1 || !/^\d+\.\d+$/.test(values[0] ?? '')) {
    failInDirective(reader, 'did not find expected version number');
  }
  if (values[0] !== '1.1') failInDirective(reader, 'found incompatible YAML document');
}

function addTagHandle(reader: Reader, values: readonly string[]): void {
  const [handle = '', prefix = ''] = values;
  if (values.length !== 2 || !/^!(?:[\w-]*!)?$/.test(handle))
    failInDirective(reader, "did not find expected '!'");
  if (reader.tagHandles.has(handle)) failInDirective(reader, 'found duplicate %TAG directive');
  reader.tagHandles.set(handle, prefix);
}

function failInDirective(reader: Reader, problem: string): never {
  reader.fail(problem, reader.pos, {
    scanner: true,
    hint: 'Known are %YAML 1.1 and %TAG !handle! prefix. Quote a text that starts with %.',
  });
}

/** Moves behind the document: over `...` lines, to a `---` or the next content. `false` at the end of the text. */
export function skipDocumentEnd(reader: Reader): boolean {
  while (reader.pos < reader.end && isDocumentMarker(reader.text, reader.pos) && !isStartMarker(reader)) {
    const lineEnd = reader.text.indexOf('\n', reader.pos);
    if (!isBlankOrBreak(reader.text.charCodeAt(reader.pos + 3))) break;
    reader.pos += 3;
    if (reader.text.slice(reader.pos, lineEnd).trim() === '') reader.pos = lineEnd;
    reader.skipToToken();
  }
  return reader.pos < reader.end;
}
