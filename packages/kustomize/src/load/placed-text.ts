import type { Place } from '../errors.ts';
import { type LoadedFile, textOf } from './loader.ts';

/** A text that is read, and where its lines stand for the user. */
export interface PlacedText {
  readonly text: string;
  /** The file that it is, or stands in. */
  readonly file: string;
  /** Whether it is the whole file, so that its lines are those of the file. */
  readonly isFile: boolean;
  /** The place of a line (from 1) of the text, with the column given or that of the line's first word. */
  readonly at: (line: number, column?: number) => Place;
}

/** The text of a file. */
export function fileText(file: LoadedFile): PlacedText {
  return namedText(textOf(file), file.name);
}

/** A text with the name that it has in errors. */
export function namedText(text: string, file: string): PlacedText {
  return { text, file, isFile: true, at: (line, column) => lineOf(text, file, line, column) };
}

/** A line of a file; its first word, without the dashes of lists, where no column is known. */
export function lineOf(sourceText: string, file: string, line: number, column?: number): Place {
  const first = (): number =>
    (/^(?:[ \t]|- )*/.exec(linesOf(sourceText)[line - 1] ?? '')?.[0].length ?? 0) + 1;
  return { source: { file, line, column: column ?? first() }, sourceText };
}

/**
 * A text that is a scalar in another file. Lines of literal block scalars are found in that file; of other
 * styles, whose lines may be folded or escaped, the place is that of the scalar.
 *
 * @param scalar Finds the scalar; it is called when a place is asked for, as that costs time.
 */
export function inlineText(text: string, file: string, scalar: () => Place): PlacedText {
  return {
    text,
    file,
    isFile: false,
    at: (line, column) => {
      const place = scalar();
      return lineOfBlock(text, place, line, column) ?? place;
    },
  };
}

function lineOfBlock(text: string, place: Place, line: number, column?: number): Place | undefined {
  const { source, sourceText } = place;
  if (sourceText === undefined || source.line === undefined || source.column === undefined) return undefined;
  const lines = linesOf(sourceText);
  if (lines[source.line - 1]?.[source.column - 1] !== '|') return undefined;
  const inner = linesOf(text);
  // The text may have been trimmed: its first line that is not blank is that of the block.
  const start = firstFilled(lines, source.line) - firstFilled(inner, 0);
  const content = inner[line - 1] ?? '';
  const written = lines[start + line - 1];
  if (written === undefined || content.trim() === '' || !written.endsWith(content)) return undefined;
  const indent = written.length - content.length;
  return lineOf(sourceText, source.file, start + line, column === undefined ? undefined : indent + column);
}

function firstFilled(lines: readonly string[], from: number): number {
  const found = lines.findIndex((line, i) => i >= from && line.trim() !== '');
  return found < 0 ? from : found;
}

function linesOf(text: string): string[] {
  return text.split(/\r?\n/);
}
