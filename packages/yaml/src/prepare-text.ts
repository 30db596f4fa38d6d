import { positionOf } from '@gitops-toolkit/core';
import { YamlError } from './errors.ts';
import { LineIndex } from './line-index.ts';
import { PlainEnds } from './parse/plain-ends.ts';
import type { ParseSettings } from './parse-options.ts';

/** A text made ready for the parser. */
export interface PreparedText {
  /** As it was given, for code frames. */
  readonly original: string;
  /** With `\n` as the only line end, and one at the end. */
  readonly text: string;
  /** Length of `text` without a final newline that was not written. */
  readonly length: number;
  /**
   * What is a line end to go-yaml alone, by its offset in `text`, where `\n` stands for it; `undefined` where
   * there is none. CR and NEL become `\n` in scalars, LINE and PARAGRAPH SEPARATOR stay what they are.
   */
  readonly otherBreaks: ReadonlyMap<number, string> | undefined;
  /** The lines of `text`. */
  readonly lines: LineIndex;
  readonly plainEnds: PlainEnds;
}

/** All but the characters that nearly every text is made of alone; the engine finds these the fastest. */
const UNCOMMON = /[^\n -~]/g;
/** How many of them are looked at one by one: a text in another script has many. */
const MAX_UNCOMMON = 200;
/** Whatever is rare and needs care: found in one pass, so that plain text pays for nothing else. */
// eslint-disable-next-line no-control-regex
const UNUSUAL = /[\0-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]/;
const LONE_SURROGATE = /\p{Surrogate}/u;
// eslint-disable-next-line no-control-regex
const FORBIDDEN = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]/;

/** Decodes bytes, unifies line ends and refuses control characters. */
export function prepareText(input: string | Uint8Array, settings: ParseSettings): PreparedText {
  checkLength(input.length, settings);
  const original = typeof input === 'string' ? input : decode(input, settings);
  if (!hasUnusual(original)) return withFinalBreak(original, original, undefined);
  const { text, otherBreaks } = unifyLineEnds(original);
  checkCharacters(text, original, settings);
  return withFinalBreak(original, text, otherBreaks);
}

function hasUnusual(text: string): boolean {
  UNCOMMON.lastIndex = 0;
  for (let i = 0; i < MAX_UNCOMMON; i++) {
    if (!UNCOMMON.test(text)) return false;
    const character = text.charAt(UNCOMMON.lastIndex - 1);
    if (UNUSUAL.test(character)) return true;
  }
  return UNUSUAL.test(text.slice(UNCOMMON.lastIndex));
}

function withFinalBreak(
  original: string,
  unified: string,
  otherBreaks: PreparedText['otherBreaks'],
): PreparedText {
  const { length } = unified;
  const text = unified.charCodeAt(length - 1) === 10 ? unified : `${unified}\n`;
  return { original, text, length, otherBreaks, lines: new LineIndex(text), plainEnds: new PlainEnds(text) };
}

/** A text that the parser wrote itself: without anything that is refused, and with its line ends in place. */
export function prepareWritten(written: string): PreparedText {
  const { text, otherBreaks } = unifyLineEnds(written);
  return withFinalBreak(written, text, otherBreaks);
}

function checkLength(length: number, { limits, file }: ParseSettings): void {
  if (length <= limits.maxLength) return;
  throw new YamlError(
    'YAML_LIMIT',
    `the text of ${length} bytes is longer than the limit of ${limits.maxLength}`,
    {
      source: { file },
      hint: 'Split the file, or raise limits.maxLength.',
    },
  );
}

function decode(bytes: Uint8Array, { file }: ParseSettings): string {
  try {
    return new TextDecoder(encodingOf(bytes), { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new YamlError('YAML_ENCODING', 'the text is not valid UTF-8 (invalid leading UTF-8 octet)', {
      cause,
      source: { file },
      goMessage: 'yaml: invalid leading UTF-8 octet',
      hint: 'Save the file in UTF-8.',
    });
  }
}

function encodingOf(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return 'utf-8';
}

/** Writes `\n` for all that go-yaml takes for a line end. */
function unifyLineEnds(original: string): Pick<PreparedText, 'text' | 'otherBreaks'> {
  const otherBreaks = new Map<number, string>();
  const text = original
    .replaceAll('\r\n', '\n')
    .replaceAll(/[\r\x85\u2028\u2029]/g, (character, offset: number) => {
      otherBreaks.set(offset, character === '\r' || character === '\x85' ? '\n' : character);
      return '\n';
    });
  return { text, otherBreaks: otherBreaks.size === 0 ? undefined : otherBreaks };
}

function checkCharacters(text: string, original: string, { file }: ParseSettings): void {
  const lone = text.search(LONE_SURROGATE);
  if (lone >= 0) {
    throw new YamlError('YAML_ENCODING', 'the text has half of a character (a lone surrogate)', {
      source: { file, ...positionOf(text, lone) },
      goMessage: 'yaml: invalid leading UTF-8 octet',
      hint: 'The text was cut within a character: pass the whole text.',
    });
  }
  const found = FORBIDDEN.exec(text);
  if (!found) return;
  const code = (found[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  throw new YamlError('YAML_ENCODING', `control characters are not allowed (U+${code})`, {
    source: { file, ...positionOf(text, found.index) },
    sourceText: original,
    goMessage: 'yaml: control characters are not allowed',
    hint: 'Remove the character, or write it as an escape in double quotes.',
  });
}
