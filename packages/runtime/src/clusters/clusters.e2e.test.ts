import type { KubeObject } from '@gitops-toolkit/core';
import type { TestServer } from '@gitops-toolkit/envtest';
import { KubeClient } from '@gitops-toolkit/kube';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';

import { controller, type ControllerBuilder } from '../controller/builder.ts';
import type { ReconcileContext } from '../controller/reconciler.ts';
import { jsonLogger } from '../manager/json-logger.ts';
import { MetricsRegistry } from '../metrics/metrics-registry.ts';
import { kindOf } from '../resource-kind.ts';
import { createNamespace, eventually, Network, startTestServer } from '../testing/test-cluster.ts';
import { clusterManager, type ClusterManager, type ClusterManagerOptions } from './cluster-manager.ts';
import { kubeconfigSecrets } from './kubeconfig-secrets.ts';
import { staticClusters } from './static-clusters.ts';

type ConfigMap = KubeObject & { data?: Record<string, string> };
const ConfigMap = kindOf<ConfigMap>('v1', 'ConfigMap');
const Namespace = kindOf('v1', 'Namespace');

interface Member extends AsyncDisposable {
  readonly server: TestServer;
  readonly client: KubeClient;
  namespace: string;
}

async function startMember(): Promise<Member> {
  const server = await startTestServer();
  const client = new KubeClient(server.config);
  return {
    server,
    client,
    namespace: '',
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]();
      await server.stop();
    },
  };
}

let hub: Member;
let east: Member;
let west: Member;
beforeAll(async () => {
  [hub, east, west] = await Promise.all([startMember(), startMember(), startMember()]);
});
afterAll(() => Promise.all([hub, east, west].map((each) => each[Symbol.asyncDispose]())));
beforeEach(async () => {
  for (const each of [hub, east, west]) each.namespace = await createNamespace(each.client);
});

/** A Secret as Cluster API makes it. */
function secret(name: string, kubeconfig: string): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'cluster.x-k8s.io/secret',
    metadata: { namespace: hub.namespace, name, labels: { 'cluster.x-k8s.io/cluster-name': 'edge' } },
    data: { value: Buffer.from(kubeconfig).toString('base64') },
  };
}

function secretRef(name: string): { apiVersion: string; kind: string; namespace: string; name: string } {
  return { apiVersion: 'v1', kind: 'Secret', namespace: hub.namespace, name };
}

function putSecret(name: string, kubeconfig: string): Promise<KubeObject> {
  return hub.client.apply(secret(name, kubeconfig), { fieldManager: 'capi', force: true });
}

function putMap({ client, namespace }: Member, name: string): Promise<KubeObject> {
  return client.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace, name }, data: {} });
}

/** Notes every object with a name that a test gave it, and the cluster it is in. */
function noting(
  notes: string[],
  also: (object: ConfigMap, context: ReconcileContext) => Promise<void> = async () => {},
): ControllerBuilder<ConfigMap> {
  return controller(ConfigMap, async (object, context) => {
    if (!context.name.startsWith('map-')) return;
    notes.push(`${context.cluster?.replace(`${hub.namespace}/`, '')} ${context.name}`);
    await also(object, context);
  });
}

/** Runs a manager for the length of a test. */
function run(options: Partial<ClusterManagerOptions>): ClusterManager {
  const created = clusterManager({
    name: 'fleet',
    client: hub.client,
    providers: [kubeconfigSecrets({ client: hub.client, namespace: hub.namespace })],
    controllers: [],
    namespaces: [east.namespace, west.namespace],
    ...options,
  });
  const stopping = new AbortController();
  const running = created.run(stopping.signal);
  onTestFinished(() => {
    stopping.abort(new Error('test is over'));
    return running;
  });
  return created;
}

function stateOf({ fleet }: ClusterManager, name: string): string | undefined {
  return fleet.statuses.find((status) => status.name === `${hub.namespace}/${name}`)?.state;
}

function until(manager: ClusterManager, name: string, state: string | undefined): Promise<true> {
  return eventually(() => stateOf(manager, name) === state, `${name} is ${state}`);
}

describe('2.13 clusters by their kubeconfig Secrets', () => {
  it('runs the same reconcilers for each, which are told its name and have its client, cache and events', async () => {
    const notes: string[] = [];
    await putMap(east, 'map-1');
    await putMap(west, 'map-2');
    await putSecret('east-kubeconfig', east.server.kubeconfig());
    const wrote: string[] = [];
    const manager = run({
      controllers: [
        noting(notes, async (object, { cache, client, cluster, events, signal }) => {
          const ref = {
            ...ConfigMap,
            name: object.metadata.name ?? '',
            namespace: object.metadata.namespace ?? '',
          };
          await client.patch(ref, { type: 'merge', body: { data: { cluster } } }, { signal });
          wrote.push(`${cluster} ${cache.list(ConfigMap).filter((each) => each.data?.['cluster']).length}`);
          events.normal(object, 'Noted', 'it is noted');
        }).seeingOwnWrites(),
      ],
    });
    await eventually(() => notes.includes('east map-1'), 'what was there is reconciled');
    expect(notes.filter((note) => note.startsWith('west'))).toEqual([]);

    await putSecret('west-kubeconfig', west.server.kubeconfig());
    await eventually(() => notes.includes('west map-2'), 'a cluster that comes later is engaged');
    await putMap(east, 'map-3');
    await eventually(() => notes.includes('east map-3'), 'changes are followed');
    const written = await east.client.get<ConfigMap>({
      ...ConfigMap,
      namespace: east.namespace,
      name: 'map-1',
    });
    expect(written.data).toEqual({ cluster: `${hub.namespace}/east` });
    await eventually(async () => {
      const { items } = await west.client.list(kindOf('v1', 'Event'), { namespace: west.namespace });
      return items.some((event) => event['reason'] === 'Noted');
    }, 'events are in the cluster of their object');
    expect(manager.fleet.clusters.map(({ name }) => name).toSorted()).toEqual([
      `${hub.namespace}/east`,
      `${hub.namespace}/west`,
    ]);
  });

  it('takes no other Secret of Cluster API for one', async () => {
    await putSecret('east-ca', 'a certificate');
    await putSecret('west-kubeconfig', west.server.kubeconfig());
    const manager = run({});
    await until(manager, 'west', 'running');
    expect(manager.fleet.statuses).toHaveLength(1);
  });

  it('takes Secrets of certain labels and another key, whatever their type, where it is told so', async () => {
    const labels = { 'fleet.example.com/kubeconfig': 'true' };
    const data = { kubeconfig: Buffer.from(east.server.kubeconfig()).toString('base64') };
    const metadata = { namespace: hub.namespace, name: 'labelled', labels };
    await hub.client.create({ apiVersion: 'v1', kind: 'Secret', metadata, data });
    await putSecret('west-kubeconfig', west.server.kubeconfig());
    const labelSelector = 'fleet.example.com/kubeconfig=true';
    const manager = run({
      providers: [
        kubeconfigSecrets({ client: hub.client, namespace: hub.namespace, labelSelector, key: 'kubeconfig' }),
      ],
    });
    await until(manager, 'labelled', 'running');
    expect(manager.fleet.statuses).toHaveLength(1);
  });

  it('drops a cluster when its Secret goes: runs are told to end, connections closed, keys forgotten', async () => {
    const notes: string[] = [];
    let reason: unknown;
    await putMap(east, 'map-slow');
    await putMap(east, 'map-later');
    await putSecret('east-kubeconfig', east.server.kubeconfig());
    const slow = noting(notes, async ({ metadata }, { signal }) => {
      if (metadata.name === 'map-later') throw new Error('comes back with growing delays');
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      reason = signal.reason;
    });
    const manager = run({ controllers: [slow.concurrency(2).retries({ minDelayMs: 100, maxDelayMs: 100 })] });
    await eventually(() => new Set(notes).size === 2, 'one run waits, another one fails');
    const cluster = manager.fleet.get(`${hub.namespace}/east`);

    await hub.client.delete(secretRef('east-kubeconfig'));
    await until(manager, 'east', undefined);
    expect(reason).toMatchObject({ code: 'RUNTIME_CLUSTER_DROPPED' });
    await expect(cluster.client.get({ ...Namespace, name: 'default' })).rejects.toMatchObject({
      code: 'KUBE_CLOSED',
    });
    expect(() => manager.fleet.get(`${hub.namespace}/east`)).toThrow(
      expect.objectContaining({ code: 'RUNTIME_CLUSTER_NOT_FOUND' }),
    );
    const runs = notes.length;
    await putMap(east, 'map-unseen');
    await putMap(west, 'map-seen');
    await putSecret('west-kubeconfig', west.server.kubeconfig());
    await eventually(() => notes.includes('west map-seen'), 'another cluster is engaged');
    expect(notes.slice(runs)).toEqual(['west map-seen']);
  });

  it('engages a cluster anew when its kubeconfig changes, after the runs of before have ended', async () => {
    const notes: string[] = [];
    let ending = (): void => {};
    const end = new Promise<void>((resolve) => (ending = resolve));
    await putMap(east, 'map-before');
    await putMap(west, 'map-after');
    await putSecret('edge-kubeconfig', east.server.kubeconfig());
    const stubborn = noting(notes, async ({ metadata }) =>
      metadata.name === 'map-before' ? end : undefined,
    );
    const manager = run({ controllers: [stubborn] });
    await eventually(() => notes.includes('edge map-before'), 'the first cluster is engaged');

    await putSecret('edge-kubeconfig', west.server.kubeconfig());
    await until(manager, 'edge', 'stopping');
    expect(notes).toEqual(['edge map-before']);
    ending();
    await eventually(() => notes.includes('edge map-after'), 'the second cluster is engaged');
    expect(manager.fleet.statuses).toHaveLength(1);
  });

  it('does nothing about a change of the Secret that changes no kubeconfig', async () => {
    await putSecret('east-kubeconfig', east.server.kubeconfig());
    const manager = run({});
    await until(manager, 'east', 'running');
    const cluster = manager.fleet.get(`${hub.namespace}/east`);
    const annotations = { touched: 'yes' };
    await hub.client.patch(secretRef('east-kubeconfig'), {
      type: 'merge',
      body: { metadata: { annotations } },
    });
    await putSecret('west-kubeconfig', west.server.kubeconfig());
    await until(manager, 'west', 'running');
    expect(manager.fleet.get(`${hub.namespace}/east`)).toBe(cluster);
  });

  it('lists what cannot be engaged as invalid, and engages it once it is valid', async () => {
    const command = { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: 'steal' } };
    const malicious = JSON.stringify({
      clusters: [{ name: 'c', cluster: { server: 'https://c.example.com' } }],
      users: [{ name: 'u', user: command }],
      contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
      'current-context': 'x',
    });
    await putSecret('command-kubeconfig', malicious);
    await putSecret('broken-kubeconfig', '{');
    await hub.client.create({ ...secret('empty-kubeconfig', ''), data: {} });
    await putSecret('east-kubeconfig', east.server.kubeconfig());
    const manager = run({});
    await until(manager, 'east', 'running');
    const codeOf = (name: string): unknown =>
      manager.fleet.statuses.find((status) => status.name.endsWith(`/${name}`))?.error;
    expect(codeOf('command')).toMatchObject({ code: 'KUBE_CONFIG_REFUSED' });
    expect(codeOf('broken')).toMatchObject({ code: 'KUBE_CONFIG_INVALID' });
    expect(codeOf('empty')).toMatchObject({ code: 'RUNTIME_CLUSTER_INVALID' });

    await putSecret('broken-kubeconfig', west.server.kubeconfig());
    await until(manager, 'broken', 'running');
    await putSecret('broken-kubeconfig', '{');
    await until(manager, 'broken', 'invalid');
  });
});

describe('2.13 clusters beside each other', () => {
  it('is neither blocked nor slowed by one that does not answer, and engages it once it does', async () => {
    await using network = await Network.to(west.server.config);
    network.isBlocked = true;
    const notes: string[] = [];
    await putMap(east, 'map-1');
    await putMap(west, 'map-2');
    const manager = run({
      controllers: [noting(notes)],
      providers: [staticClusters({ west: network.config, east: east.server.config })],
    });
    await eventually(() => notes.includes('east map-1'), 'the other is engaged');
    await eventually(
      () => manager.fleet.statuses.find(({ name }) => name === 'west')?.state === 'failing',
      'it is told to fail',
    );
    manager.fleet.check();
    for (const n of [3, 4, 5]) {
      await putMap(east, `map-${n}`);
      await eventually(() => notes.includes(`east map-${n}`), 'the other goes on');
    }
    expect(notes.some((note) => note.startsWith('west'))).toBe(false);
    network.isBlocked = false;
    await eventually(() => notes.includes('west map-2'), 'it is engaged once it answers');
    expect(manager.fleet.statuses.map(({ state }) => state)).toEqual(['running', 'running']);
  });

  it('starts caches when all watches are declared: a kind of several controllers is read once', async () => {
    const paths: string[] = [];
    const notes: string[] = [];
    await putMap(east, 'map-1');
    run({
      namespaces: [east.namespace],
      providers: [staticClusters({ east: east.server.config })],
      controllers: [
        noting(notes),
        noting(notes).named('second').reads(ConfigMap),
        controller(Namespace, async () => {}).watches(ConfigMap, () => []),
      ],
      clientOptions: { onResponse: ({ path }) => paths.push(path) },
    });
    await eventually(() => notes.length === 2, 'both controllers ran');
    const isFirst = (path: string): boolean => /\/configmaps\?.*(sendInitialEvents|limit)/.test(path);
    expect(paths.filter(isFirst)).toHaveLength(1);
  });

  it('counts runs together, and by cluster for so many clusters, which are forgotten when they go', async () => {
    const metricsRegistry = new MetricsRegistry();
    await metricsRegistry.load();
    const notes: string[] = [];
    await putMap(east, 'map-1');
    await putMap(west, 'map-2');
    const manager = run({ controllers: [noting(notes)], metricsRegistry, maxMetricLabels: 1 });
    await putSecret('east-kubeconfig', east.server.kubeconfig());
    await until(manager, 'east', 'running');
    await putSecret('west-kubeconfig', west.server.kubeconfig());
    await eventually(() => notes.length === 2, 'both are reconciled');
    const lines = async (pattern: RegExp): Promise<string[]> =>
      (await metricsRegistry.text())
        .split('\n')
        .filter((line) => pattern.test(line) && !line.startsWith('#'));
    const label = `cluster="${hub.namespace}/east"`;
    expect(await lines(/^gotk_clusters\{/)).toContain('gotk_clusters{state="running"} 2');
    expect(await lines(/^gotk_cluster_synced/)).toEqual([
      `gotk_cluster_synced{${label}} 1`,
      'gotk_cluster_synced{cluster="other"} 1',
    ]);
    const counted = await eventually(async () => {
      const found = await lines(/^gotk_cluster_reconcile_total/);
      return found.length === 2 && found;
    }, 'both are counted');
    expect(counted[0]).toContain(label);
    expect(counted[1]).toContain('cluster="other"');
    expect(await lines(/^controller_runtime_max_concurrent_reconciles/)).toEqual([
      'controller_runtime_max_concurrent_reconciles{controller="configmap"} 2',
    ]);
    expect(await lines(/^gotk_reconcile_duration_seconds_count/)).toEqual([]);

    await hub.client.delete(secretRef('east-kubeconfig'));
    await until(manager, 'east', undefined);
    expect((await metricsRegistry.text()).includes(label)).toBe(false);
    expect(await lines(/^controller_runtime_max_concurrent_reconciles/)).toEqual([
      'controller_runtime_max_concurrent_reconciles{controller="configmap"} 1',
    ]);
  });

  it('drops the run of a hub controller that asks for a cluster that is gone, without an error', async () => {
    const lines: string[] = [];
    const asked: string[] = [];
    await putMap(hub, 'map-gone');
    const manager: ClusterManager = run({
      logger: jsonLogger({ write: (line) => lines.push(line) }),
      hub: {
        namespaces: [hub.namespace],
        controllers: [
          controller(ConfigMap, async (_, { name }) => {
            asked.push(name);
            if (name === 'map-gone') manager.fleet.get('nowhere');
          }).retries({ minDelayMs: 1 }),
        ],
      },
    });
    await eventually(() => asked.includes('map-gone'), 'the hub is reconciled');
    await putMap(hub, 'map-next');
    await eventually(() => asked.includes('map-next'), 'the hub goes on');
    expect(asked.filter((name) => name === 'map-gone')).toHaveLength(1);
    expect(lines.filter((line) => line.includes('"error"'))).toEqual([]);
  });
});
