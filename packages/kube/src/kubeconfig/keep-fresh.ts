import { type Clock, systemClock } from '@gitops-toolkit/core';

/** The kubelet replaces a token long before it expires; client-go looks as often. */
const MAX_AGE_MS = 60_000;

/**
 * Reads a value that is replaced now and then: again after a minute, and at once where the last was refused. In the
 * middle of a replacement, when it cannot be read, the last one is still good.
 */
export function keepFresh<T>(
  read: () => Promise<T>,
  clock: Clock = systemClock,
): (options?: { readonly refresh?: boolean }) => Promise<T> {
  let last: { readonly value: T; readonly at: number } | undefined;
  return async (options = {}) => {
    if (last && !options.refresh && clock.monotonic() - last.at < MAX_AGE_MS) return last.value;
    try {
      last = { value: await read(), at: clock.monotonic() };
    } catch (error) {
      if (!last) throw error;
    }
    return last.value;
  };
}
