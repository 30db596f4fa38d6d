import { KubeClient } from '@gitops-toolkit/kube';
import type { KubeObject } from '@gitops-toolkit/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { EmbeddedServer } from '../embedded-server.ts';
import { startEmbedded } from '../start-embedded.ts';

let server: EmbeddedServer;
let client: KubeClient;
beforeAll(async () => {
  server = await startEmbedded({ simulate: false });
  client = new KubeClient(server.config);
});
afterAll(async () => {
  await client[Symbol.asyncDispose]();
  await server.stop();
});

let namespaces = 0;
async function namespace(): Promise<string> {
  const name = `controllers-${++namespaces}`;
  await client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  await server.idle();
  return name;
}

const ref = (namespaceName: string, name: string, kind = 'ConfigMap') => ({
  apiVersion: 'v1',
  kind,
  namespace: namespaceName,
  name,
});
const stored = (namespaceName: string, name: string): KubeObject | undefined =>
  server.objects.get(ref(namespaceName, name));

/** A ConfigMap that belongs to others. */
async function configMap(
  namespaceName: string,
  name: string,
  owners: readonly KubeObject[] = [],
  more: object = {},
): Promise<KubeObject> {
  const ownerReferences = owners.map(({ apiVersion, kind, metadata }) => ({
    apiVersion,
    kind,
    name: metadata.name ?? '',
    uid: metadata.uid ?? '',
    blockOwnerDeletion: true,
  }));
  return client.create({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: namespaceName, ...(owners.length > 0 ? { ownerReferences } : {}), ...more },
  });
}

describe('namespaces', () => {
  it('get a ServiceAccount and the certificate of the server', async () => {
    const name = await namespace();
    expect(server.objects.get(ref(name, 'default', 'ServiceAccount'))).toBeDefined();
    expect(stored(name, 'kube-root-ca.crt')?.['data']).toEqual({ 'ca.crt': server.config.ca });
    await client.delete(ref(name, 'default', 'ServiceAccount'));
    await server.idle();
    expect(server.objects.get(ref(name, 'default', 'ServiceAccount'))).toBeDefined();
  });

  it('take their content along', async () => {
    const name = await namespace();
    await configMap(name, 'a');
    await client.delete({ apiVersion: 'v1', kind: 'Namespace', name });
    await server.idle();
    expect(server.objects.get({ apiVersion: 'v1', kind: 'Namespace', name })).toBeUndefined();
    expect(server.objects.list({ apiVersion: 'v1', kind: 'ConfigMap' }, name)).toEqual([]);
  });

  it('wait for the finalizers of their content', async () => {
    const name = await namespace();
    await configMap(name, 'held', [], { finalizers: ['example.com/hold'] });
    await client.delete({ apiVersion: 'v1', kind: 'Namespace', name });
    await server.idle();
    expect(server.objects.get({ apiVersion: 'v1', kind: 'Namespace', name })?.['status']).toEqual({
      phase: 'Terminating',
    });
    await client.patch(ref(name, 'held'), { type: 'merge', body: { metadata: { finalizers: null } } });
    await server.idle();
    expect(server.objects.get({ apiVersion: 'v1', kind: 'Namespace', name })).toBeUndefined();
  });
});

describe('garbage collection', () => {
  it('deletes what belongs to nobody any more, down the chain', async () => {
    const name = await namespace();
    const owner = await configMap(name, 'owner');
    const child = await configMap(name, 'child', [owner]);
    await configMap(name, 'grandchild', [child]);
    await client.delete(ref(name, 'owner'));
    await server.idle();
    expect(stored(name, 'child')).toBeUndefined();
    expect(stored(name, 'grandchild')).toBeUndefined();
  });

  it('keeps what another owner is left of', async () => {
    const name = await namespace();
    const [one, two] = [await configMap(name, 'one'), await configMap(name, 'two')];
    await configMap(name, 'child', [one, two]);
    await client.delete(ref(name, 'one'));
    await server.idle();
    expect(stored(name, 'child')?.metadata.ownerReferences?.map((owner) => owner.name)).toEqual(['two']);
  });

  it('deletes what names an owner that was never there', async () => {
    const name = await namespace();
    await configMap(name, 'lost', [
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'ghost', uid: 'no-such-uid' } },
    ]);
    await server.idle();
    expect(stored(name, 'lost')).toBeUndefined();
  });

  it('deletes dependents first in the foreground', async () => {
    const name = await namespace();
    const owner = await configMap(name, 'owner');
    await configMap(name, 'child', [owner], { finalizers: ['example.com/hold'] });
    await client.delete(ref(name, 'owner'), { propagationPolicy: 'Foreground' });
    await server.idle();
    expect(stored(name, 'owner')?.metadata.finalizers).toEqual(['foregroundDeletion']);
    expect(stored(name, 'child')?.metadata.deletionTimestamp).toBeDefined();
    await client.patch(ref(name, 'child'), { type: 'merge', body: { metadata: { finalizers: null } } });
    await server.idle();
    expect(stored(name, 'owner')).toBeUndefined();
  });

  it('lets dependents go when told to', async () => {
    const name = await namespace();
    const owner = await configMap(name, 'owner');
    await configMap(name, 'child', [owner]);
    await client.delete(ref(name, 'owner'), { propagationPolicy: 'Orphan' });
    await server.idle();
    expect(stored(name, 'owner')).toBeUndefined();
    expect(stored(name, 'child')?.metadata.ownerReferences).toBeUndefined();
  });
});

describe('volume protection', () => {
  it('keeps a claim while a Pod uses it', async () => {
    const name = await namespace();
    const claim = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name: 'data', namespace: name };
    await client.create({
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'data', namespace: name },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    });
    const volumes = [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }];
    await client.create({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'user', namespace: name },
      spec: { containers: [{ name: 'a', image: 'a:1' }], volumes },
    });
    await client.delete(claim);
    await server.idle();
    expect(server.objects.get(claim)?.metadata.deletionTimestamp).toBeDefined();
    await client.delete(ref(name, 'user', 'Pod'));
    await server.idle();
    expect(server.objects.get(claim)).toBeUndefined();
  });
});
