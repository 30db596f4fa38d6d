import { type KubeObject, type Logger, refOf, refString } from '@gitops-toolkit/core';

import type { WatchCache } from '../watch/watch-cache.ts';

/** After this a run begins with what the cache has. */
const maxWaitMs = 5000;

/** Versions that a reconciler wrote, which the cache must have seen before the next run of the same key. */
export class ExpectedVersions {
  readonly #cache: WatchCache;
  readonly #written = new Map<string, Map<string, KubeObject>>();

  constructor(cache: WatchCache) {
    this.#cache = cache;
  }

  add(key: string, object: KubeObject): void {
    const { apiVersion, kind, metadata } = object;
    let written = this.#written.get(key);
    if (!written) this.#written.set(key, (written = new Map()));
    written.set(refString(refOf(object)), { apiVersion, kind, metadata });
  }

  async wait(key: string, options: { readonly signal: AbortSignal; readonly log: Logger }): Promise<void> {
    const written = this.#written.get(key);
    if (!written) return;
    this.#written.delete(key);
    await Promise.all([...written.values()].map((object) => this.#waitFor(object, options)));
  }

  async #waitFor(object: KubeObject, { signal, log }: { signal: AbortSignal; log: Logger }): Promise<void> {
    const { resourceVersion, namespace } = object.metadata;
    const cache = this.#cache.kinds.find(
      ({ kind }) => kind.kind === object.kind && kind.apiVersion === object.apiVersion,
    );
    if (!cache || !resourceVersion) return;
    const seen = await cache.waitForVersion(resourceVersion, {
      timeoutMs: maxWaitMs,
      signal,
      ...(namespace ? { namespace } : {}),
    });
    if (!seen && !signal.aborted) {
      log.debug('the cache has not seen what was written; going on without', {
        object: refString(refOf(object)),
      });
    }
  }
}
