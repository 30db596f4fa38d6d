import type { RepositoryIndex } from './repository-index.ts';

/** How much a cache keeps. */
export interface IndexCacheOptions {
  /** Bytes of all indexes together; the one that was not asked for longest goes first. @default 128 MiB */
  readonly maxBytes?: number;
}

const MAX_BYTES = 128 * 1024 * 1024;

/** Indexes by the digests of their bytes: one that was read does not have to be read again. */
export class IndexCache {
  readonly #maxBytes: number;
  readonly #indexes = new Map<string, RepositoryIndex>();
  #bytes = 0;

  constructor({ maxBytes = MAX_BYTES }: IndexCacheOptions = {}) {
    this.#maxBytes = maxBytes;
  }

  /** Bytes of the indexes that are kept. */
  get bytes(): number {
    return this.#bytes;
  }

  get(digest: string): RepositoryIndex | undefined {
    const index = this.#indexes.get(digest);
    if (!index) return undefined;
    this.#indexes.delete(digest);
    this.#indexes.set(digest, index);
    return index;
  }

  /** Keeps an index. Of one that is larger than the whole cache nothing is kept. */
  add(index: RepositoryIndex): void {
    this.delete(index.digest);
    if (index.size > this.#maxBytes) return;
    this.#indexes.set(index.digest, index);
    this.#bytes += index.size;
    for (const digest of this.#indexes.keys()) {
      if (this.#bytes <= this.#maxBytes) return;
      this.delete(digest);
    }
  }

  delete(digest: string): void {
    this.#bytes -= this.#indexes.get(digest)?.size ?? 0;
    this.#indexes.delete(digest);
  }
}
