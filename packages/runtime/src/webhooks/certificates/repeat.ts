import { type Clock, errorMessage, type Logger, sleep } from '@gitops-toolkit/core';

/** Does something again and again, with a pause before each time, until it is disposed. Failures are logged. */
export function repeat(
  work: (signal: AbortSignal) => Promise<void>,
  options: {
    readonly everyMs: number;
    readonly clock: Clock;
    readonly logger: Logger;
    readonly what: string;
  },
): AsyncDisposable {
  const { everyMs, clock, logger, what } = options;
  const stop = new AbortController();
  const { signal } = stop;
  const running = (async () => {
    while (!signal.aborted) {
      try {
        await sleep(everyMs, { clock, signal });
        await work(signal);
      } catch (error) {
        if (!signal.aborted) logger.error(`${what} failed`, { error, reason: errorMessage(error) });
      }
    }
  })();
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await running;
    },
  };
}
