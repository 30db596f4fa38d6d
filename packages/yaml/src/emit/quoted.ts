/** Where a string is written: what line folding needs to know. */
export interface ScalarPlace {
  /** Of the first character of the scalar. */
  readonly column: number;
  /** Of the lines that the scalar goes on with. */
  readonly indent: number;
  /** Lines are broken at the first space behind this column; infinite for keys. */
  readonly width: number;
  /** What the header of a `|` scalar says where the text starts with a blank. */
  readonly hint: number;
}

const SEPARATOR = /[\u2028\u2029]/;

/** Writes a string without quotes, folded. */
export function writePlain(text: string, place: ScalarPlace): string {
  return fold(text, place);
}

/** Writes a string in single quotes, folded. */
export function writeSingleQuoted(text: string, place: ScalarPlace): string {
  const { column, indent } = place;
  const quoted = text.includes("'") ? text.replaceAll("'", "''") : text;
  if (!SEPARATOR.test(quoted)) return `'${fold(quoted, { ...place, column: column + 1 })}'`;
  const [first = '', ...others] = quoted.split(/(?<=[\u2028\u2029])/);
  let result = fold(first, { ...place, column: column + 1 });
  for (const line of others) result += fold(line, { ...place, column: indent });
  return `'${indentAfterSeparators(result, indent)}'`;
}

/** LINE and PARAGRAPH SEPARATOR count as line ends, and the line after them is indented. */
export function indentAfterSeparators(text: string, indent: number): string {
  if (!SEPARATOR.test(text)) return text;
  return text.replaceAll(/([\u2028\u2029])(?![\n\u2028\u2029]|$)/g, `$1${' '.repeat(indent)}`);
}

/** Breaks at single spaces that stand behind the width. */
function fold(text: string, { column, indent, width }: ScalarPlace): string {
  if (column + text.length <= width) return text;
  let result = '';
  let from = 0;
  let lineColumn = column;
  for (let i = text.indexOf(' '); i !== -1; i = text.indexOf(' ', i)) {
    let next = i + 1;
    while (text.charCodeAt(next) === 32) next++;
    const single = next === i + 1;
    const within = i > 0 && i < text.length - 1;
    if (single && within && lineColumn + i - from > width) {
      result += `${text.slice(from, i)}\n${' '.repeat(indent)}`;
      from = next;
      lineColumn = indent;
    }
    i = next;
  }
  return result + text.slice(from);
}

const ESCAPES = new Map<number, string>([
  [0x00, '0'],
  [0x07, 'a'],
  [0x08, 'b'],
  [0x09, 't'],
  [0x0a, 'n'],
  [0x0b, 'v'],
  [0x0c, 'f'],
  [0x0d, 'r'],
  [0x1b, 'e'],
  [0x22, '"'],
  [0x5c, '\\'],
  [0x85, 'N'],
  [0xa0, '_'],
  [0x2028, 'L'],
  [0x2029, 'P'],
]);

/** Writes a string in double quotes, with escapes, folded. */
export function writeDoubleQuoted(text: string, { column, indent, width }: ScalarPlace): string {
  // go-yaml looks for the mark at the start of the string whichever character it is at.
  const escapeAll = text.charCodeAt(0) === 0xfeff;
  let result = '"';
  let at = column + 1;
  let afterSpace = false;
  for (let i = 0; i < text.length;) {
    const code = text.codePointAt(i) ?? 0;
    const next = i + (code > 0xffff ? 2 : 1);
    if (escapeAll || !isPrintable(code)) {
      const escape = escapeOf(code);
      result += escape;
      at += escape.length;
      afterSpace = false;
    } else if (code !== 32) {
      result += text.slice(i, next);
      at++;
      afterSpace = false;
    } else if (!afterSpace && at > width && i > 0 && i < text.length - 1) {
      result += `\n${' '.repeat(indent)}`;
      at = indent;
      if (text.charCodeAt(next) === 32) {
        result += '\\';
        at++;
      }
      afterSpace = true;
    } else {
      result += ' ';
      at++;
      afterSpace = true;
    }
    i = next;
  }
  return `${result}"`;
}

function isPrintable(code: number): boolean {
  if (code < 0x7f) return code >= 0x20 && code !== 0x22 && code !== 0x5c;
  if (code === 0x2028 || code === 0x2029 || code === 0xfeff) return false;
  return code >= 0xa0 && code <= 0xfffd;
}

function escapeOf(code: number): string {
  const simple = ESCAPES.get(code);
  if (simple !== undefined) return `\\${simple}`;
  const hex = code.toString(16).toUpperCase();
  if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}
