/** The way to a value: names of keys, and positions in lists, from a root that was named. */
export type ValuePath = readonly (string | number)[];

/** A value that an expression has read. */
export interface ValueRead {
  readonly path: ValuePath;
  /** `undefined` where there is none. */
  readonly value: unknown;
}

/** What has been read, each value once, the latest last. */
export class ValueReads {
  readonly #byPath = new Map<string, ValueRead>();
  #last: ValueRead | undefined;

  get last(): ValueRead | undefined {
    return this.#last;
  }

  /** Notes a value. Where it was found in the one that was read before, that one was only on the way. */
  add(read: ValueRead, holder?: unknown): void {
    const before = this.#last;
    if (before && holder !== undefined && before.value === holder && isPrefix(before.path, read.path)) {
      this.#byPath.delete(keyOf(before));
    }
    const key = keyOf(read);
    this.#byPath.delete(key);
    this.#byPath.set(key, read);
    this.#last = read;
  }

  addAll(reads: Iterable<ValueRead>): void {
    for (const read of reads) this.add(read);
  }

  /** The latest that had a value; or that was nothing, as this is. */
  findLast(wanted: unknown): ValueRead | undefined {
    const reads = [...this];
    const exact = reads.findLast(({ value }) => (value ?? null) === (wanted ?? null));
    return exact ?? (isNothing(wanted) ? reads.findLast(({ value }) => isNothing(value)) : undefined);
  }

  [Symbol.iterator](): Iterator<ValueRead> {
    return this.#byPath.values();
  }
}

const isNothing = (value: unknown): boolean => value === undefined || value === null || value === '';

const keyOf = ({ path }: ValueRead): string => JSON.stringify(path);

const isPrefix = (start: ValuePath, path: ValuePath): boolean =>
  start.length < path.length && start.every((step, i) => path[i] === step);
