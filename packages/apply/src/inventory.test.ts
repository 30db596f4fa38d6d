import { describe, expect, it } from 'vitest';
import {
  addToInventory,
  createInventory,
  inventoryDifference,
  inventoryId,
  inventoryRefs,
  parseInventoryEntry,
} from './inventory.ts';

const settings = { apiVersion: 'v1', kind: 'ConfigMap', name: 'settings', namespace: 'web' };
const frontend = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'frontend', namespace: 'web' };
const web = { apiVersion: 'v1', kind: 'Namespace', name: 'web' };
const role = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', name: 'system:shop:view' };

describe('inventoryId', () => {
  it.each([
    [settings, 'web_settings__ConfigMap'],
    [frontend, 'web_frontend_apps_Deployment'],
    [web, '_web__Namespace'],
    [role, '_system__shop__view_rbac.authorization.k8s.io_ClusterRole'],
  ])('names %o', (ref, id) => {
    expect(inventoryId(ref)).toBe(id);
    const version = ref.apiVersion.split('/').at(-1) ?? '';
    expect(parseInventoryEntry({ id, v: version })).toEqual(ref);
  });

  it('leaves colons alone outside of RBAC', () => {
    expect(inventoryId({ ...settings, name: 'a:b' })).toBe('web_a:b__ConfigMap');
  });
});

describe('parseInventoryEntry', () => {
  it.each(['', 'a', 'a_b', 'a_b_c'])('refuses %j', (id) => {
    expect(() => parseInventoryEntry({ id, v: 'v1' })).toThrow(
      expect.objectContaining({ code: 'APPLY_INVENTORY_INVALID' }),
    );
  });
});

describe('createInventory', () => {
  it('lists what was applied or skipped in the order of the work', () => {
    const inventory = createInventory({
      entries: [
        { ref: web, action: 'created' },
        { ref: settings, action: 'skipped' },
        { ref: frontend, action: 'deleted' },
        { ref: role, action: 'unchanged' },
      ],
    });
    expect(inventory.entries).toEqual([
      { id: '_web__Namespace', v: 'v1' },
      { id: 'web_settings__ConfigMap', v: 'v1' },
      { id: '_system__shop__view_rbac.authorization.k8s.io_ClusterRole', v: 'v1' },
    ]);
  });
});

describe('inventoryDifference', () => {
  const before = { entries: [settings, frontend, web].map((ref) => ({ id: inventoryId(ref), v: 'v1' })) };

  it('gives what is no longer there, in apply order', () => {
    expect(inventoryDifference(before, { entries: [] }).map(({ kind }) => kind)).toEqual([
      'Namespace',
      'ConfigMap',
      'Deployment',
    ]);
    expect(inventoryDifference(before, before)).toEqual([]);
    expect(inventoryDifference(undefined, before)).toEqual([]);
  });

  it('does not take another version for another object', () => {
    const after = { entries: before.entries.map(({ id }) => ({ id, v: 'v2' })) };
    expect(inventoryDifference(before, after)).toEqual([]);
  });
});

describe('addToInventory', () => {
  it('adds what is not listed yet, once', () => {
    const inventory = { entries: [{ id: inventoryId(web), v: 'v1' }] };
    const { entries } = addToInventory(inventory, [web, settings, settings]);
    expect(entries.map(({ id }) => id)).toEqual(['_web__Namespace', 'web_settings__ConfigMap']);
    expect(inventoryRefs({ entries })).toEqual([web, settings]);
  });
});
