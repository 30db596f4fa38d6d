import { type MessagePort, parentPort } from 'node:worker_threads';
import { encodeError } from './error-message.ts';
import { packItems } from './packed-items.ts';
import type { TaskRequest, WorkerMessage } from './worker-messages.ts';

/** What a task gives: plain values as JSON knows them, with `NumberLiteral`s among them. */
export interface TaskAnswer {
  /** The short part, which is read at once. */
  readonly value?: unknown;
  /** The long part, which is read piece by piece. */
  readonly items?: Iterable<unknown>;
}

/** The tasks of a worker's module, by name. What they throw comes out of {@link WorkerPool.run}. */
export type TaskHandlers = Readonly<Record<string, (input: never) => TaskAnswer | Promise<TaskAnswer>>>;

/**
 * Makes the module that calls it one that a {@link WorkerPool} can run: it is called once, when the module is
 * ready.
 *
 * @throws Error in a thread that is no worker.
 *
 * @example
 * ```ts no-run
 * import { serveTasks } from '@gitops-toolkit/core/node';
 * serveTasks({ count: (words: readonly string[]) => ({ value: words.length }) });
 * ```
 */
export function serveTasks(handlers: TaskHandlers): void {
  const port = parentPort;
  if (!port) throw new Error('tasks are served in worker threads only');
  port.on('message', (request: TaskRequest) => void serve(port, handlers, request));
  port.postMessage({ type: 'ready' } satisfies WorkerMessage);
}

async function serve(port: MessagePort, handlers: TaskHandlers, request: TaskRequest): Promise<void> {
  try {
    const handler = Object.hasOwn(handlers, request.task) ? handlers[request.task] : undefined;
    if (!handler) throw new Error(`the worker has no task ${request.task}`);
    const { value, items = [] } = await handler(request.input as never);
    const answer = packItems(withFirst(value, items), request.limits);
    const message: WorkerMessage = { type: 'answer', answer };
    port.postMessage(
      message,
      answer.chunks.map(({ buffer }) => buffer),
    );
  } catch (error) {
    port.postMessage({ type: 'failure', error: encodeError(error) } satisfies WorkerMessage);
  }
}

function* withFirst(first: unknown, rest: Iterable<unknown>): Generator<unknown> {
  yield first;
  yield* rest;
}
