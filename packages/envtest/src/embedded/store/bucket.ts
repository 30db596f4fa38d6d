import type { Entry, StoreEvent } from './entry.ts';

/** Called after each commit, in order, before the writer gets its answer. Must not write. */
export type StoreListener = (event: StoreEvent) => void;

/** The objects of one resource, in key order, and the log of what happened to them. */
export class Bucket {
  readonly #entries: Map<string, Entry> = new Map();
  readonly #keys: string[] = [];
  readonly #log: StoreEvent[] = [];
  readonly #listeners: Set<StoreListener> = new Set();
  readonly #historyLimit: number;
  #compacted = 0;
  #lastRevision = 0;

  constructor(historyLimit: number) {
    this.#historyLimit = historyLimit;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Events up to this revision are forgotten. */
  get compacted(): number {
    return this.#compacted;
  }

  /** The revision of the newest event. */
  get lastRevision(): number {
    return this.#lastRevision;
  }

  get(key: string): Entry | undefined {
    return this.#entries.get(key);
  }

  /** All entries whose key starts with the prefix, in key order. */
  range(prefix: string = ''): Entry[] {
    const entries: Entry[] = [];
    for (let i = prefix === '' ? 0 : lowerBound(this.#keys, prefix); i < this.#keys.length; i++) {
      const key = this.#keys[i] as string;
      if (!key.startsWith(prefix)) break;
      entries.push(this.#entries.get(key) as Entry);
    }
    return entries;
  }

  /** The same as it was at a revision, undoing what the log says happened since; `undefined` when it is forgotten. */
  rangeAt(prefix: string, revision: number): Entry[] | undefined {
    if (revision >= this.#lastRevision) return this.range(prefix);
    if (revision < this.#compacted) return undefined;
    const past = new Map<string, Entry | undefined>();
    for (const event of this.eventsAfter(revision).reverse()) past.set(event.entry.key, event.previous);
    const entries = this.range(prefix).filter((entry) => !past.has(entry.key));
    for (const entry of past.values()) if (entry?.key.startsWith(prefix)) entries.push(entry);
    return entries.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  }

  /** Events after a revision, oldest first. */
  eventsAfter(revision: number): StoreEvent[] {
    if (revision >= this.#lastRevision) return [];
    let low = 0;
    let high = this.#log.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#log[middle] as StoreEvent).revision <= revision) low = middle + 1;
      else high = middle;
    }
    return this.#log.slice(low);
  }

  /** Adds a committed event and tells the listeners. */
  commit(event: StoreEvent): void {
    const { key } = event.entry;
    if (event.type === 'DELETED') {
      this.#entries.delete(key);
      this.#keys.splice(lowerBound(this.#keys, key), 1);
    } else {
      if (event.type === 'ADDED') this.#keys.splice(lowerBound(this.#keys, key), 0, key);
      this.#entries.set(key, event.entry);
    }
    this.#log.push(event);
    this.#lastRevision = event.revision;
    // Cut in portions, so that the cost of moving the rest is shared by many writes.
    if (this.#log.length > this.#historyLimit * 1.25) this.#forget(this.#log.length - this.#historyLimit);
    for (const listener of this.#listeners) listener(event);
  }

  /** Forgets all events, as etcd's compaction does: watches from earlier revisions answer 410. */
  compact(): void {
    this.#forget(this.#log.length);
  }

  #forget(count: number): void {
    const removed = this.#log.splice(0, count);
    this.#compacted = removed.at(-1)?.revision ?? this.#compacted;
  }

  /** Calls the listener after each commit until the returned function is called. */
  listen(listener: StoreListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

/** The index of the first key that is not less. Keys are ASCII, so code units order as etcd's bytes do. */
function lowerBound(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((keys[middle] as string) < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
