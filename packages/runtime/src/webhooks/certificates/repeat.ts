import { type Clock, errorMessage, type Logger, sleep } from '@gitops-toolkit/core';

/** Work that is done again and again until this is disposed. */
export interface Repetition extends AsyncDisposable {
  /** Ends the pause that goes on; while the work goes on, the one after it. */
  hurry(): void;
}

/** Does something again and again, with a pause before each time. Failures are logged. */
export function repeat(
  work: (signal: AbortSignal) => Promise<void>,
  options: {
    readonly everyMs: number;
    readonly clock: Clock;
    readonly logger: Logger;
    readonly what: string;
  },
): Repetition {
  const { everyMs, clock, logger, what } = options;
  const stop = new AbortController();
  const { signal } = stop;
  let pause = new AbortController();
  const running = (async () => {
    while (!signal.aborted) {
      try {
        await sleep(everyMs, { clock, signal: AbortSignal.any([signal, pause.signal]) }).catch(() => {});
        pause = new AbortController();
        if (!signal.aborted) await work(signal);
      } catch (error) {
        if (!signal.aborted) logger.error(`${what} failed`, { error, reason: errorMessage(error) });
      }
    }
  })();
  return {
    hurry: () => pause.abort(),
    async [Symbol.asyncDispose]() {
      stop.abort();
      await running;
    },
  };
}
