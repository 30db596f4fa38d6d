import { COLON, DASH, GREATER, PIPE, QUESTION, SPACE, startsPlain, TAB } from './characters.ts';
import { readBlockScalar } from './block-scalar.ts';
import { failAtIndicator, failInMapping, failInSequence } from './block-failures.ts';
import {
  isPlainAt,
  isColonIndicator,
  isDashIndicator,
  startsBlockScalar,
  isIndicator,
  isLineEnd,
  skipBlanks,
  isQuote,
} from './block-indicators.ts';
import { readPlainKey, readOtherKey, readTaggedKey, explicitKey, explicitKeyText } from './block-key.ts';
import { type Key, keyOf, MappingBuilder } from './entries.ts';
import { type OneLineNode, readOneLineNode } from './one-line-node.ts';
import { failAtMappingValue, readPlainText } from './plain-scalar.ts';
import {
  isStrayBehindProperties,
  joinProperties,
  type Properties,
  readProperties,
  scalarValue,
  setAnchor,
  startsProperties,
} from './properties.ts';
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
    const stop = reader.plainEnd(start);
    if (text.charCodeAt(stop) === COLON) return readMappingFromPlainKey(reader, start, stop);
    const plain = readPlainText(reader, start, stop, indent);
    return scalarValue(reader, plain, { properties, plain: true, offset: start });
  }
  switch (code) {
    case DASH:
      return readBlockSequence(reader, reader.column, 'indented');
    case QUESTION:
    case COLON:
      return readFurtherEntries(reader, openMapping(reader, reader.column, start));
    case PIPE:
    case GREATER:
      return readBlockScalarValue(reader, indent, properties);
    default:
      if (startsProperties(code)) return readNodeWithProperties(reader, indent, properties);
      return readOneLineKeyOrValue(reader, { column: reader.column, start, above: properties });
  }
}

function readBlockScalarValue(reader: Reader, indent: number, properties: Properties | undefined): unknown {
  const offset = reader.pos;
  return scalarValue(reader, readBlockScalar(reader, indent), { properties, plain: false, offset });
}

/** A node whose anchor or tag stands on its own first line. */
function readNodeWithProperties(reader: Reader, indent: number, above?: Properties): unknown {
  const { text } = reader;
  const { column } = reader;
  const own = readProperties(reader);
  const properties = joinProperties(above, own);
  if (!properties) return readNothing(reader, own);
  const start = reader.pos;
  const code = text.charCodeAt(start);
  let value: unknown;
  if (isLineEnd(code)) {
    reader.skipToToken();
    value = readIndentedNode(reader, indent, properties);
  } else if (isStrayBehindProperties(code)) {
    value = readNothing(reader, properties);
  } else if (code === PIPE || code === GREATER) {
    value = readBlockScalarValue(reader, indent, properties);
  } else if (isPlainAt(text, start, code)) {
    const stop = reader.plainEnd(start);
    if (text.charCodeAt(stop) === COLON)
      return readMappingFromTaggedKey(reader, { column, properties: own, stop });
    const plain = readPlainText(reader, start, stop, indent);
    value = scalarValue(reader, plain, { properties, plain: true, offset: start });
  } else {
    if (code === COLON) return readMappingFromTaggedKey(reader, { column, properties: own, stop: start });
    if (isIndicator(text, start)) failAtIndicator(reader, code);
    return readOneLineKeyOrValue(reader, { column, start: own.start, properties: own, above });
  }
  setAnchor(reader, properties, value);
  return value;
}

/** go-yaml takes what it has for a node without content, and fails, if at all, at what has no place behind it. */
function readNothing(reader: Reader, properties: Properties): unknown {
  reader.column = reader.pos - reader.lineStart;
  return scalarValue(reader, '', { properties, plain: true, offset: reader.pos });
}

function readMappingFromTaggedKey(
  reader: Reader,
  { column, properties, stop }: { column: number; properties: Properties; stop: number },
): unknown {
  const mapping = openMapping(reader, column, properties.start);
  const key = readTaggedKey(reader, properties, stop);
  readValueOf(reader, mapping, key, properties.start);
  return readFurtherEntries(reader, mapping);
}

/**
 * Quoted scalars, aliases and flow collections: keys of a mapping if a colon follows. `properties` are those
 * on the line, `above` those of a line above, which a mapping has for itself.
 */
function readOneLineKeyOrValue(reader: Reader, { column, start, properties, above }: OneLineStart): unknown {
  const quoted = isQuote(reader.text.charCodeAt(reader.pos));
  const node = readOneLineNode(reader, properties);
  if (node.oneLine && isColonIndicator(reader)) {
    const mapping = openMapping(reader, column, start);
    readValueOf(reader, mapping, keyOf(reader, node.value, { offset: start }), start);
    return readFurtherEntries(reader, mapping);
  }
  finishOneLineNode(reader, node, start);
  if (!above || !quoted) return node.value;
  return scalarValue(reader, String(node.value), { properties: above, plain: false, offset: start });
}

interface OneLineStart {
  readonly column: number;
  readonly start: number;
  readonly properties?: Properties;
  readonly above?: Properties | undefined;
}

function finishOneLineNode(reader: Reader, node: OneLineNode, start: number): void {
  if (isColonIndicator(reader)) failAtMappingValue(reader, reader.pos, start);
  reader.skipToToken();
}

function readMappingFromPlainKey(reader: Reader, start: number, colon: number): Record<string, unknown> {
  const mapping = openMapping(reader, reader.column, start);
  readPlainEntry(reader, mapping, colon);
  return readFurtherEntries(reader, mapping);
}

function openMapping(reader: Reader, column: number, start: number): MappingBuilder {
  reader.enter(start);
  return new MappingBuilder(reader, { column, start });
}

/** Reads the entries that stand in the mapping's column, and moves to the next token after it. */
function readFurtherEntries(reader: Reader, mapping: MappingBuilder): Record<string, unknown> {
  const { column } = mapping;
  while (reader.column === column) readEntry(reader, mapping);
  if (reader.column > column) failInMapping(reader, mapping);
  reader.depth--;
  return mapping.finish();
}

function readEntry(reader: Reader, mapping: MappingBuilder): void {
  const { text, pos } = reader;
  const code = text.charCodeAt(pos);
  if (isPlainAt(text, pos, code)) readPlainEntry(reader, mapping, reader.plainEnd(pos));
  else if (code === QUESTION) readExplicitEntry(reader, mapping);
  else if (code === COLON) failInMapping(reader, mapping);
  else readValueOf(reader, mapping, readOtherKey(reader, mapping), pos);
}

/** An entry whose key is plain and ends at `colon`, if a colon is there. */
function readPlainEntry(reader: Reader, mapping: MappingBuilder, colon: number): void {
  const start = reader.pos;
  const key = readPlainKey(reader, mapping, colon);
  readValueOf(reader, mapping, key, start);
}

/** `? key` and, on a line of its own, `: value`. */
function readExplicitEntry(reader: Reader, mapping: MappingBuilder): void {
  const offset = reader.pos;
  reader.pos++;
  const text = explicitKeyText(reader);
  const { deferred } = reader;
  const node = readIndicated(reader, mapping.column);
  // As keys, infinities are words.
  if (typeof node === 'number' && !Number.isFinite(node)) reader.deferred = deferred;
  // kustomize prints a key that is not there as `""`.
  const key = explicitKey(reader, node, { text, offset });
  const colon = reader.pos;
  let value: unknown = null;
  if (reader.column === mapping.column && isColonIndicator(reader)) {
    reader.pos++;
    value = readIndicated(reader, mapping.column);
  }
  mapping.put(key, value, offset, colon);
}

/** Reads the value after a key's colon, at which the reader stands, into the mapping. */
function readValueOf(reader: Reader, mapping: MappingBuilder, key: Key, offset: number): void {
  const colon = reader.pos;
  reader.pos++;
  mapping.put(key, readMappingValue(reader, mapping.column), offset, colon);
}

/** Reads what may stand behind the colon of a key in a column, or behind `---` with column -1. */
export function readMappingValue(reader: Reader, column: number): unknown {
  const { text } = reader;
  const code = skipBlanks(reader);
  if (isLineEnd(code)) return readValueBelow(reader, column);
  if (startsPlain(code)) return readPlainValue(reader, column);
  if (!startsProperties(code)) return readInlineContent(reader, column);
  const properties = readProperties(reader);
  const next = text.charCodeAt(reader.pos);
  let value: unknown;
  if (isLineEnd(next)) value = readValueBelow(reader, column, properties);
  else if (isStrayBehindProperties(next)) value = readNothing(reader, properties);
  else value = readInlineContent(reader, column, properties);
  setAnchor(reader, properties, value);
  return value;
}

function readPlainValue(reader: Reader, indent: number, properties?: Properties): unknown {
  const offset = reader.pos;
  const plain = readPlainText(reader, offset, reader.plainEnd(offset), indent);
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

/** The value on the lines below its key; a list may stand in the column of the key. */
function readValueBelow(reader: Reader, indent: number, properties?: Properties): unknown {
  reader.skipToToken();
  if (reader.column === indent && isDashIndicator(reader)) return readBlockSequence(reader, indent, 'at key');
  // go-yaml asks no indentation of the indicator of a block scalar.
  if (reader.column === indent && startsBlockScalar(reader))
    return readBlockScalarValue(reader, indent, properties);
  return readIndentedNode(reader, indent, properties);
}

/** The node at the next token; null if that is not indented further. */
function readIndentedNode(reader: Reader, indent: number, properties?: Properties): unknown {
  const offset = reader.pos;
  if (reader.column > indent) return readBlockNode(reader, indent, properties);
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
  return readIndentedNode(reader, column);
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
  if (placement === 'indented' && reader.column >= column) failInSequence(reader, column, start);
  reader.depth--;
  return items;
}
