import process from 'node:process';
import { type Clock, type KubeObject, type ObjectRef, systemClock } from '@gitops-toolkit/core';
import { startBinaries, startEmbedded, type TestServer } from '@gitops-toolkit/envtest';
import { KubeClient } from '@gitops-toolkit/kube';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { applyResources } from './apply.ts';
import { ApplyMemory } from './apply-memory.ts';
import type { ApplyResourcesOptions } from './apply-options.ts';
import { formatChangeSet } from './change-set.ts';
import { ApplyError } from './errors.ts';
import { createInventory, type Inventory } from './inventory.ts';

const FLUX = 'kustomize.toolkit.fluxcd.io';
const HOUR_MS = 3_600_000;

let server: TestServer;
let client: KubeClient;
/** What the API server was asked, as `PATCH configmaps/a dry`, discovery aside. */
let requests: string[] = [];
let count = 0;

beforeAll(async () => {
  const isReal = process.env['TEST_TARGET'] === 'binaries';
  server = isReal ? await startBinaries() : await startEmbedded({ controllers: false, simulate: false });
  client = new KubeClient(server.config, {
    onResponse: ({ method, path }) => {
      const { pathname, searchParams } = new URL(path, 'http://localhost');
      const name = pathname.split('/').slice(-2).join('/');
      if (name.includes('/')) requests.push(`${method} ${name}${searchParams.has('dryRun') ? ' dry' : ''}`);
    },
  });
  await client.mapper.resources();
});
afterAll(async () => {
  await client?.[Symbol.asyncDispose]();
  await server?.stop();
});

/** One owner with a namespace, an inventory and a memory, as a reconciler keeps them. */
class Tenant {
  readonly namespace = `few-${++count}`;
  memory = new ApplyMemory();
  inventory: Inventory = { entries: [] };
  /** Milliseconds that have passed by the clock of the applies. */
  passedMs = 0;
  readonly #clock: Clock = { ...systemClock, monotonic: () => systemClock.monotonic() + this.passedMs };

  static async start(): Promise<Tenant> {
    const tenant = new Tenant();
    await client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: tenant.namespace } });
    requests = [];
    return tenant;
  }

  /** Applies, and gives what became of each object; what was asked is in `requests`. */
  async apply(objects: KubeObject[], more: Partial<ApplyResourcesOptions> = {}): Promise<string[]> {
    requests = [];
    const { memory, inventory } = this;
    const owner = {
      fieldManager: 'kustomize-controller',
      group: FLUX,
      name: this.namespace,
      namespace: 'flux',
    };
    const options = { owner, memory, inventory, clock: this.#clock, ...more };
    const changes = await applyResources(
      client,
      objects.map((object) => ({ object })),
      options,
    );
    this.inventory = createInventory(changes);
    return formatChangeSet(changes)
      .split('\n')
      .map((line) => line.replace(`${this.namespace}/`, ''));
  }

  async failure(objects: KubeObject[], more: Partial<ApplyResourcesOptions> = {}): Promise<ApplyError> {
    const error = await this.apply(objects, more).catch((reason: unknown) => reason);
    if (error instanceof ApplyError) return error;
    throw new Error('it did not fail as it should', { cause: error });
  }

  configMap(name: string, data: Record<string, string>, annotations?: Record<string, string>): KubeObject {
    return {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, namespace: this.namespace, ...(annotations && { annotations }) },
      data,
    };
  }

  service(name: string, port = 80): KubeObject {
    const metadata = { name, namespace: this.namespace };
    return {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: { selector: { app: name }, ports: [{ port }] },
    };
  }

  deployment(image: string, labels: Record<string, string> = { app: 'web' }): KubeObject {
    const template = { metadata: { labels }, spec: { containers: [{ name: 'web', image }] } };
    const spec = { replicas: 2, selector: { matchLabels: labels }, template };
    return {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', namespace: this.namespace },
      spec,
    };
  }

  ref(name: string, kind = 'ConfigMap'): ObjectRef {
    return { apiVersion: kind === 'Deployment' ? 'apps/v1' : 'v1', kind, name, namespace: this.namespace };
  }
}

let tenant: Tenant;
beforeEach(async () => {
  tenant = await Tenant.start();
});

describe('objects that the inventory does not know', () => {
  it('are created by one request each, and are ours as after any apply', async () => {
    expect(
      await tenant.apply([
        tenant.deployment('a:1'),
        tenant.service('web'),
        tenant.configMap('a', { x: '1' }),
      ]),
    ).toEqual(['ConfigMap/a created', 'Service/web created', 'Deployment/web created']);
    expect(requests).toEqual(['PATCH configmaps/a', 'PATCH services/web', 'PATCH deployments/web']);
    const { metadata } = await client.get(tenant.ref('a'));
    const [entry, ...others] = metadata.managedFields ?? [];
    expect([entry?.manager, entry?.operation, others]).toEqual(['kustomize-controller', 'Apply', []]);
    expect(entry?.fieldsV1).toEqual({
      'f:data': { 'f:x': {} },
      'f:metadata': { 'f:labels': { [`f:${FLUX}/name`]: {}, [`f:${FLUX}/namespace`]: {} } },
    });
  });

  it('are taken over where they exist, and nothing more is written before the rest is dry-run', async () => {
    const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': '{}' };
    await client.create(tenant.configMap('b', { x: '1', old: 'yes' }, annotations), {
      fieldManager: 'kubectl-client-side-apply',
    });
    const wanted = ['a', 'b', 'c'].map((name) => tenant.configMap(name, { x: '1' }));
    expect(await tenant.apply(wanted, { concurrency: 1 })).toEqual([
      'ConfigMap/a created',
      'ConfigMap/b configured',
      'ConfigMap/c created',
    ]);
    expect(requests.slice(0, 2)).toEqual(['PATCH configmaps/a', 'PATCH configmaps/b']);
    const dryRuns = [
      'GET configmaps/b',
      'PATCH configmaps/b dry',
      'GET configmaps/c',
      'PATCH configmaps/c dry',
    ];
    expect(requests.slice(2, 6).toSorted()).toEqual(dryRuns.toSorted());
    // The first of the two for b takes kubectl's fields over.
    expect(requests.slice(6)).toEqual(['PATCH configmaps/b', 'PATCH configmaps/b', 'PATCH configmaps/c']);
    const live = await client.get(tenant.ref('b'));
    expect([live['data'], live.metadata.annotations]).toEqual([{ x: '1' }, undefined]);
  });

  it.each([
    ['IfNotPresent in the source', 'source', 'IfNotPresent', 'skipped', { theirs: 'yes' }],
    ['Ignore in the cluster', 'cluster', 'Ignore', 'skipped', { theirs: 'yes' }],
    ['Merge in the cluster', 'cluster', 'Merge', 'configured', { theirs: 'yes', x: '1' }],
  ])('obey %s', async (_title, place, value, action, data) => {
    const annotations = { [`${FLUX}/ssa`]: value };
    const of = (here: string) => (place === here ? annotations : undefined);
    await client.create(tenant.configMap('a', { theirs: 'yes' }, of('cluster')), {
      fieldManager: 'kubectl-create',
    });
    expect(await tenant.apply([tenant.configMap('a', { x: '1' }, of('source'))])).toEqual([
      `ConfigMap/a ${action}`,
    ]);
    expect((await client.get(tenant.ref('a')))['data']).toEqual(data);
  });

  it('are not begun with where one of them has a form that the server would refuse', async () => {
    const broken = { ...tenant.service('bad'), spec: { ports: [{ port: 'eighty' }] } };
    const error = await tenant.failure([tenant.configMap('a', {}), broken]);
    expect(error.message).toContain(`Service/${tenant.namespace}/bad dry-run failed`);
    expect([error.changes?.entries, await client.find(tenant.ref('a'))]).toEqual([[], undefined]);
  });

  it('are on record when one after them is refused for a reason that only the server knows', async () => {
    const set = [tenant.configMap('a', {}), tenant.service('bad', 80_000), tenant.deployment('a:1')];
    const error = await tenant.failure(set);
    expect(error).toMatchObject({
      code: 'APPLY_DRY_RUN_FAILED',
      message: expect.stringMatching(/^Service\/.*\/bad dry-run failed \(Invalid\): .*80000/),
      changes: { entries: [{ action: 'created', ref: { name: 'a' } }] },
    });
    expect(await client.find(tenant.ref('web', 'Deployment'))).toBeUndefined();
    expect(
      await tenant.apply([tenant.configMap('a', {}), tenant.service('bad'), tenant.deployment('a:1')]),
    ).toEqual(['ConfigMap/a unchanged', 'Service/bad created', 'Deployment/web created']);
  });

  it('wait for an object of the stage that must be dry-run', async () => {
    await tenant.apply([tenant.deployment('a:1')]);
    const refused = tenant.deployment('a:1', { app: 'other' });
    const error = await tenant.failure([tenant.configMap('a', {}), refused]);
    expect(error.message).toMatch(/Deployment.*dry-run failed \(Invalid\): .*immutable/);
    expect(await client.find(tenant.ref('a'))).toBeUndefined();
  });

  it('are found where the answer to their creation was lost', async () => {
    await tenant.apply([tenant.configMap('a', { x: '1' })]);
    // Written, but nobody heard of it: neither inventory nor memory have it.
    [tenant.inventory, tenant.memory] = [{ entries: [] }, new ApplyMemory()];
    const { resourceVersion } = (await client.get(tenant.ref('a'))).metadata;
    expect(await tenant.apply([tenant.configMap('a', { x: '1' })])).toEqual(['ConfigMap/a unchanged']);
    expect(tenant.inventory.entries.map(({ id }) => id)).toEqual([`${tenant.namespace}_a__ConfigMap`]);
    expect((await client.get(tenant.ref('a'))).metadata.resourceVersion).toBe(resourceVersion);
  });
});

describe('objects that are remembered', () => {
  it('are only read where nothing changed, whatever their status says', async () => {
    const set = [tenant.configMap('a', { x: '1' }), tenant.deployment('a:1')];
    await tenant.apply(set);
    const status = { replicas: 2, observedGeneration: 1 };
    await client.patch(
      tenant.ref('web', 'Deployment'),
      { type: 'merge', body: { status } },
      { subresource: 'status', fieldManager: 'kube-controller-manager' },
    );
    expect(await tenant.apply(set)).toEqual(['ConfigMap/a unchanged', 'Deployment/web unchanged']);
    expect(requests.toSorted()).toEqual(['GET configmaps/a', 'GET deployments/web']);
  });

  it('need one list where there are many of a kind', async () => {
    const set = Array.from({ length: 8 }, (_, i) => tenant.configMap(`c${i}`, { x: '1' }));
    await tenant.apply(set);
    await tenant.apply(set);
    expect(requests).toEqual([`GET ${tenant.namespace}/configmaps`]);
  });

  it('are put back where another manager changed them', async () => {
    await tenant.apply([tenant.configMap('a', { x: '1' }), tenant.configMap('b', { x: '1' })]);
    const body = { data: { x: '2' } };
    await client.patch(tenant.ref('a'), { type: 'merge', body }, { fieldManager: 'somebody' });
    expect(
      await tenant.apply([tenant.configMap('a', { x: '1' }), tenant.configMap('b', { x: '1' })]),
    ).toEqual(['ConfigMap/a configured', 'ConfigMap/b unchanged']);
    expect((await client.get(tenant.ref('a')))['data']).toEqual({ x: '1' });
  });

  it('keep what others added, and are taken from kubectl', async () => {
    const set = [tenant.configMap('a', { x: '1' })];
    await tenant.apply(set);
    const add = (key: string, fieldManager: string) =>
      client.patch(tenant.ref('a'), { type: 'merge', body: { data: { [key]: 'yes' } } }, { fieldManager });
    await add('theirs', 'operator');
    // What is sent is certain, whether it changes something is not: it is written, and does not.
    expect(await tenant.apply(set)).toEqual(['ConfigMap/a unchanged']);
    expect(requests).toEqual(['GET configmaps/a', 'PATCH configmaps/a']);
    await tenant.apply(set);
    expect(requests).toEqual(['GET configmaps/a']);
    await add('edited', 'kubectl-edit');
    expect(await tenant.apply(set)).toEqual(['ConfigMap/a configured']);
    expect((await client.get(tenant.ref('a')))['data']).toEqual({ x: '1', theirs: 'yes' });
  });

  it('are created anew where they were deleted, and left where the cluster says so', async () => {
    const set = [tenant.configMap('a', { x: '1' }), tenant.configMap('b', { x: '1' })];
    await tenant.apply(set);
    await client.delete(tenant.ref('a'));
    const body = { metadata: { annotations: { [`${FLUX}/reconcile`]: 'disabled' } }, data: { x: '2' } };
    await client.patch(tenant.ref('b'), { type: 'merge', body });
    expect(await tenant.apply(set)).toEqual(['ConfigMap/a created', 'ConfigMap/b skipped']);
    expect((await client.get(tenant.ref('b')))['data']).toEqual({ x: '2' });
  });

  it('are dry-run again after an hour, and where the rules are others', async () => {
    const set = [tenant.configMap('a', { x: '1' })];
    await tenant.apply(set);
    await tenant.apply(set, { overrideManagers: ['helm'] });
    expect(requests).toEqual(['GET configmaps/a', 'PATCH configmaps/a']);
    tenant.passedMs = HOUR_MS;
    await tenant.apply(set);
    expect(requests.toSorted()).toEqual(['GET configmaps/a', 'PATCH configmaps/a dry']);
  });

  it('leave a field to an autoscaler that a rule ignores', async () => {
    const ignoreRules = [{ paths: ['/spec/replicas'], target: { kind: 'Deployment' } }];
    const replicas = async () => (await client.get(tenant.ref('web', 'Deployment')))['spec'];
    await tenant.apply([tenant.deployment('a:1')], { ignoreRules });
    await client.patch(
      tenant.ref('web', 'Deployment'),
      { type: 'merge', body: { spec: { replicas: 7 } } },
      { fieldManager: 'autoscaler' },
    );
    expect(await tenant.apply([tenant.deployment('a:1')], { ignoreRules })).toEqual([
      'Deployment/web unchanged',
    ]);
    expect(await tenant.apply([tenant.deployment('a:2')], { ignoreRules })).toEqual([
      'Deployment/web configured',
    ]);
    expect(await replicas()).toMatchObject({ replicas: 7 });
    expect(await tenant.apply([tenant.deployment('a:2')])).toEqual(['Deployment/web configured']);
    expect(await replicas()).toMatchObject({ replicas: 2 });
  });
});

describe('changes of remembered objects', () => {
  it('are written without a dry run where they are the only ones of their stage', async () => {
    await tenant.apply([tenant.configMap('a', { x: '1' }), tenant.deployment('a:1')]);
    expect(await tenant.apply([tenant.configMap('a', { x: '1' }), tenant.deployment('a:2')])).toEqual([
      'ConfigMap/a unchanged',
      'Deployment/web configured',
    ]);
    expect(requests.toSorted()).toEqual(['GET configmaps/a', 'GET deployments/web', 'PATCH deployments/web']);
  });

  it('are all dry-run before the first is written where there are more', async () => {
    await tenant.apply([tenant.configMap('a', { x: '1' }), tenant.deployment('a:1')]);
    const refused = tenant.deployment('a:1', { app: 'other' });
    const error = await tenant.failure([tenant.configMap('a', { x: '2' }), refused]);
    expect(error.message).toMatch(/dry-run failed \(Invalid\): .*immutable/);
    expect((await client.get(tenant.ref('a')))['data']).toEqual({ x: '1' });
  });

  it('are refused in the words of a dry run, or recreate the object with force', async () => {
    await tenant.apply([tenant.configMap('a', { x: '1' }), tenant.deployment('a:1')]);
    const { uid } = (await client.get(tenant.ref('web', 'Deployment'))).metadata;
    const changed = [tenant.configMap('a', { x: '1' }), tenant.deployment('a:1', { app: 'other' })];
    const error = await tenant.failure(changed);
    expect(error.message).toMatch(/^Deployment.*dry-run failed \(Invalid\): .*immutable/);
    expect(await tenant.apply(changed, { force: true })).toEqual([
      'ConfigMap/a unchanged',
      'Deployment/web created',
    ]);
    expect((await client.get(tenant.ref('web', 'Deployment'))).metadata.uid).not.toBe(uid);
    await tenant.apply(changed);
    expect(requests.toSorted()).toEqual(['GET configmaps/a', 'GET deployments/web']);
  });

  it('remove fields that are no longer in the source', async () => {
    await tenant.apply([tenant.configMap('a', { x: '1', y: '2' })]);
    expect(await tenant.apply([tenant.configMap('a', { x: '1' })])).toEqual(['ConfigMap/a configured']);
    expect((await client.get(tenant.ref('a')))['data']).toEqual({ x: '1' });
  });
});
