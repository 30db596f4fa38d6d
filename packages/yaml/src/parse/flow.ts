import { copyAliased } from './alias-copy.ts';
import {
  ASTERISK,
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COLON,
  COMMA,
  DASH,
  DOUBLE_QUOTE,
  HASH,
  isBlankOrBreak,
  isDocumentMarker,
  NEWLINE,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUESTION,
  SINGLE_QUOTE,
  startsPlain,
} from './characters.ts';
import { type Key, keyOf, MappingBuilder, plainKey } from './entries.ts';
import { readFlowPlainText } from './plain-scalar.ts';
import {
  type Properties,
  readAlias,
  readProperties,
  scalarValue,
  setAnchor,
  startsProperties,
} from './properties.ts';
import { readQuotedText } from './quoted-scalar.ts';
import type { Reader } from './reader.ts';

/** Reads the `[…]` or `{…}` that starts at the reader, and stands just after it. */
export function readFlowCollection(reader: Reader): unknown {
  const start = reader.pos;
  reader.enter(start);
  const value =
    reader.text.charCodeAt(start) === OPEN_BRACKET
      ? readFlowSequence(reader, start)
      : readFlowMapping(reader, start);
  reader.depth--;
  return value;
}

function readFlowSequence(reader: Reader, start: number): unknown[] {
  const { text } = reader;
  const items: unknown[] = [];
  reader.pos++;
  for (;;) {
    skipFlowBlanks(reader);
    if (text.charCodeAt(reader.pos) === CLOSE_BRACKET) break;
    reader.positions?.addItem(items, reader.pos);
    items.push(readSequenceEntry(reader));
    skipFlowBlanks(reader);
    const code = text.charCodeAt(reader.pos);
    if (code === CLOSE_BRACKET) break;
    if (code !== COMMA) failInFlow(reader, "did not find expected ',' or ']'", start, ']');
    reader.pos++;
  }
  reader.pos++;
  return items;
}

/** An item of a sequence, which may be a single `key: value` without braces. */
function readSequenceEntry(reader: Reader): unknown {
  const { text, lineStart, pos: start } = reader;
  const explicit = isExplicitKey(text, start);
  const value = explicit ? readExplicitKeyNode(reader) : readFlowNode(reader);
  skipFlowBlanks(reader);
  if (!explicit && !isColonAfter(reader, lineStart)) return value;
  const pair = new MappingBuilder(reader, { column: -1, start });
  reader.depth++;
  putEntry(reader, pair, flowKey(reader, value, start), start);
  reader.depth--;
  return pair.finish();
}

function readFlowMapping(reader: Reader, start: number): Record<string, unknown> {
  const { text } = reader;
  const mapping = new MappingBuilder(reader, { column: -1, start });
  reader.pos++;
  for (;;) {
    skipFlowBlanks(reader);
    if (text.charCodeAt(reader.pos) === CLOSE_BRACE) break;
    const { lineStart, pos: keyStart } = reader;
    const explicit = isExplicitKey(text, keyStart);
    const node = explicit ? readExplicitKeyNode(reader) : readFlowNode(reader);
    skipFlowBlanks(reader);
    if (text.charCodeAt(reader.pos) === COLON && !explicit && !isColonAfter(reader, lineStart)) {
      failInFlow(reader, "did not find expected ',' or '}'", start, '}');
    }
    putEntry(reader, mapping, flowKey(reader, node, keyStart), keyStart);
    skipFlowBlanks(reader);
    const code = text.charCodeAt(reader.pos);
    if (code === CLOSE_BRACE) break;
    if (code !== COMMA) failInFlow(reader, "did not find expected ',' or '}'", start, '}');
    reader.pos++;
  }
  reader.pos++;
  return mapping.finish();
}

/** Whether a colon makes a key of the node before it, which has to be on the same line. */
function isColonAfter(reader: Reader, lineStart: number): boolean {
  return reader.text.charCodeAt(reader.pos) === COLON && reader.lineStart === lineStart;
}

function isExplicitKey(text: string, offset: number): boolean {
  return text.charCodeAt(offset) === QUESTION;
}

function readExplicitKeyNode(reader: Reader): unknown {
  reader.pos++;
  skipFlowBlanks(reader);
  return readFlowNode(reader, 'may be empty');
}

/** Takes the value after a key, if there is one, into a mapping. */
function putEntry(reader: Reader, mapping: MappingBuilder, key: Key, keyStart: number): void {
  const colon = reader.pos;
  let value: unknown = emptyValue(reader);
  if (reader.text.charCodeAt(colon) === COLON) {
    reader.pos++;
    skipFlowBlanks(reader);
    value = readFlowNode(reader, 'may be empty');
  }
  mapping.put(key, value, keyStart, colon);
}

/** The key that the node makes which was just read. */
function flowKey(reader: Reader, value: unknown, offset: number): Key {
  const text = reader.plainText;
  return text === undefined ? keyOf(reader, value, { offset }) : plainKey(reader, text, offset);
}

/** Reads a node; `plainText` of the reader then is its text if it is plain and without a tag. */
function readFlowNode(reader: Reader, content: 'needed' | 'may be empty' = 'needed'): unknown {
  const offset = reader.pos;
  reader.plainText = undefined;
  if (startsProperties(reader.text.charCodeAt(offset))) return readNodeWithProperties(reader, offset);
  if (content === 'needed' || !isNodeEnd(reader)) return readFlowContent(reader, offset, undefined);
  reader.plainText = '';
  return emptyValue(reader);
}

function readNodeWithProperties(reader: Reader, offset: number): unknown {
  const properties = readProperties(reader);
  skipFlowBlanks(reader);
  let value: unknown;
  if (!isNodeEnd(reader)) value = readFlowContent(reader, offset, properties);
  else if (properties.tag === undefined) value = emptyValue(reader);
  else value = scalarValue(reader, '', { properties, plain: true, offset });
  setAnchor(reader, properties, value);
  return value;
}

function readFlowContent(reader: Reader, offset: number, properties: Properties | undefined): unknown {
  const { text, pos } = reader;
  const code = text.charCodeAt(pos);
  if (code === DOUBLE_QUOTE || code === SINGLE_QUOTE) {
    const quoted = readQuotedText(reader);
    return properties ? scalarValue(reader, quoted, { properties, plain: false, offset }) : quoted;
  }
  if (code === OPEN_BRACE || code === OPEN_BRACKET) {
    const collection = readFlowCollection(reader);
    reader.plainText = undefined;
    return collection;
  }
  if (code === ASTERISK && !properties) return copyAliased(reader, readAlias(reader), offset);
  if (pos === reader.lineStart && isDocumentMarker(text, pos)) failAtNode(reader);
  if (!startsPlain(code) && !startsPlainByNext(text, pos)) return failAtStart(reader, code);
  const plain = readFlowPlainText(reader);
  if (properties?.tag === undefined) reader.plainText = plain;
  return scalarValue(reader, plain, { properties, plain: true, offset });
}

/** Whether what stands here ends a node, so that there is nothing of it. */
function isNodeEnd({ text, pos }: Reader): boolean {
  const code = text.charCodeAt(pos);
  return code === COLON || code === COMMA || code === CLOSE_BRACE || code === CLOSE_BRACKET;
}

/** kustomize prints what it has read before it decodes it, and nothing at all in braces as `''`. */
function emptyValue(reader: Reader): unknown {
  return reader.settings.dialect === 'kustomize' ? '' : null;
}

function startsPlainByNext(text: string, offset: number): boolean {
  const code = text.charCodeAt(offset);
  return code === DASH && !isBlankOrBreak(text.charCodeAt(offset + 1));
}

function failAtStart(reader: Reader, code: number): never {
  if (reader.pos >= reader.end || isNodeEnd(reader)) failAtNode(reader);
  if (code === DASH) {
    // go-yaml lets its parser say so, which only knows that this is no value.
    reader.fail('block sequence entries are not allowed in this context', reader.pos, {
      goProblem: { problem: 'did not find expected node content', offset: reader.pos },
      hint: 'Between [ ] and { } items are separated by commas.',
    });
  }
  reader.fail('found character that cannot start any token', reader.pos, {
    scanner: true,
    hint: 'Quote a text that starts with this character.',
  });
}

function failAtNode(reader: Reader): never {
  reader.fail('did not find expected node content', reader.pos, {
    goProblem: { problem: 'did not find expected node content', offset: goEnd(reader) },
    context: goEnd(reader),
    hint: 'A value is missing here.',
  });
}

function failInFlow(reader: Reader, problem: string, start: number, close: string): never {
  reader.fail(problem, reader.pos, {
    context: start,
    goProblem: { problem, offset: goEnd(reader) },
    hint: `Separate entries with commas, and close with ${close} what is opened on line ${reader.lineOf(start)}.`,
  });
}

/** go-yaml puts the end of the stream on a line of its own. */
function goEnd(reader: Reader): number {
  return reader.pos >= reader.end ? reader.text.length : reader.pos;
}

/** Moves over blanks, line ends and comments; within flow collections indentation means nothing. */
function skipFlowBlanks(reader: Reader): void {
  const { text, end } = reader;
  let i = reader.pos;
  while (i < end) {
    const code = text.charCodeAt(i);
    if (code === NEWLINE) reader.lineStart = i + 1;
    else if (code === HASH) {
      i = text.indexOf('\n', i);
      continue;
    } else if (!isBlankOrBreak(code)) break;
    i++;
  }
  reader.pos = i;
}
