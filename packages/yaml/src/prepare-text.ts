import { positionOf } from '@gitops-toolkit/core';
import { YamlError } from './errors.ts';
import type { ParseSettings } from './parse-options.ts';

/** A text made ready for the parser. */
export interface PreparedText {
  /** As it was given, for code frames. */
  readonly original: string;
  /** With `\n` as the only line end, and one at the end. */
  readonly text: string;
  /** Length of `text` without a final newline that was not written. */
  readonly length: number;
  /** Whether LINE or PARAGRAPH SEPARATOR is in it, which go-yaml takes for line ends as well. */
  readonly hasSeparators: boolean;
}

/** Whatever is rare and needs care: found in one pass, so that plain text pays for nothing else. */
// eslint-disable-next-line no-control-regex
const UNUSUAL = /[\0-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]/;
// eslint-disable-next-line no-control-regex
const FORBIDDEN = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]/;

/** Decodes bytes, unifies line ends and refuses control characters. */
export function prepareText(input: string | Uint8Array, settings: ParseSettings): PreparedText {
  checkLength(input.length, settings);
  const original = typeof input === 'string' ? input : decode(input, settings);
  const unusual = UNUSUAL.test(original);
  let text = unusual ? unifyLineEnds(original) : original;
  if (unusual) checkCharacters(text, original, settings);
  const length = text.length;
  if (text.charCodeAt(length - 1) !== 10) text += '\n';
  return { original, text, length, hasSeparators: unusual && /[\u2028\u2029]/.test(text) };
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

/** CR LF, CR and NEL all become LF, as go-yaml's reader has it. */
function unifyLineEnds(text: string): string {
  return /[\r\x85]/.test(text) ? text.replaceAll(/\r\n?|\x85/g, '\n') : text;
}

function checkCharacters(text: string, original: string, { file }: ParseSettings): void {
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
