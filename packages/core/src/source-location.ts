/** A place in a user's file. Lines and columns count from 1; columns count UTF-16 units. */
export interface SourceLocation {
  /** POSIX path from the root of the tree, or whatever names the input for its author. */
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

/** `file:line:column`, as far as the parts are known. */
export function locationString(location: SourceLocation): string {
  let text = location.file;
  if (location.line !== undefined) text += `:${location.line}`;
  if (location.line !== undefined && location.column !== undefined) text += `:${location.column}`;
  return text;
}

/** The line and column (from 1) of an offset in UTF-16 units. */
export function positionOf(text: string, offset: number): { line: number; column: number } {
  let line = 1;
  let start = 0;
  for (let i = text.indexOf('\n'); i !== -1 && i < offset; i = text.indexOf('\n', i + 1)) {
    line++;
    start = i + 1;
  }
  return { line, column: offset - start + 1 };
}

/** How a code frame is cut. */
export interface CodeFrameOptions {
  /** Lines shown before and after. @default 2 */
  readonly context?: number;
  /** Longer lines are cut. @default 120 */
  readonly maxWidth?: number;
}

/** The lines around a place, numbered, with a caret under its column; empty where the line is not there. */
export function codeFrame(text: string, location: SourceLocation, options: CodeFrameOptions = {}): string {
  const { context = 2, maxWidth = 120 } = options;
  const lines = text.split(/\r?\n/);
  const line = location.line ?? 1;
  if (line > lines.length) return '';
  const first = Math.max(1, line - context);
  const last = Math.min(lines.length, line + context);
  const gutter = String(last).length;
  const frame: string[] = [];
  for (let n = first; n <= last; n++) {
    // A tab would move the caret away from its column.
    const content = (lines[n - 1] ?? '').replaceAll('\t', ' ').slice(0, maxWidth);
    frame.push(`${n === line ? '>' : ' '} ${String(n).padStart(gutter)} | ${content}`.trimEnd());
    if (n === line && location.column !== undefined && location.column <= maxWidth) {
      frame.push(`  ${' '.repeat(gutter)} | ${' '.repeat(location.column - 1)}^`);
    }
  }
  return frame.join('\n');
}
