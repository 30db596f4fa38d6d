import {
  type Clock,
  type KubeObject,
  type Logger,
  refOf,
  refString,
  silentLogger,
  systemClock,
} from '@gitops-toolkit/core';

import { microTime } from '../election/lease-record.ts';
import { BoundedMap } from './bounded-map.ts';
import type { ClusterEventSinkOptions } from './cluster-event-sink.ts';
import { EventCorrelator, eventKey } from './event-correlator.ts';
import { eventName, eventNamespace, noteOf, objectReference } from './event-object.ts';
import { EventWriter } from './event-writer.ts';
import type { EventSink, ObjectEvent } from './event.ts';

/** Who speaks in the cluster's events, and who is told of those that cannot be written. */
export interface SeriesEventSinkOptions extends ClusterEventSinkOptions {
  /** @default silent */
  readonly logger?: Logger;
}

/** An event that was written, and how often it was said since. */
interface Series {
  object: KubeObject;
  count: number;
  lastAt: number;
  /** The count that the cluster has. */
  writtenCount: number;
}

/** How often a series that goes on is written, and after which silence it is over. */
const heartbeatMs = 6 * 60_000;
const maxRemembered = 4096;
/** What the API server takes as a reason and as an action. */
const maxWordLength = 128;

/**
 * Writes events to the cluster as `Event`s of `events.k8s.io/v1`, where `kubectl events` shows them. What is said again
 * within 6 minutes is one *series*: it is written when it begins, every 6 minutes while it goes on, and when it is over
 * or the sink is flushed, however often it is said. What is new is limited as by {@link EventCorrelator}'s rules.
 */
export function seriesEventSink(options: SeriesEventSinkOptions): EventSink {
  return new SeriesEventSink(options);
}

class SeriesEventSink implements EventSink {
  readonly #options: SeriesEventSinkOptions;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #writer: EventWriter;
  readonly #correlator = new EventCorrelator();
  readonly #series = new BoundedMap<string, Series>(maxRemembered);
  readonly #closed = new AbortController();
  #cancelHeartbeat: (() => void) | undefined;

  constructor(options: SeriesEventSinkOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#logger = options.logger ?? silentLogger;
    this.#writer = new EventWriter(options.client, this.#clock);
  }

  async send(event: ObjectEvent, signal: AbortSignal): Promise<void> {
    const now = this.#clock.now();
    if (await this.#repeat(eventKey(event), now, signal)) return;
    const correlation = this.#correlator.correlate(event, now);
    if (correlation.action === 'drop' || (await this.#repeat(correlation.key, now, signal))) return;
    const object = newEvent(event, correlation.message, now, this.#options);
    await this.#writer.create(object, signal);
    this.#series.set(correlation.key, { object, count: 1, lastAt: now, writtenCount: 1 });
    this.#scheduleHeartbeat();
  }

  async flush(signal: AbortSignal): Promise<void> {
    for (const [, series] of this.#series.entries()) await this.#write(series, signal);
  }

  close(): void {
    this.#closed.abort();
    this.#cancelHeartbeat?.();
  }

  /** Counts what is said again; the first time makes it a series. Gives `false` where it is new. */
  async #repeat(key: string, now: number, signal: AbortSignal): Promise<boolean> {
    const series = this.#series.get(key);
    if (!series || now - series.lastAt > heartbeatMs) return false;
    series.count++;
    series.lastAt = now;
    if (series.writtenCount === 1) await this.#write(series, signal);
    return true;
  }

  async #write(series: Series, signal: AbortSignal): Promise<void> {
    const { object, count, lastAt } = series;
    if (count === series.writtenCount) return;
    const body = { series: { count, lastObservedTime: microTime(lastAt) } };
    if (!(await this.#writer.change(refOf(object), body, signal))) {
      const name = eventName(String((object['regarding'] as { name?: unknown }).name));
      series.object = { ...object, metadata: { ...object.metadata, name }, ...body };
      await this.#writer.create(series.object, signal);
    }
    series.writtenCount = count;
  }

  #scheduleHeartbeat(): void {
    if (this.#cancelHeartbeat || this.#closed.signal.aborted) return;
    this.#cancelHeartbeat = this.#clock.setTimeout(() => void this.#heartbeat(), heartbeatMs);
  }

  async #heartbeat(): Promise<void> {
    const now = this.#clock.now();
    for (const [key, series] of this.#series.entries()) {
      try {
        await this.#write(series, this.#closed.signal);
        if (now - series.lastAt >= heartbeatMs) this.#series.delete(key);
      } catch (error) {
        if (this.#closed.signal.aborted) return;
        const event = refString(refOf(series.object));
        this.#logger.error('a series of events could not be written', { event, error });
      }
    }
    this.#cancelHeartbeat = undefined;
    if (this.#series.size > 0) this.#scheduleHeartbeat();
  }
}

function newEvent(
  { object, type, reason, action = reason, metadata }: ObjectEvent,
  message: string,
  now: number,
  { component, instance }: SeriesEventSinkOptions,
): KubeObject {
  return {
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: {
      name: eventName(object.metadata.name ?? ''),
      namespace: eventNamespace(object),
      ...(metadata && { annotations: { ...metadata } }),
    },
    eventTime: microTime(now),
    reportingController: component,
    // The API server refuses events without one.
    reportingInstance: instance || component,
    regarding: objectReference(object),
    type: type === 'Trace' ? 'Normal' : type,
    reason: reason.slice(0, maxWordLength),
    action: action.slice(0, maxWordLength),
    note: noteOf(message),
  };
}
