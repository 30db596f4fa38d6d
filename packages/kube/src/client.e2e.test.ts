import type { KubeObject } from '@gitops-toolkit/core';
import { startBinaries, startEmbedded, type TestServer } from '@gitops-toolkit/envtest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KubeClient } from './client.ts';
import {
  isAlreadyExists,
  isConflict,
  isForbidden,
  isGone,
  isInvalid,
  isNoMatch,
  isNotFound,
} from './errors.ts';
import { parseKubeconfig } from './kubeconfig/parse.ts';

const kind = { apiVersion: 'v1', kind: 'ConfigMap' };

interface ConfigMap extends KubeObject {
  data?: Record<string, string>;
}

const configMap = (name: string, data: Record<string, string> = {}): ConfigMap => ({
  ...kind,
  metadata: { name, namespace: 'default', labels: { test: 'kube' } },
  data,
});

const ref = (name: string) => ({ ...kind, name, namespace: 'default' });

/** The suite, against whichever API server. */
function describeOn(name: string, start: () => Promise<TestServer>): void {
  describe(`2.12 KubeClient on ${name}`, () => {
    let server: TestServer;
    let client: KubeClient;

    beforeAll(async () => {
      server = await start();
      client = new KubeClient(server.config);
    });
    afterAll(async () => {
      await client?.[Symbol.asyncDispose]();
      await server?.stop();
    });

    it('creates, reads, changes and deletes', async () => {
      const created = await client.create(configMap('crud', { a: '1' }), { fieldManager: 'test' });
      expect(created.metadata.managedFields?.[0]?.manager).toBe('test');
      expect(await client.get(ref('crud'))).toEqual(created);
      const updated = await client.update({ ...created, data: { a: '2' } });
      const patched = await client.patch<ConfigMap>(ref('crud'), {
        type: 'json',
        body: [{ op: 'add', path: '/data/b', value: '3' }],
      });
      expect(patched.data).toEqual({ a: '2', b: '3' });
      expect(isConflict(await client.update(created).catch((e: unknown) => e))).toBe(true);
      expect(isAlreadyExists(await client.create(configMap('crud')).catch((e: unknown) => e))).toBe(true);
      expect(updated.metadata.resourceVersion).not.toBe(patched.metadata.resourceVersion);
      await client.delete(ref('crud'), { preconditions: { uid: created.metadata.uid ?? '' } });
      expect(await client.find(ref('crud'))).toBeUndefined();
      expect(isNotFound(await client.delete(ref('crud')).catch((e: unknown) => e))).toBe(true);
    });

    it('applies for one manager after another', async () => {
      await client.apply(configMap('applied', { a: '1' }), { fieldManager: 'one' });
      const conflict: unknown = await client
        .apply(configMap('applied', { a: '2' }), { fieldManager: 'two' })
        .catch((e: unknown) => e);
      expect(isConflict(conflict)).toBe(true);
      expect(conflict).toMatchObject({
        details: { causes: [{ reason: 'FieldManagerConflict', field: '.data.a' }] },
      });
      const forced = await client.apply(configMap('applied', { a: '2' }), {
        fieldManager: 'two',
        force: true,
      });
      expect(forced.data).toEqual({ a: '2' });
      const dry = await client.apply(configMap('not-there'), { fieldManager: 'one', dryRun: true });
      expect(dry.metadata.resourceVersion).toBeUndefined();
      expect(await client.find(ref('not-there'))).toBeUndefined();
    });

    it('deletes a collection: what selectors name, in one namespace', async () => {
      const made = ['collected-a', 'collected-b', 'collected-kept'];
      const metadata = (name: string) => ({ name, namespace: 'default', labels: { collected: name } });
      for (const name of made) await client.create({ ...kind, metadata: metadata(name) });
      const options = { namespace: 'default', labelSelector: 'collected in (collected-a,collected-b)' };
      const names = ({ items }: { items: KubeObject[] }) =>
        items.map((item) => item.metadata.name ?? '').sort();
      const tried = await client.deleteCollection(kind, { ...options, dryRun: true });
      expect(names(tried)).toEqual(['collected-a', 'collected-b']);
      expect(names(await client.list(kind, { labelSelector: 'collected' }))).toEqual(made);
      const deleted = await client.deleteCollection(kind, options);
      expect(names(deleted)).toEqual(['collected-a', 'collected-b']);
      expect(deleted.items[0]).toMatchObject(kind);
      expect(names(await client.list(kind, { labelSelector: 'collected' }))).toEqual(['collected-kept']);
      expect(names(await client.deleteCollection(kind, options))).toEqual([]);
    });

    it('has other defaults where it is told so: dry runs, field managers, strictness, one namespace', async () => {
      const trial = client.with({ dryRun: true, fieldManager: 'trial', fieldValidation: 'Strict' });
      const made = await trial.create(configMap('on-trial'), { dryRun: false });
      expect(made.metadata.managedFields?.[0]?.manager).toBe('trial');
      expect(await client.find(ref('on-trial'))).toBeUndefined();
      const odd = { ...configMap('on-trial'), colour: 'blue' };
      await expect(trial.create(odd)).rejects.toThrow('unknown field "colour"');
      await client.create(configMap('not-on-trial'));
      await trial.delete(ref('not-on-trial'));
      await trial.deleteCollection(kind, { labelSelector: 'test=kube' });
      expect(await client.find(ref('not-on-trial'))).toBeDefined();

      const confinedTo = client.with({ namespace: 'kube-public' });
      const { metadata } = await confinedTo.create<KubeObject>({ ...kind, metadata: { name: 'confined' } });
      expect(metadata.namespace).toBe('kube-public');
      const { items } = await confinedTo.list(kind);
      expect(new Set(items.map((item) => item.metadata.namespace))).toEqual(new Set(['kube-public']));
      await expect(confinedTo.get(ref('not-on-trial'))).rejects.toMatchObject({
        code: 'KUBE_NAMESPACE_REFUSED',
        message: 'this client is for the namespace kube-public, not for default',
      });
      await expect(confinedTo.list(kind, { namespace: 'default' })).rejects.toThrow('kube-public');
      const node = { apiVersion: 'v1', kind: 'Namespace', name: 'default' };
      expect((await confinedTo.get(node)).metadata.name).toBe('default');
      await confinedTo.with({ dryRun: true }).deleteCollection(kind);
      await confinedTo.delete({ ...kind, name: 'confined' });
      expect(await client.find({ ...kind, name: 'confined', namespace: 'kube-public' })).toBeUndefined();
    });

    it('reads and changes the scale of a Deployment', async () => {
      const labels = { app: 'scaled' };
      const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'scaled', namespace: 'default' };
      await client.create({
        ...deployment,
        metadata: { name: 'scaled', namespace: 'default' },
        spec: {
          replicas: 1,
          selector: { matchLabels: labels },
          template: { metadata: { labels }, spec: { containers: [{ name: 'app', image: 'app:1' }] } },
        },
      });
      const scale = { type: 'merge', body: { spec: { replicas: 3 } } } as const;
      expect(await client.patch(deployment, scale, { subresource: 'scale' })).toMatchObject({
        kind: 'Scale',
      });
      expect(await client.get(deployment, { subresource: 'scale' })).toMatchObject({
        apiVersion: 'autoscaling/v1',
        kind: 'Scale',
        spec: { replicas: 3 },
      });
      expect(await client.get(deployment)).toMatchObject({ spec: { replicas: 3 } });
    });

    it('hands over what the server warns of, and is refused where it asks for strictness', async () => {
      const warnings: string[] = [];
      await using warned = new KubeClient(server.config, { onWarning: (text) => warnings.push(text) });
      const odd = { ...configMap('odd'), colour: 'blue' };
      await warned.create(odd, { fieldValidation: 'Warn', dryRun: true });
      expect(warnings).toEqual(['unknown field "colour"']);
      const strict: unknown = await client
        .create(odd, { fieldValidation: 'Strict' })
        .catch((error: unknown) => error);
      expect(strict).toMatchObject({
        status: 400,
        message: expect.stringContaining('unknown field "colour"'),
      });
      expect(await client.find(ref('odd'))).toBeUndefined();
    });

    it('says why an object is not valid', async () => {
      const error: unknown = await client.create(configMap('Not_A_Name')).catch((e: unknown) => e);
      expect(isInvalid(error)).toBe(true);
      expect((error as Error).message).toMatch(
        /^ConfigMap "Not_A_Name" is invalid: metadata\.name: Invalid value/,
      );
    });

    it('lists by pages and selectors, and metadata alone', async () => {
      await Promise.all(
        ['p1', 'p2', 'p3', 'p4', 'p5'].map((name) =>
          client.create({
            ...configMap(name, { big: 'x' }),
            metadata: { name, namespace: 'default', labels: { page: 'yes' } },
          }),
        ),
      );
      const options = { namespace: 'default', labelSelector: 'page=yes', limit: 2 };
      const sizes: number[] = [];
      for await (const { items } of client.listPages(kind, options)) sizes.push(items.length);
      expect(sizes).toEqual([2, 2, 1]);
      const names: unknown[] = [];
      for await (const item of client.listAll(kind, { ...options, metadataOnly: true })) {
        expect(item).toMatchObject(kind);
        expect(item['data']).toBeUndefined();
        names.push(item.metadata.name);
      }
      expect(names).toEqual(['p1', 'p2', 'p3', 'p4', 'p5']);
    });

    it('watches from a version, with an event of a megabyte', async () => {
      const { metadata } = await client.list(kind, { namespace: 'default' });
      const seen: [string, number][] = [];
      const watching = (async () => {
        const options = {
          namespace: 'default',
          resourceVersion: metadata.resourceVersion ?? '',
          fieldSelector: 'metadata.name=watched',
        };
        for await (const { type, object } of client.watch<ConfigMap>(kind, options)) {
          if (type === 'BOOKMARK') continue;
          seen.push([type, object.data?.['big']?.length ?? 0]);
          if (type === 'DELETED') break;
        }
      })();
      await client.create(configMap('watched'));
      await client.patch(ref('watched'), { type: 'merge', body: { data: { big: 'x'.repeat(1_000_000) } } });
      await client.delete(ref('watched'));
      await watching;
      expect(seen).toEqual([
        ['ADDED', 0],
        ['MODIFIED', 1_000_000],
        ['DELETED', 1_000_000],
      ]);
    });

    it('ends a watch when its time is over', async () => {
      for await (const { object } of client.watch(kind, { namespace: 'default', timeoutSeconds: 1 })) {
        expect(object.kind).toBe('ConfigMap');
      }
    });

    it('sends all objects first where it is asked to', async () => {
      for await (const { type, object } of client.watch(kind, {
        namespace: 'default',
        sendInitialEvents: true,
        timeoutSeconds: 10,
      })) {
        if (type !== 'BOOKMARK') continue;
        expect(object.metadata.annotations?.['k8s.io/initial-events-end']).toBe('true');
        break;
      }
    });

    it('refuses a continue token that is none', async () => {
      const error: unknown = await client.list(kind, { continue: 'nonsense' }).catch((e: unknown) => e);
      expect(error).toMatchObject({ code: 'KUBE_STATUS', status: 400 });
      expect(isGone(error)).toBe(false);
    });

    it('finds a kind as soon as its definition is established', async () => {
      const toys = { apiVersion: 'shop.example.com/v1', kind: 'Toy' };
      expect(isNoMatch(await client.mapping(toys).catch((e: unknown) => e))).toBe(true);
      await client.create({
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
              schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
            },
          ],
        },
      });
      await expect
        .poll(() =>
          client.mapping(toys).then(
            ({ plural }) => plural,
            () => '',
          ),
        )
        .toBe('toys');
      const toy = await client.create({
        ...toys,
        metadata: { name: 'bear', namespace: 'default' },
        spec: { eyes: 2 },
      });
      expect(toy.spec).toEqual({ eyes: 2 });
    });

    it('notices that a definition is gone', async () => {
      const toys = { apiVersion: 'shop.example.com/v1', kind: 'Toy' };
      await client.mapping(toys);
      await client.delete({
        apiVersion: 'apiextensions.k8s.io/v1',
        kind: 'CustomResourceDefinition',
        name: 'toys.shop.example.com',
      });
      const find = () => client.find({ ...toys, name: 'bear', namespace: 'default' });
      const isGoneFor = () => find().then(() => false, isNoMatch);
      await expect.poll(isGoneFor, { interval: 200 }).toBe(true);
    });

    it('acts as someone else, who may do nothing', async () => {
      const nobody = client.impersonate({ user: 'nobody', groups: ['strangers'] });
      const error: unknown = await nobody.list({ apiVersion: 'v1', kind: 'Secret' }).catch((e: unknown) => e);
      expect(isForbidden(error)).toBe(true);
      expect((error as Error).message).toContain('User "nobody" cannot list resource "secrets"');
    });

    it('reads the kubeconfig of the server', async () => {
      const config = await parseKubeconfig(server.kubeconfig(), { allow: 'operator' });
      await using other = new KubeClient(config);
      expect(await other.request<{ gitVersion: string }>('GET', '/version')).toHaveProperty('gitVersion');
    });

    it('knows the kinds that every cluster has', async () => {
      const resources = await client.mapper.resources();
      const deployment = resources.find(
        ({ group, version, kind: name }) => group === 'apps' && version === 'v1' && name === 'Deployment',
      );
      expect(deployment).toMatchObject({
        plural: 'deployments',
        namespaced: true,
        shortNames: ['deploy'],
        subresources: expect.arrayContaining(['status', 'scale']),
      });
    });
  });
}

if (process.env['TEST_TARGET'] === 'binaries') describeOn('kube-apiserver', startBinaries);
else {
  // As kube-apiserver on its own: roles count, and nothing moves by itself.
  const options = { authorization: 'rbac', controllers: false, simulate: false } as const;
  describeOn('the embedded API server', () => startEmbedded(options));
}
