import type { Controller, ControllerContext } from '../controllers/controller.ts';
import type { StoreEvent } from '../store/entry.ts';
import { EventRecorder } from './event-recorder.ts';
import { happeningsOf } from './happenings.ts';

/** Tells by Events what the simulated controllers do, from what they write. */
export class EventController implements Controller {
  readonly #context: ControllerContext;
  readonly #recorder: EventRecorder;

  constructor(context: ControllerContext) {
    this.#context = context;
    this.#recorder = new EventRecorder(context);
  }

  observe(resource: string, event: StoreEvent): void {
    const { engine, queue } = this.#context;
    const happenings = happeningsOf(engine, resource, event);
    if (happenings.length === 0) return;
    // Each write is told by itself, so no two may share a key.
    queue.add(`events/${resource}/${event.revision}`, () => {
      for (const happening of happenings) this.#recorder.record(happening);
    });
  }
}
