import { countWork } from '../execute/limits.ts';
import { byteLength, sliceBytes } from '../value/go-string.ts';

/** `abbrev` and `abbrevboth`: bytes, the last three of which are dots. */
export function abbreviate(text: string, offset: number, width: number): string {
  const length = byteLength(text);
  if (text === '' || length <= width) return text;
  let start = Math.min(offset, length);
  if (length - start < width - 3) start = length - (width - 3);
  if (start <= 4) return `${sliceBytes(text, 0, width - 3)}...`;
  if (width < 7) return '';
  if (start + width - 3 < length) return `...${abbreviate(sliceBytes(text, start, length), 0, width - 3)}`;
  return `...${sliceBytes(text, length - (width - 3), length)}`;
}

/** How a text is broken into lines. */
export interface WrapOptions {
  /** Bytes a line; less than 1 is 1. */
  readonly width: number;
  readonly lineEnd: string;
  /** Words that are longer than a line are broken, too. */
  readonly breaksWords: boolean;
}

/** `wrap` and `wrapWith`: broken at spaces, of which none begin a line. */
export function wrapText(text: string, { width, lineEnd, breaksWords }: WrapOptions): string {
  const length = byteLength(text);
  const columns = Math.max(width, 1);
  const part = (start: number, end: number) => sliceBytes(text, start, end);
  let result = '';
  let at = 0;
  while (length - at > columns) {
    // Each line goes over what is left of the text.
    countWork(lineEnd.length + length - at);
    if (part(at, at + 1) === ' ') {
      at++;
      continue;
    }
    const space = part(at, at + columns + 1).lastIndexOf(' ');
    if (space >= 0) {
      const taken = byteLength(part(at, at + columns + 1).slice(0, space));
      result += part(at, at + taken) + lineEnd;
      at += taken + 1;
    } else if (breaksWords) {
      result += part(at, at + columns) + lineEnd;
      at += columns;
    } else {
      const rest = part(at + columns, length);
      const next = rest.indexOf(' ');
      if (next < 0) {
        result += part(at, length);
        at = length;
      } else {
        const end = at + columns + byteLength(rest.slice(0, next));
        result += part(at, end) + lineEnd;
        at = end + 1;
      }
    }
  }
  return result + part(at, length);
}
