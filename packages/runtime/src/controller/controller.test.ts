import { type KubeObject, type Logger, sleep, ToolkitError } from '@gitops-toolkit/core';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';

import { EventRecorder } from '../events/event-recorder.ts';
import { FakeClock } from '../fake-clock.ts';
import { ItemBackoff, SlowestOf } from '../queue/rate-limiter.ts';
import { kindOf } from '../resource-kind.ts';
import { MemoryCluster } from '../testing/memory-cluster.ts';
import { WatchCache, type WatchCacheOptions } from '../watch/watch-cache.ts';
import { controller, type ControllerBuilder } from './builder.ts';
import type { Controller } from './controller.ts';
import { indexMapper, indexValue } from './mappers.ts';
import { changed, generationChanged } from './predicate.ts';
import type { ReconcileContext } from './reconciler.ts';
import { requeueAfter, terminal } from './result.ts';

interface App extends KubeObject {
  spec?: { source?: string; size?: number };
}
const App = kindOf<App>('example.com/v1', 'App');
const Source = kindOf('example.com/v1', 'Source');
const ConfigMap = kindOf('v1', 'ConfigMap');

const rejections: unknown[] = [];
const onRejection = (reason: unknown): void => void rejections.push(reason);
process.on('unhandledRejection', onRejection);
afterEach(() => {
  const [first] = rejections.splice(0);
  if (first !== undefined) throw new Error('a rejection was not handled', { cause: first });
});

interface Fixture {
  readonly clock: FakeClock;
  readonly cluster: MemoryCluster;
  readonly cache: WatchCache;
  readonly logs: {
    readonly level: string;
    readonly message: string;
    readonly fields: Record<string, unknown>;
  }[];
  readonly run: <T extends KubeObject>(
    builder: ControllerBuilder<T>,
  ) => Promise<{ readonly controller: Controller<T>; readonly stop: () => Promise<void> }>;
}

function setUp(options: Partial<WatchCacheOptions> = {}): Fixture {
  const clock = new FakeClock();
  const cluster = new MemoryCluster();
  const cache = new WatchCache({ source: cluster, clock, ...options });
  const logs: Fixture['logs'] = [];
  const makeLogger = (bound: object): Logger => {
    const log =
      (level: string) =>
      (message: string, fields: object = {}) =>
        void logs.push({ level, message, fields: { ...bound, ...fields } });
    return {
      trace: log('trace'),
      debug: log('debug'),
      info: log('info'),
      error: log('error'),
      with: (fields) => makeLogger({ ...bound, ...fields }),
    };
  };
  return {
    clock,
    cluster,
    cache,
    logs,
    async run(builder) {
      const events = new EventRecorder({ sinks: [] });
      const logger = makeLogger({});
      const created = builder.create({
        client: cluster.client,
        cache,
        events,
        logger,
        clock,
        random: () => 0.5,
      });
      cache.start();
      const ended = new AbortController();
      const running = created.run(ended.signal);
      const stop = async (): Promise<void> => {
        ended.abort(new Error('test is over'));
        await running;
      };
      onTestFinished(async () => {
        await stop();
        await cache[Symbol.asyncDispose]();
      });
      await clock.advance(0);
      return { controller: created, stop };
    },
  };
}

function app(name: string, spec: App['spec'] = {}): App {
  return { apiVersion: 'example.com/v1', kind: 'App', metadata: { namespace: 'apps', name }, spec };
}

function appRef(name: string): { apiVersion: string; kind: string; namespace: string; name: string } {
  return { apiVersion: 'example.com/v1', kind: 'App', namespace: 'apps', name };
}

describe('2.5 Controller', () => {
  it('reconciles what is there at the start, then what changes', async () => {
    const { clock, cluster, run } = setUp();
    cluster.put(app('a'));
    const seen: string[] = [];
    await run(
      controller(App, async (object) => void seen.push(`${object.metadata.name} ${object.spec?.size ?? 0}`)),
    );
    expect(seen).toEqual(['a 0']);
    cluster.put(app('a', { size: 3 }));
    cluster.put(app('b'));
    await clock.advance(0);
    expect(seen).toEqual(['a 0', 'a 3', 'b 0']);
  });

  it('gives each run a copy of its own, which it may change', async () => {
    const { clock, cluster, cache, run } = setUp();
    cluster.put(app('a', { size: 1 }));
    await run(
      controller(App, async (object) => {
        object.spec = { size: 99 };
      }),
    );
    await clock.advance(0);
    expect(cache.get(App, { namespace: 'apps', name: 'a' })?.spec).toEqual({ size: 1 });
  });

  it('tells the run who it is', async () => {
    const { cluster, run, logs } = setUp();
    cluster.put(app('a'));
    const contexts: ReconcileContext[] = [];
    await run(
      controller(App, async (_object, context) => {
        contexts.push(context);
        context.log.info('looked');
      }).named('app-checker'),
    );
    expect(contexts[0]).toMatchObject({ name: 'a', namespace: 'apps', failures: 0 });
    expect(contexts[0]?.reconcileId).toMatch(/^[0-9a-f-]{36}$/);
    expect(logs[0]).toMatchObject({
      message: 'looked',
      fields: {
        controller: 'app-checker',
        controllerGroup: 'example.com',
        controllerKind: 'App',
        App: { name: 'a', namespace: 'apps' },
        namespace: 'apps',
        name: 'a',
        reconcileID: contexts[0]?.reconcileId,
      },
    });
  });

  it('never runs an object twice at a time, and runs it once more for all that changed meanwhile', async () => {
    const { clock, cluster, run } = setUp();
    cluster.put(app('a'));
    let active = 0;
    const sizes: (number | undefined)[] = [];
    await run(
      controller(App, async (object, { clock: time }) => {
        expect(++active).toBe(1);
        sizes.push(object.spec?.size);
        await sleep(1000, { clock: time });
        active--;
      }).concurrency(5),
    );
    for (let size = 1; size <= 5; size++) {
      cluster.put(app('a', { size }));
      await clock.advance(10);
    }
    await clock.advance(5000);
    expect(sizes).toEqual([undefined, 5]);
  });

  it('runs as many objects at a time as it may', async () => {
    const { clock, cluster, run } = setUp();
    for (let i = 0; i < 10; i++) cluster.put(app(`app-${i}`));
    let active = 0;
    let most = 0;
    const { controller: running } = await run(
      controller(App, async (_object, { clock: time }) => {
        most = Math.max(most, ++active);
        await sleep(100, { clock: time });
        active--;
      }).concurrency(3),
    );
    expect(running.activeRuns).toBe(3);
    await clock.advance(1000);
    expect(most).toBe(3);
  });

  it('reconciles what changes before what was there at the start', async () => {
    const { clock, cluster, run } = setUp();
    for (const name of ['old-1', 'old-2', 'old-3']) cluster.put(app(name));
    const seen: (string | undefined)[] = [];
    await run(
      controller(App, async (object, { clock: time }) => {
        seen.push(object.metadata.name);
        await sleep(100, { clock: time });
      }),
    );
    cluster.put(app('new'));
    await clock.advance(1000);
    expect(seen).toEqual(['old-1', 'new', 'old-2', 'old-3']);
  });

  it('tells of objects that are gone', async () => {
    const { clock, cluster, run } = setUp();
    cluster.put(app('a'));
    const gone: string[] = [];
    await run(controller(App, { reconcile: async () => {}, deleted: ({ name }) => void gone.push(name) }));
    cluster.delete(appRef('a'));
    await clock.advance(0);
    expect(gone).toEqual(['a']);
  });

  it('is asked by runs of other objects, and by triggers', async () => {
    const { clock, cluster, run } = setUp();
    for (const name of ['a', 'b', 'c']) cluster.put(app(name));
    const seen: string[] = [];
    let pull = (): void => {};
    await run(
      controller(App, async (_object, { name, enqueue }) => {
        seen.push(name);
        if (name === 'a' && seen.length > 3) enqueue({ namespace: 'apps', name: 'b' });
      }).triggeredBy(async (enqueue) => {
        pull = () => enqueue({ namespace: 'apps', name: 'a' });
      }),
    );
    pull();
    await clock.advance(0);
    expect(seen).toEqual(['a', 'b', 'c', 'a', 'b']);
  });

  it('logs a trigger that fails', async () => {
    const { run, logs } = setUp();
    await run(controller(App, async () => {}).triggeredBy(() => Promise.reject(new Error('no port'))));
    expect(logs).toMatchObject([{ message: 'a trigger ended with an error' }]);
  });
});

describe('2.5 Controller results', () => {
  /** Runs an object whose runs give these outcomes, and tells at which milliseconds the runs were. */
  async function timesOf(
    outcomes: readonly (() => unknown)[],
    change: (builder: ControllerBuilder<App>) => ControllerBuilder<App> = (builder) => builder,
  ): Promise<{ times: number[]; logs: Fixture['logs'] }> {
    const { clock, cluster, run, logs } = setUp();
    cluster.put(app('a'));
    const times: number[] = [];
    const builder = controller(App, async () => {
      times.push(clock.monotonic());
      return (await outcomes[times.length - 1]?.()) as undefined;
    });
    await run(change(builder));
    await clock.advance(10_000_000);
    return { times, logs };
  }
  const fail = (error: unknown) => () => Promise.reject(error);

  it('wait for the next change after nothing', async () => {
    expect((await timesOf([() => undefined])).times).toEqual([0]);
    expect((await timesOf([() => ({})])).times).toEqual([0]);
  });

  it('come back after the time that was asked for', async () => {
    const { times } = await timesOf([() => requeueAfter(60_000), () => ({ requeueAfterMs: 5000 })]);
    expect(times).toEqual([0, 60_000, 65_000]);
  });

  it('spread the time by the controller or the result', async () => {
    const jittered = (builder: ControllerBuilder<App>): ControllerBuilder<App> => builder.jittered(10);
    // The random number of the fixture is in the middle.
    expect((await timesOf([() => requeueAfter(1000)], jittered)).times).toEqual([0, 1000]);
    expect((await timesOf([() => requeueAfter(1000, { jitterPercent: 50 })])).times).toEqual([0, 1000]);
  });

  it('come back with growing delays after failures, and forget them after a success', async () => {
    const error = new Error('boom');
    const { times, logs } = await timesOf([
      fail(error),
      fail(error),
      fail(error),
      () => requeueAfter(1000),
      fail(error),
    ]);
    expect(times).toEqual([0, 750, 2250, 5250, 6250, 7000]);
    expect(logs.filter((line) => line.message === 'Reconciler error')).toHaveLength(4);
  });

  it('take the delays from the controller', async () => {
    const builder = (each: ControllerBuilder<App>): ControllerBuilder<App> =>
      each.retries({ minDelayMs: 10, maxDelayMs: 25 });
    const { times } = await timesOf(
      [1, 2, 3, 4].map(() => fail(new Error('boom'))),
      builder,
    );
    expect(times).toEqual([0, 10, 30, 55, 80]);
  });

  it('take the delays from a rate limiter of their own', async () => {
    const limiter = new SlowestOf(new ItemBackoff<string>({ minDelayMs: 1 }), {
      when: () => 42,
      forget() {},
      failures: () => 0,
    });
    const { times } = await timesOf([fail(new Error('boom'))], (builder) => builder.rateLimited(limiter));
    expect(times).toEqual([0, 42]);
  });

  it('come back with growing delays where that is asked for, without an error', async () => {
    const { times, logs } = await timesOf([() => ({ requeue: true }), () => ({ requeue: true })]);
    expect(times).toEqual([0, 750, 2250]);
    expect(logs).toEqual([]);
  });

  it('do not come back after what cannot succeed', async () => {
    expect((await timesOf([fail(terminal(new Error('spec.url: not a URL')))])).times).toEqual([0]);
    const nested = new Error('build', { cause: new ToolkitError('X', 'bad', { retry: 'terminal' }) });
    expect((await timesOf([fail(nested)])).times).toEqual([0]);
  });

  it('wait as long as a server asked for', async () => {
    const busy = new ToolkitError('X', 'slow down', { retry: 'backoff', retryAfterMs: 20_000 });
    expect((await timesOf([fail(busy)])).times).toEqual([0, 20_000]);
  });

  it('take what is thrown before the first wait, and what is no error, as failures too', async () => {
    const { clock, cluster, run } = setUp();
    cluster.put(app('a'));
    let runs = 0;
    await run(
      controller(App, () => {
        if (runs++ === 0) throw new Error('at once');
        // eslint-disable-next-line typescript/only-throw-error
        if (runs === 2) throw 'a string';
        return Promise.resolve();
      }),
    );
    await clock.advance(10_000);
    expect(runs).toBe(3);
  });

  it('refuse a time that is none: RUNTIME_OPTION_INVALID', async () => {
    const { times, logs } = await timesOf([() => requeueAfter(Number.NaN)]);
    expect(times).toEqual([0, 750]);
    expect(logs[0]?.fields['error']).toMatchObject({ code: 'RUNTIME_OPTION_INVALID' });
  });

  it('count failures in a row for the run', async () => {
    const { clock, cluster, run } = setUp();
    cluster.put(app('a'));
    const failures: number[] = [];
    await run(
      controller(App, async (_object, context) => {
        failures.push(context.failures);
        if (failures.length < 3) throw new Error('boom');
      }),
    );
    await clock.advance(60_000);
    expect(failures).toEqual([0, 1, 2]);
  });
});

describe('2.5 Controller signals', () => {
  it('tell a run to end after its timeout: RUNTIME_RECONCILE_TIMEOUT', async () => {
    const { clock, cluster, run, logs } = setUp();
    cluster.put(app('a'));
    let runs = 0;
    await run(
      controller(App, async (_object, { clock: time, signal }) => {
        if (runs++ === 0) await sleep(60_000, { clock: time, signal });
      }).timeout(5000),
    );
    await clock.advance(5000);
    expect(logs[0]?.fields['error']).toMatchObject({ code: 'RUNTIME_RECONCILE_TIMEOUT', retry: 'backoff' });
    await clock.advance(750);
    expect(runs).toBe(2);
    // The watchdog's, and that of the next repetition.
    expect(clock.pendingTimers).toBeLessThanOrEqual(2);
  });

  it('tell a run that it is superseded, and by what: RUNTIME_SUPERSEDED', async () => {
    const { clock, cluster, run, logs } = setUp();
    cluster.put(app('a', { size: 1 }));
    const reasons: unknown[] = [];
    const sizes: (number | undefined)[] = [];
    await run(
      controller(App, async (object, { clock: time, superseded }) => {
        sizes.push(object.spec?.size);
        await sleep(60_000, { clock: time, signal: superseded }).catch((reason: unknown) => {
          reasons.push(reason);
          throw new Error('gave up waiting', { cause: reason });
        });
      }),
    );
    cluster.put(app('a', { size: 2 }));
    await clock.advance(0);
    expect(reasons).toMatchObject([
      { code: 'RUNTIME_SUPERSEDED', message: 'App/apps/a changed', object: { name: 'a' } },
    ]);
    // It gave way at once, without a delay, and that is no failure.
    expect(sizes).toEqual([1, 2]);
    expect(logs).toEqual([]);
  });

  it('2.5 have as many at a time as the controller says now, and finish what they are at', async () => {
    const { clock, cluster, run } = setUp();
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) cluster.put(app(name));
    const { controller: apps } = await run(
      controller(App, (_object, { clock: time, signal }) => sleep(1000, { clock: time, signal })),
    );
    expect(apps.activeRuns).toBe(1);
    apps.concurrency = 3;
    await clock.advance(0);
    expect(apps.activeRuns).toBe(3);
    apps.concurrency = 2;
    await clock.advance(0);
    expect(apps.activeRuns).toBe(3);
    await clock.advance(1000);
    expect(apps.activeRuns).toBe(2);
    await clock.advance(1000);
    expect([apps.activeRuns, apps.queue.length]).toEqual([1, 0]);
    expect(() => (apps.concurrency = 0)).toThrow(RangeError);
  });

  it('leave a run alone that other objects are asked for', async () => {
    const { clock, cluster, run } = setUp();
    cluster.put(app('a'));
    let superseded: AbortSignal | undefined;
    await run(
      controller(App, async (object, context) => {
        if (object.metadata.name !== 'a') return;
        superseded = context.superseded;
        await sleep(1000, { clock: context.clock, signal: context.signal });
      }).concurrency(2),
    );
    cluster.put(app('b'));
    await clock.advance(10);
    expect(superseded?.aborted).toBe(false);
  });

  it('tell runs to end at the stop, which waits for them and takes their failures for none', async () => {
    const { cluster, run, logs } = setUp();
    cluster.put(app('a'));
    const order: string[] = [];
    const { stop } = await run(
      controller(App, async (_object, { clock: time, signal }) => {
        await sleep(60_000, { clock: time, signal }).catch(async (reason: unknown) => {
          await Promise.resolve();
          order.push('run ended');
          throw reason;
        });
      }),
    );
    await stop();
    order.push('stopped');
    expect(order).toEqual(['run ended', 'stopped']);
    expect(logs).toEqual([]);
  });
});

describe('2.12 A controller that sees its own writes', () => {
  /** Two objects; what the first writes reaches the cache late. */
  async function writeAndRun(
    write: (client: ReconcileContext['client'], map: KubeObject) => Promise<unknown>,
  ): Promise<{ readonly seen: string[]; readonly fixture: Fixture }> {
    const fixture = setUp();
    const { clock, cluster, cache, run } = fixture;
    const settings = { namespace: 'apps', name: 'settings' };
    cluster.put(app('a'));
    cluster.put({ apiVersion: 'v1', kind: 'ConfigMap', metadata: settings, data: { size: '1' } });
    const seen: string[] = [];
    await run(
      controller(App, async (_object, { name, client, cache: reader }) => {
        const map = reader.get(ConfigMap, settings);
        seen.push(`${name}: ${map ? (map['data'] as { size: string }).size : 'gone'}`);
        if (name === 'b' && map) await write(client, map);
      })
        .reads(ConfigMap)
        .seeingOwnWrites(),
    );
    cluster.slowness = (kind) => (kind === 'ConfigMap' ? sleep(3000, { clock }) : undefined);
    cluster.put(app('b'));
    await clock.advance(0);
    cluster.put(app('a', { size: 2 }));
    await clock.advance(2999);
    expect(seen).toEqual(['a: 1', 'b: 1']);
    await clock.advance(1);
    expect(cache.synced).toBe(true);
    return { seen, fixture };
  }

  it('runs nothing on a state from before them', async () => {
    const { seen } = await writeAndRun((client, map) => client.update({ ...map, data: { size: '2' } }));
    expect(seen).toEqual(['a: 1', 'b: 1', 'a: 2']);
  });

  it('knows what it has deleted', async () => {
    const { seen } = await writeAndRun((client, { metadata: { name = '', namespace = '' } }) =>
      client.delete({ apiVersion: 'v1', kind: 'ConfigMap', name, namespace }),
    );
    expect(seen).toEqual(['a: 1', 'b: 1', 'a: gone']);
  });

  it('knows what it has deleted as a collection', async () => {
    const { seen } = await writeAndRun((client, { apiVersion, kind, metadata: { namespace = '' } }) =>
      client.deleteCollection({ apiVersion, kind }, { namespace }),
    );
    expect(seen).toEqual(['a: 1', 'b: 1', 'a: gone']);
  });

  it('knows what it has written with other defaults', async () => {
    const { seen } = await writeAndRun((client, map) =>
      client.with({ fieldManager: 'other' }).update({ ...map, data: { size: '2' } }),
    );
    expect(seen).toEqual(['a: 1', 'b: 1', 'a: 2']);
  });
});

describe('2.6 Controller watches', () => {
  it('reconcile the owners of what they own, old and new', async () => {
    const { clock, cluster, run } = setUp();
    for (const name of ['a', 'b']) cluster.put(app(name));
    const seen: string[] = [];
    await run(controller(App, async (_object, { name }) => void seen.push(name)).owns(ConfigMap));
    seen.length = 0;
    const owned = (owner: string): KubeObject => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        namespace: 'apps',
        name: 'output',
        ownerReferences: [
          { apiVersion: 'example.com/v1beta1', kind: 'App', name: owner, uid: 'x', controller: true },
        ],
      },
    });
    cluster.put(owned('a'));
    await clock.advance(0);
    expect(seen).toEqual(['a']);
    cluster.put(owned('b'));
    await clock.advance(0);
    expect(seen).toEqual(['a', 'a', 'b']);
  });

  it('find dependents by index', async () => {
    const { clock, cluster, run } = setUp();
    cluster.put(app('a', { source: 'repo' }));
    cluster.put(app('b', { source: 'other' }));
    const seen: string[] = [];
    await run(
      controller(App, async (_object, { name }) => void seen.push(name))
        .indexedBy('source', (object) => [`Source/${object.metadata.namespace}/${object.spec?.source}`])
        .watches(Source, indexMapper(App, 'source'), { predicate: changed((source) => source['status']) }),
    );
    seen.length = 0;
    const source = {
      apiVersion: 'example.com/v1',
      kind: 'Source',
      metadata: { namespace: 'apps', name: 'repo' },
    };
    expect(indexValue(source)).toBe('Source/apps/repo');
    cluster.put({ ...source, status: { revision: '1' } });
    await clock.advance(0);
    expect(seen).toEqual(['a']);
    cluster.put({ ...source, status: { revision: '1' }, spec: { url: 'x' } });
    await clock.advance(0);
    expect(seen).toEqual(['a']);
    cluster.put({ ...source, status: { revision: '2' } });
    await clock.advance(0);
    expect(seen).toEqual(['a', 'a']);
  });

  it('drop what a predicate drops, and keep what a predicate fails on', async () => {
    const { clock, cluster, run, logs } = setUp();
    cluster.put(app('a'));
    const seen: string[] = [];
    await run(controller(App, async (_object, { name }) => void seen.push(name)).when(generationChanged));
    cluster.put({ ...app('a'), status: { ready: true } });
    await clock.advance(0);
    expect(seen).toEqual(['a']);
    cluster.put(app('a', { size: 2 }));
    await clock.advance(0);
    expect(seen).toEqual(['a', 'a']);
    await run(
      controller(Source, async (_object, { name }) => void seen.push(name)).when(() => {
        throw new Error('broken predicate');
      }),
    );
    cluster.put({ apiVersion: 'example.com/v1', kind: 'Source', metadata: { namespace: 'apps', name: 's' } });
    await clock.advance(0);
    expect(seen).toEqual(['a', 'a', 's']);
    expect(logs.some((line) => line.message.includes('predicate failed'))).toBe(true);
  });

  it('make kinds readable that cause no runs', async () => {
    const { clock, cluster, run } = setUp();
    cluster.put(app('a'));
    cluster.put({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'apps', name: 'settings' } });
    const found: boolean[] = [];
    await run(
      controller(App, async (_object, { cache }) => {
        found.push(cache.get(ConfigMap, { namespace: 'apps', name: 'settings' }) !== undefined);
      }).reads(ConfigMap),
    );
    cluster.put({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'apps', name: 'more' } });
    await clock.advance(0);
    expect(found).toEqual([true]);
  });

  it('ask for each object that a mapper names once, in its order, those of the old state first', async () => {
    const { clock, cluster, run } = setUp();
    for (const name of ['a', 'b', 'c', 'd']) cluster.put(app(name));
    const seen: string[] = [];
    const named = (names: string): KubeObject => ({
      apiVersion: 'example.com/v1',
      kind: 'Source',
      metadata: { namespace: 'apps', name: 'repo', annotations: { names } },
    });
    await run(
      controller(App, async (_object, { name }) => void seen.push(name)).watches(Source, ({ metadata }) =>
        (metadata.annotations?.['names'] ?? '').split(' ').map((name) => ({ namespace: 'apps', name })),
      ),
    );
    seen.length = 0;
    cluster.put(named('d b d'));
    await clock.advance(0);
    expect(seen).toEqual(['d', 'b']);
    seen.length = 0;
    cluster.put(named('c b a'));
    await clock.advance(0);
    expect(seen).toEqual(['d', 'b', 'c', 'a']);
  });
});

const inShard = (name: string, shard: string): App => ({
  ...app(name),
  metadata: { namespace: 'apps', name, labels: { shard } },
});

describe('2.13 Controllers of a shard', () => {
  it('see only the objects of their selection', async () => {
    const { clock, cluster, run } = setUp();
    cluster.put(inShard('a', 'one'));
    cluster.put(inShard('b', 'two'));
    const seen: string[] = [];
    await run(
      controller(App, async (_object, { name }) => void seen.push(name)).selecting({
        labelSelector: 'shard=one',
      }),
    );
    await clock.advance(0);
    expect(seen).toEqual(['a']);
  });
});

describe('2.13 A run whose object moves to another shard', () => {
  it('is told so, and is the last of this shard', async () => {
    const { clock, cluster, run } = setUp();
    cluster.put(inShard('a', 'one'));
    const seen: string[] = [];
    await run(
      controller(App, {
        async reconcile(_object, { superseded }) {
          seen.push('begun');
          await sleep(60_000, { clock, signal: superseded });
          seen.push('finished');
        },
        deleted: () => void seen.push('let go'),
      }).selecting({ labelSelector: 'shard=one' }),
    );
    await clock.advance(0);
    cluster.put(inShard('a', 'two'));
    await clock.advance(3_600_000);
    expect(seen).toEqual(['begun', 'let go']);
    cluster.put({ ...inShard('a', 'two'), spec: { size: 2 } });
    await clock.advance(3_600_000);
    expect(seen).toEqual(['begun', 'let go']);
  });

  it('is not tried again', async () => {
    const { clock, cluster, run } = setUp();
    cluster.put(inShard('a', 'one'));
    const seen: string[] = [];
    await run(
      controller(App, {
        async reconcile() {
          seen.push('failed');
          throw new Error('no');
        },
        deleted: () => void seen.push('let go'),
      }).selecting({ labelSelector: 'shard=one' }),
    );
    await clock.advance(0);
    cluster.put(inShard('a', 'two'));
    await clock.advance(24 * 3_600_000);
    expect(seen).toEqual(['failed', 'let go']);
  });
});

describe('2.2 A controller with watches', () => {
  it('begins with its first run when its handlers have been through everything', async () => {
    const { clock, cluster, cache, run } = setUp();
    cluster.put(app('a'));
    cluster.put({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'apps', name: 'map' } });
    let open = (): void => {};
    const gate = new Promise<void>((resolve) => (open = resolve));
    const seen: string[] = [];
    await run(
      controller(App, async (_object, { name }) => void seen.push(name)).watches(ConfigMap, async () => {
        await gate;
        return [];
      }),
    );
    await clock.advance(60_000);
    expect([cache.synced, seen]).toEqual([true, []]);
    open();
    await clock.advance(0);
    expect(seen).toEqual(['a']);
  });
});

describe('2.4 Controller priorities', () => {
  it.each([
    ['that of the run', {}, -100],
    ['that of the result', { priority: 7 }, 7],
  ])('give the next run %s', async (_, result, priority) => {
    const { clock, cluster, run } = setUp();
    cluster.put(app('a'));
    let open = (): void => {};
    const gate = new Promise<void>((resolve) => (open = resolve));
    const { controller: running } = await run(
      controller(App, async (_object, { name }) => {
        if (name === 'blocker') await gate;
        else return { requeueAfterMs: 1000, ...result };
        return undefined;
      }),
    );
    cluster.put(app('blocker'));
    await clock.advance(1000);
    expect(running.queue.lengths).toEqual([{ priority, size: 1 }]);
    open();
  });

  it('let what is only told again wait for what is new', async () => {
    const { clock, cluster, run } = setUp({ resyncMs: 10_000, reflector: { random: () => 0.5 } });
    for (const name of ['a', 'b']) cluster.put(app(name));
    let gate = Promise.resolve();
    let open = (): void => {};
    const seen: string[] = [];
    await run(
      controller(App, async (_object, { name }) => {
        seen.push(name);
        await gate;
      }),
    );
    await clock.advance(0);
    gate = new Promise((resolve) => (open = resolve));
    cluster.put(app('blocker'));
    await clock.advance(10_000);
    cluster.put(app('new'));
    await clock.advance(0);
    seen.length = 0;
    open();
    await clock.advance(0);
    expect(seen).toEqual(['new', 'a', 'b', 'blocker']);
  });
});

describe('2.5 Controller workers', () => {
  it('are one unless more are asked for', async () => {
    const { cluster, run } = setUp();
    for (const name of ['a', 'b', 'c']) cluster.put(app(name));
    let active = 0;
    let most = 0;
    await run(
      controller(App, async () => {
        most = Math.max(most, ++active);
        await Promise.resolve();
        active--;
      }),
    );
    expect(most).toBe(1);
  });

  it('give timers and sockets their turn however little a run waits', async () => {
    const { cluster, run } = setUp();
    for (let n = 0; n < 200; n++) cluster.put(app(`app-${n}`));
    let turns = 0;
    let runs = 0;
    const takeTurn = (): void => {
      turns++;
      if (runs < 200) setImmediate(takeTurn);
    };
    setImmediate(takeTurn);
    let before = 0;
    await run(
      controller(App, async () => {
        if (runs++ === 0) before = turns;
        else if (runs === 200) turns -= before;
      }),
    );
    await new Promise<void>((resolve) => {
      const look = (): void => void (runs < 200 ? setImmediate(look) : resolve());
      look();
    });
    expect(turns).toBeGreaterThanOrEqual(5);
  });
});

describe('2.12 ReconcileContext.wrote', () => {
  it('holds the next run back until the cache has what was written', async () => {
    const { clock, cluster, run } = setUp();
    cluster.put(app('a'));
    const seen: unknown[] = [];
    await run(
      controller(App, async (object, context) => {
        seen.push(object['status']);
        if (seen.length > 1) return;
        const body = { status: { step: 1 } };
        context.wrote(
          await context.client.patch(appRef('a'), { type: 'merge', body }, { subresource: 'status' }),
        );
        return { requeueAfterMs: 0 };
      }).when(generationChanged),
    );
    await clock.advance(0);
    expect(seen).toEqual([undefined, { step: 1 }]);
  });

  it('goes on after five seconds with what the cache has', async () => {
    const { clock, cluster, run, logs } = setUp();
    cluster.put(app('a'));
    let runs = 0;
    await run(
      controller(App, async (object, context) => {
        if (++runs > 1) return;
        context.wrote({ ...object, metadata: { ...object.metadata, resourceVersion: '999999' } });
        context.wrote({
          apiVersion: 'v1',
          kind: 'Secret',
          metadata: { name: 'unwatched', resourceVersion: '5' },
        });
        return { requeueAfterMs: 0 };
      }),
    );
    await clock.advance(4999);
    expect(runs).toBe(1);
    await clock.advance(1);
    expect(runs).toBe(2);
    expect(logs).toMatchObject([{ level: 'debug' }]);
  });
});

describe('ControllerBuilder', () => {
  it('names the controller after its kind, and leaves earlier steps as they were', () => {
    const base = controller(App, async () => {});
    const named = base.named('other').concurrency(4).withoutLeader().timeout(1000);
    expect(base.name).toBe('app');
    expect(base.build().concurrency).toBeUndefined();
    expect(named.build()).toMatchObject({
      name: 'other',
      concurrency: 4,
      needsLeader: false,
      timeoutMs: 1000,
    });
  });
});
