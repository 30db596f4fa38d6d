import { DASH, isBlankOrBreak, isDocumentMarker, PERCENT } from './characters.ts';
import { readBlockNode, readMappingValue } from './block.ts';
import { checkTrailing } from './trailing.ts';
import { readDirective } from './directive.ts';
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
  const { text } = reader;
  skipByteOrderMark(reader);
  skipToContent(reader);
  const marked = isStartMarker(reader);
  if (marked) skipStartMarker(reader);
  if (reader.column === -1) {
    if (!marked && reader.pos < reader.end && !isStartMarker(reader)) failAtEndMarker(reader);
    if (marked && reader.settings.dialect === 'kustomize') checkTrailing(reader);
    return { value: null, start: undefined, marked };
  }
  const start = reader.pos;
  // On the line of the marker no block collection may start.
  const inline = marked && text.slice(reader.lineStart, start).startsWith('---');
  const value = inline ? readMappingValue(reader, -1) : readBlockNode(reader, -1);
  checkTrailing(reader);
  reader.throwDeferred();
  return { value, start, marked };
}

function failAtEndMarker(reader: Reader): never {
  reader.fail('did not find expected node content', reader.pos, {
    hint: 'The line ... ends a document, and there is none before it: remove the line.',
  });
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
