/** Tasks that are started and stopped together. */
export class TaskGroup {
  readonly #stop = new AbortController();
  readonly #running = new Map<string, Promise<void>>();
  readonly #onFailure: (error: unknown) => void;

  /** @param onFailure called with what a task threw before it was told to stop */
  constructor(onFailure: (error: unknown) => void) {
    this.#onFailure = onFailure;
  }

  /** Tasks that have not ended. */
  get names(): readonly string[] {
    return [...this.#running.keys()];
  }

  start(name: string, run: (signal: AbortSignal) => Promise<void>): void {
    const { signal } = this.#stop;
    const task = (async () => {
      try {
        await run(signal);
      } catch (error) {
        if (!signal.aborted) this.#onFailure(error);
      } finally {
        this.#running.delete(name);
      }
    })();
    this.#running.set(name, task);
  }

  /** Tells the tasks to end and waits for them. */
  async stop(reason: unknown): Promise<void> {
    this.#stop.abort(reason);
    await Promise.all(this.#running.values());
  }
}
