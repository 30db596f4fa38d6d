import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { Clock, KubeObject } from '@gitops-toolkit/core';
import { KubeError } from '@gitops-toolkit/kube';
import { describe, expect, it, onTestFinished } from 'vitest';

import { FakeClock } from '../fake-clock.ts';
import { MemoryCluster } from '../testing/memory-cluster.ts';
import { statusError } from '../testing/scripted-list-watch.ts';
import { BoundedMap } from './bounded-map.ts';
import { clusterEventSink } from './cluster-event-sink.ts';
import { EventCorrelator } from './event-correlator.ts';
import { EventRecorder, type EventRecorderOptions } from './event-recorder.ts';
import type { EventSink, ObjectEvent } from './event.ts';
import { notificationSink } from './notification-sink.ts';

const never = new AbortController().signal;

function site(annotations: Record<string, string> = {}): KubeObject {
  return {
    apiVersion: 'example.com/v1',
    kind: 'Site',
    metadata: { namespace: 'web', name: 'shop', uid: 'uid-1', resourceVersion: '7', annotations },
  };
}

function event(more: Partial<ObjectEvent> = {}): ObjectEvent {
  return { object: site(), type: 'Normal', reason: 'Succeeded', message: 'it answers', ...more };
}

describe('2.11 EventCorrelator', () => {
  function send(correlator: EventCorrelator, each: ObjectEvent, now: number): string {
    const result = correlator.correlate(each, now);
    if (result.action === 'create') correlator.created(result.key, `event-${now}`, now);
    return result.action === 'repeat' ? `repeat ${result.name} ${result.count}` : result.action;
  }

  it('counts what is said again', () => {
    const correlator = new EventCorrelator();
    expect([1, 2, 3].map((now) => send(correlator, event(), now))).toEqual([
      'create',
      'repeat event-1 2',
      'repeat event-1 3',
    ]);
    expect(send(correlator, event({ message: 'other' }), 4)).toBe('create');
    expect(send(correlator, event({ reason: 'Other' }), 5)).toBe('create');
    expect(send(correlator, event({ type: 'Warning' }), 6)).toBe('create');
  });

  it('combines what is similar after ten of them in ten minutes', () => {
    const correlator = new EventCorrelator();
    const actions = Array.from({ length: 12 }, (_, i) => send(correlator, event({ message: `try ${i}` }), i));
    expect(actions.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => 'create'));
    expect(actions.slice(10)).toEqual(['create', 'repeat event-10 2']);
    const combined = correlator.correlate(event({ message: 'try 99' }), 13);
    expect(combined).toMatchObject({ message: '(combined from similar events): try 99' });
    expect(correlator.correlate(event({ message: 'try 100' }), 13 + 600_001)).toMatchObject({
      message: 'try 100',
    });
  });

  it('gives each object 25 events, and one more every five minutes', () => {
    const correlator = new EventCorrelator();
    const actions = Array.from({ length: 26 }, () => send(correlator, event(), 0));
    expect(actions.filter((action) => action === 'drop')).toHaveLength(1);
    const other = { ...site(), metadata: { ...site().metadata, name: 'other' } };
    expect(send(correlator, event({ object: other }), 0)).toBe('create');
    expect(send(correlator, event(), 299_999)).toBe('drop');
    expect(send(correlator, event(), 300_000)).not.toBe('drop');
    expect(send(correlator, event(), 300_000)).toBe('drop');
  });
});

describe('BoundedMap', () => {
  it('forgets what was used least recently', () => {
    const map = new BoundedMap<string, number>(2);
    map.set('a', 1);
    map.set('b', 2);
    map.get('a');
    map.set('c', 3);
    expect([map.get('a'), map.get('b'), map.get('c'), map.size]).toEqual([1, undefined, 3, 2]);
  });
});

describe('2.11 clusterEventSink', () => {
  const clock = new FakeClock('2026-03-01T10:00:00.500Z');

  function eventsIn(cluster: MemoryCluster): KubeObject[] {
    return [...cluster.objects.values()].filter((object) => object.kind === 'Event');
  }

  it('writes an event beside its object', async () => {
    const cluster = new MemoryCluster();
    const sink = clusterEventSink({
      client: cluster.client,
      component: 'site-controller',
      instance: 'pod-1',
      clock,
    });
    await sink.send(event({ metadata: { 'example.com/revision': 'main@sha1:1' } }), never);
    expect(eventsIn(cluster)).toMatchObject([
      {
        apiVersion: 'v1',
        metadata: { namespace: 'web', annotations: { 'example.com/revision': 'main@sha1:1' } },
        involvedObject: {
          apiVersion: 'example.com/v1',
          kind: 'Site',
          namespace: 'web',
          name: 'shop',
          uid: 'uid-1',
          resourceVersion: '7',
        },
        type: 'Normal',
        reason: 'Succeeded',
        message: 'it answers',
        source: { component: 'site-controller' },
        reportingComponent: 'site-controller',
        reportingInstance: 'pod-1',
        firstTimestamp: '2026-03-01T10:00:00Z',
        lastTimestamp: '2026-03-01T10:00:00Z',
        count: 1,
      },
    ]);
    expect(eventsIn(cluster)[0]?.metadata.name).toMatch(/^shop\.[0-9a-f]{16}$/);
  });

  it('raises the count of what it said before, and says it anew where that is gone', async () => {
    const cluster = new MemoryCluster();
    const sink = clusterEventSink({ client: cluster.client, component: 'c', clock });
    await sink.send(event(), never);
    await sink.send(event(), never);
    expect(eventsIn(cluster).map((each) => each['count'])).toEqual([2]);
    cluster.objects.clear();
    await sink.send(event(), never);
    expect(eventsIn(cluster).map((each) => each['count'])).toEqual([1]);
  });

  it('fails where a count cannot be raised for another reason', async () => {
    const cluster = new MemoryCluster();
    const sink = clusterEventSink({ client: cluster.client, component: 'c', clock });
    await sink.send(event(), never);
    cluster.onRequest = () => {
      throw new KubeError('KUBE_STATUS', 'no', { status: 403, reason: 'Forbidden', retry: 'terminal' });
    };
    await expect(sink.send(event(), never)).rejects.toMatchObject({ status: 403 });
  });

  it('tries again where nobody knows what became of an event, and makes no second one', async () => {
    const cluster = new MemoryCluster();
    const time = new FakeClock();
    const sink = clusterEventSink({ client: cluster.client, component: 'c', clock: time });
    const lost = new KubeError('KUBE_NETWORK', 'read ECONNRESET', { retry: 'backoff' });
    const create = cluster.client.create.bind(cluster.client);
    // The first write is carried out, and its answer is lost.
    cluster.client.create = async (object) => {
      const created = await create(object);
      if (cluster.requests.length === 1) throw lost;
      return created;
    };
    let isSent = false;
    void sink.send(event(), never).then(() => (isSent = true));
    await time.advance(10_000);
    expect(isSent).toBe(true);
    await sink.send(event(), never);
    expect(eventsIn(cluster).map((each) => each['count'])).toEqual([2]);
  });

  it('gives up in the end, and at once when it is told to', async () => {
    const cluster = new MemoryCluster();
    const time = new FakeClock();
    const sink = clusterEventSink({ client: cluster.client, component: 'c', clock: time });
    cluster.onRequest = () => {
      throw statusError(500, 'InternalError');
    };
    const failing = sink.send(event(), never).catch((error: unknown) => error);
    await time.advance(60_000);
    expect(await failing).toMatchObject({ status: 500 });
    expect(cluster.requests).toHaveLength(4);
    const stop = new AbortController();
    const stopped = sink.send(event(), stop.signal).catch((error: unknown) => error);
    await time.advance(0);
    stop.abort(new Error('enough'));
    expect(await stopped).toMatchObject({ message: 'enough' });
  });

  it('keeps events of objects without a namespace in default, cuts long notes, writes Trace as Normal', async () => {
    const cluster = new MemoryCluster();
    const sink = clusterEventSink({ client: cluster.client, component: 'c', clock });
    const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n'.repeat(253) } };
    await sink.send(event({ object: node, type: 'Trace', message: 'x'.repeat(5000) }), never);
    const [written] = eventsIn(cluster);
    expect(written).toMatchObject({ type: 'Normal', metadata: { namespace: 'default' } });
    expect(written?.['message']).toHaveLength(1024);
    expect(written?.metadata.name?.length).toBeLessThanOrEqual(253);
  });

  it('says nothing of an object whose budget is spent', async () => {
    const cluster = new MemoryCluster();
    const sink = clusterEventSink({ client: cluster.client, component: 'c', clock });
    for (let i = 0; i < 40; i++) await sink.send(event(), never);
    expect(cluster.requests).toHaveLength(25);
  });
});

describe('2.11 notificationSink', () => {
  /** A receiver that answers with these statuses, the last one for ever. */
  async function receiver(...statuses: number[]): Promise<{ address: string; received: unknown[] }> {
    const received: unknown[] = [];
    const server = createServer(async (request: IncomingMessage, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      received.push(JSON.parse(Buffer.concat(chunks).toString()));
      const status = statuses[Math.min(received.length, statuses.length) - 1];
      response.writeHead(status ?? 202).end('body');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    return { address: `http://user:secret@127.0.0.1:${(server.address() as AddressInfo).port}/`, received };
  }

  function sinkTo(address: string, clock: Clock = new FakeClock('2026-03-01T10:00:00Z')): EventSink {
    // A URL with credentials is refused by fetch: they are there to see that no message has them.
    const plain = address.replace('user:secret@', '');
    return notificationSink({
      address: plain,
      reportingController: 'site-controller',
      reportingInstance: 'pod-1',
      clock,
    });
  }

  it('posts the event as the notification controller takes it', async () => {
    const { address, received } = await receiver(202);
    await sinkTo(address).send(event({ type: 'Warning', metadata: { 'example.com/revision': '1' } }), never);
    expect(received).toEqual([
      {
        involvedObject: {
          apiVersion: 'example.com/v1',
          kind: 'Site',
          namespace: 'web',
          name: 'shop',
          uid: 'uid-1',
          resourceVersion: '7',
        },
        severity: 'error',
        timestamp: '2026-03-01T10:00:00.000Z',
        message: 'it answers',
        reason: 'Succeeded',
        metadata: { 'example.com/revision': '1' },
        reportingController: 'site-controller',
        reportingInstance: 'pod-1',
      },
    ]);
  });

  it('keeps Trace events to the cluster', async () => {
    const { address, received } = await receiver(202);
    await sinkTo(address).send(event({ type: 'Trace' }), never);
    expect(received).toEqual([]);
  });

  it('is content with 429: the receiver has heard it', async () => {
    const { address, received } = await receiver(429);
    await sinkTo(address).send(event(), never);
    expect(received).toHaveLength(1);
  });

  it('tries again after a server error', async () => {
    const { address, received } = await receiver(503, 500, 202);
    const waits: number[] = [];
    const hurried: Clock = {
      now: () => 0,
      monotonic: () => 0,
      setTimeout(callback, ms) {
        // The time for one attempt, which must not end here.
        if (ms === 5000) return () => {};
        waits.push(ms);
        setImmediate(callback);
        return () => {};
      },
    };
    await sinkTo(address, hurried).send(event(), never);
    expect(received).toHaveLength(3);
    expect(waits).toEqual([1000, 2000]);
  });

  it('does not try again what is refused, and tells no credentials: RUNTIME_NOTIFICATION_FAILED', async () => {
    const { address, received } = await receiver(400);
    await expect(sinkTo(address).send(event(), never)).rejects.toMatchObject({
      code: 'RUNTIME_NOTIFICATION_FAILED',
      retry: 'terminal',
      message: expect.not.stringContaining('secret') as string,
    });
    expect(received).toHaveLength(1);
  });

  it('gives up where nobody answers, and at once when it is told to', async () => {
    const refused = (): Promise<Response> => Promise.reject(new TypeError('fetch failed'));
    const sink = notificationSink({
      address: 'not a URL',
      reportingController: 'c',
      maxRetries: 0,
      fetch: refused,
    });
    await expect(sink.send(event(), never)).rejects.toMatchObject({
      code: 'RUNTIME_NOTIFICATION_FAILED',
      retry: 'backoff',
    });
    const controller = new AbortController();
    controller.abort(new Error('shutting down'));
    await expect(sink.send(event(), controller.signal)).rejects.toThrow('shutting down');
  });

  it('waits no longer than its timeout for an answer', async () => {
    const clock = new FakeClock();
    const hang = (_url: unknown, init: { signal: AbortSignal }): Promise<Response> =>
      new Promise((_resolve, reject) =>
        init.signal.addEventListener('abort', () => reject(init.signal.reason as Error)),
      );
    const fetch = hang as unknown as typeof globalThis.fetch;
    const sink = notificationSink({
      address: 'http://receiver',
      reportingController: 'c',
      maxRetries: 0,
      clock,
      fetch,
    });
    const sending = sink.send(event(), never).catch((error: unknown) => error);
    await clock.advance(5000);
    expect(await sending).toMatchObject({ cause: { message: 'no answer in 5000 ms' } });
  });
});

describe('2.11 EventRecorder', () => {
  function createRecorder(options: EventRecorderOptions): EventRecorder {
    const events = new EventRecorder(options);
    onTestFinished(() => events[Symbol.asyncDispose]());
    return events;
  }

  function recorded(options: { fail?: boolean } = {}): { sink: EventSink; sent: ObjectEvent[] } {
    const sent: ObjectEvent[] = [];
    return {
      sent,
      sink: {
        send: async (each) => {
          sent.push(each);
          if (options.fail) throw new Error('receiver is down');
        },
      },
    };
  }

  it('sends to every sink, in order', async () => {
    const [one, two] = [recorded(), recorded()];
    const events = createRecorder({ sinks: [one.sink, two.sink] });
    events.normal(site(), 'A', 'first', { key: 'value' });
    events.warning(site(), 'B', 'second');
    events.trace(site(), 'C', 'third');
    await events.flush();
    for (const { sent } of [one, two]) {
      expect(sent.map(({ type, reason, message }) => `${type} ${reason} ${message}`)).toEqual([
        'Normal A first',
        'Warning B second',
        'Trace C third',
      ]);
    }
    expect(one.sent[0]?.metadata).toEqual({ key: 'value' });
  });

  it('adds what users annotate their objects with', async () => {
    const { sink, sent } = recorded();
    const events = createRecorder({ sinks: [sink] });
    events.normal(site({ 'event.toolkit.fluxcd.io/env': 'prod', other: 'x' }), 'A', 'm');
    await events.flush();
    expect(sent[0]?.metadata).toEqual({ 'event.toolkit.fluxcd.io/env': 'prod' });
  });

  it('tells of the object as it was', async () => {
    const { sink, sent } = recorded();
    const events = createRecorder({ sinks: [sink] });
    const object = site();
    events.normal(object, 'A', 'm');
    object.metadata.resourceVersion = '8';
    await events.flush();
    expect(sent[0]?.object.metadata.resourceVersion).toBe('7');
  });

  it('says nothing of what has no name', async () => {
    const { sink, sent } = recorded();
    const events = createRecorder({ sinks: [sink] });
    events.normal({ apiVersion: 'v1', kind: 'Site', metadata: {} }, 'A', 'm');
    await events.flush();
    expect(sent).toEqual([]);
  });

  it('never fails its caller: what cannot be sent is logged', async () => {
    const lines: string[] = [];
    const logger = {
      trace() {},
      debug() {},
      info() {},
      error: (line: string) => lines.push(line),
      with: () => logger,
    };
    const { sink } = recorded({ fail: true });
    const events = createRecorder({ sinks: [sink], logger });
    events.normal(site(), 'A', 'm');
    await events.flush();
    expect(lines).toEqual(['an event could not be sent']);
  });

  it('drops what a slow sink cannot take, and says how much', async () => {
    const lines: unknown[] = [];
    const logger = {
      trace() {},
      debug() {},
      info() {},
      error: (...line: unknown[]) => lines.push(line),
      with: () => logger,
    };
    let release = (): void => {};
    const gate = new Promise<void>((resolve) => (release = resolve));
    const events = createRecorder({ sinks: [{ send: () => gate }], logger, maxPending: 2 });
    for (let i = 0; i < 6; i++) events.normal(site(), 'A', `m${i}`);
    release();
    await events.flush();
    expect(lines).toEqual([['events were dropped: their receiver is too slow', { dropped: 3 }]]);
  });

  it('stops waiting for a flush with its signal, and aborts what is under way when disposed', async () => {
    let signal: AbortSignal | undefined;
    const hang = (_event: ObjectEvent, given: AbortSignal): Promise<void> =>
      new Promise((_resolve, reject) => {
        signal = given;
        given.addEventListener('abort', () => reject(new Error('stopped')));
      });
    const events = new EventRecorder({ sinks: [{ send: hang }] });
    events.normal(site(), 'A', 'm');
    const controller = new AbortController();
    const flushing = events.flush({ signal: controller.signal });
    controller.abort();
    await flushing;
    await events.flush({ signal: controller.signal });
    await events[Symbol.asyncDispose]();
    expect(signal?.aborted).toBe(true);
    events.normal(site(), 'A', 'late');
  });
});
