import { COLON, OPEN_BRACE, OPEN_BRACKET, SPACE } from './characters.ts';
import { failInMapping, failAtMissingColon } from './block-failures.ts';
import { isPlainAt, isColonIndicator, isIndicator, isLineEnd, isStray } from './block-indicators.ts';
import { type Key, keyOf, type MappingBuilder, plainKey } from './entries.ts';
import { internedKey } from './interned-key.ts';
import { readOneLineNode } from './one-line-node.ts';
import { failAtMappingValue, trimBlanks } from './plain-scalar.ts';
import { type Properties, readProperties, scalarValue, setAnchor, startsProperties } from './properties.ts';
import { resolveTimestamp } from '../resolve/timestamp.ts';
import type { Reader } from './reader.ts';

/** Characters that go-yaml looks for a colon in. */
const MAX_KEY = 1024;

/** A plain key that ends at `colon`, if a colon is there; the reader then stands at it. */
export function readPlainKey(reader: Reader, mapping: MappingBuilder, colon: number): Key {
  const { text } = reader;
  const start = reader.pos;
  if (text.charCodeAt(colon) !== COLON) failAtMissingColon(reader, start);
  if (colon - start > MAX_KEY) failAtLongKey(reader, mapping, start, colon);
  const key = plainKey(reader, internedKey(text, start, trimBlanks(text, start, colon)), start);
  reader.pos = colon;
  return key;
}

function failAtLongKey(reader: Reader, mapping: MappingBuilder, start: number, colon: number): void {
  if (Array.from(reader.text.slice(start, colon)).length <= MAX_KEY) return;
  if (start > mapping.start) failAtMissingColon(reader, start);
  failAtMappingValue(reader, colon, start);
}

/** A key that is quoted, an alias, or has an anchor or a tag; the reader then stands at its colon. */
export function readOtherKey(reader: Reader, mapping: MappingBuilder): Key {
  const { text } = reader;
  const offset = reader.pos;
  const properties = startsProperties(text.charCodeAt(offset)) ? readProperties(reader) : undefined;
  const start = reader.pos;
  const code = text.charCodeAt(start);
  if (properties && (isPlainAt(text, start, code) || code === COLON)) {
    return readTaggedKey(reader, properties, reader.plainEnd(start));
  }
  if (isIndicator(text, start) || isStray(code)) failInMapping(reader, mapping);
  const node = readOneLineNode(reader, properties);
  if (!node.oneLine || !isColonIndicator(reader)) {
    // Of a collection that has ended, go-yaml has forgotten that it could be a key.
    if (!properties && (code === OPEN_BRACE || code === OPEN_BRACKET)) {
      reader.pos = offset;
      failInMapping(reader, mapping);
    }
    failAtMissingColon(reader, offset);
  }
  return keyOf(reader, node.value, { offset });
}

/** A plain key behind an anchor or a tag. */
export function readTaggedKey(reader: Reader, properties: Properties, colon: number): Key {
  const { text } = reader;
  const start = reader.pos;
  if (text.charCodeAt(colon) !== COLON) failAtMissingColon(reader, start);
  const written = text.slice(start, trimBlanks(text, start, colon));
  const value = scalarValue(reader, written, { properties, plain: true, offset: start });
  setAnchor(reader, properties, value);
  reader.pos = colon;
  // kustomize prints a key that is not there as `""`.
  if (written === '' && value === null && reader.settings.dialect === 'kustomize') return '';
  const merges = properties.tag === undefined || properties.tag === '!!merge';
  if (merges && written === '<<') return plainKey(reader, written, start);
  return keyOf(reader, value, { text: written, offset: properties.start });
}

/** The key that the node behind a `?` makes, with what {@link explicitKeyText} says of it. */
export function explicitKey(
  reader: Reader,
  node: unknown,
  { text, offset }: { text: string | undefined; offset: number },
): Key {
  // kustomize prints a key that is not there as `""`, and reads what is in the outermost mapping as written.
  if (text === '' && node === null) return '';
  if (text !== undefined && reader.depth === 1 && resolveTimestamp(text) === node) return text;
  return keyOf(reader, node, { ...(text ? { text } : {}), offset });
}

/** The text of a plain key behind `?`; empty where nothing is on the line, or where the dialect does not ask for it. */
export function explicitKeyText(reader: Reader): string | undefined {
  if (reader.settings.dialect !== 'kustomize') return undefined;
  const { text } = reader;
  let start = reader.pos;
  while (text.charCodeAt(start) === SPACE) start++;
  const code = text.charCodeAt(start);
  if (isLineEnd(code)) return '';
  return isPlainAt(text, start, code)
    ? text.slice(start, trimBlanks(text, start, reader.plainEnd(start)))
    : undefined;
}
