/**
 * A queue of several lines, one for each key, that are served in turn: who puts in a hundred items waits behind
 * himself alone. First in, first out within a line.
 */
export class FairQueue<T> {
  /** The line to be served next comes first. */
  readonly #lines = new Map<string, Set<T>>();

  get isEmpty(): boolean {
    return this.#lines.size === 0;
  }

  add(key: string, item: T): void {
    const line = this.#lines.get(key);
    if (line) line.add(item);
    else this.#lines.set(key, new Set([item]));
  }

  /** Takes the next item out. */
  next(): T | undefined {
    for (const [key, line] of this.#lines) {
      this.#lines.delete(key);
      for (const item of line) {
        line.delete(item);
        if (line.size > 0) this.#lines.set(key, line);
        return item;
      }
    }
    return undefined;
  }

  /** Takes out an item that nobody waits for any more; whether it was there. */
  remove(key: string, item: T): boolean {
    const line = this.#lines.get(key);
    if (!line?.delete(item)) return false;
    if (line.size === 0) this.#lines.delete(key);
    return true;
  }
}
