import { sprint } from '../format/sprintf.ts';
import { isPrintable } from '../lex/characters.ts';
import { isRawByte, toBytes } from '../value/go-string.ts';

/** One text of all arguments, as an action would print them. */
function textOf(values: readonly unknown[]): string {
  return sprint(values.map((value) => (value === null || value === undefined ? '<no value>' : value)));
}

const HTML: Readonly<Record<string, string>> = {
  '\0': '\uFFFD',
  '"': '&#34;',
  "'": '&#39;',
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
};

/** `html`. */
export function escapeHtml(...values: unknown[]): string {
  // oxlint-disable-next-line no-control-regex
  return textOf(values).replaceAll(/[\0"'&<>]/g, (character) => HTML[character] ?? '');
}

const JS: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  "'": "\\'",
  '"': '\\"',
  '<': '\\u003C',
  '>': '\\u003E',
  '&': '\\u0026',
  '=': '\\u003D',
};

/** `js`. */
export function escapeJs(...values: unknown[]): string {
  // oxlint-disable-next-line no-control-regex
  return textOf(values).replaceAll(/[\u0000-\u001f\\'"<>&=]|[^\u0000-\u007f]/gu, (character) => {
    const escape = Object.hasOwn(JS, character) ? JS[character] : undefined;
    if (escape !== undefined) return escape;
    const code = character.codePointAt(0) ?? 0;
    if (code >= 0x80 && isPrintable(character)) return character;
    const shown = isRawByte(code) ? 0xfffd : code;
    return `\\u${shown.toString(16).toUpperCase().padStart(4, '0')}`;
  });
}

/** `urlquery`: all but letters, digits and `-_.~` as `%XX`, and spaces as `+`. */
export function escapeQuery(...values: unknown[]): string {
  let text = '';
  for (const byte of toBytes(textOf(values))) {
    const character = String.fromCharCode(byte);
    if (/[A-Za-z0-9\-_.~]/.test(character)) text += character;
    else text += byte === 0x20 ? '+' : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return text;
}
