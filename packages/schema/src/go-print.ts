import { isRecord, NumberLiteral } from '@gitops-toolkit/core';

/** A value as the API server prints the one that is wrong: strings quoted, numbers plain, the rest as JSON. */
export function printValue(value: unknown): string {
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'number') return printNumber(value);
  if (value instanceof NumberLiteral) return printLiteral(value);
  if (typeof value === 'boolean') return String(value);
  return printJson(value);
}

/** A number as Go's `%v` prints it, an integer where it can be one. */
export function printNumber(value: number): string {
  return isInt64(value) ? String(value) : printFloat(value);
}

/** A float as Go's `%v` prints it: with an exponent from 1e+06 on. */
export function printFloat(value: number): string {
  const [mantissa = '', exponent = ''] = value.toExponential().split('e');
  const power = Number(exponent);
  if (power >= -4 && power < 6) return String(value);
  return `${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}

/** Whether Go would have read the number as an integer. */
export function isInt64(value: number): boolean {
  return Number.isInteger(value) && Math.abs(value) < 2 ** 63;
}

function printLiteral(value: NumberLiteral): string {
  return /^-?\d+$/.test(value.json) ? value.json : printNumber(value.valueOf());
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '"': '\\"',
  '\\': '\\\\',
};

/** What Go's `strconv.Quote` escapes: quotes, backslashes and everything that does not print. */
const UNPRINTABLE = /["\\]|(?! )[\p{C}\p{Z}]/gu;

/** A string as Go's `%q` prints it. */
export function quote(text: string): string {
  return `"${text.replace(UNPRINTABLE, escapeCharacter)}"`;
}

function escapeCharacter(character: string): string {
  const known = ESCAPES[character];
  if (known !== undefined) return known;
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x80) return `\\x${code.toString(16).padStart(2, '0')}`;
  if (code >= 0xd800 && code <= 0xdfff) return '\\ufffd';
  return code <= 0xffff
    ? `\\u${code.toString(16).padStart(4, '0')}`
    : `\\U${code.toString(16).padStart(8, '0')}`;
}

/** JSON as Go writes it: keys sorted, `<`, `>` and `&` escaped. */
export function printJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(printJson).join(',')}]`;
  if (isRecord(value)) {
    const fields = Object.keys(value).sort();
    return `{${fields.map((key) => `${jsonString(key)}:${printJson(value[key])}`).join(',')}}`;
  }
  if (typeof value === 'string') return jsonString(value);
  return value instanceof NumberLiteral ? value.json : (JSON.stringify(value) ?? 'null');
}

function jsonString(text: string): string {
  return JSON.stringify(text).replace(
    /[<>&\u2028\u2029]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
