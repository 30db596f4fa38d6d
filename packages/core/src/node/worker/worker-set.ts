import { PoolWorker, type PoolWorkerOptions } from './pool-worker.ts';

/** How many workers a {@link WorkerSet} has. */
export interface WorkerSetOptions extends Omit<PoolWorkerOptions, 'onExit'> {
  /** At most. */
  readonly max: number;
  /** These stay even if there is nothing to do. */
  readonly keep: number;
  /** Others end when they have had nothing to do for so many milliseconds. */
  readonly idleMs: number;
}

/** The workers of a pool: started when they are wanted, ended when they have been idle for long. */
export class WorkerSet {
  readonly #options: WorkerSetOptions;
  readonly #workers = new Set<PoolWorker>();
  /** With the timers of their ends; the one used last, which is the warmest, comes last. */
  readonly #idle = new Map<PoolWorker, NodeJS.Timeout>();
  #isDraining = false;
  readonly #ending = new Set<Promise<void>>();

  constructor(options: WorkerSetOptions) {
    this.#options = options;
  }

  /** Those that are not ending. */
  get size(): number {
    return this.#workers.size;
  }

  get hasIdle(): boolean {
    return this.#idle.size > 0;
  }

  /** A worker to be used: an idle one, or a new one, or none where there are as many as may be. */
  take(): PoolWorker | undefined {
    const [worker, timer] = [...this.#idle].at(-1) ?? [];
    if (!worker) return this.#start();
    clearTimeout(timer);
    this.#idle.delete(worker);
    return worker;
  }

  /** Takes a worker back that was used. */
  rest(worker: PoolWorker): void {
    if (!this.#workers.has(worker)) return;
    if (this.#isDraining) return this.end(worker, undefined);
    const timer = setTimeout(() => {
      if (this.#workers.size > this.#options.keep) this.end(worker, undefined);
    }, this.#options.idleMs);
    this.#idle.set(worker, timer.unref());
  }

  /** Starts one more worker that nobody uses yet. */
  startAhead(): void {
    const worker = this.#isDraining ? undefined : this.#start();
    if (worker) this.rest(worker);
  }

  /** Ends a worker; its task fails with the error. */
  end(worker: PoolWorker, error: unknown): void {
    this.#forget(worker);
    worker.end(error);
    const ending = worker.exited.finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
  }

  /** From now on a worker with nothing to do ends at once. */
  drain(): void {
    this.#isDraining = true;
    for (const worker of this.#idle.keys()) this.end(worker, undefined);
  }

  /** Ends all of them, and waits until they are gone. */
  async endAll(error: unknown): Promise<void> {
    for (const worker of this.#workers) this.end(worker, error);
    await Promise.all(this.#ending);
  }

  #start(): PoolWorker | undefined {
    if (this.#workers.size >= this.#options.max) return undefined;
    const worker = new PoolWorker({ ...this.#options, onExit: () => this.#forget(worker) });
    this.#workers.add(worker);
    return worker;
  }

  #forget(worker: PoolWorker): void {
    this.#workers.delete(worker);
    clearTimeout(this.#idle.get(worker));
    this.#idle.delete(worker);
  }
}
