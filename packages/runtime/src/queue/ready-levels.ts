import type { Clock } from '@gitops-toolkit/core';

/** So many keys are taken by their levels; then one that has waited too long has its turn. */
const turnsByLevel = 3;

interface Level<K> {
  readonly priority: number;
  /** Since when each key is ready, in the order in which they came. */
  readonly keys: Map<K, number>;
}

/**
 * Keys that are ready, in levels: a higher level goes first, and in a level who came first. One turn in
 * four goes to the key that has waited longest of those that have waited too long, so that none waits for ever.
 */
export class ReadyLevels<K> {
  /** Highest first. Levels are few: the linear search costs nothing. */
  readonly #levels: Level<K>[] = [];
  readonly #priorities = new Map<K, number>();
  readonly #clock: Clock;
  readonly #agesAfterMs: number;
  #turn = 0;

  constructor(options: { readonly clock: Clock; readonly agesAfterMs: number }) {
    this.#clock = options.clock;
    this.#agesAfterMs = options.agesAfterMs;
  }

  get size(): number {
    return this.#priorities.size;
  }

  /** How many keys each level has, the highest first. */
  get sizes(): readonly { readonly priority: number; readonly size: number }[] {
    return this.#levels.map(({ priority, keys }) => ({ priority, size: keys.size }));
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
    this.#level(priority).keys.set(key, this.#clock.monotonic());
  }

  /** Takes the first key of the highest level, or one whose turn has come. */
  shift(): { readonly key: K; readonly priority: number } | undefined {
    const level = this.#levelOfTheOld() ?? this.#levels[0];
    if (!level) return undefined;
    for (const key of level.keys.keys()) {
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

  /** Turns count only while there is more than one level: else who came first is first anyway. */
  #levelOfTheOld(): Level<K> | undefined {
    if (this.#levels.length < 2 || this.#turn++ < turnsByLevel) return undefined;
    this.#turn = 0;
    let oldest: Level<K> | undefined;
    let since = this.#clock.monotonic() - this.#agesAfterMs;
    for (const level of this.#levels) {
      const first = firstOf(level.keys.values());
      if (first === undefined || first > since) continue;
      since = first;
      oldest = level;
    }
    return oldest;
  }

  #level(priority: number): Level<K> {
    const index = this.#levels.findIndex((level) => level.priority <= priority);
    const found = this.#levels[index];
    if (found?.priority === priority) return found;
    const level: Level<K> = { priority, keys: new Map() };
    this.#levels.splice(index < 0 ? this.#levels.length : index, 0, level);
    return level;
  }
}

function firstOf<T>(values: Iterable<T>): T | undefined {
  for (const value of values) return value;
  return undefined;
}
