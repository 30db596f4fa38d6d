import type { EmitStyle } from './emit-style.ts';
import { writeLiteral } from './literal.ts';
import { type ScalarPlace, writeDoubleQuoted, writePlain, writeSingleQuoted } from './quoted.ts';
import { analyzedStyle, plainlyStyleOf, type ScalarStyle } from './scalar-style.ts';
import { throughJson } from './through-json.ts';

/** Of a pair or alone: the engine finds it sooner than one alone, which takes a look at the character as a whole. */
const SURROGATE = /[\ud800-\udfff]/;

/** Writes a string in the style that go-yaml gives it. */
export function writeString(text: string, column: number, indent: number, style: EmitStyle): string {
  const plainly = plainlyStyleOf(text);
  const { width } = style;
  // Nearly all strings: plain, and too short to fold.
  if (plainly === 'plain' && column + text.length <= width) return text;
  const place: ScalarPlace = { column, indent, width, hint: style.indent };
  if (plainly !== undefined) return writeIn(plainly, text, place);
  // Go's strings have no halves of characters.
  const whole = SURROGATE.test(text) ? text.replaceAll(/\p{Surrogate}/gu, '\ufffd') : text;
  const read = style.throughJson ? throughJson(whole) : whole;
  return writeIn(analyzedStyle(read, style.version), read, place);
}

function writeIn(style: ScalarStyle, text: string, place: ScalarPlace): string {
  switch (style) {
    case 'plain':
      return writePlain(text, place);
    case 'single':
      return writeSingleQuoted(text, place);
    case 'double':
      return writeDoubleQuoted(text, place);
    case 'literal':
      return writeLiteral(text, place);
  }
}
