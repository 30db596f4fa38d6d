import { cloneValue, type KubeObject } from '@gitops-toolkit/core';
import type { TestServer } from '@gitops-toolkit/envtest';
import { KubeClient } from '@gitops-toolkit/kube';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import * as conditions from '../conditions/index.ts';
import { clusterEventSink } from '../events/cluster-event-sink.ts';
import { installSite, Site, type SiteObject } from '../testing/site.ts';
import { createNamespace, startTestServer } from '../testing/test-cluster.ts';
import { addFinalizer, removeFinalizer } from './finalizer.ts';
import { SerialPatcher } from './serial-patcher.ts';

let server: TestServer;
let client: KubeClient;
let namespace: string;
let site: SiteObject;
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
  const metadata = { namespace, name: 'shop' };
  site = await client.create<SiteObject>({
    apiVersion: Site.apiVersion,
    kind: 'Site',
    metadata,
    spec: { domain: 'a.example.com' },
  });
});

function live(): Promise<SiteObject> {
  return client.get<SiteObject>({ apiVersion: Site.apiVersion, kind: 'Site', namespace, name: 'shop' });
}

function patcherOf(object: SiteObject, fieldManager: string): SerialPatcher<SiteObject> {
  return new SerialPatcher(object, { client, fieldManager, ownedConditions: ['Ready'] });
}

describe('2.12 SerialPatcher on a server', () => {
  it('writes status and spec under its name', async () => {
    const patcher = patcherOf(site, 'site-controller');
    site['status'] = { url: 'http://a' };
    site.spec.domain = 'b.example.com';
    site.metadata.labels = { team: 'web' };
    await patcher.patch(site);
    const written = await live();
    expect(written).toMatchObject({
      spec: { domain: 'b.example.com' },
      status: { url: 'http://a' },
      metadata: { labels: { team: 'web' } },
    });
    expect(site.metadata).toMatchObject({ resourceVersion: written.metadata.resourceVersion, generation: 2 });
    const managers = written.metadata.managedFields?.map(
      ({ manager, subresource }) => `${manager} ${subresource ?? ''}`,
    );
    expect(managers).toEqual(expect.arrayContaining(['site-controller ', 'site-controller status']));
  });

  it('lets two controllers speak of one object at the same time', async () => {
    const other = cloneValue(site);
    const [ours, theirs] = [patcherOf(site, 'site-controller'), patcherOf(other, 'auditor')];
    conditions.markTrue(site, 'Ready', 'Succeeded', 'it answers');
    conditions.markFalse(other, 'Audited', 'Pending', 'soon');
    await Promise.all([ours.patch(site), theirs.patch(other)]);
    conditions.markFalse(site, 'Ready', 'Failed', 'it does not answer');
    conditions.markTrue(other, 'Audited', 'Passed', 'fine');
    await Promise.all([ours.patch(site), theirs.patch(other)]);
    const written = await live();
    expect(conditions.reasonOf(written, 'Ready')).toBe('Failed');
    expect(conditions.reasonOf(written, 'Audited')).toBe('Passed');
  });
});

describe('2.12 finalizers on a server', () => {
  it('come and go side by side, from states that are old', async () => {
    const [one, two] = [cloneValue(site), cloneValue(site)];
    await Promise.all([
      addFinalizer(client, one, 'example.com/one'),
      addFinalizer(client, two, 'example.com/two'),
    ]);
    expect(new Set((await live()).metadata.finalizers)).toEqual(
      new Set(['example.com/one', 'example.com/two']),
    );
    await client.delete({ apiVersion: Site.apiVersion, kind: 'Site', namespace, name: 'shop' });
    await removeFinalizer(client, one, 'example.com/one');
    expect((await live()).metadata.finalizers).toEqual(['example.com/two']);
    expect(await removeFinalizer(client, two, 'example.com/two')).toBe(true);
    await expect(live()).rejects.toMatchObject({ status: 404 });
  });
});

describe('2.11 clusterEventSink on a server', () => {
  it('says the same once, and counts', async () => {
    const sink = clusterEventSink({ client, component: 'site-controller', instance: 'pod-1' });
    const never = new AbortController().signal;
    const event = {
      object: site,
      type: 'Warning',
      reason: 'Failed',
      message: 'no answer',
      metadata: { 'example.com/revision': '1' },
    } as const;
    for (let i = 0; i < 3; i++) await sink.send(event, never);
    await sink.send({ ...event, message: 'still no answer' }, never);
    const list = await client.list<KubeObject & { count?: number; message?: string }>(
      { apiVersion: 'v1', kind: 'Event' },
      { namespace },
    );
    expect(
      list.items.map(({ count, message }) => `${count} ${message}`).toSorted((a, b) => (a < b ? -1 : 1)),
    ).toEqual(['1 still no answer', '3 no answer']);
    expect(list.items[0]?.metadata.annotations).toEqual({ 'example.com/revision': '1' });
  });
});
