import { SPACE, TAB } from './characters.ts';

/**
 * Drops the blanks around LINE and PARAGRAPH SEPARATORs or, of a block scalar, the indentation behind
 * them. Loops over the lines rather than a pattern: blanks may be many, and patterns try each again.
 */
export function joinSeparated(piece: string, indentation: number | undefined): string {
  const lines = piece.split(/(?<=[\u2028\u2029])/);
  if (lines.length === 1) return piece;
  return lines
    .map((line, i) => {
      const start = i === 0 ? 0 : blanksAt(line, indentation);
      return indentation === undefined && i < lines.length - 1
        ? withoutLastBlanks(line, start)
        : line.slice(start);
    })
    .join('');
}

function blanksAt(line: string, indentation: number | undefined): number {
  let i = 0;
  if (indentation === undefined) while (isBlank(line.charCodeAt(i))) i++;
  else while (i < indentation && line.charCodeAt(i) === SPACE) i++;
  return i;
}

function withoutLastBlanks(line: string, start: number): string {
  let end = line.length - 1;
  while (end > start && isBlank(line.charCodeAt(end - 1))) end--;
  return line.slice(start, end) + line.slice(-1);
}

function isBlank(code: number): boolean {
  return code === SPACE || code === TAB;
}
