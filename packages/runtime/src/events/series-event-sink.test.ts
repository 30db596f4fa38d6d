import type { KubeObject } from '@gitops-toolkit/core';
import { describe, expect, it } from 'vitest';

import { FakeClock } from '../fake-clock.ts';
import { MemoryCluster } from '../testing/memory-cluster.ts';
import { statusError } from '../testing/scripted-list-watch.ts';
import { EventRecorder } from './event-recorder.ts';
import type { EventSink, ObjectEvent } from './event.ts';
import { seriesEventSink } from './series-event-sink.ts';

const never = new AbortController().signal;
const minute = 60_000;

function event(more: Partial<ObjectEvent> = {}): ObjectEvent {
  const metadata = { namespace: 'default', name: 'shop', uid: 'uid-1', resourceVersion: '7' };
  const object = { apiVersion: 'example.com/v1', kind: 'Site', metadata };
  return { object, type: 'Normal', reason: 'Succeeded', message: 'it answers', ...more };
}

interface World {
  readonly sink: EventSink;
  readonly clock: FakeClock;
  readonly cluster: MemoryCluster;
  readonly events: () => KubeObject[];
  readonly counts: () => (number | undefined)[];
}

function world(): World {
  const cluster = new MemoryCluster();
  const clock = new FakeClock('2026-03-01T10:00:00Z');
  const sink = seriesEventSink({ client: cluster.client, component: 'site-controller', clock });
  const events = (): KubeObject[] => [...cluster.objects.values()];
  return {
    sink,
    clock,
    cluster,
    events,
    counts: () => events().map((each) => (each['series'] as { count: number } | undefined)?.count),
  };
}

describe('2.11 events of events.k8s.io', () => {
  it('become a series when the same is said again, which costs no request each time', async () => {
    const { sink, cluster, counts } = world();
    for (let i = 0; i < 100; i++) await sink.send(event(), never);
    expect(counts()).toEqual([2]);
    expect(cluster.requests).toHaveLength(2);
    await sink.flush?.(never);
    expect(counts()).toEqual([100]);
    await sink.flush?.(never);
    expect(cluster.requests).toHaveLength(3);
  });

  it('are written every 6 minutes while a series goes on, and when it is over', async () => {
    const { sink, clock, counts, events } = world();
    for (let i = 0; i < 8; i++) {
      await sink.send(event(), never);
      await clock.advance(minute);
    }
    expect(counts()).toEqual([6]);
    await clock.advance(20 * minute);
    expect(events()[0]?.['series']).toEqual({ count: 8, lastObservedTime: '2026-03-01T10:07:00.000000Z' });
    expect(clock.pendingTimers).toBe(0);
    await sink.send(event(), never);
    expect(counts()).toEqual([8, undefined]);
  });

  it('are not mixed where they say something else, and combined where there is too much of it', async () => {
    const { sink, counts } = world();
    await sink.send(event(), never);
    await sink.send(event({ message: 'it does not' }), never);
    await sink.send(event({ reason: 'Other' }), never);
    expect(counts()).toEqual([undefined, undefined, undefined]);
    const flood = world();
    for (let i = 0; i < 40; i++) await flood.sink.send(event({ message: `try ${i}` }), never);
    expect(flood.events()).toHaveLength(11);
    expect(flood.events().at(-1)).toMatchObject({ note: '(combined from similar events): try 10' });
  });

  it('are written anew, with their series, where the cluster has forgotten them', async () => {
    const { sink, cluster, counts } = world();
    await sink.send(event(), never);
    cluster.objects.clear();
    await sink.send(event(), never);
    expect(counts()).toEqual([2]);
  });

  it('wait for the next time where they cannot be written', async () => {
    const { sink, clock, cluster, counts } = world();
    for (let i = 0; i < 3; i++) await sink.send(event(), never);
    cluster.onRequest = () => {
      throw statusError(403, 'Forbidden');
    };
    await clock.advance(7 * minute);
    expect(counts()).toEqual([2]);
    cluster.onRequest = () => {};
    await clock.advance(6 * minute);
    expect(counts()).toEqual([3]);
  });

  it('are sent when a recorder is flushed, and not after it is stopped', async () => {
    const { sink, clock, counts } = world();
    const recorder = new EventRecorder({ sinks: [sink] });
    for (let i = 0; i < 5; i++) recorder.record(event());
    await recorder.flush();
    expect(counts()).toEqual([5]);
    recorder.record(event());
    await recorder[Symbol.asyncDispose]();
    expect(clock.pendingTimers).toBe(0);
  });
});
