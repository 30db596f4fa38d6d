import { type Clock, sleep, systemClock } from '../clock.ts';
import { HttpError } from './errors.ts';

/** How often something is tried again, and after what time. */
export interface RetryOptions {
  /** Tries after the first. @default 3 */
  readonly retries?: number;
  /** Before the first of them; each wait is twice the one before, give or take a fifth. @default 500 */
  readonly minDelayMs?: number;
  /** No wait is longer; a server that asks for more is not asked again. @default 30 000 */
  readonly maxDelayMs?: number;
  readonly clock?: Clock;
  readonly random?: () => number;
  readonly signal?: AbortSignal;
}

/** What may be had a moment later: too early, too many, or a server in trouble. */
const PASSING = new Set([408, 429, 500, 502, 503, 504]);

/** Whether the same request may get another answer a moment later. */
export function isPassingStatus(status: number): boolean {
  return PASSING.has(status);
}

/** The time that a server asks for in `Retry-After`, in milliseconds from now: seconds or a date (RFC 9110, 10.2.3). */
export function retryAfterMs(header: string | undefined, now: number = Date.now()): number | undefined {
  if (header === undefined || header === '') return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isFinite(ms) && ms > 0 ? ms : undefined;
}

/**
 * Does something until it does not fail, or fails for good: anything but what an error says may pass
 * (`retry: 'backoff'`) is thrown at once.
 *
 * @throws the last failure; the reason of the signal
 */
export async function retrying<T>(
  attempt: () => Promise<T>,
  options: RetryOptions & {
    /** @default a failure of the connection, or a time that ran out */
    readonly mayPass?: (error: unknown) => boolean;
  } = {},
): Promise<T> {
  const { retries = 3, minDelayMs = 500, maxDelayMs = 30_000, mayPass = isPassing, signal } = options;
  const { clock = systemClock, random = Math.random } = options;
  for (let failures = 0; ; failures++) {
    try {
      return await attempt();
    } catch (error) {
      signal?.throwIfAborted();
      const asked = (error as { retryAfterMs?: number }).retryAfterMs ?? 0;
      if (failures >= retries || asked > maxDelayMs || !mayPass(error)) throw error;
      const delay = Math.min(minDelayMs * 2 ** failures * (0.8 + 0.4 * random()), maxDelayMs);
      await sleep(Math.max(delay, asked), { clock, ...(signal ? { signal } : {}) });
    }
  }
}

function isPassing(error: unknown): boolean {
  return (
    error instanceof HttpError && (error.code === 'HTTP_CONNECTION_FAILED' || error.code === 'HTTP_TIMEOUT')
  );
}
