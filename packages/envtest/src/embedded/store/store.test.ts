import type { KubeObject } from '@gitops-toolkit/core';
import { describe, expect, it } from 'vitest';

import { Store, storeKey } from './store.ts';

const object = (name: string, data = '1'): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  data,
});
const keys = (entries: readonly { key: string }[] | undefined): string[] =>
  (entries ?? []).map(({ key }) => key);

/** A store with the keys `x/b`, `x/a` and `y/c`. */
function filled(options = {}): Store {
  const store = new Store(options);
  for (const key of ['x/b', 'x/a', 'y/c']) store.put('/configmaps', key, object(key));
  return store;
}

describe('Store', () => {
  it('counts all writes with one counter', () => {
    const store = filled();
    const before = store.revision;
    store.put('/secrets', 'x/s', object('s'));
    expect(store.revision).toBe(before + 1);
    expect(store.bucket('/secrets').get('x/s')?.object.metadata.resourceVersion).toBe(String(before + 1));
  });

  it('reads ranges in the order of keys', () => {
    const bucket = filled().bucket('/configmaps');
    expect(keys(bucket.range())).toEqual(['x/a', 'x/b', 'y/c']);
    expect(keys(bucket.range('x/'))).toEqual(['x/a', 'x/b']);
    expect(keys(bucket.range('z/'))).toEqual([]);
  });

  it('reads the past', () => {
    const store = filled();
    const bucket = store.bucket('/configmaps');
    const past = store.revision;
    store.delete('/configmaps', 'x/a');
    store.put('/configmaps', 'x/b', object('b', '2'));
    store.put('/configmaps', 'x/z', object('z'));
    expect(keys(bucket.range('x/'))).toEqual(['x/b', 'x/z']);
    expect(bucket.rangeAt('x/', past)?.map(({ key, object: { data } }) => [key, data])).toEqual([
      ['x/a', '1'],
      ['x/b', '1'],
    ]);
  });

  it('forgets the past when it is compacted', () => {
    const store = filled();
    const past = store.revision;
    store.delete('/configmaps', 'x/a');
    store.compact();
    const bucket = store.bucket('/configmaps');
    expect(bucket.compacted).toBe(store.revision);
    expect(bucket.rangeAt('x/', past)).toBeUndefined();
    expect(bucket.rangeAt('x/', store.revision)).toHaveLength(1);
  });

  it('keeps no more history than it was told to', () => {
    const store = new Store({ historyLimit: 10 });
    for (let i = 0; i < 100; i++) store.put('/configmaps', 'x/a', object('a', String(i)));
    const bucket = store.bucket('/configmaps');
    const kept = bucket.eventsAfter(bucket.compacted).length;
    expect(kept).toBeGreaterThanOrEqual(10);
    expect(kept).toBeLessThanOrEqual(13);
  });

  it('gives the deleted object the revision of the deletion', () => {
    const store = filled();
    const events: unknown[] = [];
    store.listen((resource, { type, entry, previous }) => {
      events.push([resource, type, entry.object.metadata.resourceVersion, previous?.revision]);
    });
    const before = store.bucket('/configmaps').get('x/a')?.revision;
    store.delete('/configmaps', 'x/a');
    expect(events).toEqual([['/configmaps', 'DELETED', String(store.revision), before]]);
    expect(store.delete('/configmaps', 'x/a')).toBeUndefined();
  });

  it('stops telling listeners that leave', () => {
    const store = filled();
    let calls = 0;
    const stop = store.bucket('/configmaps').listen(() => calls++);
    store.delete('/configmaps', 'x/a');
    stop();
    store.delete('/configmaps', 'x/b');
    expect(calls).toBe(1);
  });

  it('prints each version of an object once', () => {
    const entry = filled().bucket('/configmaps').get('x/a');
    let conversions = 0;
    const convert = (value: KubeObject): KubeObject => {
      conversions++;
      return value;
    };
    expect(entry?.text('v1', convert)).toBe(entry?.text('v1', convert));
    expect(conversions).toBe(1);
  });

  it('makes keys of namespace and name', () => {
    expect(storeKey('x', 'a')).toBe('x/a');
    expect(storeKey(undefined, 'a')).toBe('a');
  });
});
