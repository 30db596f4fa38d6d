import { copyAliased } from './alias-copy.ts';
import {
  ASTERISK,
  DOUBLE_QUOTE,
  OPEN_BRACE,
  OPEN_BRACKET,
  PERCENT,
  SINGLE_QUOTE,
  SPACE,
  TAB,
} from './characters.ts';
import { readFlowCollection } from './flow.ts';
import { type Properties, readAlias, scalarValue, setAnchor } from './properties.ts';
import { readQuotedText } from './quoted-scalar.ts';
import type { Reader } from './reader.ts';

/** A node that may be a key: quoted, an alias or a flow collection. */
export interface OneLineNode {
  readonly value: unknown;
  /** Whether it ended on the line that it started on, as a key must. */
  readonly oneLine: boolean;
}

/** Reads such a node, and stands after the blanks behind it. */
export function readOneLineNode(reader: Reader, properties: Properties | undefined): OneLineNode {
  const { lineStart } = reader;
  const value = readContent(reader, properties);
  if (properties) setAnchor(reader, properties, value);
  const { text } = reader;
  while (text.charCodeAt(reader.pos) === SPACE || text.charCodeAt(reader.pos) === TAB) reader.pos++;
  return { value, oneLine: reader.lineStart === lineStart };
}

function readContent(reader: Reader, properties: Properties | undefined): unknown {
  const offset = reader.pos;
  switch (reader.text.charCodeAt(offset)) {
    case DOUBLE_QUOTE:
    case SINGLE_QUOTE:
      return scalarValue(reader, readQuotedText(reader), { properties, plain: false, offset });
    case OPEN_BRACE:
    case OPEN_BRACKET:
      return readFlowCollection(reader);
    case ASTERISK:
      return copyAliased(reader, readAlias(reader), offset);
    default:
      return failAtStart(reader, offset);
  }
}

function failAtStart(reader: Reader, offset: number): never {
  const character = reader.text[offset] ?? '';
  if (',]}'.includes(character)) {
    reader.fail('did not find expected node content', offset, {
      hint: `Quote a text that starts with ${character}.`,
    });
  }
  const code = reader.text.charCodeAt(offset);
  reader.fail('found character that cannot start any token', offset, {
    scanner: true,
    hint:
      code === PERCENT
        ? 'Directives stand in the first column.'
        : `Quote a text that starts with ${character}.`,
  });
}
