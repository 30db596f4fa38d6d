import type { KubeObject } from '@gitops-toolkit/core';
import type { TestServer } from '@gitops-toolkit/envtest';
import { KubeClient } from '@gitops-toolkit/kube';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import * as conditions from '../conditions/index.ts';
import { controller, type ControllerBuilder } from '../controller/builder.ts';
import { generationChanged, or, reconcileRequested } from '../controller/predicate.ts';
import { kindOf } from '../resource-kind.ts';
import { addFinalizer, removeFinalizer } from '../status/finalizer.ts';
import { markReconcileRequestHandled, requestedAtAnnotation } from '../status/reconcile-request.ts';
import { SerialPatcher } from '../status/serial-patcher.ts';
import { installSite, Site } from '../testing/site.ts';
import { createNamespace, eventually, startTestServer } from '../testing/test-cluster.ts';
import { jsonLogger } from './json-logger.ts';
import { type Manager, manager, type ManagerOptions } from './manager.ts';

const ConfigMap = kindOf<KubeObject & { data?: Record<string, string> }>('v1', 'ConfigMap');
const finalizer = 'web.example.com/cleanup';

let server: TestServer;
let client: KubeClient;
let namespace: string;
beforeAll(async () => {
  server = await startTestServer();
  client = new KubeClient(server.config);
  await installSite(client);
});
afterAll(async () => {
  await client[Symbol.asyncDispose]();
  await server.stop();
});
beforeEach(async () => {
  namespace = await createNamespace(client);
});

function site(name: string, domain = `${name}.example.com`): KubeObject {
  return { apiVersion: Site.apiVersion, kind: 'Site', metadata: { namespace, name }, spec: { domain } };
}

function siteRef(name: string): { apiVersion: string; kind: string; namespace: string; name: string } {
  return { apiVersion: Site.apiVersion, kind: 'Site', namespace, name };
}

function mapRef(name: string): { apiVersion: string; kind: string; namespace: string; name: string } {
  return { apiVersion: 'v1', kind: 'ConfigMap', namespace, name };
}

/** Keeps a ConfigMap for every Site, cleans up behind itself, and says how it went. */
function siteController(): ControllerBuilder<NonNullable<(typeof Site)['objectType']>> {
  return controller(Site, async (object, context) => {
    const { client: writer, events, name, signal } = context;
    const write = { fieldManager: 'site-controller', signal };
    if (object.metadata.deletionTimestamp) {
      await writer.delete(mapRef(`${name}-config`), { signal }).catch(() => {});
      await removeFinalizer(writer, object, finalizer, write);
      return;
    }
    await addFinalizer(writer, object, finalizer, write);
    const patcher = new SerialPatcher(object, {
      client: writer,
      ...write,
      ownedConditions: ['Ready', 'Reconciling', 'Stalled'],
      onWritten: context.wrote,
    });
    conditions.markProgressing(object, 'Progressing', 'writing the configuration');
    await patcher.patch(object, { signal });
    const { uid = '' } = object.metadata;
    const owner = { apiVersion: Site.apiVersion, kind: 'Site', name, uid, controller: true };
    const metadata = {
      namespace: object.metadata.namespace ?? '',
      name: `${name}-config`,
      ownerReferences: [owner],
    };
    await writer.apply(
      { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { domain: object.spec.domain } },
      { ...write, force: true },
    );
    conditions.delete(object, 'Reconciling');
    conditions.markTrue(object, 'Ready', 'Succeeded', `serving ${object.spec.domain}`);
    markReconcileRequestHandled(object);
    await patcher.patch(object, { signal });
    events.normal(object, 'Succeeded', `serving ${object.spec.domain}`);
  })
    .when(or(generationChanged, reconcileRequested))
    .owns(ConfigMap)
    .concurrency(4);
}

/** Runs a manager for the length of a test. */
function run(options: Partial<ManagerOptions>): {
  manager: Manager;
  readonly stop: () => Promise<void>;
  ended: Promise<unknown>;
} {
  const created = manager({ name: 'site-controller', client, namespaces: [namespace], ...options });
  const stopping = new AbortController();
  const running = created.run(stopping.signal);
  const ended = running.then(
    () => undefined,
    (error: unknown) => error,
  );
  return {
    manager: created,
    ended,
    async stop() {
      stopping.abort(new Error('test is over'));
      await running;
    },
  };
}

describe('2.7 a manager with a controller', () => {
  it('brings objects to what they say, keeps them so, and cleans up', async () => {
    await client.create(site('early'));
    const { stop } = run({ controllers: [siteController()] });
    const ready = await eventually(async () => {
      const object = await client.get(siteRef('early'));
      return conditions.isReady(object) && !conditions.isReconciling(object) && object;
    }, 'early is ready');
    expect(ready.metadata.finalizers).toEqual([finalizer]);
    expect(
      (await client.get<(typeof ConfigMap)['objectType'] & KubeObject>(mapRef('early-config'))).data,
    ).toEqual({ domain: 'early.example.com' });

    await client.create(site('late'));
    await eventually(() => client.find(mapRef('late-config')), 'late has its configuration');
    await client.delete(mapRef('late-config'));
    await eventually(() => client.find(mapRef('late-config')), 'what was deleted comes back');

    await client.patch(siteRef('late'), { type: 'merge', body: { spec: { domain: 'new.example.com' } } });
    await eventually(async () => {
      const object = await client.get(siteRef('late'));
      return (
        conditions.messageOf(object, 'Ready') === 'serving new.example.com' && conditions.isReady(object)
      );
    }, 'the change is served');

    const annotations = { [requestedAtAnnotation]: 'token-1' };
    await client.patch(siteRef('late'), { type: 'merge', body: { metadata: { annotations } } });
    await eventually(async () => {
      const object = await client.get<KubeObject & { status?: { lastHandledReconcileAt?: string } }>(
        siteRef('late'),
      );
      return object.status?.lastHandledReconcileAt === 'token-1';
    }, 'the request is handled');

    await client.delete(siteRef('late'));
    await eventually(async () => (await client.find(siteRef('late'))) === undefined, 'late is gone');
    expect(await client.find(mapRef('late-config'))).toBeUndefined();

    const events = await eventually(async () => {
      const list = await client.list<KubeObject & { involvedObject?: { name?: string } }>(
        { apiVersion: 'v1', kind: 'Event' },
        { namespace },
      );
      const found = list.items.filter((each) => each.involvedObject?.name === 'early');
      return found.length > 0 && found;
    }, 'an event of early');
    expect(events[0]).toMatchObject({
      reason: 'Succeeded',
      source: { component: 'site-controller' },
      type: 'Normal',
    });
    await stop();
  });

  it('reconciles a few hundred objects once each', async () => {
    await Promise.all(Array.from({ length: 200 }, (_, i) => client.create(site(`bulk-${i}`))));
    const runs = new Map<string, number>();
    const counting = controller(
      Site,
      async (_object, { name }) => void runs.set(name, (runs.get(name) ?? 0) + 1),
    ).concurrency(8);
    const { stop } = run({ controllers: [counting] });
    await eventually(() => runs.size === 200, 'all are reconciled');
    await stop();
    expect([...runs.values()].every((count) => count === 1)).toBe(true);
  });

  it('serves probes and metrics', async () => {
    const listen = { port: 0, host: '127.0.0.1' };
    await client.create(site('measured'));
    const { manager: running, stop } = run({
      controllers: [siteController()],
      health: listen,
      metrics: listen,
      healthChecks: { disk: () => {} },
    });
    await eventually(() => running.isRunning, 'the manager runs');
    await eventually(
      async () => conditions.isReady(await client.get(siteRef('measured'))),
      'measured is ready',
    );
    const [metricsPort, healthPort] = running.ports;
    const text = async (port: number | undefined, path: string): Promise<string> =>
      (await fetch(`http://127.0.0.1:${port}${path}`)).text();
    expect(await text(healthPort, '/healthz?verbose')).toBe('[+]disk ok\n[+]ping ok\nhealthz check passed\n');
    expect(await text(healthPort, '/readyz')).toBe('ok');
    const metrics = await text(metricsPort, '/metrics');
    for (const line of [
      /^controller_runtime_reconcile_total\{controller="site",result="success"\} [1-9]/m,
      /^workqueue_adds_total\{name="site",controller="site"\} [1-9]/m,
      /^informer_objects\{group="web\.example\.com",kind="Site",selection=""\} 1$/m,
      /^gotk_reconcile_duration_seconds_count\{kind="Site",name="measured",namespace="runtime-/m,
    ]) {
      expect(metrics).toMatch(line);
    }
    await stop();
    await expect(fetch(`http://127.0.0.1:${healthPort}/healthz`)).rejects.toThrow('fetch failed');
  });
});

describe('2.7 profiles of a manager', () => {
  it('are served on an address of their own, on this machine alone, for as long as it runs', async () => {
    const { manager: running, stop } = run({ metrics: { port: 0 }, profiling: { port: 0, maxSeconds: 1 } });
    await eventually(() => running.isRunning, 'the manager runs');
    const [metricsPort, profilingPort] = running.ports;
    const path = '/debug/heap-statistics';
    expect((await fetch(`http://127.0.0.1:${profilingPort}${path}`)).status).toBe(200);
    expect((await fetch(`http://127.0.0.1:${metricsPort}${path}`)).status).toBe(404);
    // Another address of this machine is not answered.
    await expect(fetch(`http://127.0.0.2:${profilingPort}${path}`)).rejects.toThrow('fetch failed');
    await stop();
    await expect(fetch(`http://127.0.0.1:${profilingPort}${path}`)).rejects.toThrow('fetch failed');
  });
});

describe('2.8 managers that elect a leader', () => {
  const times = { leaseDurationMs: 3000, renewDeadlineMs: 2000, retryPeriodMs: 200 };

  it('give each run the token of the leadership, which its logs name, and runs that need no leader none', async () => {
    const seen = new Map<string, unknown[]>();
    const logs: string[] = [];
    const noting = (name: string): ControllerBuilder<KubeObject> =>
      controller(ConfigMap, async (_object, { fencingToken, log }) => {
        seen.set(name, [...(seen.get(name) ?? []), fencingToken]);
        log.info(name);
      }).named(name);
    await client.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace, name: 'fenced' } });
    const { stop } = run({
      leaderElection: { namespace, ...times },
      controllers: [noting('leading'), noting('free').withoutLeader()],
      logger: jsonLogger({ write: (line) => logs.push(line) }),
    });
    await eventually(() => seen.size === 2, 'both have run');
    await stop();
    expect(new Set(seen.get('leading'))).toEqual(new Set([0]));
    expect(new Set(seen.get('free'))).toEqual(new Set([undefined]));
    const tokens = logs.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(tokens.find(({ msg }) => msg === 'leading')).toMatchObject({ fencingToken: 0 });
    expect(tokens.find(({ msg }) => msg === 'free')).not.toHaveProperty('fencingToken');
  });

  it('work one at a time, and hand over at the stop', async () => {
    const leading: string[] = [];
    let active = 0;
    let most = 0;
    const replica = (identity: string): ReturnType<typeof run> =>
      run({
        leaderElection: { namespace, identity, ...times },
        runnables: [
          {
            name: 'work',
            needsLeader: true,
            async run(signal) {
              leading.push(identity);
              most = Math.max(most, ++active);
              await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
              active--;
            },
          },
        ],
      });
    const a = replica('pod-a');
    await eventually(() => leading.length === 1, 'pod-a leads');
    const b = replica('pod-b');
    expect(a.manager.fencingToken).toBe(0);
    await a.stop();
    await eventually(() => leading.length === 2, 'pod-b leads');
    expect(leading).toEqual(['pod-a', 'pod-b']);
    expect(b.manager.fencingToken).toBeGreaterThan(0);
    await b.stop();
    expect(most).toBe(1);
  });

  it('stop at once when the lease is taken away: RUNTIME_LEASE_LOST', async () => {
    const reasons: unknown[] = [];
    const { manager: running, ended } = run({
      leaderElection: { namespace, identity: 'pod-a', ...times },
      runnables: [
        {
          name: 'work',
          needsLeader: true,
          run: (signal) =>
            new Promise((resolve) =>
              signal.addEventListener('abort', () => {
                reasons.push(signal.reason);
                resolve();
              }),
            ),
        },
      ],
    });
    await eventually(() => running.isRunning, 'the manager runs');
    const lease = {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      namespace,
      name: 'site-controller-leader-election',
    };
    await eventually(async () => {
      const body = { spec: { holderIdentity: 'intruder' } };
      await client.patch(lease, { type: 'merge', body });
      return reasons.length > 0;
    }, 'the work is told to stop');
    expect(await ended).toMatchObject({ code: 'RUNTIME_LEASE_LOST' });
    expect(reasons).toMatchObject([{ code: 'RUNTIME_LEASE_LOST' }]);
  });

  it('write nothing without the lease, however late a run does: RUNTIME_LEASE_LOST', async () => {
    let outcome: unknown;
    const late = controller(ConfigMap, async (object, context) => {
      if (object.metadata.name !== 'late') return;
      await new Promise<void>((resolve) => context.signal.addEventListener('abort', () => resolve()));
      // It looks at no signal.
      outcome = await context.client.create(site('too-late')).catch((error: unknown) => error);
      expect(await context.client.find(mapRef('late'))).toBeDefined();
    });
    const { manager: running, ended } = run({
      leaderElection: { namespace, identity: 'pod-a', ...times },
      controllers: [late],
    });
    await eventually(() => running.isRunning, 'the manager runs');
    await client.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace, name: 'late' } });
    const lease = {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      namespace,
      name: 'site-controller-leader-election',
    };
    await eventually(async () => {
      await client.patch(lease, { type: 'merge', body: { spec: { holderIdentity: 'intruder' } } });
      return !running.isRunning;
    }, 'the manager stops');
    await eventually(() => outcome, 'the run has gone on');
    expect(outcome).toMatchObject({ code: 'RUNTIME_LEASE_LOST' });
    expect(await client.find(siteRef('too-late'))).toBeUndefined();
    expect(await ended).toMatchObject({ code: 'RUNTIME_LEASE_LOST' });
  });

  it('wait for no run that goes on without the lease', async () => {
    const { manager: running, ended } = run({
      leaderElection: {
        namespace,
        identity: 'pod-a',
        leaseDurationMs: 1000,
        renewDeadlineMs: 900,
        retryPeriodMs: 200,
      },
      runnables: [{ name: 'stubborn', needsLeader: true, run: () => new Promise(() => {}) }],
    });
    await eventually(() => running.isRunning, 'the manager runs');
    const lease = {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      namespace,
      name: 'site-controller-leader-election',
    };
    await eventually(async () => {
      await client.patch(lease, { type: 'merge', body: { spec: { holderIdentity: 'intruder' } } });
      return !running.isRunning;
    }, 'the manager stops');
    expect(await ended).toMatchObject({ code: 'RUNTIME_LEASE_LOST' });
  });

  it('wait for the leader no longer than they are to run', async () => {
    const a = run({ leaderElection: { namespace, identity: 'pod-a', ...times } });
    await eventually(() => a.manager.isRunning, 'pod-a leads');
    const b = run({ leaderElection: { namespace, identity: 'pod-b', ...times } });
    await b.stop();
    expect(b.manager.isRunning).toBe(false);
    expect(b.manager.fencingToken).toBeUndefined();
    await a.stop();
  });
});

describe('2.7 the order of a manager', () => {
  const times = { leaseDurationMs: 3000, renewDeadlineMs: 2000, retryPeriodMs: 200 };
  const leaseRef = {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    name: 'site-controller-leader-election',
  };
  const holder = async (): Promise<string | undefined> => {
    const lease = await client.find({ ...leaseRef, namespace });
    return (lease?.['spec'] as { holderIdentity?: string } | undefined)?.holderIdentity;
  };

  it('is: probes, caches, what needs no leader, the lease, what needs it; and at the stop the other way round', async () => {
    const seen: string[] = [];
    const observe = async (when: string): Promise<void> => {
      const [port = 0] = created.ports;
      const { status } = await fetch(`http://127.0.0.1:${port}/healthz`);
      seen.push(`${when}: probes ${status}, caches ${created.cache.synced}, lease ${await holder()}`);
    };
    const task = (name: string, needsLeader: boolean): NonNullable<ManagerOptions['runnables']>[number] => ({
      name,
      needsLeader,
      async run(signal) {
        await observe(`${name} begins`);
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
        await observe(`${name} ends`);
      },
    });
    const other = await client.create({
      ...leaseRef,
      metadata: { namespace, name: leaseRef.name },
      spec: { holderIdentity: 'other', leaseDurationSeconds: 1 },
    });
    const { manager: created, stop } = run({
      controllers: [siteController()],
      health: { port: 0, host: '127.0.0.1' },
      leaderElection: { namespace, identity: 'self', ...times },
      runnables: [task('led', true), task('free', false)],
    });
    expect(other.kind).toBe('Lease');
    await eventually(() => created.isRunning && seen.length === 2, 'both run');
    const [port = 0] = created.ports;
    await stop();
    expect(seen.slice(0, 2)).toEqual([
      'free begins: probes 200, caches true, lease other',
      'led begins: probes 200, caches true, lease self',
    ]);
    expect(seen.slice(2).toSorted()).toEqual([
      'free ends: probes 200, caches true, lease self',
      'led ends: probes 200, caches true, lease self',
    ]);
    expect(await holder()).toBe('');
    await expect(fetch(`http://127.0.0.1:${port}/healthz`)).rejects.toThrow('fetch failed');
  });

  it('has webhooks served from before the caches begin until they are gone, and ready while they answer', async () => {
    const seen: string[] = [];
    let answers = true;
    const webhooks = {
      start: () => Promise.resolve(void seen.push(`start: caches ${created.cache.synced}`)),
      check: () => (answers ? Promise.resolve() : Promise.reject(new Error('no answer'))),
      [Symbol.asyncDispose]: () => Promise.resolve(void seen.push(`end: probes ${created.ports.length}`)),
    };
    const { manager: created, stop } = run({
      controllers: [siteController()],
      health: { port: 0, host: '127.0.0.1' },
      webhooks,
    });
    await eventually(() => created.isRunning, 'it runs');
    const ready = async (): Promise<string> =>
      (await fetch(`http://127.0.0.1:${created.ports[0]}/readyz?verbose`)).text();
    expect(await ready()).toContain('[+]webhook ok\n');
    answers = false;
    expect(await ready()).toContain('[-]webhook failed: reason withheld\n');
    await stop();
    expect(seen).toEqual(['start: caches false', 'end: probes 1']);
  });

  it('has probes answer before caches are complete: alive, and not ready', async () => {
    const lost = controller(kindOf('web.example.com/v1', 'Nothing'), async () => {});
    const { manager: created, stop } = run({
      controllers: [lost],
      health: { port: 0, host: '127.0.0.1' },
    });
    const port = await eventually(() => created.ports[0], 'the probes are served');
    const ask = async (path: string): Promise<number> =>
      (await fetch(`http://127.0.0.1:${port}${path}`)).status;
    expect(await ask('/healthz')).toBe(200);
    expect(await ask('/readyz')).toBe(500);
    expect(await ask('/readyz?exclude=informer-sync&exclude=watch-Nothing.web.example.com')).toBe(200);
    await stop();
  });
});

describe('2.6 generationChanged on a server', () => {
  it('passes what changes a spec or begins a deletion, and nothing else', async () => {
    await client.create({
      ...site('strict'),
      metadata: { namespace, name: 'strict', finalizers: [finalizer] },
    });
    const seen: string[] = [];
    const { stop } = run({
      controllers: [
        controller(Site, async ({ spec, metadata }) => {
          seen.push(metadata.deletionTimestamp ? 'deleting' : spec.domain);
        }).when(generationChanged),
      ],
    });
    const change = (body: unknown, options = {}): Promise<unknown> =>
      client.patch(siteRef('strict'), { type: 'merge', body }, options);
    await eventually(() => seen.length === 1, 'the first run');
    await change({ metadata: { labels: { team: 'web' } } });
    await change({ metadata: { annotations: { note: 'x' } } });
    await change({ status: { url: 'https://strict.example.com' } }, { subresource: 'status' });
    await change({ spec: { domain: 'new.example.com' } });
    await eventually(() => seen.length === 2, 'the second run');
    await client.delete(siteRef('strict'));
    await eventually(() => seen.length === 3, 'the third run');
    expect(seen).toEqual(['strict.example.com', 'new.example.com', 'deleting']);
    await removeFinalizer(client, await client.get(siteRef('strict')), finalizer, { fieldManager: 'test' });
    await stop();
  });
});

describe('2.12 a controller that sees its own writes', () => {
  it('makes no second object of a kind that gets its names from the server', async () => {
    await client.create(site('parent'));
    let runs = 0;
    const { stop } = run({
      controllers: [
        controller(Site, async ({ metadata: { uid = '' } }, { cache, client: writer, signal }) => {
          runs++;
          const children = cache.list(ConfigMap, { namespace, labels: { parent: uid } });
          if (children.length > 0) return;
          const metadata = { namespace, generateName: 'child-', labels: { parent: uid } };
          await writer.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata }, { signal });
        })
          .reads(ConfigMap)
          .concurrency(4)
          .seeingOwnWrites(),
      ],
    });
    for (let n = 0; n < 30; n++) {
      const body = { spec: { domain: `${n}.example.com` } };
      await client.patch(siteRef('parent'), { type: 'merge', body });
    }
    await eventually(() => runs > 1, 'it ran again');
    await stop();
    const { items } = await client.list(ConfigMap, { namespace, labelSelector: 'parent' });
    expect(items).toHaveLength(1);
  });
});

describe('2.13 managers of two shards', () => {
  it('hand an object over when its label changes, and leave those of the other alone', async () => {
    const seen: Record<string, string[]> = { one: [], two: [] };
    const shard = (name: string): ReturnType<typeof run> =>
      run({
        controllers: [
          controller(Site, {
            reconcile: async (_object, context) => void seen[name]?.push(`runs ${context.name}`),
            deleted: (context) => void seen[name]?.push(`lets go of ${context.name}`),
          }).selecting({ labelSelector: `shard=${name}` }),
        ],
      });
    const inShard = (name: string, of: string): KubeObject => {
      const object = site(name);
      return { ...object, metadata: { ...object.metadata, labels: { shard: of } } };
    };
    await client.create(inShard('a', 'one'));
    await client.create(inShard('b', 'two'));
    const managers = [shard('one'), shard('two')];
    await eventually(() => seen['one']?.length === 1 && seen['two']?.length === 1, 'each runs its own');
    await client.patch(siteRef('a'), { type: 'merge', body: { metadata: { labels: { shard: 'two' } } } });
    await eventually(() => seen['one']?.length === 2 && seen['two']?.length === 2, 'a has moved');
    expect(seen).toEqual({ one: ['runs a', 'lets go of a'], two: ['runs b', 'runs a'] });
    for (const { stop } of managers) await stop();
  });
});

describe('2.7 Manager', () => {
  it('refuses two controllers of one name: RUNTIME_CONTROLLER_NAME_TAKEN', () => {
    const controllers = [siteController(), siteController()];
    expect(() => manager({ name: 'x', client, controllers })).toThrow(
      expect.objectContaining({ code: 'RUNTIME_CONTROLLER_NAME_TAKEN' }),
    );
  });

  it('fails to start where a kind is not there: RUNTIME_CACHE_SYNC_TIMEOUT', async () => {
    const lost = controller(kindOf('web.example.com/v1', 'Nothing'), async () => {});
    const { ended } = run({ controllers: [lost], cacheSyncTimeoutMs: 300 });
    expect(await ended).toMatchObject({ code: 'RUNTIME_CACHE_SYNC_TIMEOUT' });
  });

  it('fails with what a runnable fails with', async () => {
    const { ended } = run({
      runnables: [{ name: 'server', run: () => Promise.reject(new Error('port is taken')) }],
    });
    expect(await ended).toMatchObject({ message: 'port is taken' });
  });

  it('runs once: RUNTIME_STOPPED', async () => {
    const { manager: running, stop } = run({});
    await stop();
    await expect(running.run()).rejects.toMatchObject({ code: 'RUNTIME_STOPPED' });
  });

  it('names what does not stop in time: RUNTIME_SHUTDOWN_TIMEOUT', async () => {
    const { manager: running, stop } = run({
      shutdownTimeoutMs: 50,
      runnables: [{ name: 'stubborn', run: () => new Promise(() => {}) }],
    });
    await eventually(() => running.isRunning, 'the manager runs');
    await expect(stop()).rejects.toMatchObject({
      code: 'RUNTIME_SHUTDOWN_TIMEOUT',
      message: 'not stopped after 50 ms: stubborn',
    });
  });
});
