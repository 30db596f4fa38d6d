import type { ManifestHead } from './manifest-head.ts';

/** Keeps what documents are about, by their text: most are the same from render to render. */
export class HeadCache {
  readonly #heads = new Map<string, ManifestHead>();
  readonly #maxUnits: number;
  #units = 0;

  /** @param maxUnits UTF-16 units of documents that are kept; what is more drops the oldest. */
  constructor(maxUnits: number = 32 << 20) {
    this.#maxUnits = maxUnits;
  }

  /** The head of a document, read where it is not there yet. */
  head(document: string, read: () => ManifestHead): ManifestHead {
    let head = this.#heads.get(document);
    if (!head) {
      head = read();
      this.#heads.set(document, head);
      this.#units += document.length;
      this.#dropOldest();
    }
    return head;
  }

  #dropOldest(): void {
    for (const document of this.#heads.keys()) {
      if (this.#units <= this.#maxUnits) return;
      this.#heads.delete(document);
      this.#units -= document.length;
    }
  }
}
