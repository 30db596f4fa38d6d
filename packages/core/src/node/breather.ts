import { setImmediate } from 'node:timers/promises';

/** Work goes on for so long before others get their turn: watches are read and leases renewed meanwhile. */
const SLICE_MS = 10;

/**
 * A function to call after each small step of a long piece of work: now and then it gives a promise, to be
 * waited for, that lets others run.
 *
 * @throws The reason of the signal, after such a wait.
 *
 * @example
 * ```ts
 * import { createBreather } from '@gitops-toolkit/core/node';
 * const breathe = createBreather();
 * for (let step = 0; step < 1000; step++) await breathe();
 * ```
 */
export function createBreather(signal?: AbortSignal): () => Promise<void> | undefined {
  let since = performance.now();
  return () => {
    if (performance.now() - since < SLICE_MS) return undefined;
    return setImmediate().then(() => {
      signal?.throwIfAborted();
      since = performance.now();
    });
  };
}
