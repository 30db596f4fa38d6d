import type { KubeObject } from '@gitops-toolkit/core';
import { describe, expect, it } from 'vitest';
import { applyResources } from './apply.ts';
import { diffResources } from './diff.ts';
import { refuse, startStubCluster } from './testdata/stub-cluster.ts';

const owner = { fieldManager: 'portal', group: 'portal.example.com', name: 'web', namespace: 'portal' };
const collection = '/api/v1/namespaces/web/configmaps';
const NAMES = ['a', 'b', 'c', 'd', 'e', 'f'];

const configMap = (name: string, x = '1'): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'web' },
  data: { x },
});

const resources = (objects: readonly KubeObject[]) => objects.map((object) => ({ object }));
const all = resources(NAMES.map((name) => configMap(name)));
const reads = (requests: readonly string[]) =>
  requests.filter((request) => request.startsWith('GET')).toSorted();

describe('applyResources of many objects of a kind', () => {
  it('finds what was applied before by one list, and reads nothing else', async () => {
    await using cluster = await startStubCluster();
    const first = await applyResources(cluster.client, all, { owner });
    expect(first.entries.map(({ action }) => action)).toEqual(NAMES.map(() => 'created'));
    expect(reads(cluster.requests)).toEqual([`GET ${collection}`]);
    cluster.requests.length = 0;
    const second = await applyResources(cluster.client, all, { owner });
    expect(second.entries.map(({ action }) => action)).toEqual(NAMES.map(() => 'unchanged'));
    expect(reads(cluster.requests)).toEqual([`GET ${collection}`]);
    expect(cluster.requests).toHaveLength(NAMES.length + 1);
  });

  it('reads what differs before it writes: the list may be old', async () => {
    await using cluster = await startStubCluster();
    await applyResources(cluster.client, all, { owner });
    cluster.requests.length = 0;
    const changed = resources(NAMES.map((name) => configMap(name, name === 'c' ? '2' : '1')));
    const { entries } = await applyResources(cluster.client, changed, { owner });
    expect(entries.filter(({ action }) => action !== 'unchanged').map(({ ref }) => ref.name)).toEqual(['c']);
    expect(reads(cluster.requests)).toEqual([`GET ${collection}`, `GET ${collection}/c`]);
  });

  it('reads what exists without the labels', async () => {
    await using cluster = await startStubCluster();
    const stranger = configMap('a', 'other');
    cluster.objects.set(`${collection}/a`, {
      ...stranger,
      metadata: { ...stranger.metadata, resourceVersion: '1' },
    });
    const { entries } = await applyResources(cluster.client, all, { owner });
    expect(entries.map(({ action }) => action)).toEqual([
      'configured',
      ...NAMES.slice(1).map(() => 'created'),
    ]);
    expect(reads(cluster.requests)).toEqual([`GET ${collection}`, `GET ${collection}/a`]);
  });

  it('reads one by one what it may not list', async () => {
    await using cluster = await startStubCluster();
    await applyResources(cluster.client, all, { owner });
    cluster.intercept = ({ text }) =>
      text === `GET ${collection}` ? refuse(403, 'Forbidden', 'no') : undefined;
    const { entries } = await applyResources(cluster.client, all, { owner });
    expect(entries.map(({ action }) => action)).toEqual(NAMES.map(() => 'unchanged'));
  });

  it('heeds what the cluster’s object says', async () => {
    await using cluster = await startStubCluster();
    await applyResources(cluster.client, all, { owner });
    const live = cluster.objects.get(`${collection}/b`);
    if (live) live.metadata.annotations = { 'portal.example.com/reconcile': 'disabled' };
    const { entries } = await applyResources(cluster.client, all, { owner });
    expect(entries.find(({ ref }) => ref.name === 'b')?.action).toBe('skipped');
  });

  it('recreates what refuses to change, found by its own name', async () => {
    await using cluster = await startStubCluster();
    await applyResources(cluster.client, all, { owner });
    cluster.intercept = ({ text }) =>
      text === `PATCH ${collection}/d dry` ? refuse(422, 'Invalid', 'immutable') : undefined;
    const { entries } = await applyResources(cluster.client, all, { owner, force: true });
    expect(entries.find(({ ref }) => ref.name === 'd')?.action).toBe('created');
  });

  it('ends with the reason of the signal', async () => {
    await using cluster = await startStubCluster();
    const controller = new AbortController();
    const reason = new Error('enough');
    cluster.intercept = ({ text }) => {
      if (text === `GET ${collection}`) controller.abort(reason);
      return undefined;
    };
    const call = applyResources(cluster.client, all, { owner, signal: controller.signal });
    await expect(call).rejects.toBe(reason);
  });

  it('serves previews, too', async () => {
    await using cluster = await startStubCluster();
    await applyResources(cluster.client, all, { owner });
    cluster.requests.length = 0;
    const diffs = await diffResources(cluster.client, all, { owner });
    expect(diffs.map(({ action }) => action)).toEqual(NAMES.map(() => 'unchanged'));
    expect(reads(cluster.requests)).toEqual([`GET ${collection}`]);
  });
});
