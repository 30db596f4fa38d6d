import process from 'node:process';

/** A timer that is due so often sees every stretch of work that is longer. */
const TICK_MS = 2;

/** Watches how long this thread works without letting anything else run. */
export class MainThreadWatch implements Disposable {
  readonly #timer: NodeJS.Timeout;
  #before = threadCpuMs();
  #longestMs = 0;

  constructor() {
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  /**
   * The longest stretch since the start or the last call, in milliseconds of this thread's own CPU time: what other
   * threads and programs do on a busy machine does not count.
   */
  takeLongestMs(): number {
    const longest = this.#longestMs;
    this.#longestMs = 0;
    return longest;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  #tick(): void {
    const now = threadCpuMs();
    this.#longestMs = Math.max(this.#longestMs, now - this.#before);
    this.#before = now;
  }
}

function threadCpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
