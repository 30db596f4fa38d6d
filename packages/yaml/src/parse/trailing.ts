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
 * What stands behind the root of a document. go-yaml has looked at the next token, and fails where that is
 * none, before it either leaves the rest alone or asks for the start of a document.
 */
export function checkTrailing(reader: Reader): void {
  if (reader.pos >= reader.end) return;
  if (reader.column === -1) {
    if (reader.text.charCodeAt(reader.pos) === PERCENT) peek(reader, readDirective);
    return;
  }
  checkToken(reader);
  if (isOnLineOfRoot(reader)) checkLineOfRoot(reader);
  if (reader.settings.dialect === 'kustomize' && startsPlain(reader.text.charCodeAt(reader.pos))) {
    peek(reader, checkText);
  }
  if (reader.settings.trailing === 'ignore') return;
  reader.fail('did not find expected <document start>', reader.pos, {
    hint: 'The document has ended before this line: indent it as the lines above.',
  });
}

/** Looking for comments, go-yaml v3 goes on to the token behind a text of several lines, which may be no colon. */
function checkText(reader: Reader): void {
  const { text, pos } = reader;
  const end = findPlainTextEnd(reader, pos, -1);
  if (text.charCodeAt(end) === COLON && text.slice(pos, end).includes('\n')) failAtMappingValue(reader, end, pos);
}

/** Fails as a reader does, or leaves everything where it is. */
function peek(reader: Reader, read: (reader: Reader) => unknown): void {
  const { pos, lineStart, column } = reader;
  read(reader);
  reader.pos = pos;
  reader.lineStart = lineStart;
  reader.column = column;
}

function checkToken(reader: Reader): void {
  const code = reader.text.charCodeAt(reader.pos);
  if (code === AT || code === BACKTICK) failAtCharacter(reader);
  if (code === DOUBLE_QUOTE || code === SINGLE_QUOTE) peek(reader, readQuotedText);
  if (code === AMPERSAND || code === ASTERISK) peek(reader, readAnchorName);
  if (code === EXCLAMATION) peek(reader, readTag);
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
  const hint = 'Quote the text as a whole.';
  if (code === PERCENT) failAtCharacter(reader);
  if (isBlankOrBreak(text.charCodeAt(pos + 1)) && (code === DASH || code === QUESTION)) {
    const what = code === DASH ? 'block sequence entries' : 'mapping keys';
    reader.fail(`${what} are not allowed in this context`, pos, { scanner: true, hint });
  }
  if (/:[ \t]*$|:[ \t]/.test(text.slice(pos, text.indexOf('\n', pos)))) {
    reader.fail('did not find expected key', pos, { hint });
  }
}
