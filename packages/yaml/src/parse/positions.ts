/** Where the entries of every collection of one document are, as offsets into its text. */
export class Positions {
  readonly #keys = new Map<object, Map<string, EntryPosition>>();
  readonly #items = new Map<object, number[]>();

  /** The first place of a key counts for the message about duplicates, the last for its value. */
  setKey(record: object, key: string, position: EntryPosition): void {
    let keys = this.#keys.get(record);
    if (!keys) this.#keys.set(record, (keys = new Map()));
    keys.set(key, position);
  }

  addItem(sequence: object, offset: number): void {
    const items = this.#items.get(sequence);
    if (items) items.push(offset);
    else this.#items.set(sequence, [offset]);
  }

  keyOf(record: object, key: string): EntryPosition | undefined {
    return this.#keys.get(record)?.get(key);
  }

  itemOf(sequence: object, index: number): number | undefined {
    return this.#items.get(sequence)?.[index];
  }
}

/** Where a key starts, and the colon after it (or the end of the key, where there is none). */
export interface EntryPosition {
  readonly key: number;
  readonly colon: number;
}
