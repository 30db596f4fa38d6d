/** Where a chart's entries stand in the bytes of an index. */
export interface ChartRange {
  /** What is read as YAML or JSON when the entries cannot be taken one by one. */
  readonly start: number;
  end: number;
  /** Of each entry four offsets: start, end, and those of its version, or -1 where that is not plain to see. */
  readonly entries: number[];
  /** The value is no list of entries below each other, such as `[]`, and is read in one. */
  isInline: boolean;
}

/** Numbers that {@link ChartRange.entries} has for each entry. */
export const ENTRY_WIDTH = 4;

/** Where everything stands in an index; nothing is read yet. */
export class IndexLayout {
  readonly charts: Map<string, ChartRange> = new Map();
  /** What `entries` takes up; all else is the head of the index. */
  entriesStart = -1;
  entriesEnd = -1;
  /** Entries of all charts. */
  count = 0;
}

/** The index has a form that is not taken apart without reading all of it. */
export class UnusualForm extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UnusualForm';
  }
}

/** Takes an index apart while it comes in. */
export interface LayoutScanner {
  readonly layout: IndexLayout;
  /**
   * Goes on as far as the bytes from the start of the index up to now allow.
   *
   * @throws UnusualForm
   */
  advance(bytes: Uint8Array, isWhole: boolean): void;
}
