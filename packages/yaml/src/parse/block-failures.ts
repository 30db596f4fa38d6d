import { COLON, DASH, QUESTION } from './characters.ts';
import { isIndicator, isPlainAt, isQuote } from './block-indicators.ts';
import type { MappingBuilder } from './entries.ts';
import { findPlainTextEnd } from './plain-scalar.ts';
import { readQuotedText } from './quoted-scalar.ts';
import type { Reader } from './reader.ts';

/** A collection starts on the line of a key. */
export function failAtIndicator(reader: Reader, code: number): never {
  const problem =
    code === DASH
      ? 'block sequence entries are not allowed in this context'
      : code === QUESTION
        ? 'mapping keys are not allowed in this context'
        : 'mapping values are not allowed in this context';
  reader.fail(problem, reader.pos, {
    scanner: true,
    hint: 'Put the nested collection on a line of its own.',
  });
}

/** A line among the items of a list in `column`, from `start` on, is no item. */
export function failInSequence(reader: Reader, column: number, start: number): never {
  const { text, pos } = reader;
  const code = text.charCodeAt(pos);
  // In the column of the list a scalar has to be a key, go-yaml says, before it says that keys do not belong here.
  if (
    reader.column === column &&
    isPlainAt(text, pos, code) &&
    text.charCodeAt(reader.plainEnd(pos)) !== COLON
  ) {
    failAtMissingColon(reader, pos);
  }
  reader.fail("did not find expected '-' indicator", pos, {
    context: start,
    hint: 'Indent this line as the items of the list, or less to end the list.',
  });
}

/** A line among the entries of a mapping is none. */
export function failInMapping(reader: Reader, mapping: MappingBuilder): never {
  failInNextToken(reader);
  reader.fail('did not find expected key', reader.pos, {
    context: mapping.start,
    hint: 'Indent this line as the other keys of the mapping.',
  });
}

/** What is wrong with the next token go-yaml says before it says that there must not be one. */
function failInNextToken(reader: Reader): void {
  const { text, pos, lineStart } = reader;
  const code = text.charCodeAt(pos);
  if (isQuote(code)) readQuotedText(reader);
  else if (code === DASH && isIndicator(text, pos) && text.slice(lineStart, pos).trim() !== '')
    failAtIndicator(reader, code);
  reader.pos = pos;
  reader.lineStart = lineStart;
}

/** A text stands where a key has to, and no colon comes. */
export function failAtMissingColon(reader: Reader, start: number): never {
  const problem = "could not find expected ':'";
  reader.fail(problem, start, {
    context: start,
    scanner: true,
    goProblem: { problem, offset: endOfScalar(reader, start) },
    hint: 'A key needs a colon and a space after it.',
  });
}

/** Where go-yaml stands when it misses the colon of a key: behind all lines of what might be a text. */
function endOfScalar(reader: Reader, start: number): number {
  if (!isPlainAt(reader.text, start, reader.text.charCodeAt(start))) {
    reader.skipToToken();
    return reader.pos;
  }
  return findPlainTextEnd(reader, start, start - reader.lineStart - 1);
}
