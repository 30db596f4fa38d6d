import { aborted, type KubeObject, type Logger, refOf, refString, silentLogger } from '@gitops-toolkit/core';

import type { EventSink, ObjectEvent } from './event.ts';

/** What an {@link EventRecorder} is made of. */
export interface EventRecorderOptions {
  readonly sinks: readonly EventSink[];
  /** Told of events that could not be sent. @default silent */
  readonly logger?: Logger;
  /** Events that wait for a slow sink; further ones are dropped. @default 1000 */
  readonly maxPending?: number;
}

/** What is true of every event with metadata. */
export type EventMetadata = Readonly<Record<string, string>>;

/**
 * Tells people and services what happened to an object. Recording never waits and never fails: a
 * run must not depend on whether somebody could be told of it.
 *
 * Events reach each sink in order; one sink does not wait for another.
 */
export class EventRecorder implements AsyncDisposable {
  readonly #lanes: Lane[];

  constructor(options: EventRecorderOptions) {
    const { sinks, logger = silentLogger, maxPending = 1000 } = options;
    this.#lanes = sinks.map((sink) => new Lane(sink, logger, maxPending));
  }

  /** Records that something went as it was meant to. */
  normal(object: KubeObject, reason: string, message: string, metadata?: EventMetadata): void {
    this.record({ object, type: 'Normal', reason, message, ...(metadata ? { metadata } : {}) });
  }

  /** Records that something failed. */
  warning(object: KubeObject, reason: string, message: string, metadata?: EventMetadata): void {
    this.record({ object, type: 'Warning', reason, message, ...(metadata ? { metadata } : {}) });
  }

  /** Records what is of interest only beside the object itself. */
  trace(object: KubeObject, reason: string, message: string, metadata?: EventMetadata): void {
    this.record({ object, type: 'Trace', reason, message, ...(metadata ? { metadata } : {}) });
  }

  record(event: ObjectEvent): void {
    const { apiVersion, kind, metadata } = event.object;
    // Without these nobody can say of what the event is.
    if (!kind || !metadata.name) return;
    // The object goes on changing while the event waits.
    const object = { apiVersion, kind, metadata: { ...metadata } };
    const facts = { ...event.metadata, ...annotationsForEvents(metadata.annotations) };
    const complete = { ...event, object, ...(Object.keys(facts).length > 0 && { metadata: facts }) };
    for (const lane of this.#lanes) lane.push(complete);
  }

  /** Waits until everything recorded so far is sent, what sinks hold back included, or the signal is aborted. */
  async flush(options: { readonly signal?: AbortSignal } = {}): Promise<void> {
    const done = Promise.all(this.#lanes.map((lane) => lane.flush(options.signal))).then(() => {});
    await (options.signal ? Promise.race([done, aborted(options.signal)]) : done);
  }

  /** Stops: what waits is dropped, what is under way is aborted. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#lanes.map((lane) => lane.stop()));
  }
}

/** What users want to be said with every event of their object. */
function annotationsForEvents(annotations: EventMetadata = {}): EventMetadata {
  const entries = Object.entries(annotations).filter(([key]) => key.startsWith('event.toolkit.fluxcd.io/'));
  return Object.fromEntries(entries);
}

/** The events on their way to one sink. */
class Lane {
  idle: Promise<void> = Promise.resolve();
  readonly #sink: EventSink;
  readonly #logger: Logger;
  readonly #maxPending: number;
  readonly #stop = new AbortController();
  #pending: ObjectEvent[] = [];
  #dropped = 0;
  #busy = false;

  constructor(sink: EventSink, logger: Logger, maxPending: number) {
    this.#sink = sink;
    this.#logger = logger;
    this.#maxPending = maxPending;
  }

  push(event: ObjectEvent): void {
    if (this.#stop.signal.aborted) return;
    if (this.#pending.length >= this.#maxPending) {
      this.#dropped++;
      return;
    }
    this.#pending.push(event);
    if (!this.#busy) this.idle = this.#drain();
  }

  async flush(signal: AbortSignal = this.#stop.signal): Promise<void> {
    await this.idle;
    try {
      await this.#sink.flush?.(signal);
    } catch (error) {
      if (!signal.aborted) this.#logger.error('events could not be sent', { error });
    }
  }

  async stop(): Promise<void> {
    this.#pending = [];
    this.#stop.abort();
    this.#sink.close?.();
    await this.idle;
  }

  async #drain(): Promise<void> {
    this.#busy = true;
    for (let event = this.#pending.shift(); event; event = this.#pending.shift()) {
      await this.#send(event);
      if (this.#dropped > 0) {
        this.#logger.error('events were dropped: their receiver is too slow', { dropped: this.#dropped });
        this.#dropped = 0;
      }
    }
    this.#busy = false;
  }

  async #send(event: ObjectEvent): Promise<void> {
    try {
      await this.#sink.send(event, this.#stop.signal);
    } catch (error) {
      if (this.#stop.signal.aborted) return;
      const object = refString(refOf(event.object));
      this.#logger.error('an event could not be sent', { object, reason: event.reason, error });
    }
  }
}
