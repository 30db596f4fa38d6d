import {
  COLON,
  DASH,
  GREATER,
  HASH,
  isBlankOrBreak,
  NEWLINE,
  PIPE,
  QUESTION,
  SPACE,
  startsPlain,
  TAB,
} from './characters.ts';
import { readBlockScalar } from './block-scalar.ts';
import { type Key, keyOf, MappingBuilder, plainKey } from './entries.ts';
import { internedKey } from './interned-key.ts';
import { type OneLineNode, readOneLineNode } from './one-line-node.ts';
import { failAtMappingValue, findPlainEnd, readPlainText, trimBlanks } from './plain-scalar.ts';
import { type Properties, readProperties, scalarValue, setAnchor, startsProperties } from './properties.ts';
import type { Reader } from './reader.ts';

/**
 * Reads the node at the reader, which may be a block collection, and moves to the next token.
 * `indent` is the column of the collection around it, -1 for the root. `properties` are those of a
 * line above; the ones on its own line may belong to its first key instead.
 */
export function readBlockNode(reader: Reader, indent: number, properties?: Properties): unknown {
  const { text } = reader;
  const start = reader.pos;
  const code = text.charCodeAt(start);
  if (isPlainAt(text, start, code)) {
    const stop = findPlainEnd(text, start);
    if (text.charCodeAt(stop) === COLON) return readMappingFromPlainKey(reader, start, stop);
    const plain = readPlainText(reader, start, stop, indent);
    return scalarValue(reader, plain, { properties, plain: true, offset: start });
  }
  switch (code) {
    case DASH:
      return readBlockSequence(reader, reader.column, 'indented');
    case QUESTION:
    case COLON:
      return readBlockMapping(reader, reader.column);
    case PIPE:
    case GREATER:
      return readBlockScalarValue(reader, indent, properties);
    default:
      if (startsProperties(code)) return readNodeWithProperties(reader, indent);
      return readOneLineKeyOrValue(reader, { column: reader.column, start, properties });
  }
}

/** Whether a plain scalar starts here; `-`, `?` and `:` start one if no blank follows. */
function isPlainAt(text: string, offset: number, code: number): boolean {
  if (startsPlain(code)) return true;
  if (code !== DASH && code !== QUESTION && code !== COLON) return false;
  return !isBlankOrBreak(text.charCodeAt(offset + 1));
}

function readBlockScalarValue(reader: Reader, indent: number, properties: Properties | undefined): unknown {
  const offset = reader.pos;
  return scalarValue(reader, readBlockScalar(reader, indent), { properties, plain: false, offset });
}

/** A node whose anchor or tag stands on its own first line. */
function readNodeWithProperties(reader: Reader, indent: number): unknown {
  const { text } = reader;
  const { column } = reader;
  const properties = readProperties(reader);
  const start = reader.pos;
  const code = text.charCodeAt(start);
  let value: unknown;
  if (isLineEnd(code)) {
    value = readNodeBelow(reader, indent, properties);
  } else if (code === PIPE || code === GREATER) {
    value = readBlockScalarValue(reader, indent, properties);
  } else if (isPlainAt(text, start, code)) {
    const stop = findPlainEnd(text, start);
    if (text.charCodeAt(stop) === COLON)
      return readMappingFromTaggedKey(reader, { column, properties, stop });
    const plain = readPlainText(reader, start, stop, indent);
    value = scalarValue(reader, plain, { properties, plain: true, offset: start });
  } else {
    if (isIndicator(text, start)) failAtIndicator(reader, code);
    return readOneLineKeyOrValue(reader, { column, start: properties.start, properties });
  }
  setAnchor(reader, properties, value);
  return value;
}

function readMappingFromTaggedKey(
  reader: Reader,
  { column, properties, stop }: { column: number; properties: Properties; stop: number },
): unknown {
  const { text } = reader;
  const written = text.slice(reader.pos, trimBlanks(text, reader.pos, stop));
  const value = scalarValue(reader, written, { properties, plain: true, offset: reader.pos });
  setAnchor(reader, properties, value);
  reader.pos = stop;
  return readBlockMapping(reader, column, {
    read: () => keyOf(reader, value, { text: written, offset: properties.start }),
    offset: properties.start,
  });
}

/** Quoted scalars, aliases and flow collections: keys of a mapping if a colon follows. */
function readOneLineKeyOrValue(
  reader: Reader,
  { column, start, properties }: { column: number; start: number; properties: Properties | undefined },
): unknown {
  const node = readOneLineNode(reader, properties);
  if (node.oneLine && isColonIndicator(reader)) {
    return readBlockMapping(reader, column, {
      read: () => keyOf(reader, node.value, { offset: start }),
      offset: start,
    });
  }
  finishOneLineNode(reader, node, start);
  return node.value;
}

function finishOneLineNode(reader: Reader, node: OneLineNode, start: number): void {
  if (isColonIndicator(reader)) failAtMappingValue(reader, reader.pos, start);
  reader.skipToToken();
}

function isColonIndicator(reader: Reader): boolean {
  const { text, pos } = reader;
  return text.charCodeAt(pos) === COLON && isBlankOrBreak(text.charCodeAt(pos + 1));
}

function readMappingFromPlainKey(reader: Reader, start: number, colon: number): Record<string, unknown> {
  reader.pos = colon;
  return readBlockMapping(reader, reader.column, {
    read: () => plainKeyAt(reader, start, colon),
    offset: start,
  });
}

function plainKeyAt(reader: Reader, start: number, colon: number): Key {
  const { text } = reader;
  return plainKey(reader, internedKey(text, start, trimBlanks(text, start, colon)), start);
}

/** A key that is read already but for the check that it is a string, with the reader at its colon. */
interface FirstKey {
  readonly read: () => Key;
  readonly offset: number;
}

/** Reads a mapping whose keys stand in `column`, and moves to the next token after it. */
function readBlockMapping(reader: Reader, column: number, first?: FirstKey): Record<string, unknown> {
  const start = first?.offset ?? reader.pos;
  reader.enter(start);
  const mapping = new MappingBuilder(reader);
  if (first) readValueOf(reader, column, { mapping, key: first.read(), offset: first.offset });
  else readEntry(reader, column, mapping);
  while (reader.column === column) readEntry(reader, column, mapping);
  if (reader.column > column) failInMapping(reader, start);
  reader.depth--;
  return mapping.finish();
}

function readEntry(reader: Reader, column: number, mapping: MappingBuilder): void {
  const { text } = reader;
  const offset = reader.pos;
  const code = text.charCodeAt(offset);
  if (isPlainAt(text, offset, code)) {
    const colon = findPlainEnd(text, offset);
    if (text.charCodeAt(colon) !== COLON) failAtMissingColon(reader, offset);
    reader.pos = colon;
    readValueOf(reader, column, { mapping, key: plainKeyAt(reader, offset, colon), offset });
  } else if (code === QUESTION) {
    readExplicitEntry(reader, column, mapping);
  } else {
    const key = code === COLON ? keyOf(reader, null, { text: '', offset }) : readOtherKey(reader, offset);
    readValueOf(reader, column, { mapping, key, offset });
  }
}

/** A key that is quoted, an alias, or has an anchor or a tag; the reader then stands at its colon. */
function readOtherKey(reader: Reader, offset: number): Key {
  const { text } = reader;
  const properties = startsProperties(text.charCodeAt(offset)) ? readProperties(reader) : undefined;
  const start = reader.pos;
  const code = text.charCodeAt(start);
  if (properties && isPlainAt(text, start, code)) {
    const colon = findPlainEnd(text, start);
    if (text.charCodeAt(colon) !== COLON) failAtMissingColon(reader, start);
    const written = text.slice(start, trimBlanks(text, start, colon));
    const value = scalarValue(reader, written, { properties, plain: true, offset: start });
    setAnchor(reader, properties, value);
    reader.pos = colon;
    return keyOf(reader, value, { text: written, offset });
  }
  if (isIndicator(text, start) || code === PIPE || code === GREATER) failInMapping(reader, offset);
  const node = readOneLineNode(reader, properties);
  if (!node.oneLine || !isColonIndicator(reader)) failAtMissingColon(reader, offset);
  return keyOf(reader, node.value, { offset });
}

/** `? key` and, on a line of its own, `: value`. */
function readExplicitEntry(reader: Reader, column: number, mapping: MappingBuilder): void {
  const offset = reader.pos;
  reader.pos++;
  const keyNode = readIndicated(reader, column);
  const key = keyOf(reader, keyNode, {
    ...(typeof keyNode === 'object' ? {} : { text: String(keyNode) }),
    offset,
  });
  const colon = reader.pos;
  let value: unknown = null;
  if (reader.column === column && isColonIndicator(reader)) {
    reader.pos++;
    value = readIndicated(reader, column);
  }
  mapping.put(key, value, offset, colon);
}

/** Reads the value after a key's colon, at which the reader stands, into the mapping. */
function readValueOf(
  reader: Reader,
  column: number,
  { mapping, key, offset }: { mapping: MappingBuilder; key: Key; offset: number },
): void {
  const colon = reader.pos;
  reader.pos++;
  mapping.put(key, readMappingValue(reader, column), offset, colon);
}

function readMappingValue(reader: Reader, column: number): unknown {
  const { text } = reader;
  const code = skipBlanks(reader);
  if (isLineEnd(code)) return readNodeBelow(reader, column);
  if (startsPlain(code)) return readPlainValue(reader, column);
  if (!startsProperties(code)) return readInlineContent(reader, column);
  const properties = readProperties(reader);
  const value = isLineEnd(text.charCodeAt(reader.pos))
    ? readNodeBelow(reader, column, properties)
    : readInlineContent(reader, column, properties);
  setAnchor(reader, properties, value);
  return value;
}

function readPlainValue(reader: Reader, indent: number, properties?: Properties): unknown {
  const offset = reader.pos;
  const plain = readPlainText(reader, offset, findPlainEnd(reader.text, offset), indent);
  return scalarValue(reader, plain, { properties, plain: true, offset });
}

/** A value on the line of its key, where no block collection may start. */
function readInlineContent(reader: Reader, indent: number, properties?: Properties): unknown {
  const { text } = reader;
  const start = reader.pos;
  const code = text.charCodeAt(start);
  if (isPlainAt(text, start, code)) return readPlainValue(reader, indent, properties);
  if (code === PIPE || code === GREATER) return readBlockScalarValue(reader, indent, properties);
  if (isIndicator(text, start)) failAtIndicator(reader, code);
  const node = readOneLineNode(reader, properties);
  finishOneLineNode(reader, node, start);
  return node.value;
}

/** The node on the lines below its key, anchor or tag; nothing more indented there means null. */
function readNodeBelow(reader: Reader, indent: number, properties?: Properties): unknown {
  const offset = reader.pos;
  reader.skipToToken();
  if (reader.column > indent) return readBlockNode(reader, indent, properties);
  if (reader.column === indent && isDashIndicator(reader)) return readBlockSequence(reader, indent, 'at key');
  return scalarValue(reader, '', { properties, plain: true, offset });
}

/** The node after `-`, `?` or an explicit `:`, where a block collection may start on the line. */
function readIndicated(reader: Reader, column: number): unknown {
  const { text } = reader;
  let i = reader.pos;
  let code = text.charCodeAt(i);
  while (code === SPACE) code = text.charCodeAt(++i);
  if (code === TAB) reader.failAtTab(i);
  reader.pos = i;
  if (!isLineEnd(code)) {
    reader.column = i - reader.lineStart;
    return readBlockNode(reader, column);
  }
  reader.skipToToken();
  return reader.column > column ? readBlockNode(reader, column) : null;
}

/** Reads `- item` lines; `at key` those that are not indented further than the key they belong to. */
function readBlockSequence(reader: Reader, column: number, placement: 'indented' | 'at key'): unknown[] {
  const start = reader.pos;
  reader.enter(start);
  const items: unknown[] = [];
  do {
    reader.positions?.addItem(items, reader.pos);
    reader.pos++;
    items.push(readIndicated(reader, column));
  } while (reader.column === column && isDashIndicator(reader));
  if (placement === 'indented' && reader.column >= column) {
    reader.fail("did not find expected '-' indicator", reader.pos, {
      context: start,
      hint: 'Indent this line as the items of the list, or less to end the list.',
    });
  }
  reader.depth--;
  return items;
}

function isDashIndicator(reader: Reader): boolean {
  const { text, pos } = reader;
  return text.charCodeAt(pos) === DASH && isBlankOrBreak(text.charCodeAt(pos + 1));
}

function isIndicator(text: string, offset: number): boolean {
  const code = text.charCodeAt(offset);
  if (code !== DASH && code !== QUESTION && code !== COLON) return false;
  return isBlankOrBreak(text.charCodeAt(offset + 1));
}

function isLineEnd(code: number): boolean {
  return code === NEWLINE || code === HASH;
}

function skipBlanks(reader: Reader): number {
  const { text } = reader;
  let code = text.charCodeAt(reader.pos);
  while (code === SPACE || code === TAB) code = text.charCodeAt(++reader.pos);
  return code;
}

function failAtIndicator(reader: Reader, code: number): never {
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

function failInMapping(reader: Reader, start: number): never {
  reader.fail('did not find expected key', reader.pos, {
    context: start,
    hint: 'Indent this line as the other keys of the mapping.',
  });
}

function failAtMissingColon(reader: Reader, start: number): never {
  const { text } = reader;
  const lineEnd = text.indexOf('\n', start);
  reader.fail("could not find expected ':'", start, {
    context: start,
    scanner: true,
    goProblem: { problem: "could not find expected ':'", offset: lineEnd + 1 },
    hint: 'A key needs a colon and a space after it.',
  });
}
