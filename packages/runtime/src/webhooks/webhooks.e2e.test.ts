import type { KubeObject } from '@gitops-toolkit/core';
import type { TestServer } from '@gitops-toolkit/envtest';
import { KubeClient, type KubeError } from '@gitops-toolkit/kube';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';

import { controller } from '../controller/builder.ts';
import { manager } from '../manager/manager.ts';
import { kindOf } from '../resource-kind.ts';
import { createNamespace, eventually, startTestServer } from '../testing/test-cluster.ts';
import { managedCertificates } from './certificates/managed-certificates.ts';
import { throughHub } from './conversion.ts';
import { deny, invalid } from './decision.ts';
import { hookConfiguration, type HookOptions, twoVersions, untilServed } from '../testing/hooked-cluster.ts';
import { GivenCertificates } from '../testing/review-client.ts';
import { webhookPath } from './webhook-paths.ts';
import { type Webhooks, webhooks } from './webhooks.ts';

type MapObject = KubeObject & { data?: Record<string, string> };
const ConfigMap = kindOf<MapObject>('v1', 'ConfigMap');
const [validatePath, mutatePath] = [webhookPath('validate', ConfigMap), webhookPath('mutate', ConfigMap)];

let server: TestServer;
let client: KubeClient;
let namespace: string;
let warnings: string[];
let certificates: GivenCertificates;
let hooks: Webhooks;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());
beforeEach(async () => {
  warnings = [];
  client = new KubeClient(server.config, { onWarning: (text) => warnings.push(text) });
  namespace = await createNamespace(client);
  certificates = new GivenCertificates();
  hooks = webhooks({ port: 0, host: '127.0.0.1', certificates });
  onTestFinished(async () => {
    await hooks[Symbol.asyncDispose]();
    await client[Symbol.asyncDispose]();
  });
});

const configMap = (name: string, data: Record<string, string> = {}): MapObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { namespace, name },
  data,
});

/** Serves the handlers, and has the server ask them. */
async function install(type: 'Mutating' | 'Validating', options: Partial<HookOptions> = {}): Promise<void> {
  await hooks.start();
  const path = type === 'Mutating' ? mutatePath : validatePath;
  const url = `https://127.0.0.1:${hooks.port}${path}`;
  const name = `${namespace}-${type.toLowerCase()}`;
  const configuration = hookConfiguration(`${type}WebhookConfiguration`, name, {
    url,
    namespace,
    caBundle: certificates.pair.cert,
    ...options,
  });
  await client.create(configuration);
  const { apiVersion, kind } = configuration;
  onTestFinished(async () => {
    await client.delete({ apiVersion, kind, name });
  });
}

/** Waits until the server has heard of a webhook: until it does not let through what that refuses. */
function untilRefused(attempt: () => Promise<unknown>): Promise<KubeError> {
  return eventually(
    () =>
      attempt().then(
        () => undefined,
        (error: unknown) => error as KubeError,
      ),
    'it is refused',
  );
}

describe('2.9 admission', () => {
  it('2.9 a validator refuses, and the user reads why', async () => {
    hooks.validate(ConfigMap, ({ object, user, warn }) => {
      warn('looked at');
      if (object.data?.['color'] === 'red') return deny(`no red maps, ${user.username || 'nobody'}`);
      return undefined;
    });
    await install('Validating');
    const red = configMap('red', { color: 'red' });
    const refusal = await untilRefused(() => client.create(red, { dryRun: true }));
    expect(refusal).toMatchObject({ status: 403, reason: 'Forbidden' });
    expect(refusal.message).toMatch(
      /^admission webhook "runtime-.*-validating\.example\.com" denied the request: no red maps, \S+$/,
    );
    warnings.length = 0;
    await client.create(configMap('blue', { color: 'blue' }));
    expect(warnings).toEqual(['looked at']);
    const update = client.update(configMap('blue', { color: 'red' }));
    await expect(update).rejects.toMatchObject({ status: 403 });
    const change = { type: 'merge', body: { data: { color: 'red' } } } as const;
    const patch = client.patch({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'blue' }, change);
    await expect(patch).rejects.toMatchObject({ status: 403 });
    const apply = client.apply(red, { fieldManager: 'test' });
    await expect(apply).rejects.toMatchObject({ status: 403 });
  });

  it('2.9 wrong fields come through to the user as causes', async () => {
    hooks.validate(ConfigMap, ({ object }) =>
      object.data?.['color'] === 'red' ? invalid([{ field: 'data.color', message: 'not red' }]) : undefined,
    );
    await install('Validating');
    const refusal = await untilRefused(() =>
      client.create(configMap('red', { color: 'red' }), { dryRun: true }),
    );
    expect(refusal).toMatchObject({ status: 422, reason: 'Invalid' });
    expect(refusal.details?.causes).toEqual([
      { reason: 'FieldValueInvalid', message: 'not red', field: 'data.color' },
    ]);
  });

  it('2.9 a handler sees the old state, the operation and dry runs', async () => {
    const seen: string[] = [];
    hooks.validate(ConfigMap, ({ object, old, operation, dryRun, options }) => {
      const colors = `${old?.data?.['color'] ?? '-'} ${object.data?.['color'] ?? '-'}`;
      seen.push(`${operation} ${colors}${dryRun ? ' dry' : ''} ${String(options?.['kind'])}`);
      return object.data?.['color'] === 'no' ? deny('no') : undefined;
    });
    const all = {
      apiGroups: [''],
      apiVersions: ['v1'],
      operations: ['*'],
      resources: ['configmaps'],
    };
    await install('Validating', { rules: [all] });
    await untilRefused(() => client.create(configMap('a', { color: 'no' }), { dryRun: true }));
    seen.length = 0;
    await client.create(configMap('a', { color: 'blue' }));
    await client.update(configMap('a', { color: 'green' }), { dryRun: true });
    await client.update(configMap('a', { color: 'grey' }));
    await client.delete({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'a' });
    expect(seen).toEqual([
      'CREATE - blue CreateOptions',
      'UPDATE blue green dry UpdateOptions',
      'UPDATE blue grey UpdateOptions',
      'DELETE grey grey DeleteOptions',
    ]);
  });

  it('2.9 what a mutator changes is stored, and owned by nobody', async () => {
    hooks.mutate(ConfigMap, ({ object }) => {
      object.metadata.labels = { ...object.metadata.labels, 'example.com/seen': 'true' };
      object.data = { ...object.data, added: 'default' };
    });
    await install('Mutating');
    await eventually(
      async () => (await client.create(configMap('probe'), { dryRun: true })).metadata.labels,
      'the webhook is asked',
    );
    const created = await client.create(configMap('a', { color: 'blue' }), { fieldManager: 'test' });
    expect(created.data).toEqual({ color: 'blue', added: 'default' });
    expect(created.metadata.labels).toEqual({ 'example.com/seen': 'true' });
    expect(JSON.stringify(created.metadata.managedFields)).not.toContain('f:example.com/seen');
    const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'a' };
    const stored = await client.get<MapObject>(ref);
    expect(stored.data).toEqual({ color: 'blue', added: 'default' });
  });

  it('2.9 a handler that throws refuses, with status 500', async () => {
    hooks.validate(ConfigMap, ({ object }) => {
      if (object.metadata.name === 'broken') throw new TypeError('oops');
    });
    await install('Validating');
    const refusal = await untilRefused(() => client.create(configMap('broken'), { dryRun: true }));
    expect(refusal.status).toBe(500);
    expect(refusal.message).toMatch(/denied the request: oops$/);
  });

  it.each(['Fail', 'Ignore'] as const)(
    '2.9 a webhook that is not there: failurePolicy %s',
    async (failurePolicy) => {
      hooks.validate(ConfigMap, () => deny('no'));
      await install('Validating', { failurePolicy, timeoutSeconds: 1 });
      await untilRefused(() => client.create(configMap('a'), { dryRun: true }));
      await hooks[Symbol.asyncDispose]();
      if (failurePolicy === 'Ignore') {
        await client.create(configMap('a'));
        return;
      }
      const error = await untilRefused(() => client.create(configMap('a'), { dryRun: true }));
      expect(error.status).toBe(500);
      expect(error.message).toMatch(
        /^Internal error occurred: failed calling webhook "runtime-.*example\.com": /,
      );
    },
  );

  it('2.9 a certificate of an unknown authority is refused', async () => {
    hooks.validate(ConfigMap, () => {});
    await install('Validating', { caBundle: new GivenCertificates().pair.cert });
    const error = await untilRefused(() => client.create(configMap('a'), { dryRun: true }));
    expect(error.message).toContain('failed calling webhook');
  });
});

describe('2.9 conversion', () => {
  const convert = throughHub('v1', {
    v2: {
      toHub: ({ spec, ...object }) => ({ ...object, host: (spec as { domain: string }).domain }),
      fromHub: ({ host, ...object }) => ({ ...object, spec: { domain: host } }),
    },
  });

  it('2.9 objects are read and written in any version, and a manager serves that before it fills caches', async () => {
    const group = `${namespace}.example.com`;
    const Site = kindOf(`${group}/v2`, 'Site');
    // The port has to be known before the manager serves it: the definition names it.
    await hooks.start();
    const { port } = hooks;
    await hooks[Symbol.asyncDispose]();
    const definition = twoVersions(group, `https://127.0.0.1:${port}/convert`);
    await client.create(definition);
    await untilServed(client, `${group}/v1`, namespace);
    const served = webhooks({
      port,
      host: '127.0.0.1',
      certificates: managedCertificates({
        client,
        secret: { namespace, name: 'hooks' },
        hosts: ['127.0.0.1'],
        inject: [{ kind: 'CustomResourceDefinition', name: `sites.${group}` }],
      }),
    }).convert(Site, convert);
    const old = {
      apiVersion: `${group}/v1`,
      kind: 'Site',
      metadata: { namespace, name: 'a' },
      host: 'a.example',
    };
    await client.create(old);

    const domains: unknown[] = [];
    const seen = controller(Site, (site) => {
      domains.push(site['spec']);
      return Promise.resolve();
    });
    const stop = new AbortController();
    const running = manager({
      name: 'sites',
      client,
      namespaces: [namespace],
      controllers: [seen],
      webhooks: served,
    }).run(stop.signal);
    await eventually(() => domains.length > 0, 'the controller saw the object');
    expect(domains[0]).toEqual({ domain: 'a.example' });

    const ref = { kind: 'Site', namespace, name: 'a' };
    const asNew = await client.get<KubeObject>({ ...ref, apiVersion: `${group}/v2` });
    asNew['spec'] = { domain: 'b.example' };
    await client.update(asNew);
    expect(await client.get({ ...ref, apiVersion: `${group}/v1` })).toMatchObject({ host: 'b.example' });
    await eventually(() => domains.at(-1) !== domains[0], 'the controller saw the change');
    expect(domains.at(-1)).toEqual({ domain: 'b.example' });
    await client.delete({ ...ref, apiVersion: `${group}/v2` });
    stop.abort();
    await running;
  });
});
