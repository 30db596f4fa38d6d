import { resolvePlain } from '../resolve/plain-scalar.ts';
import { resolveTagged, shortTag } from '../resolve/tag.ts';
import {
  AMPERSAND,
  ASTERISK,
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COMMA,
  EXCLAMATION,
  isBlankOrBreak,
  LESS,
  SPACE,
  TAB,
} from './characters.ts';
import type { Reader } from './reader.ts';

/** The anchor and the tag in front of a node. */
export interface Properties {
  readonly start: number;
  readonly anchor: string | undefined;
  /** Short, as `!!str`; `undefined` where none is written. */
  readonly tag: string | undefined;
  /** The lines above that have properties of the same node. */
  readonly linesAbove?: number;
}

/** An anchor and a tag may stand on lines of their own, and those of a key below them. */
const MAX_LINES = 2;

/** The properties of a node on a line, with those of the lines above; `undefined` where there are too many. */
export function joinProperties(above: Properties | undefined, own: Properties): Properties | undefined {
  if (!above) return own;
  const linesAbove = (above.linesAbove ?? 0) + 1;
  if (linesAbove > MAX_LINES) return undefined;
  return { start: own.start, anchor: own.anchor, tag: own.tag ?? above.tag, linesAbove };
}

/** What an anchor stands for while its own node is still being read. */
const PENDING: unique symbol = Symbol('pending anchor');

/** Whether a node starts with an anchor or a tag. */
export function startsProperties(code: number): boolean {
  return code === AMPERSAND || code === EXCLAMATION;
}

/** Whether nothing that could be a node stands behind its properties, but something that has no place there. */
export function isStrayBehindProperties(code: number): boolean {
  return (
    startsProperties(code) ||
    code === ASTERISK ||
    code === COMMA ||
    code === CLOSE_BRACKET ||
    code === CLOSE_BRACE
  );
}

/** Reads anchor and tag, in either order and each once at most, and stands after the blanks that follow. */
export function readProperties(reader: Reader): Properties {
  const { text } = reader;
  const start = reader.pos;
  let anchor: string | undefined;
  let tag: string | undefined;
  for (;;) {
    const code = text.charCodeAt(reader.pos);
    if (code === AMPERSAND && anchor === undefined) {
      anchor = readAnchorName(reader);
      reader.anchors.set(anchor, PENDING);
    } else if (code === EXCLAMATION && tag === undefined) {
      tag = readTag(reader);
    } else {
      return { start, anchor, tag };
    }
    while (text.charCodeAt(reader.pos) === SPACE || text.charCodeAt(reader.pos) === TAB) reader.pos++;
  }
}

/** Names the value of a node that has properties. */
export function setAnchor(reader: Reader, { anchor }: Properties, value: unknown): void {
  if (anchor !== undefined) reader.anchors.set(anchor, value);
}

const ANCHOR_NAME = /[\w-]+/y;

/** Reads the name behind `&` or `*`. */
export function readAnchorName(reader: Reader): string {
  const start = reader.pos + 1;
  ANCHOR_NAME.lastIndex = start;
  const name = ANCHOR_NAME.exec(reader.text)?.[0];
  const next = name === undefined ? '' : (reader.text[start + name.length] ?? '');
  if (name === undefined || !' \t\n?:,]}%@`'.includes(next)) {
    reader.fail('did not find expected alphabetic or numeric character', start, {
      context: reader.pos,
      scanner: true,
      hint: 'Names of anchors are letters, digits, - and _. Quote a text that starts with & or *.',
    });
  }
  reader.pos = start + name.length;
  return name;
}

/** Reads `*name` and gives what the anchor stands for. */
export function readAlias(reader: Reader): unknown {
  const offset = reader.pos;
  const name = readAnchorName(reader);
  if (!reader.anchors.has(name)) {
    reader.fail(`unknown anchor '${name}' referenced`, offset, {
      code: 'YAML_ALIAS',
      goProblem: { problem: `unknown anchor '${name}' referenced`, offset: 0 },
      context: 0,
      hint: `Write &${name} in front of an earlier node of this document, or quote the text.`,
    });
  }
  const value = reader.anchors.get(name);
  if (value === PENDING) {
    // go-yaml finds it when it decodes, after all that is wrong with the text.
    reader.failLater(`anchor '${name}' value contains itself`, offset, {
      code: 'YAML_ALIAS',
      context: 0,
      goProblem: { problem: `anchor '${name}' value contains itself`, offset: 0 },
    });
    return null;
  }
  return value;
}

const TAG = /!(?:<[^>\s]*>|(?!<)[\w;/?:@&=+$.!~*'()%-]*)/y;

/** Reads a tag and gives its short form. */
export function readTag(reader: Reader): string {
  const start = reader.pos;
  TAG.lastIndex = start;
  if (reader.text.charCodeAt(start + 1) === LESS && !TAG.test(reader.text)) {
    reader.fail("did not find the expected '>'", start, { scanner: true, hint: 'Close the tag with >.' });
  }
  TAG.lastIndex = start;
  const written = TAG.exec(reader.text)?.[0] ?? '!';
  const next = reader.text.charCodeAt(start + written.length);
  if (!isBlankOrBreak(next) && next !== COMMA && !']}'.includes(String.fromCharCode(next))) {
    reader.fail('did not find expected whitespace or line break', start + written.length, {
      context: start,
      scanner: true,
    });
  }
  reader.pos = start + written.length;
  if (written.charCodeAt(1) === LESS) return shortTag(written.slice(2, -1));
  return expandHandle(reader, written, start);
}

function expandHandle(reader: Reader, written: string, offset: number): string {
  const handle = /^!(?:[\w-]*!)?/.exec(written)?.[0] ?? '!';
  const prefix = reader.tagHandles.get(handle);
  if (prefix !== undefined) return shortTag(prefix + decodeURIComponentOf(written.slice(handle.length)));
  if (handle === '!' || handle === '!!') return written;
  return reader.fail('found undefined tag handle', offset, {
    hint: `Declare it with %TAG ${handle} in front of ---.`,
  });
}

function decodeURIComponentOf(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function supported(reader: Reader, value: unknown, offset: number): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) failAtUnsupported(reader, value, offset);
  return value;
}

function failAtUnsupported(reader: Reader, value: number, offset: number): void {
  const name = Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
  reader.failLater(`json: unsupported value: ${name}`, offset, {
    code: 'YAML_UNSUPPORTED_VALUE',
    goMessage: `json: unsupported value: ${name}`,
    hint: 'JSON has no such number: quote it where it is meant as text.',
  });
}

/** The value of a scalar: by its tag, else by its text if it is plain. */
export function scalarValue(
  reader: Reader,
  text: string,
  { properties, plain, offset }: { properties: Properties | undefined; plain: boolean; offset: number },
): unknown {
  const { dialect, mismatchedTags } = reader.settings;
  const tag = properties?.tag;
  if (tag === undefined) {
    return plain ? supported(reader, resolvePlain(text, dialect), offset) : text;
  }
  const result = resolveTagged({ tag, text, plain }, dialect);
  if ('value' in result) return supported(reader, result.value, offset);
  if (mismatchedTags === 'ignore') return text;
  reader.failLater(result.problem, offset, {
    code: 'YAML_TAG',
    context: 0,
    goProblem: { problem: result.problem, offset: 0 },
    hint: `Remove the tag ${tag}, or write a value that it can hold.`,
  });
  return text;
}
