import {
  AMPERSAND,
  ASTERISK,
  AT,
  BACKTICK,
  COLON,
  DASH,
  DOUBLE_QUOTE,
  EXCLAMATION,
  isBlankOrBreak,
  PERCENT,
  QUESTION,
  SINGLE_QUOTE,
  startsPlain,
} from './characters.ts';
import { readDirective } from './directive.ts';
import { failAtMappingValue, findPlainTextEnd } from './plain-scalar.ts';
import { readAnchorName, readTag } from './properties.ts';
import { readQuotedText } from './quoted-scalar.ts';
import type { Reader } from './reader.ts';

/**
 * What stands behind the root of a document. go-yaml has looked at the next token, v3 at the one after it too
 * (for comments), and fails where that is none, before it either leaves the rest alone or asks for the start
 * of a document.
 */
export function checkTrailing(reader: Reader): void {
  if (reader.pos >= reader.end) return;
  const { pos, lineStart, column } = reader;
  if (column !== -1 && isOnLineOfRoot(reader)) checkLineOfRoot(reader);
  passToken(reader);
  if (reader.settings.dialect === 'kustomize' && reader.pos < reader.end) passToken(reader);
  reader.pos = pos;
  reader.lineStart = lineStart;
  reader.column = column;
  if (column === -1 || reader.settings.trailing === 'ignore') return;
  reader.fail('did not find expected <document start>', reader.pos, {
    hint: 'The document has ended before this line: indent it as the lines above.',
  });
}

/** Moves over a token as the scanner of go-yaml does, and fails where that fails. */
function passToken(reader: Reader): void {
  const code = reader.text.charCodeAt(reader.pos);
  if (code === AT || code === BACKTICK) failAtCharacter(reader);
  if (reader.column === -1) return passMarker(reader, code);
  if (startsPlain(code)) return passText(reader);
  const { pos } = reader;
  if (code === DOUBLE_QUOTE || code === SINGLE_QUOTE) readQuotedText(reader);
  else if (code === AMPERSAND || code === ASTERISK) readAnchorName(reader);
  else if (code === EXCLAMATION) readTag(reader);
  const { lineStart } = reader;
  const isNode = reader.pos > pos;
  if (!isNode) reader.pos++;
  reader.skipToToken();
  if (isNode && reader.lineStart === lineStart && reader.column !== -1) checkIndicator(reader);
}

function passMarker(reader: Reader, code: number): void {
  if (code === PERCENT) return readDirective(reader);
  reader.pos += 3;
  reader.skipToToken();
}

/** A text of several lines may end in no colon, which v3 alone gets to see. */
function passText(reader: Reader): void {
  const { text, pos } = reader;
  const end = findPlainTextEnd(reader, pos, -1);
  if (text.charCodeAt(end) !== COLON) return;
  const lines = reader.settings.dialect === 'kustomize' && text.slice(pos, end).includes('\n');
  if (lines) failAtMappingValue(reader, end, pos);
  reader.pos = end;
}

function failAtCharacter(reader: Reader): never {
  reader.fail('found character that cannot start any token', reader.pos, {
    scanner: true,
    hint: 'Quote a text that starts with this character.',
  });
}

/** Whether the root, in quotes or brackets, ends on this line. */
function isOnLineOfRoot({ text, pos, lineStart }: Reader): boolean {
  return text.slice(lineStart, pos).trim() !== '';
}

/** A root that ends on this line might be a key for all go-yaml knows, so that it looks at what is left of it. */
function checkLineOfRoot(reader: Reader): void {
  const { text, pos } = reader;
  const code = text.charCodeAt(pos);
  if (code === PERCENT) failAtCharacter(reader);
  checkIndicator(reader);
  if (/:[ \t]*$|:[ \t]/.test(text.slice(pos, text.indexOf('\n', pos)))) {
    reader.fail('did not find expected key', pos, { hint: HINT });
  }
}

const HINT = 'Quote the text as a whole.';

/** Block collections do not start in the middle of a line. */
function checkIndicator(reader: Reader): void {
  const { text, pos } = reader;
  const code = text.charCodeAt(pos);
  if (!isBlankOrBreak(text.charCodeAt(pos + 1)) || (code !== DASH && code !== QUESTION)) return;
  const what = code === DASH ? 'block sequence entries' : 'mapping keys';
  reader.fail(`${what} are not allowed in this context`, pos, { scanner: true, hint: HINT });
}
