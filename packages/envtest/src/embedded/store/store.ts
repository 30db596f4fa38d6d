import type { KubeObject } from '@gitops-toolkit/core';

import { Bucket, type StoreListener } from './bucket.ts';
import { Entry } from './entry.ts';

/** The first revision: clients take 0 for "any". */
const FIRST_REVISION = 1;

/**
 * All objects in memory, one bucket a resource, with one counter of revisions for all of them.
 * Writes are synchronous, so a reader never sees half of one.
 */
export class Store {
  readonly #buckets: Map<string, Bucket> = new Map();
  readonly #listeners: Set<(resource: string, event: Parameters<StoreListener>[0]) => void> = new Set();
  readonly #historyLimit: number;
  #revision = FIRST_REVISION;

  constructor(options: { readonly historyLimit?: number } = {}) {
    this.#historyLimit = options.historyLimit ?? 10_000;
  }

  /** The revision of the newest write. */
  get revision(): number {
    return this.#revision;
  }

  /** The bucket of a resource, `group/plural`; made on first use. */
  bucket(resource: string): Bucket {
    let bucket = this.#buckets.get(resource);
    if (!bucket) {
      bucket = new Bucket(this.#historyLimit);
      bucket.listen((event) => {
        for (const listener of this.#listeners) listener(resource, event);
      });
      this.#buckets.set(resource, bucket);
    }
    return bucket;
  }

  /** The resources with a bucket. */
  resources(): IterableIterator<string> {
    return this.#buckets.keys();
  }

  /** Stores a new version of an object under a new revision. The object must not be changed afterwards. */
  put(resource: string, key: string, object: KubeObject): Entry {
    const bucket = this.bucket(resource);
    const previous = bucket.get(key);
    const revision = ++this.#revision;
    object.metadata.resourceVersion = String(revision);
    const entry = new Entry(key, object, revision);
    bucket.commit(
      previous ? { type: 'MODIFIED', revision, entry, previous } : { type: 'ADDED', revision, entry },
    );
    return entry;
  }

  /** Removes an object; `undefined` when there is none. */
  delete(resource: string, key: string, last?: KubeObject): Entry | undefined {
    const bucket = this.bucket(resource);
    const previous = bucket.get(key);
    if (!previous) return undefined;
    const revision = ++this.#revision;
    const object = last ?? previous.object;
    const metadata = { ...object.metadata, resourceVersion: String(revision) };
    const entry = new Entry(key, { ...object, metadata }, revision);
    bucket.commit({ type: 'DELETED', revision, entry, previous });
    return entry;
  }

  /** Forgets the history of all resources. */
  compact(): void {
    for (const bucket of this.#buckets.values()) bucket.compact();
  }

  /** Calls the listener after each commit to any resource until the returned function is called. */
  listen(listener: (resource: string, event: Parameters<StoreListener>[0]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

/** The key of an object within its bucket. */
export function storeKey(namespace: string | undefined, name: string): string {
  return namespace === undefined || namespace === '' ? name : `${namespace}/${name}`;
}
