import { type Clock, type KubeObject, kubeTime, systemClock } from '@gitops-toolkit/core';
import type { KubeClient } from '@gitops-toolkit/kube';

import { EventCorrelator } from './event-correlator.ts';
import { eventName, eventNamespace, noteOf, objectReference } from './event-object.ts';
import { EventWriter } from './event-writer.ts';
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

/**
 * Writes events to the cluster, where `kubectl describe` shows them: `Event`s of the core group. What fails and
 * may pass is tried again, for about five seconds.
 */
export function clusterEventSink(options: ClusterEventSinkOptions): EventSink {
  const { client, clock = systemClock } = options;
  const correlator = new EventCorrelator();
  const writer = new EventWriter(client, clock);
  return {
    async send(event, signal) {
      const now = clock.now();
      const correlation = correlator.correlate(event, now);
      if (correlation.action === 'drop') return;
      if (correlation.action === 'repeat') {
        const { name, count, message } = correlation;
        const ref = { apiVersion: 'v1', kind: 'Event', namespace: eventNamespace(event.object), name };
        const body = { count, lastTimestamp: kubeTime(now), message: noteOf(message) };
        if (await writer.change(ref, body, signal)) return;
      }
      const created = coreEvent(event, correlation.message, now, options);
      await writer.create(created, signal);
      correlator.created(correlation.key, created.metadata.name ?? '', now);
    },
  };
}

function coreEvent(
  event: ObjectEvent,
  message: string,
  now: number,
  { component, instance = '' }: ClusterEventSinkOptions,
): KubeObject {
  const { object, type, reason, metadata } = event;
  const time = kubeTime(now);
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: {
      name: eventName(object.metadata.name ?? ''),
      namespace: eventNamespace(object),
      ...(metadata && { annotations: { ...metadata } }),
    },
    involvedObject: objectReference(object),
    type: type === 'Trace' ? 'Normal' : type,
    reason,
    message: noteOf(message),
    source: { component },
    reportingComponent: component,
    reportingInstance: instance,
    firstTimestamp: time,
    lastTimestamp: time,
    count: 1,
  };
}
