import type { KubeObject } from '@gitops-toolkit/core';
import { KubeError } from '@gitops-toolkit/kube';
import { afterEach, describe, expect, it } from 'vitest';

import { FakeClock } from '../fake-clock.ts';
import { bookmark, configMap, ScriptedListWatch, statusError } from '../testing/scripted-list-watch.ts';
import { Reflector, type ReflectorOptions } from './reflector.ts';

interface Fixture {
  readonly clock: FakeClock;
  readonly server: ScriptedListWatch;
  readonly reflector: Reflector<KubeObject>;
  /** What the target was told. */
  readonly told: string[];
}

const running: AbortController[] = [];
afterEach(() => running.splice(0).forEach((controller) => controller.abort()));

/** A reflector that has sent its first request. */
async function start(options: Partial<ReflectorOptions<KubeObject>> = {}): Promise<Fixture> {
  const clock = new FakeClock();
  const server = new ScriptedListWatch();
  const told: string[] = [];
  const names = (objects: readonly KubeObject[]): string =>
    objects.map((object) => object.metadata.name).join(',');
  const reflector = new Reflector<KubeObject>({
    source: server,
    clock,
    random: () => 0,
    target: {
      replace: (objects) => told.push(`replace ${names(objects)}`),
      set: (object) => told.push(`set ${names([object])}`),
      delete: (object) => told.push(`delete ${names([object])}`),
      advance: () => {},
    },
    ...options,
  });
  const controller = new AbortController();
  running.push(controller);
  void reflector.run(controller.signal);
  await clock.advance(0);
  return { clock, server, reflector, told };
}

/** A reflector that has streamed its first state at version 10. */
async function startSynced(options: Partial<ReflectorOptions<KubeObject>> = {}): Promise<Fixture> {
  const fixture = await start(options);
  fixture.server.watches[0]?.send(
    { type: 'ADDED', object: configMap('a', '5') },
    bookmark('10', { initialEnd: true }),
  );
  await fixture.clock.advance(0);
  return fixture;
}

describe('2.1 Reflector, the first state as a stream', () => {
  it('asks for initial events, bookmarks and an end by the server within 5 to 10 minutes', async () => {
    const { server, reflector } = await start();
    expect(reflector.state).toBe('streaming');
    expect(server.watches[0]?.request).toMatchObject({ sendInitialEvents: true, timeoutSeconds: 300 });
    expect(server.watches[0]?.request.resourceVersion).toBeUndefined();
    const late = await start({ random: () => 0.999_999 });
    expect(late.server.watches[0]?.request.timeoutSeconds).toBe(600);
  });

  it('hands the state over in one piece, when the bookmark says that it is complete', async () => {
    const { clock, server, reflector, told } = await start();
    const [watch] = server.watches;
    watch?.send(
      { type: 'ADDED', object: configMap('a', '5') },
      { type: 'ADDED', object: configMap('b', '6') },
    );
    watch?.send(
      { type: 'MODIFIED', object: configMap('a', '7') },
      { type: 'DELETED', object: configMap('b', '8') },
    );
    await clock.advance(0);
    expect(told).toEqual([]);
    expect(reflector.synced).toBe(false);
    watch?.send(bookmark('10', { initialEnd: true }));
    await clock.advance(0);
    expect(told).toEqual(['replace a']);
    expect(reflector).toMatchObject({ synced: true, state: 'watching', resourceVersion: '10' });
  });

  it('makes objects smaller as they arrive, not when all are there', async () => {
    const prepared: string[] = [];
    const replaced: string[][] = [];
    const namesOf = (objects: readonly KubeObject[]): string[] => objects.map(({ kind }) => kind);
    const { clock, server } = await start({
      target: {
        prepare: (object) => {
          prepared.push(object.metadata.name ?? '');
          return { ...object, kind: `small ${object.metadata.name}` };
        },
        replace: (objects) => void replaced.push(namesOf(objects)),
        set: () => {},
        delete: () => {},
        advance: () => {},
      },
    });
    server.watches[0]?.send({ type: 'ADDED', object: configMap('a', '5') });
    await clock.advance(0);
    expect([prepared, replaced]).toEqual([['a'], []]);
    server.watches[0]?.send(bookmark('10', { initialEnd: true }));
    await clock.advance(0);
    expect(replaced).toEqual([['small a']]);
  });

  it('goes on watching on the same connection', async () => {
    const { clock, server, told } = await startSynced();
    server.watches[0]?.send(
      { type: 'MODIFIED', object: configMap('a', '11') },
      { type: 'DELETED', object: configMap('a', '12') },
    );
    await clock.advance(0);
    expect(told).toEqual(['replace a', 'set a', 'delete a']);
    expect(server.watches).toHaveLength(1);
  });

  it('does not take an ordinary bookmark for the end', async () => {
    const { clock, server, reflector } = await start();
    server.watches[0]?.send(bookmark('9'));
    await clock.advance(0);
    expect(reflector.synced).toBe(false);
  });

  it.each([
    statusError(
      422,
      'Invalid',
      'sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled',
    ),
    statusError(400, 'BadRequest'),
    statusError(403, 'Forbidden', 'sendInitialEvents: Forbidden'),
  ])('lists at once and ever after where the server refuses: $status', async (refusal) => {
    const { clock, server, reflector } = await start();
    server.watches[0]?.fail(refusal);
    await clock.advance(0);
    expect(reflector.state).toBe('listing');
    server.lists[0]?.respond([configMap('a', '5')], { resourceVersion: '10' });
    await clock.advance(0);
    expect(reflector.state).toBe('watching');
    server.watches[1]?.fail(statusError(410, 'Expired'));
    await clock.advance(800);
    expect(server.lists).toHaveLength(2);
  });

  it('waits and streams again where the account may not watch', async () => {
    const { clock, server, reflector } = await start();
    server.watches[0]?.fail(statusError(403, 'Forbidden', 'configmaps is forbidden'));
    await clock.advance(0);
    expect(reflector.state).toBe('backoff');
    await clock.advance(800);
    expect(server.watches[1]?.request.sendInitialEvents).toBe(true);
    expect(server.lists).toEqual([]);
  });

  it('lists where the stream stays silent: the server does not know of its end', async () => {
    const { clock, server, reflector } = await start();
    server.watches[0]?.send({ type: 'ADDED', object: configMap('a', '5') });
    await clock.advance(29_999);
    expect(reflector.state).toBe('streaming');
    await clock.advance(1);
    expect(reflector.state).toBe('listing');
  });

  it('begins again where the stream ends before it is complete', async () => {
    const { clock, server, reflector, told } = await start();
    server.watches[0]?.send({ type: 'ADDED', object: configMap('a', '5') });
    server.watches[0]?.end();
    await clock.advance(0);
    expect(reflector.lastError).toMatchObject({ code: 'RUNTIME_WATCH_ENDED' });
    await clock.advance(800);
    server.watches[1]?.send(bookmark('10', { initialEnd: true }));
    await clock.advance(0);
    expect(told).toEqual(['replace ']);
  });
});

describe('2.1 Reflector, the first state as a list', () => {
  const listing = { streamInitial: false };

  it('asks for whatever version the server has, in pages, and watches from the version of the list', async () => {
    const { clock, server, told } = await start(listing);
    expect(server.lists[0]?.request).toMatchObject({ resourceVersion: '0', limit: 500 });
    server.lists[0]?.respond([configMap('a', '5')], { resourceVersion: '10', continue: 'next' });
    await clock.advance(0);
    expect(server.lists[1]?.request).toMatchObject({ continue: 'next', limit: 500 });
    expect(server.lists[1]?.request.resourceVersion).toBeUndefined();
    server.lists[1]?.respond([configMap('b', '6')], { resourceVersion: '10' });
    await clock.advance(0);
    expect(told).toEqual(['replace a,b']);
    expect(server.watches[0]?.request).toMatchObject({ resourceVersion: '10' });
    expect(server.watches[0]?.request.sendInitialEvents).toBeUndefined();
  });

  it('is synced also where lists have no version, as of some aggregated servers', async () => {
    const { clock, server, reflector } = await start(listing);
    server.lists[0]?.respond([configMap('a', '5')], {});
    await clock.advance(0);
    expect(reflector).toMatchObject({ synced: true, state: 'watching' });
    expect(server.watches[0]?.request.resourceVersion).toBeUndefined();
  });

  it('asks for everything at once where a page comes too late', async () => {
    const { clock, server, told } = await start(listing);
    server.lists[0]?.respond([configMap('a', '5')], { resourceVersion: '10', continue: 'next' });
    await clock.advance(0);
    server.lists[1]?.fail(statusError(410, 'Expired'));
    await clock.advance(0);
    expect(server.lists[2]?.request.limit).toBeUndefined();
    expect(server.lists[2]?.request.resourceVersion).toBeUndefined();
    server.lists[2]?.respond([configMap('a', '5'), configMap('c', '11')], { resourceVersion: '12' });
    await clock.advance(0);
    expect(told).toEqual(['replace a,c']);
  });

  it('asks for the latest state where the server does not know our version yet', async () => {
    const { clock, server } = await start(listing);
    server.lists[0]?.fail(
      new KubeError('KUBE_STATUS', 'Timeout: Too large resource version: 7, current: 5', {
        status: 504,
        reason: 'Timeout',
      }),
    );
    await clock.advance(800);
    expect(server.lists[1]?.request.resourceVersion).toBeUndefined();
  });
});

describe('2.1 Reflector, watching', () => {
  it('watches again from the last version when the server ends the watch, without a list', async () => {
    const { clock, server, reflector, told } = await startSynced();
    server.watches[0]?.send({ type: 'ADDED', object: configMap('b', '12') });
    await clock.advance(40_000);
    server.watches[0]?.end();
    await clock.advance(0);
    expect(server.watches[1]?.request).toMatchObject({ resourceVersion: '12' });
    expect(told).toEqual(['replace a', 'set b']);
    expect(reflector).toMatchObject({ restarts: 1, relists: 0 });
  });

  it('takes the version of bookmarks', async () => {
    const { clock, server, reflector } = await startSynced();
    server.watches[0]?.send(bookmark('500'));
    server.watches[0]?.end();
    await clock.advance(0);
    expect(reflector.resourceVersion).toBe('500');
    expect(server.watches[1]?.request).toMatchObject({ resourceVersion: '500' });
  });

  it('gets the whole state anew when its version has expired, and keeps the old one until it is there', async () => {
    const { clock, server, reflector, told } = await startSynced();
    server.watches[0]?.fail(statusError(410, 'Expired', 'too old resource version: 10 (500)'));
    await clock.advance(800);
    expect(told).toEqual(['replace a']);
    expect(reflector.synced).toBe(true);
    expect(server.watches[1]?.request.sendInitialEvents).toBe(true);
    expect(server.watches[1]?.request.resourceVersion).toBeUndefined();
    server.watches[1]?.send(
      { type: 'ADDED', object: configMap('b', '501') },
      bookmark('502', { initialEnd: true }),
    );
    await clock.advance(0);
    expect(told).toEqual(['replace a', 'replace b']);
    expect(reflector.relists).toBe(1);
  });

  it.each([
    ['a lost connection', new KubeError('KUBE_NETWORK', 'read ECONNRESET', { retry: 'backoff' })],
    ['a server error', statusError(500, 'InternalError')],
    ['an expired token', statusError(401, 'Unauthorized')],
    ['something unknown', new TypeError('boom')],
  ])('watches again from the same version after %s', async (_name, error) => {
    const { clock, server, reflector } = await startSynced();
    server.watches[0]?.fail(error);
    await clock.advance(0);
    expect(reflector).toMatchObject({ state: 'backoff', lastError: error });
    await clock.advance(799);
    expect(server.watches).toHaveLength(1);
    await clock.advance(1);
    expect(server.watches[1]?.request).toMatchObject({ resourceVersion: '10' });
    server.watches[1]?.send(bookmark('11'));
    await clock.advance(0);
    expect(reflector.lastError).toBeUndefined();
  });

  it('waits twice as long with each failure, up to 30 s, and anew after two good minutes', async () => {
    const { clock, server } = await startSynced({ idleLimitMs: 1_000_000 });
    const waits: number[] = [];
    const failOnce = async (): Promise<number> => {
      server.watches.at(-1)?.fail(statusError(503, 'ServiceUnavailable'));
      await clock.advance(0);
      const wait = clock.nextTimerMs ?? 0;
      await clock.advance(wait);
      return wait;
    };
    for (let i = 0; i < 7; i++) waits.push(await failOnce());
    expect(waits).toEqual([800, 1600, 3200, 6400, 12_800, 25_600, 30_000]);
    await clock.advance(120_001);
    expect(await failOnce()).toBe(800);
  });

  it('watches again at once where the connection of a watch breaks that had worked', async () => {
    const { clock, server, reflector } = await startSynced();
    // A proxy that ends every connection after a minute, whether anything happens or not.
    for (let minute = 1; minute <= 10; minute++) {
      server.watches.at(-1)?.request.onOpen?.();
      expect(reflector.lastError).toBeUndefined();
      await clock.advance(60_000);
      server.watches.at(-1)?.fail(new KubeError('KUBE_NETWORK', 'read ECONNRESET', { retry: 'backoff' }));
      await clock.advance(0);
      expect(server.watches).toHaveLength(minute + 1);
    }
    server.watches.at(-1)?.fail(statusError(503, 'ServiceUnavailable'));
    await clock.advance(0);
    expect(clock.nextTimerMs).toBe(800);
  });

  it('waits longer and longer for a server that never answers, however long that takes it', async () => {
    const { clock, server } = await startSynced();
    const waits: (number | undefined)[] = [];
    for (let i = 0; i < 3; i++) {
      server.watches.at(-1)?.fail(new KubeError('KUBE_TIMEOUT', 'no answer', { retry: 'backoff' }));
      await clock.advance(0);
      waits.push(clock.nextTimerMs);
      await clock.advance(10_000);
    }
    expect(waits).toEqual([800, 1600, 3200]);
  });

  it('counts failures anew after a change that came over the watch', async () => {
    const { clock, server } = await startSynced();
    const failOnce = async (): Promise<number | undefined> => {
      server.watches.at(-1)?.fail(new KubeError('KUBE_NETWORK', 'read ECONNRESET', { retry: 'backoff' }));
      await clock.advance(0);
      const wait = clock.nextTimerMs;
      await clock.advance(wait ?? 0);
      return wait;
    };
    expect([await failOnce(), await failOnce(), await failOnce()]).toEqual([800, 1600, 3200]);
    server.watches.at(-1)?.send({ type: 'MODIFIED', object: configMap('a', '11') });
    await clock.advance(0);
    expect(await failOnce()).toBe(800);
    expect(await failOnce()).toBe(1600);
  });

  it('spreads delays by up to their length', async () => {
    const { clock, server } = await start({ random: () => 0.5 });
    server.watches[0]?.fail(statusError(503, 'ServiceUnavailable'));
    await clock.advance(0);
    expect(clock.nextTimerMs).toBe(1200);
  });

  it('waits as long as the server asks for', async () => {
    const { clock, server } = await startSynced();
    server.watches[0]?.fail(statusError(429, 'TooManyRequests', 'slow down', 17_000));
    await clock.advance(0);
    expect(clock.nextTimerMs).toBe(17_000);
  });

  it('waits after a watch that ends at once without an event', async () => {
    const { clock, server, reflector } = await startSynced();
    await clock.advance(5000);
    server.watches[0]?.end();
    await clock.advance(0);
    server.watches[1]?.end();
    await clock.advance(0);
    expect(reflector).toMatchObject({ state: 'backoff', lastError: { code: 'RUNTIME_WATCH_ENDED' } });
    expect(server.watches).toHaveLength(2);
  });

  it('gives a silent watch up, and watches again from the same version', async () => {
    const { clock, server, reflector } = await startSynced();
    await clock.advance(60_000);
    server.watches[0]?.send(bookmark('20'));
    await clock.advance(119_999);
    expect(reflector.state).toBe('watching');
    await clock.advance(1);
    expect(reflector.lastError).toMatchObject({ code: 'RUNTIME_WATCH_STALLED' });
    expect(server.watches[0]?.request.signal.aborted).toBe(true);
    await clock.advance(800);
    expect(server.watches[1]?.request).toMatchObject({ resourceVersion: '20' });
  });

  it('says when it last heard of the server', async () => {
    const { clock, server, reflector } = await startSynced();
    await clock.advance(42_000);
    expect(reflector.lastEventAt).toBe(0);
    server.watches[0]?.send(bookmark('20'));
    await clock.advance(0);
    expect(reflector.lastEventAt).toBe(42_000);
  });

  it('keeps single failures to the debug log, and complains from the third in a row', async () => {
    const lines: string[] = [];
    const log = (level: string) => (message: string) => void lines.push(`${level}: ${message}`);
    const logger = {
      trace: log('trace'),
      debug: log('debug'),
      info: log('info'),
      error: log('error'),
      with: () => logger,
    };
    const { clock, server } = await startSynced({ logger });
    for (let i = 0; i < 3; i++) {
      server.watches.at(-1)?.fail(new Error('socket hang up'));
      await clock.advance(30_000);
    }
    expect(lines.map((line) => line.split(':')[0])).toEqual(['debug', 'debug', 'error']);
  });

  it('survives a hundred failures in a row', async () => {
    const { clock, server, reflector, told } = await startSynced();
    for (let i = 0; i < 100; i++) {
      server.watches.at(-1)?.fail(new Error('socket hang up'));
      await clock.advance(30_000);
    }
    server.watches.at(-1)?.send({ type: 'ADDED', object: configMap('z', '99') });
    await clock.advance(0);
    expect(told.at(-1)).toBe('set z');
    expect(reflector.restarts).toBe(100);
  });
});

describe('2.1 Reflector.run', () => {
  it('ends when its signal is aborted, wherever it is', async () => {
    for (const reach of ['streaming', 'watching', 'backoff', 'listing']) {
      const clock = new FakeClock();
      const server = new ScriptedListWatch();
      const target = { replace() {}, set() {}, delete() {}, advance() {} };
      const streamInitial = reach !== 'listing';
      const reflector = new Reflector<KubeObject>({ source: server, target, clock, streamInitial });
      const controller = new AbortController();
      const run = reflector.run(controller.signal);
      await clock.advance(0);
      if (reach === 'watching') server.watches[0]?.send(bookmark('1', { initialEnd: true }));
      if (reach === 'backoff') server.watches[0]?.fail(new Error('gone'));
      await clock.advance(0);
      expect(reflector.state).toBe(reach);
      controller.abort(new Error('enough'));
      await run;
      expect(reflector.state).toBe('stopped');
      expect(clock.pendingTimers).toBe(0);
    }
  });
});
