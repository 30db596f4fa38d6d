/** Keeps what was read from texts, most of which are the same from render to render. */
export class TextCache<V> {
  readonly #values = new Map<string, { readonly value: V }>();
  readonly #maxUnits: number;
  #units = 0;

  /** @param maxUnits UTF-16 units of text that are kept; what is more drops the oldest. */
  constructor(maxUnits: number = 32 << 20) {
    this.#maxUnits = maxUnits;
  }

  /** What a text says, read where it is not there yet. What cannot be read is not kept. */
  get(text: string, read: () => V): V {
    const known = this.#values.get(text);
    if (known) return known.value;
    const value = read();
    this.#values.set(text, { value });
    this.#units += text.length;
    this.#dropOldest();
    return value;
  }

  #dropOldest(): void {
    for (const text of this.#values.keys()) {
      if (this.#units <= this.#maxUnits) return;
      this.#values.delete(text);
      this.#units -= text.length;
    }
  }
}
