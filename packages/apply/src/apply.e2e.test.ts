import type { KubeObject, ObjectRef, Resource } from '@gitops-toolkit/core';
import { startBinaries, startEmbedded, type TestServer } from '@gitops-toolkit/envtest';
import { KubeClient } from '@gitops-toolkit/kube';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applyResources } from './apply.ts';
import type { ApplyResourcesOptions } from './apply-options.ts';
import { formatChangeSet } from './change-set.ts';
import { diffResources } from './diff.ts';
import type { ApplyError } from './errors.ts';
import { createInventory, inventoryDifference } from './inventory.ts';
import { pruneObjects } from './prune.ts';
import { waitForTermination } from './termination.ts';
import { waitForHealth } from './wait.ts';

const FLUX = 'kustomize.toolkit.fluxcd.io';

const configMap = (
  namespace: string,
  name: string,
  data: Record<string, string>,
  metadata: KubeObject['metadata'] = {},
): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace, ...metadata },
  data,
});

const deployment = (
  namespace: string,
  labels: Record<string, string> = { app: 'web' },
  replicas = 2,
): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace },
  spec: {
    replicas,
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: {
        containers: [
          { name: 'web', image: 'nginx:1.29', ports: [{ containerPort: 80 }, { containerPort: 81 }] },
        ],
      },
    },
  },
});

const crd: KubeObject = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'toys.shop.example.com' },
  spec: {
    group: 'shop.example.com',
    scope: 'Namespaced',
    names: { plural: 'toys', singular: 'toy', kind: 'Toy', listKind: 'ToyList' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: { spec: { type: 'object', properties: { size: { type: 'integer' } } } },
          },
        },
      },
    ],
  },
};

/** The suite, against whichever API server. Each test has a namespace and an owner of its own. */
function describeOn(name: string, start: () => Promise<TestServer>): void {
  describe(`apply on ${name}`, () => {
    let server: TestServer;
    let client: KubeClient;
    let requests: string[] = [];
    let count = 0;

    beforeAll(async () => {
      server = await start();
      client = new KubeClient(server.config, { onResponse: ({ method }) => requests.push(method) });
    });
    afterAll(async () => {
      await client?.[Symbol.asyncDispose]();
      await server?.stop();
    });

    async function setUp(): Promise<{
      namespace: string;
      apply: (objects: KubeObject[], options?: Partial<ApplyResourcesOptions>) => Promise<string[]>;
      options: ApplyResourcesOptions;
      ref: (name: string, kind?: string) => ObjectRef;
    }> {
      const namespace = `test-${++count}`;
      await client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
      const owner = {
        fieldManager: 'kustomize-controller',
        group: FLUX,
        name: namespace,
        namespace: 'flux-system',
      };
      const apply = async (
        objects: KubeObject[],
        more: Partial<ApplyResourcesOptions> = {},
      ): Promise<string[]> => {
        const resources: Resource[] = objects.map((object) => ({ object }));
        return formatChangeSet(await applyResources(client, resources, { owner, ...more })).split('\n');
      };
      const ref = (refName: string, kind = 'ConfigMap'): ObjectRef => ({
        apiVersion: kind === 'Deployment' ? 'apps/v1' : 'v1',
        kind,
        name: refName,
        namespace,
      });
      return { namespace, apply, options: { owner }, ref };
    }

    const failureOf = (promise: Promise<unknown>): Promise<ApplyError> =>
      promise.then(
        () => Promise.reject(new Error('it did not fail')),
        (reason: unknown) => reason as ApplyError,
      );

    it('applies a namespace, a definition and what needs them in one go, and nothing the second time', async () => {
      const { apply, options } = await setUp();
      const set = [
        configMap('shop', 'settings', { a: '1' }),
        {
          apiVersion: 'shop.example.com/v1',
          kind: 'Toy',
          metadata: { name: 'bear', namespace: 'shop' },
          spec: { size: 3 },
        },
        crd,
        {
          apiVersion: 'v1',
          kind: 'Service',
          metadata: { name: 'web', namespace: 'shop' },
          spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
        },
        deployment('shop'),
        {
          apiVersion: 'v1',
          kind: 'Secret',
          metadata: { name: 's', namespace: 'shop' },
          stringData: { password: 'hunter2-hunter2' },
        },
        { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } },
      ];
      const subjects = [
        'CustomResourceDefinition/toys.shop.example.com',
        'Namespace/shop',
        'ConfigMap/shop/settings',
        'Secret/shop/s',
        'Service/shop/web',
        'Deployment/shop/web',
        'Toy/shop/bear',
      ];
      expect(await apply(set)).toEqual(subjects.map((subject) => `${subject} created`));
      requests = [];
      expect(await apply(set)).toEqual(subjects.map((subject) => `${subject} unchanged`));
      expect(requests.toSorted().join(' ')).toBe(
        'GET GET GET GET GET GET GET PATCH PATCH PATCH PATCH PATCH PATCH PATCH',
      );
      const diffs = await diffResources(
        client,
        set.map((object) => ({ object })),
        options,
      );
      expect(diffs.every(({ action }) => action === 'unchanged')).toBe(true);
      expect(
        await client.find({ apiVersion: 'v1', kind: 'Secret', name: 's', namespace: 'shop' }),
      ).toMatchObject({
        data: { password: Buffer.from('hunter2-hunter2').toString('base64') },
        metadata: { labels: { [`${FLUX}/namespace`]: 'flux-system' } },
      });
    });

    it('reads many objects of a kind at once', async () => {
      const { namespace, apply, ref } = await setUp();
      const set = Array.from({ length: 20 }, (_, i) => configMap(namespace, `c${i}`, { x: '1' }));
      expect((await apply(set)).every((line) => line.endsWith('created'))).toBe(true);
      await client.patch(ref('c7'), { type: 'merge', body: { data: { x: '2' } } });
      requests = [];
      const changes = await apply(set);
      expect(changes.filter((line) => !line.endsWith('unchanged'))).toEqual([
        `ConfigMap/${namespace}/c7 configured`,
      ]);
      expect(requests.filter((method) => method === 'GET')).toHaveLength(2);
      expect(requests.filter((method) => method === 'PATCH')).toHaveLength(21);
    });

    it('puts back what was changed, and removes what kubectl added', async () => {
      const { namespace, apply, ref } = await setUp();
      const set = [configMap(namespace, 'a', { x: '1' })];
      await apply(set);
      await client.patch(
        ref('a'),
        { type: 'merge', body: { data: { x: '2', y: 'new' } } },
        { fieldManager: 'kubectl-edit' },
      );
      expect(await apply(set)).toEqual([`ConfigMap/${namespace}/a configured`]);
      const live = await client.get(ref('a'));
      expect(live['data']).toEqual({ x: '1' });
      expect(live.metadata.managedFields?.map(({ manager, operation }) => [manager, operation])).toEqual([
        ['kustomize-controller', 'Apply'],
      ]);
    });

    it('leaves fields of other controllers to them', async () => {
      const { namespace, apply, ref } = await setUp();
      const set = [configMap(namespace, 'a', { x: '1' })];
      await apply(set);
      await client.patch(
        ref('a'),
        { type: 'merge', body: { data: { theirs: 'yes' } } },
        { fieldManager: 'operator' },
      );
      expect(await apply(set)).toEqual([`ConfigMap/${namespace}/a unchanged`]);
      expect((await client.get(ref('a')))['data']).toEqual({ x: '1', theirs: 'yes' });
      expect(await apply(set, { overrideManagers: ['oper'] })).toEqual([
        `ConfigMap/${namespace}/a configured`,
      ]);
      expect((await client.get(ref('a')))['data']).toEqual({ x: '1' });
    });

    it('removes a field that is no longer in the source', async () => {
      const { namespace, apply, ref } = await setUp();
      await apply([configMap(namespace, 'a', { x: '1', y: '2' }, { annotations: { note: 'x' } })]);
      await apply([configMap(namespace, 'a', { x: '1' })]);
      const live = await client.get(ref('a'));
      expect([live['data'], live.metadata.annotations]).toEqual([{ x: '1' }, undefined]);
    });

    it('takes an object over from kubectl apply', async () => {
      const { namespace, apply, ref } = await setUp();
      const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': '{}' };
      await client.create(configMap(namespace, 'a', { x: '1', old: 'yes' }, { annotations }), {
        fieldManager: 'kubectl-client-side-apply',
      });
      expect(await apply([configMap(namespace, 'a', { x: '1' })])).toEqual([
        `ConfigMap/${namespace}/a configured`,
      ]);
      const live = await client.get(ref('a'));
      expect([live['data'], live.metadata.annotations]).toEqual([{ x: '1' }, undefined]);
    });

    it('merges where the author says so', async () => {
      const { namespace, apply, ref } = await setUp();
      await client.create(configMap(namespace, 'a', { theirs: 'yes' }), { fieldManager: 'kubectl-create' });
      const merged = configMap(namespace, 'a', { x: '1' }, { annotations: { [`${FLUX}/ssa`]: 'Merge' } });
      await apply([merged]);
      expect((await client.get(ref('a')))['data']).toEqual({ theirs: 'yes', x: '1' });
      expect(await apply([merged])).toEqual([`ConfigMap/${namespace}/a unchanged`]);
    });

    it('ignores a field that an autoscaler owns, and does not take it back', async () => {
      const { namespace, apply, ref } = await setUp();
      const ignoreRules = [{ paths: ['/spec/replicas'], target: { kind: 'Deployment' } }];
      await apply([deployment(namespace)], { ignoreRules });
      await client.patch(
        ref('web', 'Deployment'),
        { type: 'merge', body: { spec: { replicas: 7 } } },
        { fieldManager: 'autoscaler' },
      );
      expect(await apply([deployment(namespace)], { ignoreRules })).toEqual([
        `Deployment/${namespace}/web unchanged`,
      ]);
      const changed = deployment(namespace);
      changed.metadata = { ...changed.metadata, labels: { tier: 'front' } };
      expect(await apply([changed], { ignoreRules })).toEqual([`Deployment/${namespace}/web configured`]);
      expect(await client.get(ref('web', 'Deployment'))).toMatchObject({
        spec: { replicas: 7 },
        metadata: { labels: { tier: 'front' } },
      });
      expect(await apply([changed])).toEqual([`Deployment/${namespace}/web configured`]);
      expect(await client.get(ref('web', 'Deployment'))).toMatchObject({ spec: { replicas: 2 } });
    });

    it('refuses to change an immutable field, and recreates the object with force', async () => {
      const { namespace, apply, ref } = await setUp();
      await apply([deployment(namespace)]);
      const { uid } = (await client.get(ref('web', 'Deployment'))).metadata;
      const changed = deployment(namespace, { app: 'other' });
      const error = await failureOf(apply([configMap(namespace, 'a', {}), changed]));
      expect(error).toMatchObject({
        code: 'APPLY_DRY_RUN_FAILED',
        message: expect.stringMatching(/dry-run failed \(Invalid\): .*field is immutable/),
      });
      expect(await client.find(ref('a'))).toBeUndefined();
      expect(await apply([changed], { force: true })).toEqual([`Deployment/${namespace}/web created`]);
      expect((await client.get(ref('web', 'Deployment'))).metadata.uid).not.toBe(uid);
    });

    it('words refusals as Flux does', async () => {
      const { apply } = await setUp();
      const noNamespace = await failureOf(apply([configMap('not-there', 'a', {})]));
      expect(noNamespace.message).toBe('ConfigMap/not-there/a not found: namespaces "not-there" not found');
      const noKind = await failureOf(
        apply([{ apiVersion: 'nope.io/v1', kind: 'Nope', metadata: { name: 'a' } }]),
      );
      expect(noKind.message).toBe(
        'Nope/a dry-run failed: no matches for kind "Nope" in version "nope.io/v1"',
      );
    });

    it('prunes what left the inventory, and spares what moved', async () => {
      const { namespace, apply, options, ref } = await setUp();
      const all = ['a', 'b', 'c', 'd'].map((key) => configMap(namespace, key, {}));
      const before = createInventory(
        await applyResources(
          client,
          all.map((object) => ({ object })),
          options,
        ),
      );
      const other = { ...options.owner, name: 'somebody-else' };
      await applyResources(client, [{ object: configMap(namespace, 'b', {}) }], { owner: other });
      await client.patch(ref('c'), {
        type: 'merge',
        body: { metadata: { annotations: { [`${FLUX}/prune`]: 'disabled' } } },
      });
      const after = createInventory({ entries: [{ ref: ref('a'), action: 'unchanged' }] });
      const changes = await pruneObjects(client, inventoryDifference(before, after), options);
      expect(formatChangeSet(changes).split('\n')).toEqual([
        `ConfigMap/${namespace}/d deleted`,
        `ConfigMap/${namespace}/c skipped`,
        `ConfigMap/${namespace}/b skipped`,
      ]);
      await waitForTermination(client, [ref('d')], { timeoutMs: 10_000 });
      expect(await client.find(ref('b'))).toBeDefined();
      expect(await apply([])).toEqual(['']);
    });

    it('waits until a Deployment is rolled out', async () => {
      const { namespace, apply, ref } = await setUp();
      await apply([deployment(namespace, { app: 'web' }, 1)]);
      const web = ref('web', 'Deployment');
      const error = await failureOf(waitForHealth(client, [web], { timeoutMs: 200, pollMs: 50 }));
      expect(error.message).toBe(`timeout waiting for: [Deployment/${namespace}/web status: 'InProgress']`);
      // What the controllers of a real cluster would write.
      const { metadata } = await client.get(web);
      await client.patch(
        web,
        {
          type: 'merge',
          body: {
            status: {
              observedGeneration: metadata.generation,
              replicas: 1,
              updatedReplicas: 1,
              readyReplicas: 1,
              availableReplicas: 1,
              conditions: [
                { type: 'Available', status: 'True', reason: 'x', message: '' },
                { type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable', message: '' },
              ],
            },
          },
        },
        { subresource: 'status' },
      );
      const { statuses } = await waitForHealth(client, [web], { timeoutMs: 5000 });
      expect(statuses[0]).toMatchObject({
        status: 'Current',
        message: 'Deployment is available. Replicas: 1',
      });
    });

    it('says what nobody may not do', async () => {
      const { namespace, options } = await setUp();
      const nobody = client.impersonate({ user: 'nobody' });
      const error = await failureOf(
        applyResources(nobody, [{ object: configMap(namespace, 'a', {}) }], options),
      );
      expect(error.message).toMatch(
        new RegExp(`^ConfigMap/${namespace}/a dry-run failed \\(Forbidden\\): .*User "nobody" cannot patch`),
      );
    });
  });
}

if (process.env['TEST_TARGET'] === 'binaries') describeOn('kube-apiserver', startBinaries);
else {
  // As kube-apiserver on its own: roles count, and nothing moves by itself.
  const options = { authorization: 'rbac', controllers: false, simulate: false } as const;
  describeOn('the embedded API server', () => startEmbedded(options));
}
