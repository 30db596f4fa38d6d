import type { Clock } from '@gitops-toolkit/core';

interface Entry<K> {
  readonly key: K;
  readonly readyAt: number;
  readonly order: number;
  readonly priority: number;
}

/** Keys that wait for their time, behind one timer. A key waits once, for the earliest time it was given. */
export class Delayed<K> {
  readonly #clock: Clock;
  readonly #onReady: (key: K, priority: number) => void;
  /** A binary heap. Entries that `#current` does not know any more are skipped when they surface. */
  #heap: Entry<K>[] = [];
  readonly #current = new Map<K, Entry<K>>();
  #order = 0;
  #cancelTimer: (() => void) | undefined;
  #timerAt = Infinity;

  constructor(clock: Clock, onReady: (key: K, priority: number) => void) {
    this.#clock = clock;
    this.#onReady = onReady;
  }

  get size(): number {
    return this.#current.size;
  }

  /** Entries in memory, those that are out of date included. */
  get entries(): number {
    return this.#heap.length;
  }

  add(key: K, delayMs: number, priority: number): void {
    const readyAt = this.#clock.monotonic() + delayMs;
    const current = this.#current.get(key);
    if (current && current.readyAt <= readyAt && current.priority >= priority) return;
    const entry: Entry<K> = {
      key,
      readyAt: Math.min(readyAt, current?.readyAt ?? Infinity),
      order: this.#order++,
      priority: Math.max(priority, current?.priority ?? -Infinity),
    };
    this.#current.set(key, entry);
    this.#push(entry);
    this.#compact();
    this.#arm();
  }

  /** Stops waiting; gives the priority that the key waited with. */
  delete(key: K): number | undefined {
    const entry = this.#current.get(key);
    this.#current.delete(key);
    this.#compact();
    return entry?.priority;
  }

  clear(): void {
    this.#current.clear();
    this.#heap = [];
    this.#disarm();
  }

  #release(): void {
    const now = this.#clock.monotonic();
    for (let first = this.#first(); first && first.readyAt <= now; first = this.#first()) {
      this.#pop();
      this.#current.delete(first.key);
      this.#onReady(first.key, first.priority);
    }
    this.#arm();
  }

  #arm(): void {
    const first = this.#first();
    if (first?.readyAt === this.#timerAt) return;
    this.#disarm();
    if (!first) return;
    this.#timerAt = first.readyAt;
    // A timer may fire a fraction early: at least 1 ms keeps that from becoming a busy loop.
    const delayMs = Math.max(1, Math.ceil(first.readyAt - this.#clock.monotonic()));
    this.#cancelTimer = this.#clock.setTimeout(() => {
      this.#timerAt = Infinity;
      this.#release();
    }, delayMs);
  }

  #disarm(): void {
    this.#cancelTimer?.();
    this.#timerAt = Infinity;
  }

  #first(): Entry<K> | undefined {
    for (;;) {
      const first = this.#heap[0];
      if (!first || this.#current.get(first.key) === first) return first;
      this.#pop();
    }
  }

  /** Without this, entries of keys that are put off again and again would pile up. */
  #compact(): void {
    if (this.#heap.length < 64 || this.#heap.length < 2 * this.#current.size) return;
    this.#heap = [...this.#current.values()].toSorted((a, b) => (isBefore(a, b) ? -1 : 1));
  }

  #push(entry: Entry<K>): void {
    const heap = this.#heap;
    let index = heap.length;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent] as Entry<K>;
      if (!isBefore(entry, above)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = entry;
  }

  #pop(): void {
    const heap = this.#heap;
    const entry = heap.pop();
    if (!entry || heap.length === 0) return;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1] as Entry<K>, heap[child] as Entry<K>)) child++;
      if (!isBefore(heap[child] as Entry<K>, entry)) break;
      heap[index] = heap[child] as Entry<K>;
      index = child;
    }
    heap[index] = entry;
  }
}

function isBefore<K>(a: Entry<K>, b: Entry<K>): boolean {
  return a.readyAt < b.readyAt || (a.readyAt === b.readyAt && a.order < b.order);
}
