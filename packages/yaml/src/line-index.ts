/** Finds the lines of a text by offset; where they start is looked up with the first question. */
export class LineIndex {
  readonly #text: string;
  #starts: number[] | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  /** The line that an offset is on, from 1. */
  lineOf(offset: number): number {
    const starts = (this.#starts ??= lineStarts(this.#text));
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  }

  /** Line and column of an offset, from 1; columns count characters. */
  positionOf(offset: number): { line: number; column: number } {
    const line = this.lineOf(offset);
    const before = this.#text.slice(this.#starts?.[line - 1] ?? 0, offset);
    // eslint-disable-next-line no-control-regex
    const column = /^[\0-\x7f]*$/.test(before) ? before.length : Array.from(before).length;
    return { line, column: column + 1 };
  }
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) starts.push(i + 1);
  return starts;
}
