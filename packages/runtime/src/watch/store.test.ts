import type { KubeObject } from '@gitops-toolkit/core';
import { describe, expect, it } from 'vitest';

import { configMap } from '../testing/scripted-list-watch.ts';
import type { ObjectChange } from './object-change.ts';
import { Store } from './store.ts';
import { stripLastApplied, stripManagedFields } from './transform.ts';

/** `added a`, `deleted b (unknown)`: what happened, in short. */
function summary(changes: readonly ObjectChange[]): string[] {
  return changes.map((change) => {
    const mark = change.type === 'added' && change.initial ? ' (initial)' : '';
    const unknown = change.type === 'deleted' && change.finalStateUnknown ? ' (unknown)' : '';
    return `${change.type} ${change.object.metadata.name}${mark}${unknown}`;
  });
}

describe('2.1 Store.set', () => {
  it('tells of an addition, and of an update with the old state', () => {
    const store = new Store<KubeObject>();
    expect(summary(store.set(configMap('a', '1')))).toEqual(['added a']);
    const [update] = store.set(configMap('a', '2'));
    expect(update).toMatchObject({
      type: 'updated',
      object: { metadata: { resourceVersion: '2' } },
      old: { metadata: { resourceVersion: '1' } },
    });
    expect(store.size).toBe(1);
  });

  it('tells of a deletion and an addition where the name is another object by now', () => {
    const store = new Store<KubeObject>();
    store.set(configMap('a', '1', { uid: 'first' }));
    const changes = store.set(configMap('a', '9', { uid: 'second' }));
    expect(summary(changes)).toEqual(['deleted a (unknown)', 'added a']);
    expect(changes.map((change) => change.object.metadata.uid)).toEqual(['first', 'second']);
    expect(store.get({ namespace: 'apps', name: 'a' })?.metadata.uid).toBe('second');
  });

  it('keeps objects of one name in different namespaces apart', () => {
    const store = new Store<KubeObject>();
    store.set(configMap('a', '1', { namespace: 'x' }));
    store.set(configMap('a', '2', { namespace: 'y' }));
    expect(store.get({ namespace: 'x', name: 'a' })?.metadata.resourceVersion).toBe('1');
    expect(store.get({ name: 'a' })).toBeUndefined();
  });
});

describe('2.1 Store.delete', () => {
  it('tells of the last state that the server sent', () => {
    const store = new Store<KubeObject>();
    store.set(configMap('a', '1'));
    expect(store.delete(configMap('a', '7'))).toMatchObject([
      { type: 'deleted', finalStateUnknown: false, object: { metadata: { resourceVersion: '7' } } },
    ]);
    expect(store.size).toBe(0);
  });

  it('tells of what it had where the deletion is of another object of the name', () => {
    const store = new Store<KubeObject>();
    store.set(configMap('a', '1', { uid: 'first' }));
    const [change] = store.delete(configMap('a', '9', { uid: 'second' }));
    expect(change).toMatchObject({ finalStateUnknown: true, object: { metadata: { uid: 'first' } } });
  });

  it('is silent about what it never had', () => {
    expect(new Store<KubeObject>().delete(configMap('a', '1'))).toEqual([]);
  });
});

describe('2.1 Store.replace', () => {
  it('tells of what went, came and changed since', () => {
    const store = new Store<KubeObject>();
    expect(summary(store.replace([configMap('a', '1'), configMap('b', '1')], { initial: true }))).toEqual([
      'added a (initial)',
      'added b (initial)',
    ]);
    const changes = store.replace([configMap('b', '2'), configMap('c', '3')]);
    expect(summary(changes)).toEqual(['deleted a (unknown)', 'updated b', 'added c']);
  });

  it('is silent about objects that have not changed', () => {
    const store = new Store<KubeObject>();
    store.replace([configMap('a', '1')]);
    const before = store.get({ namespace: 'apps', name: 'a' });
    expect(store.replace([configMap('a', '1')])).toEqual([]);
    expect(store.get({ namespace: 'apps', name: 'a' })).toBe(before);
  });

  it('tells of a name that became another object while nobody watched', () => {
    const store = new Store<KubeObject>();
    store.replace([configMap('a', '1', { uid: 'first' })]);
    expect(summary(store.replace([configMap('a', '1', { uid: 'second' })]))).toEqual([
      'deleted a (unknown)',
      'added a',
    ]);
  });

  it('touches one namespace where it is told to', () => {
    const store = new Store<KubeObject>();
    store.replace([configMap('a', '1', { namespace: 'x' })], { namespace: 'x' });
    store.replace([configMap('a', '1', { namespace: 'y' })], { namespace: 'y' });
    expect(summary(store.replace([], { namespace: 'x' }))).toEqual(['deleted a (unknown)']);
    expect(store.list()).toHaveLength(1);
  });
});

describe('2.2 Store.list', () => {
  it('selects by namespace and labels', () => {
    const store = new Store<KubeObject>();
    store.set(configMap('a', '1', { labels: { app: 'web', tier: 'front' } }));
    store.set(configMap('b', '1', { labels: { app: 'web' } }));
    store.set(configMap('c', '1', { namespace: 'other', labels: { app: 'web', tier: 'front' } }));
    const names = (objects: KubeObject[]): (string | undefined)[] =>
      objects.map((object) => object.metadata.name);
    expect(names(store.list({ labels: { app: 'web', tier: 'front' } }))).toEqual(['a', 'c']);
    expect(names(store.list({ namespace: 'apps', labels: { app: 'web' } }))).toEqual(['a', 'b']);
    expect(store.list({ labels: { constructor: 'x' } })).toEqual([]);
    expect(names(store.list({ labelSelector: 'tier in (front,back)' }))).toEqual(['a', 'c']);
    expect(names(store.list({ labelSelector: 'app,tier notin (front)' }))).toEqual(['b']);
    expect(names(store.list({ labelSelector: '!tier,app!=db' }))).toEqual(['b']);
    expect(names(store.list({ namespace: 'apps', labels: { app: 'web' }, labelSelector: 'tier' }))).toEqual([
      'a',
    ]);
    expect(store.list({ labelSelector: '' })).toHaveLength(3);
    expect(() => store.list({ labelSelector: 'tier in front' })).toThrow(
      expect.objectContaining({ code: 'RUNTIME_SELECTOR_INVALID' }),
    );
    expect(store.list({ namespace: 'nowhere' })).toEqual([]);
  });
});

describe('2.2 Store indexes', () => {
  const byOwner = (object: KubeObject): string[] => [object.metadata.labels?.['owner'] ?? 'nobody'];

  it('follow additions, updates, deletions and replacements', () => {
    const store = new Store<KubeObject>();
    store.set(configMap('early', '1', { labels: { owner: 'ann' } }));
    store.addIndex('owner', byOwner);
    store.set(configMap('late', '1', { labels: { owner: 'ann' } }));
    expect(store.byIndex('owner', 'ann').map((object) => object.metadata.name)).toEqual(['early', 'late']);
    store.set(configMap('early', '2', { labels: { owner: 'bob' } }));
    store.delete(configMap('late', '2'));
    expect(store.byIndex('owner', 'ann')).toEqual([]);
    expect(store.byIndex('owner', 'bob')).toHaveLength(1);
    store.replace([configMap('new', '3')]);
    expect(store.byIndex('owner', 'bob')).toEqual([]);
    expect(store.byIndex('owner', 'nobody')).toHaveLength(1);
  });

  it('find objects under several values, and are not misled by inherited names', () => {
    const store = new Store<KubeObject>();
    store.addIndex('names', (object) => [object.metadata.name ?? '', 'all']);
    store.set(configMap('constructor', '1'));
    expect(store.byIndex('names', 'all')).toHaveLength(1);
    expect(store.byIndex('names', 'constructor')).toHaveLength(1);
    expect(store.byIndex('names', '__proto__')).toEqual([]);
  });

  it('lack objects that their function fails on, which are kept all the same', () => {
    const failed: (string | undefined)[] = [];
    const store = new Store<KubeObject>({
      onIndexError: (_error, object) => failed.push(object.metadata.name),
    });
    store.addIndex('owner', (object) => [(object['spec'] as { owner: string }).owner]);
    store.set(configMap('odd', '1'));
    store.set({ ...configMap('fine', '1'), spec: { owner: 'ann' } });
    store.delete(configMap('odd', '2'));
    expect(store.byIndex('owner', 'ann')).toHaveLength(1);
    expect(failed).toEqual(['odd']);
  });

  it('are refused under a name that is taken: RUNTIME_INDEX_CONFLICT', () => {
    const store = new Store<KubeObject>();
    store.addIndex('owner', byOwner);
    store.addIndex('owner', byOwner);
    expect(() => store.addIndex('owner', () => [])).toThrow(
      expect.objectContaining({ code: 'RUNTIME_INDEX_CONFLICT' }),
    );
  });

  it('must be there to be read: RUNTIME_INDEX_UNKNOWN', () => {
    expect(() => new Store().byIndex('owner', 'ann')).toThrow(
      expect.objectContaining({ code: 'RUNTIME_INDEX_UNKNOWN' }),
    );
  });
});

describe('2.2 Store objects', () => {
  it('are immutable to the last field, unless it is told otherwise', () => {
    const store = new Store<KubeObject>({ freeze: true });
    store.set({ ...configMap('a', '1'), data: { list: [{ key: 'value' }] } });
    const object = store.get({ namespace: 'apps', name: 'a' }) as KubeObject & {
      data: { list: { key: string }[] };
    };
    expect(() => (object.data.list[0]!.key = 'other')).toThrow(TypeError);
    const loose = new Store<KubeObject>({ freeze: false });
    loose.set(configMap('a', '1'));
    expect(Object.isFrozen(loose.get({ namespace: 'apps', name: 'a' }))).toBe(false);
  });

  it('keep once what they have in common with the state before, or with the object before', () => {
    const store = new Store<KubeObject>();
    const spec = { strategy: { type: 'RollingUpdate' }, image: 'app:1' };
    store.set({ ...configMap('a', '1'), spec: structuredClone(spec) });
    store.set({ ...configMap('b', '2'), spec: structuredClone(spec) });
    const [a, b] = store.list() as [KubeObject, KubeObject];
    expect(b).toEqual({ ...configMap('b', '2'), spec });
    expect(b['spec']).toBe(a['spec']);
    store.set({ ...configMap('a', '3'), spec: { ...structuredClone(spec), image: 'app:2' } });
    const changed = store.get({ namespace: 'apps', name: 'a' })?.['spec'] as typeof spec;
    expect(changed).toEqual({ ...spec, image: 'app:2' });
    expect(changed.strategy).toBe((a['spec'] as typeof spec).strategy);
    expect(a['spec']).toEqual(spec);
  });

  it.each([
    ['stripManagedFields', stripManagedFields],
    ['stripLastApplied', stripLastApplied],
  ])('lose what %s names, and nothing the second time', (_, strip) => {
    const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': '{}', team: 'web' };
    const object = configMap('a', '1', { annotations, managedFields: [{ manager: 'kubectl' }] });
    const once = structuredClone(strip(object));
    expect([once.metadata.managedFields, once.metadata.annotations]).toEqual(
      strip === stripManagedFields ? [undefined, annotations] : [[{ manager: 'kubectl' }], { team: 'web' }],
    );
    expect(strip(object)).toEqual(once);
    expect(strip(configMap('b', '1'))).toEqual(configMap('b', '1'));
  });

  it('are transformed before they are kept, also those of a deletion', () => {
    const store = new Store<KubeObject>({ transform: stripManagedFields });
    const managed = (version: string): KubeObject =>
      configMap('a', version, { managedFields: [{ manager: 'kubectl' }] });
    store.set(managed('1'));
    expect(store.get({ namespace: 'apps', name: 'a' })?.metadata).not.toHaveProperty('managedFields');
    expect(store.delete(managed('2'))[0]?.object.metadata).not.toHaveProperty('managedFields');
  });
});
