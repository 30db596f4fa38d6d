import type { Engine } from '../engine.ts';
import type { StoreEvent } from '../store/entry.ts';
import type { ControllerClient } from './controller-client.ts';
import type { TaskQueue } from './task-queue.ts';

/** What controllers work with. */
export interface ControllerContext {
  readonly engine: Engine;
  readonly client: ControllerClient;
  readonly queue: TaskQueue;
}

/** Reacts to what is stored. */
export interface Controller {
  /** Called for each commit; must not write, but put its work into the queue. */
  observe(resource: string, event: StoreEvent): void;
}
