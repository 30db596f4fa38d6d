import {
  isRecord,
  type KubeObject,
  type Logger,
  type ObjectRef,
  refOf,
  refString,
} from '@gitops-toolkit/core';

import type { KindCache } from '../watch/kind-cache.ts';
import type { WatchCache } from '../watch/watch-cache.ts';

/** After this a run begins with what the cache has. */
const maxWaitMs = 5000;

/** What a cache has to show after a write: a version of an object, or that one of a uid is gone. */
type Expectation = { readonly ref: ObjectRef } & (
  | { readonly resourceVersion: string }
  | { readonly goneUid: string }
);

/** What a reconciler wrote, which the cache must have seen before the next run. */
export class ExpectedVersions {
  readonly #cache: WatchCache;
  readonly #isForAll: boolean;
  readonly #written = new Map<string, Map<string, Expectation>>();

  /** @param options.isForAll what a run wrote counts for the runs of all keys, rather than for those of its own */
  constructor(cache: WatchCache, options: { readonly isForAll: boolean }) {
    this.#cache = cache;
    this.#isForAll = options.isForAll;
  }

  add(key: string, object: KubeObject): void {
    const { resourceVersion } = object.metadata;
    if (resourceVersion) this.#expect(key, { ref: refOf(object), resourceVersion });
  }

  /** @param answer of the server to the deletion: the object, where something keeps it, or a `Status` */
  addDeletion(key: string, ref: ObjectRef, answer: KubeObject): void {
    if (answer.kind !== 'Status') return this.add(key, answer);
    const { details } = answer;
    const uid = isRecord(details) ? details['uid'] : undefined;
    if (typeof uid === 'string') this.#expect(key, { ref, goneUid: uid });
  }

  async wait(key: string, options: { readonly signal: AbortSignal; readonly log: Logger }): Promise<void> {
    const slot = this.#slot(key);
    const written = this.#written.get(slot);
    if (!written) return;
    // What others wait for too stays until it has been seen.
    if (!this.#isForAll) this.#written.delete(slot);
    await Promise.all(
      [...written].map(async ([name, expected]) => {
        await this.#waitFor(expected, options);
        if (written.get(name) === expected) written.delete(name);
      }),
    );
  }

  #slot(key: string): string {
    return this.#isForAll ? '' : key;
  }

  #expect(key: string, expected: Expectation): void {
    const slot = this.#slot(key);
    let written = this.#written.get(slot);
    if (!written) this.#written.set(slot, (written = new Map()));
    written.set(refString(expected.ref), expected);
  }

  async #waitFor(
    expected: Expectation,
    { signal, log }: { readonly signal: AbortSignal; readonly log: Logger },
  ): Promise<void> {
    const { ref } = expected;
    const cache = this.#cache.kinds.find(
      ({ kind }) => kind.kind === ref.kind && kind.apiVersion === ref.apiVersion,
    );
    if (!cache) return;
    const seen = await isSeen(cache, expected, { timeoutMs: maxWaitMs, signal });
    if (!seen && !signal.aborted) {
      log.debug('the cache has not seen what was written; going on without', { object: refString(ref) });
    }
  }
}

function isSeen(
  cache: KindCache<KubeObject>,
  expected: Expectation,
  options: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<boolean> {
  const { name, namespace } = expected.ref;
  const scope = namespace ? { namespace } : {};
  return 'goneUid' in expected
    ? cache.waitForDeletion({ ...scope, name, uid: expected.goneUid }, options)
    : cache.waitForVersion(expected.resourceVersion, { ...scope, ...options });
}
