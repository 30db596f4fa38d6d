import { indentAfterSeparators, type ScalarPlace } from './quoted.ts';

const BREAK = /[\n\r\x85\u2028\u2029]/;

/** Writes a string of several lines as a `|` scalar, without the newline that ends its last line. */
export function writeLiteral(text: string, { indent, hint }: ScalarPlace): string {
  const pad = ' '.repeat(indent);
  let result = `|${hints(text, hint)}`;
  let from = 0;
  while (from < text.length) {
    let end = text.indexOf('\n', from);
    if (end === -1) end = text.length;
    // Empty lines have no indentation, nor have lines that a separator starts, which ends them.
    const linePad = end === from || isBreak(text[from]) ? '' : pad;
    result += `\n${linePad}${indentAfterSeparators(text.slice(from, end), indent)}`;
    from = end + 1;
  }
  return result;
}

function isBreak(character: string | undefined): boolean {
  return character !== undefined && BREAK.test(character);
}

/** The indentation where the text starts with a blank or an empty line, and how its end is kept. */
function hints(text: string, indent: number): string {
  const indentation = text.startsWith(' ') || isBreak(text[0]) ? String(indent) : '';
  if (!isBreak(text.at(-1))) return `${indentation}-`;
  return text.length === 1 || isBreak(text.at(-2)) ? `${indentation}+` : indentation;
}
