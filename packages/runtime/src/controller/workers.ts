/** Workers that take turns until they are told to stop. Their number may change while they work. */
export class Workers {
  readonly #work: (signal: AbortSignal) => Promise<void>;
  readonly #running: { readonly stop: AbortController; readonly ended: Promise<void> }[] = [];
  readonly #leaving = new Set<Promise<void>>();

  /** @param work what one worker does until its signal is aborted: what it has begun it brings to its end */
  constructor(work: (signal: AbortSignal) => Promise<void>) {
    this.#work = work;
  }

  /** Brings the number of workers to `count`. Those that leave finish what they are at. */
  resize(count: number): void {
    while (this.#running.length < count) {
      const stop = new AbortController();
      this.#running.push({ stop, ended: this.#work(stop.signal) });
    }
    for (const { stop, ended } of this.#running.splice(count)) {
      stop.abort();
      this.#leaving.add(ended);
      void ended.finally(() => this.#leaving.delete(ended)).catch(() => {});
    }
  }

  /** Tells all of them to leave, and resolves when they have. */
  async stop(): Promise<void> {
    this.resize(0);
    await Promise.all(this.#leaving);
  }
}
