import os from 'node:os';
import { CoreError } from '../../core-errors.ts';
import { decodeError, type ErrorClasses } from './error-message.ts';
import { FairQueue } from './fair-queue.ts';
import { unpackItems } from './packed-items.ts';
import type { PoolWorker, TaskOutcome } from './pool-worker.ts';
import { type WholeBudget, wholeBudget, type WorkerBudget } from './worker-budget.ts';
import type { TaskRequest } from './worker-messages.ts';
import { WorkerSet } from './worker-set.ts';

/** A task that runs longer does not hold up others any more: further workers may be used. */
const SLOW_AFTER_MS = 10;

/** How a {@link WorkerPool} works. */
export interface WorkerPoolOptions {
  /** The module that calls `serveTasks`. */
  readonly url: URL;
  /** What it does, as errors and thread lists name it: `build`. */
  readonly name: string;
  /** Tasks at a time, as long as they are short. @default the number of cores less one, at least 1 */
  readonly size?: number;
  /** Further workers for when all others are at tasks that have taken more than 10 ms. @default 0 */
  readonly overflow?: number;
  /** Workers that stay, from the first task on, even if there is nothing to do. @default 0 */
  readonly keep?: number;
  /** Others end when they have had nothing to do for so many milliseconds. @default 30 000 */
  readonly idleMs?: number;
  /** What a task may use that names nothing else. A task cannot have more memory than is said here. */
  readonly budget?: WorkerBudget;
  /** How the errors of tasks are made anew, loaded with the first of them. @default errors of core and JavaScript */
  readonly errorClasses?: () => Promise<ErrorClasses>;
}

/** How one task is run. */
export interface RunOptions {
  /** Ends the task, and the worker with it. */
  readonly signal?: AbortSignal;
  readonly budget?: WorkerBudget;
  /** Tasks of different groups are taken in turn, whichever has more of them. @default '' */
  readonly group?: string;
}

/** What a task gave; see `TaskAnswer`. */
export interface PoolAnswer {
  readonly value: unknown;
  readonly items: unknown[];
}

interface PoolTask {
  readonly name: string;
  readonly input: unknown;
  readonly budget: WholeBudget;
  readonly group: string;
  readonly settle: (outcome: TaskOutcome) => void;
  worker?: PoolWorker;
}

/**
 * Runs tasks in worker threads, each within a budget of time, memory and output. Whatever goes wrong in a worker
 * ends that worker and its task alone. Workers without a task do not keep the process alive.
 *
 * @example
 * ```ts no-run
 * import { WorkerPool } from '@gitops-toolkit/core/node';
 * await using pool = new WorkerPool({ url: new URL('./count-worker.js', import.meta.url), name: 'count' });
 * const { value } = await pool.run('count', ['one', 'two'], { budget: { timeoutMs: 1000 } });
 * ```
 */
export class WorkerPool implements AsyncDisposable {
  readonly #options: WorkerPoolOptions;
  readonly #size: number;
  readonly #workers: WorkerSet;
  readonly #queue = new FairQueue<PoolTask>();
  readonly #running = new Map<PoolTask, { isSlow: boolean }>();
  #isClosed = false;

  constructor(options: WorkerPoolOptions) {
    const { url, name, overflow = 0, keep = 0, idleMs = 30_000 } = options;
    this.#options = options;
    this.#size = Math.max(1, options.size ?? os.availableParallelism() - 1);
    const { maxHeapMb } = wholeBudget(options.budget);
    this.#workers = new WorkerSet({ url, name, maxHeapMb, max: this.#size + overflow, keep, idleMs });
  }

  /**
   * Runs a task. The input is cloned, so it holds plain values, buffers and shared memory only (`shareTree` brings
   * trees over).
   *
   * @throws What the task throws; CoreError `WORKER_TIMEOUT`, `WORKER_HEAP_LIMIT`, `WORKER_OUTPUT_LIMIT`,
   *   `WORKER_CRASHED`, `WORKER_POOL_CLOSED`; the reason of the signal.
   */
  async run(name: string, input: unknown, options: RunOptions = {}): Promise<PoolAnswer> {
    const { signal } = options;
    signal?.throwIfAborted();
    const outcome = await this.#outcomeOf(name, input, options);
    if ('error' in outcome) throw outcome.error;
    if ('failure' in outcome) throw decodeError(outcome.failure, await this.#options.errorClasses?.());
    const [value, ...items] = await unpackItems(outcome.answer, signal);
    return { value, items };
  }

  /** From now on a worker with nothing to do ends at once; tasks are done as before. */
  drain(): void {
    this.#workers.drain();
  }

  /** Ends all workers; tasks that are not done fail with `WORKER_POOL_CLOSED`. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    for (let task = this.#queue.next(); task; task = this.#queue.next())
      task.settle({ error: this.#closedError() });
    await this.#workers.endAll(this.#closedError());
  }

  async #outcomeOf(name: string, input: unknown, options: RunOptions): Promise<TaskOutcome> {
    if (this.#isClosed) return { error: this.#closedError() };
    const { signal, group = '' } = options;
    const budget = wholeBudget(options.budget, this.#options.budget);
    const { promise, task } = newTask({ name, input, budget, group });
    const onAbort = (): void => this.#cancel(task, signal?.reason);
    signal?.addEventListener('abort', onAbort, { once: true });
    this.#queue.add(group, task);
    this.#schedule();
    return promise.finally(() => signal?.removeEventListener('abort', onAbort));
  }

  #schedule(): void {
    while (!this.#queue.isEmpty && this.#shortTasks < this.#size) {
      const worker = this.#workers.take();
      if (!worker) break;
      void this.#work(worker, this.#queue.next()!);
    }
    this.#startAhead();
  }

  get #shortTasks(): number {
    return [...this.#running.values()].filter(({ isSlow }) => !isSlow).length;
  }

  async #work(worker: PoolWorker, task: PoolTask): Promise<void> {
    const state = { isSlow: false };
    let slowTimer: NodeJS.Timeout | undefined;
    const becomeSlow = (): void => {
      state.isSlow = true;
      this.#schedule();
    };
    this.#running.set(task, state);
    task.worker = worker;
    const outcome = await worker.run(toRequest(task), task.budget, () => {
      slowTimer = setTimeout(becomeSlow, SLOW_AFTER_MS).unref();
    });
    clearTimeout(slowTimer);
    this.#running.delete(task);
    // The worker may be another's in a moment: a signal that comes too late must not end it.
    delete task.worker;
    if ('error' in outcome) this.#workers.end(worker, outcome.error);
    else this.#workers.rest(worker);
    task.settle(outcome);
    if (!this.#isClosed) this.#schedule();
  }

  /** Starts what should be there beforehand: the workers that stay, and one more while all are at long tasks. */
  #startAhead(): void {
    const { keep = 0, overflow = 0 } = this.#options;
    for (let missing = keep - this.#workers.size; missing > 0; missing--) this.#workers.startAhead();
    if (overflow > 0 && !this.#workers.hasIdle && this.#shortTasks === 0 && this.#running.size > 0)
      this.#workers.startAhead();
  }

  #cancel(task: PoolTask, reason: unknown): void {
    if (this.#queue.remove(task.group, task)) task.settle({ error: reason });
    else task.worker?.end(reason);
  }

  #closedError(): CoreError {
    return new CoreError('WORKER_POOL_CLOSED', `the pool of the ${this.#options.name} is closed`);
  }
}

function newTask(parts: Omit<PoolTask, 'settle'>): { promise: Promise<TaskOutcome>; task: PoolTask } {
  let settle: PoolTask['settle'] = () => {};
  const promise = new Promise<TaskOutcome>((resolve) => (settle = resolve));
  return { promise, task: { ...parts, settle } };
}

function toRequest({ name, input, budget }: PoolTask): TaskRequest {
  const { maxOutputBytes, maxItemBytes } = budget;
  return { task: name, input, limits: { maxOutputBytes, maxItemBytes } };
}
