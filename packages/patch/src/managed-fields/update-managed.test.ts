import type { KubeObject, ManagedFieldsEntry } from '@gitops-toolkit/core';
import { builtinSchema } from '@gitops-toolkit/schema';
import { describe, expect, it } from 'vitest';

import { updateManaged, type UpdateManagedOptions } from './update-managed.ts';

const schema = builtinSchema({ group: '', version: 'v1', kind: 'ConfigMap' });
const T1 = '2026-03-01T08:00:00Z';
const T2 = '2026-03-01T09:00:00Z';

function configMap(data: Record<string, string>, metadata: object = {}): KubeObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', ...metadata }, data };
}

function update(
  live: KubeObject | undefined,
  updated: KubeObject,
  options: Partial<UpdateManagedOptions> = {},
): KubeObject {
  return updateManaged({ live, updated, manager: 'ui', schema, time: T1, ...options });
}

/** An object as it is stored after a create. */
function created(data: Record<string, string>): KubeObject {
  const object = update(undefined, configMap(data));
  return { ...object, metadata: { ...object.metadata, uid: 'c0ffee' } };
}

function managers(object: KubeObject): unknown[] {
  return (object.metadata.managedFields ?? []).map(({ manager, time, fieldsV1 }) => [
    manager,
    time,
    fieldsV1,
  ]);
}

describe('updateManaged', () => {
  it("makes the creator own everything but what is the server's", () => {
    const object = update(undefined, configMap({ a: '1' }, { labels: { x: 'y' }, uid: 'u', generation: 1 }));
    expect(object.metadata.managedFields).toEqual([
      {
        manager: 'ui',
        operation: 'Update',
        apiVersion: 'v1',
        time: T1,
        fieldsType: 'FieldsV1',
        fieldsV1: { 'f:data': { '.': {}, 'f:a': {} }, 'f:metadata': { 'f:labels': { '.': {}, 'f:x': {} } } },
      },
    ]);
  });

  it('makes the writer own what it changed, besides what it owned', () => {
    const live = created({ a: '1', b: '1' });
    const after = update(live, configMap({ a: '1', b: '2', c: '1' }, { uid: 'c0ffee' }), {
      manager: 'edit',
      time: T2,
    });
    expect(managers(after)).toEqual([
      ['ui', T1, { 'f:data': { '.': {}, 'f:a': {} } }],
      ['edit', T2, { 'f:data': { 'f:b': {}, 'f:c': {} } }],
    ]);
    const again = update(
      after,
      { ...after, data: { a: '1', b: '2', c: '2' } },
      { manager: 'edit', time: T2 },
    );
    expect(managers(again)).toEqual(managers(after));
  });

  it('leaves times alone where nothing changes', () => {
    const live = created({ a: '1' });
    expect(update(live, configMap({ a: '1' }, { uid: 'c0ffee' }), { manager: 'other', time: T2 })).toEqual(
      live,
    );
  });

  it('drops entries that own nothing any more', () => {
    const live = created({ a: '1' });
    const { data: _, ...bare } = live;
    expect(managers(update(live, bare as KubeObject, { manager: 'other', time: T2 }))).toEqual([]);
  });

  it('keeps writes through a subresource apart', () => {
    const live = created({ a: '1' });
    const after = update(live, { ...live, data: { a: '2' } }, { subresource: 'status', time: T2 });
    expect(after.metadata.managedFields).toEqual([
      expect.objectContaining({ manager: 'ui', fieldsV1: { 'f:data': {} } }),
      expect.objectContaining({
        manager: 'ui',
        subresource: 'status',
        fieldsV1: { 'f:data': { 'f:a': {} } },
      }),
    ]);
  });

  it('does not own reset fields', () => {
    const after = update(undefined, configMap({ a: '1' }, { labels: { x: 'y' } }), {
      resetFields: [['data']],
    });
    expect(managers(after)).toEqual([['ui', T1, { 'f:metadata': { 'f:labels': { '.': {}, 'f:x': {} } } }]]);
  });

  it('calls a writer without a name unknown', () => {
    expect(managers(update(undefined, configMap({ a: '1' }), { manager: '' }))[0]).toContain('unknown');
  });

  it('takes items that repeat', () => {
    const repeated = configMap({}, { finalizers: ['a/b', 'a/b'] });
    expect(managers(update(undefined, repeated))).toEqual([
      ['ui', T1, { 'f:data': {}, 'f:metadata': { 'f:finalizers': { '.': {}, 'v:"a/b"': {} } } }],
    ]);
  });

  it('changes neither argument', () => {
    const live = created({ a: '1' });
    const updated = { ...live, data: { a: '2' } };
    const before = structuredClone({ live, updated });
    update(live, updated, { manager: 'other' });
    expect({ live, updated }).toEqual(before);
  });
});

describe('updateManaged: entries in the written object', () => {
  const live = created({ a: '1' });
  const entry: ManagedFieldsEntry = {
    manager: 'mine',
    operation: 'Update',
    apiVersion: 'v1',
    fieldsType: 'FieldsV1',
    fieldsV1: { 'f:data': { 'f:a': {} } },
  };
  const withEntries = (managedFields: unknown): KubeObject =>
    configMap({ a: '1' }, { uid: 'c0ffee', managedFields });

  it('count', () => {
    expect(managers(update(live, withEntries([entry])))).toEqual([
      ['mine', undefined, { 'f:data': { 'f:a': {} } }],
    ]);
  });

  it('do not count through a subresource', () => {
    expect(managers(update(live, withEntries([entry]), { subresource: 'status' }))).toEqual(managers(live));
    expect(managers(update(live, withEntries([]), { subresource: 'status' }))).toEqual(managers(live));
  });

  it('are taken from the live object where they are missing or cannot be read', () => {
    for (const entries of [undefined, null, [{ manager: 'x' }], [{ ...entry, fieldsV1: { broken: {} } }]]) {
      expect(managers(update(live, withEntries(entries)))).toEqual(managers(live));
    }
  });

  it('are reset by an empty list, or one empty entry', () => {
    for (const entries of [[], [{}]]) {
      const reset = update(live, withEntries(entries));
      expect(reset.metadata).not.toHaveProperty('managedFields');
      expect(update(reset, { ...reset, data: { a: '2' } }).metadata).not.toHaveProperty('managedFields');
    }
  });

  it('start anew where the live ones cannot be read', () => {
    const broken = configMap({ a: '1' }, { managedFields: [{ manager: 'x' }] });
    expect(managers(update(broken, configMap({ a: '2' })))).toEqual([
      ['ui', T1, { 'f:data': { 'f:a': {} } }],
    ]);
  });

  it('stay where the new object does not fit its schema', () => {
    const odd = { ...configMap({}), data: 7, metadata: { name: 'settings', uid: 'c0ffee' } };
    expect(update(live, odd)).toEqual({
      ...odd,
      metadata: { ...odd.metadata, managedFields: live.metadata.managedFields },
    });
    expect(update(undefined, odd)).toEqual(odd);
  });
});

describe('updateManaged: many managers', () => {
  it('joins the oldest of a version', () => {
    let live = created({});
    for (let i = 0; i < 14; i++) {
      const time = `2026-03-01T10:${String(i).padStart(2, '0')}:00Z`;
      live = update(
        live,
        { ...live, data: { ...(live['data'] as object), [`k${i}`]: 'x' } },
        { manager: `m${i}`, time },
      );
    }
    const names = live.metadata.managedFields?.map(({ manager }) => manager);
    expect(names).toEqual(['ancient-changes', 'm5', 'm6', 'm7', 'm8', 'm9', 'm10', 'm11', 'm12', 'm13']);
    expect(live.metadata.managedFields?.[0]).toMatchObject({
      time: '2026-03-01T10:04:00Z',
      fieldsV1: { 'f:data': { '.': {}, 'f:k0': {}, 'f:k1': {}, 'f:k2': {}, 'f:k3': {}, 'f:k4': {} } },
    });
  });

  it('does not join across versions', () => {
    const entries = Array.from({ length: 11 }, (_, i): ManagedFieldsEntry => ({
      manager: `m${i}`,
      operation: 'Update',
      apiVersion: i === 0 ? 'v0' : 'v1',
      time: `2026-03-01T10:${String(i).padStart(2, '0')}:00Z`,
      fieldsType: 'FieldsV1',
      fieldsV1: { 'f:data': { [`f:k${i}`]: {} } },
    }));
    const data = Object.fromEntries(entries.map((_, i) => [`k${i}`, 'x']));
    const live = configMap(data, { uid: 'u', managedFields: entries });
    const after = update(live, configMap(data, { uid: 'u' }));
    expect(after.metadata.managedFields?.map(({ manager }) => manager)).toEqual([
      'm0',
      'ancient-changes',
      'm3',
      'm4',
      'm5',
      'm6',
      'm7',
      'm8',
      'm9',
      'm10',
    ]);
  });

  it('adds to what was joined before', () => {
    const entries = ['old', 'ancient-changes', ...Array.from({ length: 9 }, (_, i) => `m${i}`)].map(
      (manager, i): ManagedFieldsEntry => ({
        manager,
        operation: 'Update',
        apiVersion: 'v1',
        time: `2026-03-01T10:${String(i).padStart(2, '0')}:00Z`,
        fieldsType: 'FieldsV1',
        fieldsV1: { 'f:data': { [`f:k${i}`]: {} } },
      }),
    );
    const data = Object.fromEntries(entries.map((_, i) => [`k${i}`, 'x']));
    const after = update(
      configMap(data, { uid: 'u', managedFields: entries }),
      configMap(data, { uid: 'u' }),
    );
    const all = after.metadata.managedFields ?? [];
    expect(all).toHaveLength(10);
    const owned = new Set(all.flatMap(({ fieldsV1 }) => Object.keys(fieldsV1?.['f:data'] ?? {})));
    expect(owned.size).toBe(11);
  });
});
