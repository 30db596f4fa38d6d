/**
 * A map that can be copied at no cost: a copy has the same entries, and what is set in one later is not in the other.
 * What both have lies in layers below that nobody writes to.
 */
export class LayeredMap<V extends object> {
  #own: Map<string, V>;
  /** The uppermost first. */
  #below: readonly ReadonlyMap<string, V>[];

  constructor(entries: Iterable<readonly [string, V]> = []) {
    this.#own = new Map(entries);
    this.#below = [];
  }

  get(key: string): V | undefined {
    let value = this.#own.get(key);
    for (let i = 0; value === undefined && i < this.#below.length; i++) value = this.#below[i]?.get(key);
    return value;
  }

  has(key: string): boolean {
    return this.get(key) !== undefined;
  }

  set(key: string, value: V): void {
    this.#own.set(key, value);
  }

  /** In the order in which they came. */
  keys(): string[] {
    const layers = [this.#own, ...this.#below].toReversed();
    return [...new Set(layers.flatMap((layer) => [...layer.keys()]))];
  }

  copy(): LayeredMap<V> {
    if (this.#own.size > 0) {
      this.#below = [this.#own, ...this.#below];
      this.#own = new Map();
    }
    const copy = new LayeredMap<V>();
    copy.#below = this.#below;
    return copy;
  }
}
