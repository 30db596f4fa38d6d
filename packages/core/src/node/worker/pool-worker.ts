import { Worker } from 'node:worker_threads';
import { CoreError } from '../../core-errors.ts';
import type { ErrorMessage } from './error-message.ts';
import type { PackedItems } from './packed-items.ts';
import type { WholeBudget } from './worker-budget.ts';
import type { TaskRequest, WorkerMessage } from './worker-messages.ts';

/**
 * V8 ends the whole process where one allocation leaps over a worker's own limit. So that limit stands this far (more
 * than any one allocation can be) above what a task may use, and the pool watches what it does use.
 */
const HEAP_HEADROOM_MB = 3072;
const HEAP_WATCH_MS = 20;
/** A module that is not loaded by then never will be. */
const START_TIMEOUT_MS = 60_000;

/** What a worker is started with. */
export interface PoolWorkerOptions {
  readonly url: URL;
  readonly name: string;
  /** The most that any task may ask for. */
  readonly maxHeapMb: number;
  /** Called once the worker is no more. */
  readonly onExit: () => void;
}

/** What a worker made of a task. */
export type TaskOutcome =
  | { readonly answer: PackedItems }
  | { readonly failure: ErrorMessage }
  /** The worker has ended, or was made to. */
  | { readonly error: unknown };

interface CurrentTask {
  readonly request: TaskRequest;
  readonly budget: WholeBudget;
  readonly settle: (outcome: TaskOutcome) => void;
  readonly onBegin: () => void;
}

/** One thread, which does one task at a time. */
export class PoolWorker {
  /** Fulfilled once the thread is gone. */
  readonly exited: Promise<void>;
  readonly #worker: Worker;
  readonly #options: PoolWorkerOptions;
  #isReady = false;
  #current: CurrentTask | undefined;
  #timer: NodeJS.Timeout;
  #heapTimer: NodeJS.Timeout | undefined;

  constructor(options: PoolWorkerOptions) {
    this.#options = options;
    const { url, name, maxHeapMb } = options;
    this.#worker = new Worker(url, {
      name,
      resourceLimits: { maxOldGenerationSizeMb: maxHeapMb + HEAP_HEADROOM_MB },
      ...(isSource(url) ? { execArgv: SOURCE_ARGV } : {}),
    });
    this.#worker
      .on('message', (message: WorkerMessage) => this.#receive(message))
      .on('messageerror', (cause) => this.end(this.#crash(cause)))
      .on('error', (cause) => this.#settle({ error: this.#crash(cause) }));
    this.exited = new Promise((resolve) => {
      this.#worker.on('exit', () => {
        this.#onExit();
        resolve();
      });
    });
    this.#worker.unref();
    this.#timer = this.#endAfter(START_TIMEOUT_MS, 'could not be loaded');
  }

  /**
   * Does a task; `onBegin` is called when the worker, which may still be starting, begins with it. Its time counts
   * from then on.
   */
  run(request: TaskRequest, budget: WholeBudget, onBegin: () => void): Promise<TaskOutcome> {
    return new Promise((resolve) => {
      this.#current = { request, budget, settle: resolve, onBegin };
      this.#worker.ref();
      if (this.#isReady) this.#begin();
    });
  }

  /** Ends the thread, in whatever it is doing; the task fails with the error. */
  end(error: unknown): void {
    this.#settle({ error });
    void this.#worker.terminate();
  }

  #receive(message: WorkerMessage): void {
    if (message.type === 'ready') {
      this.#isReady = true;
      clearTimeout(this.#timer);
      if (this.#current) this.#begin();
    } else if (message.type === 'answer') this.#settle({ answer: message.answer });
    else this.#settle({ failure: message.error });
  }

  #begin(): void {
    const { request, budget, onBegin } = this.#current!;
    this.#timer = this.#endAfter(budget.timeoutMs, `took longer than ${budget.timeoutMs / 1000} s`);
    this.#heapTimer = setTimeout(() => void this.#watchHeap(), HEAP_WATCH_MS);
    try {
      this.#worker.postMessage(request);
      onBegin();
    } catch (error) {
      this.#settle({ error });
    }
  }

  #endAfter(ms: number, words: string): NodeJS.Timeout {
    const end = (): void =>
      this.end(
        new CoreError('WORKER_TIMEOUT', `the ${this.#options.name} ${words} and was ended`, {
          hint: 'Make its input smaller, or allow it more time.',
          retry: 'backoff',
        }),
      );
    return setTimeout(end, ms).unref();
  }

  /** Looks at the heap again and again as long as the same task is at work. */
  async #watchHeap(): Promise<void> {
    const task = this.#current;
    if (!task) return;
    const heap = await this.#worker.getHeapStatistics().catch(() => undefined);
    if (task !== this.#current || !heap) return;
    const usedMb = (heap.used_heap_size + heap.external_memory) / (1024 * 1024);
    if (usedMb > task.budget.maxHeapMb) this.end(this.#heapLimit(task.budget.maxHeapMb));
    else this.#heapTimer = setTimeout(() => void this.#watchHeap(), HEAP_WATCH_MS);
  }

  #heapLimit(maxHeapMb: number, cause?: unknown): CoreError {
    const text = `the ${this.#options.name} used more than ${maxHeapMb} MiB of memory and was ended`;
    return new CoreError('WORKER_HEAP_LIMIT', text, {
      cause,
      hint: 'Make its input smaller, or allow it more memory.',
    });
  }

  #crash(cause: unknown): CoreError {
    if ((cause as { code?: unknown } | undefined)?.code === 'ERR_WORKER_OUT_OF_MEMORY')
      return this.#heapLimit(this.#options.maxHeapMb, cause);
    return new CoreError('WORKER_CRASHED', `the worker of the ${this.#options.name} has ended`, {
      cause,
      retry: 'backoff',
    });
  }

  #settle(outcome: TaskOutcome): void {
    clearTimeout(this.#heapTimer);
    if (this.#isReady) clearTimeout(this.#timer);
    const { settle } = this.#current ?? {};
    this.#current = undefined;
    this.#worker.unref();
    settle?.(outcome);
  }

  #onExit(): void {
    clearTimeout(this.#timer);
    this.#settle({ error: this.#crash(undefined) });
    this.#options.onExit();
  }
}

/** A worker in TypeScript belongs to sources that are not built: packages find each other's sources then. */
const SOURCE_ARGV = ['--conditions=@gitops-toolkit/source'];

function isSource(url: URL): boolean {
  return url.pathname.endsWith('.ts');
}
