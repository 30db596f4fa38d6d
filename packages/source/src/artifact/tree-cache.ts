import type { FileTree } from '@gitops-toolkit/core';

/** How much a {@link TreeCache} holds. */
export interface TreeCacheOptions {
  /** Bytes of all trees; the ones used longest ago go. @default 256 MiB */
  readonly maxBytes?: number;
}

/** Brings a tree that is not in the cache. */
export type LoadTree = (signal: AbortSignal) => Promise<FileTree>;

interface Loading {
  readonly promise: Promise<FileTree>;
  readonly controller: AbortController;
  waiting: number;
}

/**
 * Unpacked trees by digest. Callers who want the same tree at the same time share one load; it is
 * given up when the last of them is gone.
 */
export class TreeCache {
  readonly #maxBytes: number;
  readonly #trees = new Map<string, FileTree>();
  readonly #loading = new Map<string, Loading>();
  #bytes = 0;

  constructor(options: TreeCacheOptions = {}) {
    this.#maxBytes = options.maxBytes ?? 256 * 1024 * 1024;
  }

  /** Bytes of all trees that are held. */
  get size(): number {
    return this.#bytes;
  }

  /**
   * The tree of a digest: from the cache, from a load under way, or from a new one.
   *
   * @throws What the load throws, which is not kept; the reason of the caller's signal.
   */
  async get(digest: string, load: LoadTree, options: { signal?: AbortSignal } = {}): Promise<FileTree> {
    options.signal?.throwIfAborted();
    const known = this.#trees.get(digest);
    if (known) {
      this.#trees.delete(digest);
      this.#trees.set(digest, known);
      return known;
    }
    const loading = this.#loading.get(digest) ?? this.#start(digest, load);
    loading.waiting++;
    try {
      return await orAborted(loading.promise, options.signal);
    } finally {
      if (--loading.waiting === 0 && this.#loading.get(digest) === loading) {
        this.#loading.delete(digest);
        loading.controller.abort();
      }
    }
  }

  #start(digest: string, load: LoadTree): Loading {
    const controller = new AbortController();
    const promise = load(controller.signal).then(
      (tree) => {
        this.#loading.delete(digest);
        this.#add(digest, tree);
        return tree;
      },
      (error: unknown) => {
        this.#loading.delete(digest);
        throw error;
      },
    );
    // Where every caller has left there is nobody to tell.
    promise.catch(() => {});
    const loading = { promise, controller, waiting: 0 };
    this.#loading.set(digest, loading);
    return loading;
  }

  #add(digest: string, tree: FileTree): void {
    if (tree.size > this.#maxBytes) return;
    this.#trees.set(digest, tree);
    this.#bytes += tree.size;
    for (const [oldest, { size }] of this.#trees) {
      if (this.#bytes <= this.#maxBytes) return;
      this.#trees.delete(oldest);
      this.#bytes -= size;
    }
  }
}

/** Waits for a promise, or for the signal, whichever comes first. */
function orAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason as Error);
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
