import { getOwn, setOwn } from '@gitops-toolkit/core';

/** One entry that stands in several maps of an object and is one and the same in kustomize. */
interface SharedEntry {
  readonly key: string;
  readonly holders: readonly Record<string, unknown>[];
  value: unknown;
}

/**
 * The entries that labels and annotations have put into several maps of one object at once. kustomize puts
 * one node of its tree into all of them, so that whoever changes a label later changes the selector too.
 */
export class SharedEntries {
  #entries: SharedEntry[] = [];

  /** Notes that a key was new in these maps, and got one value in all of them. */
  add(key: string, holders: readonly Record<string, unknown>[], value: unknown): void {
    if (holders.length > 1) this.#entries.push({ key, holders, value });
  }

  /** Carries a change in one of the maps to the others; a map that has lost the key is let go. */
  sync(): void {
    if (this.#entries.length === 0) return;
    this.#entries = this.#entries.flatMap(({ key, holders, value }) => {
      const kept = holders.filter((holder) => Object.hasOwn(holder, key));
      if (kept.length < 2) return [];
      const changed = kept.findLast((holder) => getOwn(holder, key) !== value);
      const now = changed ? getOwn(changed, key) : value;
      if (changed) for (const holder of kept) setOwn(holder, key, now);
      return [{ key, holders: kept, value: now }];
    });
  }

  clear(): void {
    this.#entries = [];
  }
}
