import type { Clock } from '../clock.ts';
import { formatDuration } from '../duration.ts';
import { HttpError } from './errors.ts';

/** How long a server may take, in milliseconds. */
export interface Timeouts {
  /** Until the connection stands, TLS included. @default 30000 */
  readonly connectMs?: number;
  /** From the request to the first byte of the answer. @default 60000 */
  readonly firstByteMs?: number;
  /** Between two pieces of the answer. @default 30000 */
  readonly idleMs?: number;
  /** For the whole exchange. @default 600000 */
  readonly totalMs?: number;
}

/** The times in force where none are given. */
export const DEFAULT_TIMEOUTS: Required<Timeouts> = {
  connectMs: 30_000,
  firstByteMs: 60_000,
  idleMs: 30_000,
  totalMs: 600_000,
};

/** Watches one exchange: ends it when a phase, or the whole, takes too long. */
export class Watchdog {
  readonly #clock: Clock;
  readonly #what: string;
  readonly #onTimeout: (error: HttpError) => void;
  #cancelPhase: () => void = () => {};
  readonly #cancelTotal: () => void;

  constructor(options: {
    readonly clock: Clock;
    /** Named in the error: the host. */
    readonly what: string;
    readonly totalMs: number;
    readonly onTimeout: (error: HttpError) => void;
  }) {
    this.#clock = options.clock;
    this.#what = options.what;
    this.#onTimeout = options.onTimeout;
    const { totalMs } = options;
    this.#cancelTotal = this.#start(totalMs, `did not finish within ${formatDuration(totalMs)}`);
  }

  /** Begins a phase, and with it ends the one before. */
  phase(ms: number, words: string): void {
    this.#cancelPhase();
    this.#cancelPhase = this.#start(ms, `${words} ${formatDuration(ms)}`);
  }

  /** Ends the phase; the whole is watched on. */
  pause(): void {
    this.#cancelPhase();
  }

  stop(): void {
    this.#cancelPhase();
    this.#cancelTotal();
  }

  #start(ms: number, words: string): () => void {
    return this.#clock.setTimeout(() => {
      this.stop();
      this.#onTimeout(
        new HttpError('HTTP_TIMEOUT', `${this.#what} ${words}`, {
          retry: 'backoff',
          hint: 'The server or the network is slow or hangs; raise the timeout if that is expected.',
        }),
      );
    }, ms);
  }
}
