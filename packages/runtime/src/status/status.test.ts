import { cloneValue, type KubeObject, refOf } from '@gitops-toolkit/core';
import { beforeEach, describe, expect, it } from 'vitest';

import * as conditions from '../conditions/index.ts';
import { FakeClock } from '../fake-clock.ts';
import { MemoryCluster } from '../testing/memory-cluster.ts';
import { statusError } from '../testing/scripted-list-watch.ts';
import { sortByDependency } from './dependency-order.ts';
import { addFinalizer, hasFinalizer, removeFinalizer } from './finalizer.ts';
import { jitter } from './jitter.ts';
import {
  hasReconcileRequest,
  markReconcileRequestHandled,
  takeForceRequest,
  takeResetRequest,
} from './reconcile-request.ts';
import { SerialPatcher, type SerialPatcherOptions } from './serial-patcher.ts';

let clock: FakeClock;
let cluster: MemoryCluster;
beforeEach(() => {
  clock = new FakeClock('2026-03-01T10:00:00Z');
  cluster = new MemoryCluster();
});

/** A site as the cluster has it. */
function stored(more: Partial<KubeObject> = {}): KubeObject {
  return cluster.put({
    apiVersion: 'example.com/v1',
    kind: 'Site',
    metadata: { namespace: 'web', name: 'shop', ...more.metadata },
    spec: { domain: 'shop.example.com' },
    ...(more['status'] !== undefined && { status: more['status'] }),
  });
}

function live(object: KubeObject): KubeObject {
  return cluster.objects.get(`example.com|Site|web|${object.metadata.name}`) as KubeObject;
}

/** Lets the waits between tries pass. */
async function settle<R>(work: Promise<R>): Promise<R> {
  let done = false;
  const mark = (): void => void (done = true);
  work.then(mark, mark);
  while (!done) await clock.advance(100);
  return work;
}

describe('2.12 SerialPatcher', () => {
  function patcherOf(
    object: KubeObject,
    options: Partial<SerialPatcherOptions> = {},
  ): SerialPatcher<KubeObject> {
    return new SerialPatcher(object, {
      client: cluster.client,
      fieldManager: 'site-controller',
      clock,
      ...options,
    });
  }

  it('sends nothing where nothing changed', async () => {
    const site = stored();
    await patcherOf(site).patch(site);
    expect(cluster.requests).toEqual([]);
  });

  it('writes status and the rest apart, the status first, and only what changed', async () => {
    const site = stored({ status: { url: 'http://old', visits: 7 } });
    const patcher = patcherOf(site);
    site['status'] = { url: 'http://new', visits: 7 };
    site.metadata.annotations = { checked: 'yes' };
    await patcher.patch(site);
    expect(cluster.requests).toEqual(['patch status Site/web/shop', 'patch Site/web/shop']);
    expect(live(site)).toMatchObject({
      status: { url: 'http://new', visits: 7 },
      metadata: { annotations: { checked: 'yes' } },
    });
    expect(site.metadata.resourceVersion).toBe(live(site).metadata.resourceVersion);
  });

  it('knows nothing of a spec that somebody changed meanwhile', async () => {
    const site = stored({ spec: { domain: 'a' } });
    const { generation } = site.metadata;
    const patcher = patcherOf(site);
    await cluster.client.patch(refOf(site), { type: 'merge', body: { spec: { domain: 'b' } } });
    site['status'] = { url: 'http://a' };
    await patcher.patch(site);
    expect(live(site).metadata.generation).toBe((generation ?? 0) + 1);
    expect(site.metadata.generation).toBe(generation);
  });

  it('removes fields that are gone or undefined', async () => {
    const site = stored({
      status: { a: 1, b: { c: 2, d: 3 }, e: [1] },
      metadata: { labels: { x: '1', y: '2' } },
    });
    const patcher = patcherOf(site);
    site['status'] = { a: undefined, b: { c: 2 } };
    site.metadata.labels = { y: '2' };
    await patcher.patch(site);
    expect(live(site)['status']).toEqual({ b: { c: 2 } });
    expect(live(site).metadata.labels).toEqual({ y: '2' });
  });

  it('sends what is new since the last time', async () => {
    const site = stored();
    const patcher = patcherOf(site);
    conditions.markReconciling(site, 'Progressing', 'building', { clock });
    await patcher.patch(site);
    conditions.delete(site, 'Reconciling');
    conditions.markTrue(site, 'Ready', 'Succeeded', 'done', { clock });
    await patcher.patch(site);
    await patcher.patch(site);
    expect(cluster.requests).toHaveLength(2);
    expect(live(site)['status']).toEqual({
      conditions: [expect.objectContaining({ type: 'Ready', status: 'True' })],
    });
  });

  it('keeps conditions that others wrote meanwhile, after a conflict, and knows of them then', async () => {
    const site = stored();
    const patcher = patcherOf(site, { ownedConditions: ['Ready'] });
    const theirs = cloneValue(live(site));
    conditions.markTrue(theirs, 'Audited', 'Passed', 'by the auditor', { clock });
    conditions.markFalse(theirs, 'Ready', 'Meddled', 'by the auditor', { clock });
    cluster.put(theirs);
    conditions.markTrue(site, 'Ready', 'Succeeded', 'done', { clock });
    await settle(patcher.patch(site));
    const types = (live(site)['status'] as { conditions: { type: string; reason: string }[] }).conditions;
    expect(types.map((each) => `${each.type} ${each.reason}`)).toEqual(['Ready Succeeded', 'Audited Passed']);
    expect(conditions.has(site, 'Audited')).toBe(true);
    conditions.markTrue(site, 'Ready', 'Succeeded', 'done again', { clock });
    await patcher.patch(site);
    expect(conditions.reasonOf(live(site), 'Audited')).toBe('Passed');
  });

  it('writes in turn, and later what changed while it wrote', async () => {
    const site = stored();
    const patcher = patcherOf(site, { ownedConditions: ['Ready'] });
    const theirs = cloneValue(live(site));
    conditions.markTrue(theirs, 'Audited', 'Passed', 'by the auditor', { clock });
    cluster.put(theirs);
    conditions.markUnknown(site, 'Ready', 'Progressing', 'at work', { clock });
    const progress = patcher.patch(site);
    // The run goes on, and ends, before the first write has come back.
    await Promise.resolve();
    conditions.markTrue(site, 'Ready', 'Succeeded', 'done', { clock });
    Object.assign(site, { status: { ...(site['status'] as object), visits: 1 } });
    await settle(Promise.all([progress, patcher.patch(site)]));
    const status = live(site)['status'] as { conditions: { type: string; reason: string }[]; visits: number };
    expect(status.conditions.map((each) => `${each.type} ${each.reason}`)).toEqual([
      'Ready Succeeded',
      'Audited Passed',
    ]);
    expect(status.visits).toBe(1);
    expect(conditions.has(site, 'Audited')).toBe(true);
    expect(cluster.requests.filter((request) => request.startsWith('patch status'))).toHaveLength(3);
  });

  it('refuses to overrule a condition that it does not own: RUNTIME_PATCH_CONFLICT', async () => {
    const site = stored();
    const patcher = patcherOf(site);
    const theirs = cloneValue(live(site));
    conditions.markFalse(theirs, 'Ready', 'Meddled', 'by another', { clock });
    cluster.put(theirs);
    conditions.markTrue(site, 'Ready', 'Succeeded', 'done', { clock });
    await expect(settle(patcher.patch(site))).rejects.toMatchObject({
      code: 'RUNTIME_PATCH_CONFLICT',
      retry: 'backoff',
    });
  });

  it('gives up where others write all the time: RUNTIME_PATCH_CONFLICT', async () => {
    const site = stored();
    const patcher = patcherOf(site);
    cluster.onRequest = (request) => {
      if (request.startsWith('patch')) throw statusError(409, 'Conflict');
    };
    conditions.markTrue(site, 'Ready', 'Succeeded', 'done', { clock });
    await expect(settle(patcher.patch(site))).rejects.toMatchObject({ code: 'RUNTIME_PATCH_CONFLICT' });
    expect(cluster.requests.filter((request) => request.startsWith('patch'))).toHaveLength(5);
  });

  it('does not write to another object of the same name: RUNTIME_PATCH_CONFLICT', async () => {
    const site = stored();
    const patcher = patcherOf(site);
    cluster.delete(refOf(site));
    stored();
    conditions.markTrue(site, 'Ready', 'Succeeded', 'done', { clock });
    await expect(settle(patcher.patch(site))).rejects.toMatchObject({
      message: expect.stringContaining('another object') as string,
    });
    expect(live(site)['status']).toBeUndefined();
  });

  it('removes its finalizer and leaves those of others, also those that came meanwhile', async () => {
    const site = stored({ metadata: { finalizers: ['ours', 'theirs'] } });
    const patcher = patcherOf(site);
    const theirs = cloneValue(live(site));
    theirs.metadata.finalizers = ['ours', 'theirs', 'new'];
    cluster.put(theirs);
    site.metadata.finalizers = ['theirs'];
    await settle(patcher.patch(site));
    expect(live(site).metadata.finalizers).toEqual(['theirs', 'new']);
    expect(site.metadata.finalizers).toEqual(['theirs', 'new']);
  });

  it('is content where an object that is being deleted is gone, and only then', async () => {
    const site = stored({ metadata: { finalizers: ['ours'] } });
    cluster.delete(refOf(site));
    const deleting = cloneValue(live(site));
    const patcher = patcherOf(deleting);
    cluster.objects.clear();
    conditions.markTrue(deleting, 'Ready', 'Succeeded', 'done', { clock });
    await patcher.patch(deleting);
    const other = patcherOf(site);
    conditions.markTrue(site, 'Ready', 'Succeeded', 'done', { clock });
    await expect(other.patch(site)).rejects.toMatchObject({ status: 404 });
  });

  it('tells of every version that it wrote', async () => {
    const site = stored();
    const versions: (string | undefined)[] = [];
    const patcher = patcherOf(site, {
      onWritten: (object) => versions.push(object.metadata.resourceVersion),
    });
    site['status'] = { url: 'x' };
    site.metadata.labels = { a: 'b' };
    await patcher.patch(site);
    expect(versions).toHaveLength(2);
    expect(versions.at(-1)).toBe(cluster.version);
  });
});

describe('2.12 addFinalizer and removeFinalizer', () => {
  it('write once and tell of it', async () => {
    const site = stored({ metadata: { finalizers: ['theirs'] } });
    expect(await addFinalizer(cluster.client, site, 'ours', { fieldManager: 'm' })).toBe(true);
    expect(site.metadata.finalizers).toEqual(['theirs', 'ours']);
    expect(await addFinalizer(cluster.client, site, 'ours')).toBe(false);
    expect(hasFinalizer(live(site), 'ours')).toBe(true);
    expect(await removeFinalizer(cluster.client, site, 'ours')).toBe(true);
    expect(await removeFinalizer(cluster.client, site, 'ours')).toBe(false);
    expect(live(site).metadata.finalizers).toEqual(['theirs']);
    expect(cluster.requests).toHaveLength(2);
    expect(site.metadata.resourceVersion).toBe(live(site).metadata.resourceVersion);
  });

  it('keep what others added meanwhile', async () => {
    const site = stored();
    cluster.put({ ...cloneValue(live(site)), metadata: { ...live(site).metadata, finalizers: ['theirs'] } });
    await settle(addFinalizer(cluster.client, site, 'ours', { clock }));
    expect(live(site).metadata.finalizers).toEqual(['theirs', 'ours']);
  });

  it('add nothing to an object that is being deleted', async () => {
    const site = stored({ metadata: { finalizers: ['theirs'] } });
    cluster.delete(refOf(site));
    expect(await addFinalizer(cluster.client, cloneValue(live(site)), 'ours')).toBe(false);
  });

  it('take an object that is gone for cleaned up, and for no place to add to', async () => {
    const site = stored({ metadata: { finalizers: ['ours'] } });
    cluster.objects.clear();
    expect(await removeFinalizer(cluster.client, site, 'ours')).toBe(true);
    expect(site.metadata.finalizers).toEqual([]);
    await expect(addFinalizer(cluster.client, site, 'ours')).rejects.toMatchObject({ status: 404 });
  });
});

describe('reconcile requests', () => {
  function requested(annotations: Record<string, string>, status: Record<string, unknown> = {}): KubeObject {
    const prefixed = Object.entries(annotations).map(([key, value]) => [`reconcile.fluxcd.io/${key}`, value]);
    return {
      apiVersion: 'example.com/v1',
      kind: 'Site',
      metadata: { name: 'shop', annotations: Object.fromEntries(prefixed) as Record<string, string> },
      status,
    };
  }

  it('wait until their token is recorded as handled', () => {
    const site = requested({ requestedAt: 'token-2' }, { lastHandledReconcileAt: 'token-1' });
    expect(hasReconcileRequest(site)).toBe(true);
    markReconcileRequestHandled(site);
    expect(hasReconcileRequest(site)).toBe(false);
    expect(site['status']).toEqual({ lastHandledReconcileAt: 'token-2' });
    const plain: KubeObject = { apiVersion: 'v1', kind: 'Site', metadata: { name: 'x' } };
    markReconcileRequestHandled(plain);
    expect(hasReconcileRequest(plain)).toBe(false);
    expect(plain).not.toHaveProperty('status');
  });

  it('force once, and only together with a request of the same token', () => {
    const site = requested({ requestedAt: 'now', forceAt: 'now' });
    expect(takeForceRequest(site)).toBe(true);
    expect(takeForceRequest(site)).toBe(false);
    expect(takeForceRequest(requested({ requestedAt: 'now', forceAt: 'earlier' }))).toBe(false);
    expect(takeForceRequest(requested({ forceAt: 'now' }))).toBe(false);
    expect(takeForceRequest(requested({ requestedAt: 'now' }))).toBe(false);
    expect(
      takeForceRequest(requested({ requestedAt: 'now', forceAt: 'now' }, { lastHandledReconcileAt: 'now' })),
    ).toBe(false);
  });

  it('record tokens that do not count as seen too', () => {
    const site = requested({ requestedAt: 'now', resetAt: 'earlier' });
    expect(takeResetRequest(site)).toBe(false);
    expect(site['status']).toEqual({ lastHandledResetAt: 'earlier' });
  });
});

describe('jitter', () => {
  it('spreads evenly either way and leaves the rest alone', () => {
    expect(jitter(1000, 5, () => 0)).toBe(950);
    expect(jitter(1000, 5, () => 0.5)).toBe(1000);
    expect(jitter(1000, 5, () => 1)).toBe(1050);
    expect(jitter(1000, 0, () => 0)).toBe(1000);
    expect(jitter(1000, 500, () => 0)).toBe(10);
    expect(jitter(0, 5)).toBe(0);
  });
});

describe('sortByDependency', () => {
  function sort(needs: Record<string, string[]>): string[] {
    return sortByDependency(Object.keys(needs), {
      keyOf: (name) => name,
      dependenciesOf: (name) => needs[name] ?? [],
    });
  }

  it('puts everything after what it needs, and leaves the rest in order', () => {
    expect(sort({ web: ['db', 'cache'], db: ['disk'], logs: [], cache: [], disk: [] })).toEqual([
      'disk',
      'db',
      'cache',
      'web',
      'logs',
    ]);
  });

  it('ignores what is not there, and takes a diamond for no circle', () => {
    expect(sort({ a: ['missing'], b: ['a', 'c'], c: ['a'] })).toEqual(['a', 'c', 'b']);
  });

  it('names the way round: RUNTIME_DEPENDENCY_CYCLE', () => {
    expect(() => sort({ x: ['a'], a: ['b'], b: ['c'], c: ['a'] })).toThrow(
      expect.objectContaining({
        code: 'RUNTIME_DEPENDENCY_CYCLE',
        message: 'dependencies go round in a circle: a -> b -> c -> a',
      }),
    );
    expect(() => sort({ a: ['a'] })).toThrow('a -> a');
  });

  it('does not run out of stack on long chains', () => {
    const needs: Record<string, string[]> = {};
    for (let i = 0; i < 50_000; i++) needs[`n${i}`] = [`n${i + 1}`];
    needs['n50000'] = [];
    expect(sort(needs)[0]).toBe('n50000');
  });
});
