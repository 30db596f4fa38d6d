import { X509Certificate } from 'node:crypto';

import { type KubeObject, silentLogger } from '@gitops-toolkit/core';
import type { CertificatePair } from '@gitops-toolkit/core/certificate';
import type { TestServer } from '@gitops-toolkit/envtest';
import { KubeClient } from '@gitops-toolkit/kube';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { FakeClock } from '../../fake-clock.ts';
import { createNamespace, eventually, startTestServer } from '../../testing/test-cluster.ts';
import { hookConfiguration, twoVersions } from '../../testing/hooked-cluster.ts';
import type { OpenCertificates } from './certificate-source.ts';
import { managedCertificates, type ManagedCertificatesOptions } from './managed-certificates.ts';

const DAY = 24 * 3_600_000;

let server: TestServer;
let client: KubeClient;
let namespace: string;
let clock: FakeClock;
beforeAll(async () => {
  server = await startTestServer();
  client = new KubeClient(server.config);
});
afterAll(async () => {
  await client[Symbol.asyncDispose]();
  await server.stop();
});
beforeEach(async () => {
  namespace = await createNamespace(client);
  clock = new FakeClock(Date.now());
});

/** One replica, and the pairs that it took over since its start. */
async function replica(
  options: Partial<ManagedCertificatesOptions> = {},
): Promise<{ open: OpenCertificates; changes: CertificatePair[] }> {
  const changes: CertificatePair[] = [];
  const source = managedCertificates({
    client,
    secret: { namespace, name: 'hooks' },
    hosts: ['hooks.web.svc'],
    refreshMs: DAY,
    ...options,
  });
  const onChange = (pair: CertificatePair): void => void changes.push(pair);
  const open = await source.open({ clock, logger: silentLogger, onChange, onRead: () => {} });
  return { open, changes };
}

const secret = (): Promise<KubeObject & { data: Record<string, string> }> =>
  client.get({ apiVersion: 'v1', kind: 'Secret', namespace, name: 'hooks' });

const text = (base64 = ''): string => Buffer.from(base64, 'base64').toString();

describe('2.9 certificates of our own making', () => {
  it('2.9 are kept in a Secret that replicas share, whoever of them comes first', async () => {
    const replicas = await Promise.all([replica(), replica(), replica()]);
    const { data, type } = await secret();
    expect(type).toBe('kubernetes.io/tls');
    for (const { open } of replicas) {
      expect(open.pair).toEqual({ cert: text(data['tls.crt']), key: text(data['tls.key']) });
      await open[Symbol.asyncDispose]();
    }
    const { open: later } = await replica();
    expect(later.pair.cert).toBe(text(data['tls.crt']));
    await later[Symbol.asyncDispose]();
  });

  it('2.9 are renewed by one replica and taken over by all', async () => {
    const lives = { authorityLifeMs: 300 * DAY, servingLifeMs: 9 * DAY };
    const [first, second] = [await replica(lives), await replica(lives)];
    await clock.advance(7 * DAY);
    await eventually(async () => {
      await clock.advance(DAY / 100);
      return first.changes.length > 0 || second.changes.length > 0;
    }, 'one renewed');
    await eventually(async () => {
      await clock.advance(DAY / 10);
      return first.changes.length > 0 && second.changes.length > 0;
    }, 'both took it over');
    expect(first.changes[0]).toEqual(second.changes[0]);
    await first.open[Symbol.asyncDispose]();
    await second.open[Symbol.asyncDispose]();
  });

  it('2.9 are made again where the Secret holds something else', async () => {
    await client.create({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { namespace, name: 'hooks' },
      type: 'kubernetes.io/tls',
      data: { 'tls.crt': '', 'tls.key': '' },
    } as KubeObject);
    const { open } = await replica();
    expect(new X509Certificate(open.pair.cert).checkHost('hooks.web.svc')).toBe('hooks.web.svc');
    await open[Symbol.asyncDispose]();
  });

  it('2.9 their authority is written into configurations and definitions, and nothing else of them', async () => {
    const url = 'https://127.0.0.1:1/x';
    const group = `${namespace}.example.com`;
    const definition = `sites.${group}`;
    const kinds = ['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration'] as const;
    const before = await client.create(hookConfiguration(kinds[0], namespace, { url, namespace }));
    await client.create(twoVersions(group, url));
    const inject = [
      ...kinds.map((kind) => ({ kind, name: namespace })),
      { kind: 'CustomResourceDefinition', name: definition } as const,
    ];
    const { open } = await replica({ inject });
    const bundle = (await secret()).data['ca.crt'];
    const admission = { apiVersion: 'admissionregistration.k8s.io/v1', name: namespace };
    const after = await client.get<KubeObject>({ ...admission, kind: kinds[0] });
    const [hookBefore] = before['webhooks'] as { clientConfig: object }[];
    const clientConfig = { ...hookBefore?.clientConfig, caBundle: bundle };
    expect(after['webhooks']).toEqual([{ ...hookBefore, clientConfig }]);
    const apiVersion = 'apiextensions.k8s.io/v1';
    const crd = await client.get<KubeObject>({
      apiVersion,
      kind: 'CustomResourceDefinition',
      name: definition,
    });
    expect(crd['spec']).toMatchObject({
      conversion: { webhook: { clientConfig: { url, caBundle: bundle } } },
    });

    // What comes later is told later; what is right already is not written again.
    await client.create(hookConfiguration(kinds[1], namespace, { url, namespace }));
    await eventually(async () => {
      await clock.advance(DAY);
      const { webhooks } = await client.get<KubeObject>({ ...admission, kind: kinds[1] });
      return (webhooks as { clientConfig: { caBundle?: string } }[])[0]?.clientConfig.caBundle === bundle;
    }, 'the later one is told too');
    const again = await client.get<KubeObject>({ ...admission, kind: kinds[0] });
    expect(again.metadata.resourceVersion).toBe(after.metadata.resourceVersion);
    await open[Symbol.asyncDispose]();
    for (const kind of kinds) await client.delete({ ...admission, kind });
    await client.delete({ apiVersion, kind: 'CustomResourceDefinition', name: definition });
  });
});
