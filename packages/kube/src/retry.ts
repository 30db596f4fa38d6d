import { type Clock, sleep } from '@gitops-toolkit/core';
import { KubeError } from './errors.ts';

/** When an attempt is repeated. */
export interface RetryOptions {
  /** Attempts after the first. */
  readonly maxRetries: number;
  /** The same request twice has the effect of one. */
  readonly isIdempotent: boolean;
  readonly signal: AbortSignal;
  readonly clock: Clock;
}

/** A server that asks for more patience than this gets its error handed to the caller. */
const MAX_WAIT_MS = 30_000;

/**
 * Repeats an attempt, which is told how many there were before, that the server put off, and one whose connection broke.
 *
 * 429 was not begun, so that any method may be repeated; after a 503 or a broken connection
 * only what is idempotent.
 */
export async function withRetries<T>(attempt: (n: number) => Promise<T>, options: RetryOptions): Promise<T> {
  for (let n = 0; ; n++) {
    try {
      return await attempt(n);
    } catch (error) {
      const waitMs = n < options.maxRetries ? waitBefore(error, n, options.isIdempotent) : undefined;
      if (waitMs === undefined || options.signal.aborted) throw error;
      await sleep(waitMs, { clock: options.clock, signal: options.signal });
    }
  }
}

function waitBefore(error: unknown, n: number, isIdempotent: boolean): number | undefined {
  if (!(error instanceof KubeError) || error.retry === 'terminal') return undefined;
  if (error.status === 429 || (error.status === 503 && isIdempotent)) return askedWait(error, n);
  if (!isIdempotent) return undefined;
  // Mostly a kept connection that the other side closed just then: the next one is new.
  return error.code === 'KUBE_NETWORK' && n < 2 ? 50 * 4 ** n : undefined;
}

/** Where the server asks to come back at once, each further time is a little later all the same. */
function askedWait({ retryAfterMs }: KubeError, n: number): number | undefined {
  if (retryAfterMs === undefined || retryAfterMs > MAX_WAIT_MS) return undefined;
  return n === 0 ? retryAfterMs : Math.max(retryAfterMs, 25 * 2 ** n);
}
