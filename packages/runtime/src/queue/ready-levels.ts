/** Keys that are ready, in levels: a higher level goes first, and in a level who came first. */
export class ReadyLevels<K> {
  /** Highest first. Levels are few: the linear search costs nothing. */
  readonly #levels: { readonly priority: number; readonly keys: Set<K> }[] = [];
  readonly #priorities = new Map<K, number>();

  get size(): number {
    return this.#priorities.size;
  }

  priorityOf(key: K): number | undefined {
    return this.#priorities.get(key);
  }

  /** Puts a key at the end of its level. One that is there stays in place, unless its priority rises. */
  add(key: K, priority: number): void {
    const current = this.#priorities.get(key);
    if (current !== undefined) {
      if (current >= priority) return;
      this.delete(key);
    }
    this.#priorities.set(key, priority);
    this.#level(priority).add(key);
  }

  /** Takes the first key of the highest level. */
  shift(): { readonly key: K; readonly priority: number } | undefined {
    const [level] = this.#levels;
    if (!level) return undefined;
    for (const key of level.keys) {
      this.delete(key);
      return { key, priority: level.priority };
    }
    return undefined;
  }

  delete(key: K): void {
    const priority = this.#priorities.get(key);
    if (priority === undefined) return;
    this.#priorities.delete(key);
    const index = this.#levels.findIndex((level) => level.priority === priority);
    const keys = this.#levels[index]?.keys;
    keys?.delete(key);
    if (keys?.size === 0) this.#levels.splice(index, 1);
  }

  #level(priority: number): Set<K> {
    const index = this.#levels.findIndex((level) => level.priority <= priority);
    const found = this.#levels[index];
    if (found?.priority === priority) return found.keys;
    const keys = new Set<K>();
    this.#levels.splice(index < 0 ? this.#levels.length : index, 0, { priority, keys });
    return keys;
  }
}
