import {
  type Clock,
  findToolkitError,
  type KubeObject,
  kubeTime,
  sleep,
  systemClock,
} from '@gitops-toolkit/core';
import { isAlreadyExists, isNotFound, type KubeClient } from '@gitops-toolkit/kube';

import { type Correlation, EventCorrelator } from './event-correlator.ts';
import type { EventSink, ObjectEvent } from './event.ts';

/** Who speaks in the cluster's events. */
export interface ClusterEventSinkOptions {
  readonly client: Pick<KubeClient, 'create' | 'patch'>;
  /** The controller's name: `source.component`. */
  readonly component: string;
  /** The replica's name. @default '' */
  readonly instance?: string;
  readonly clock?: Clock;
}

/** What the API server takes as a note. */
const maxMessageLength = 1024;
/** Between the tries to send an event. */
const retryDelaysMs = [250, 1000, 4000];

/**
 * Writes events to the cluster, where `kubectl describe` shows them: `Event`s of the core group. What fails and
 * may pass is tried again, for about five seconds.
 */
export function clusterEventSink(options: ClusterEventSinkOptions): EventSink {
  const { client, clock = systemClock } = options;
  const correlator = new EventCorrelator();
  return {
    async send(event, signal) {
      const now = clock.now();
      const correlation = correlator.correlate(event, now);
      if (correlation.action === 'drop') return;
      if (correlation.action === 'repeat' && (await repeat(event, correlation, now, signal))) return;
      const created = kubeEvent(event, correlation.message, now, options);
      await create(created, signal);
      correlator.created(correlation.key, created.metadata.name ?? '', now);
    },
  };

  /** Tries again where nobody knows what became of the event: of its name there is no other. */
  async function create(object: KubeObject, signal: AbortSignal): Promise<void> {
    await persist(signal, async () => {
      try {
        await client.create(object, { signal });
      } catch (error) {
        if (!isAlreadyExists(error)) throw error;
      }
    });
  }

  async function persist(signal: AbortSignal, attempt: () => Promise<unknown>): Promise<void> {
    for (const waitMs of [...retryDelaysMs, undefined]) {
      try {
        await attempt();
        return;
      } catch (error) {
        if (waitMs === undefined || findToolkitError(error)?.retry !== 'backoff') throw error;
        await sleep(waitMs, { clock, signal });
      }
    }
  }

  /** Gives `false` where the event is gone: the cluster keeps them for an hour. */
  async function repeat(
    event: ObjectEvent,
    { name, count, message }: Extract<Correlation, { action: 'repeat' }>,
    now: number,
    signal: AbortSignal,
  ): Promise<boolean> {
    const ref = { apiVersion: 'v1', kind: 'Event', namespace: namespaceOf(event.object), name };
    const body = { count, lastTimestamp: kubeTime(now), message: cut(message) };
    try {
      // The count is given, not added to: twice is as once.
      await persist(signal, () => client.patch(ref, { type: 'merge', body }, { signal }));
      return true;
    } catch (error) {
      if (isNotFound(error)) return false;
      throw error;
    }
  }
}

function kubeEvent(
  event: ObjectEvent,
  message: string,
  now: number,
  { component, instance = '' }: ClusterEventSinkOptions,
): KubeObject {
  const { object, type, reason, metadata } = event;
  const { name = '', namespace, uid, resourceVersion } = object.metadata;
  const time = kubeTime(now);
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: {
      name: eventName(name),
      namespace: namespaceOf(object),
      ...(metadata && { annotations: { ...metadata } }),
    },
    involvedObject: {
      apiVersion: object.apiVersion,
      kind: object.kind,
      name,
      namespace,
      uid,
      resourceVersion,
    },
    type: type === 'Trace' ? 'Normal' : type,
    reason,
    message: cut(message),
    source: { component },
    reportingComponent: component,
    reportingInstance: instance,
    firstTimestamp: time,
    lastTimestamp: time,
    count: 1,
  };
}

/** The object's name and 16 digits of chance, within what a name may have. */
function eventName(name: string): string {
  const digits = crypto.randomUUID().replaceAll('-', '').slice(0, 16);
  return `${name.slice(0, 236)}.${digits}`;
}

/** Events of objects without a namespace are kept in `default`. */
function namespaceOf(object: KubeObject): string {
  return object.metadata.namespace ?? 'default';
}

function cut(message: string): string {
  if (message.length <= maxMessageLength) return message;
  return `${message.slice(0, maxMessageLength - 3).replace(/[\uD800-\uDBFF]$/, '')}...`;
}
