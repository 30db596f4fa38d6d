import { describe, expect, it } from 'vitest';

import { FieldSet } from './field-set.ts';
import { pathString } from './path-element.ts';

function set(fields: unknown): FieldSet {
  return FieldSet.fromFieldsV1(fields);
}

const deployment = {
  'f:metadata': { 'f:labels': { '.': {}, 'f:app': {} } },
  'f:spec': {
    'f:replicas': {},
    'f:template': {
      'f:spec': { 'f:containers': { 'k:{"name":"web"}': { '.': {}, 'f:image': {}, 'f:name': {} } } },
    },
  },
};

describe('FieldSet.fromFieldsV1', () => {
  it('is the reverse of toFieldsV1', () => {
    expect(set(deployment).toFieldsV1()).toEqual(deployment);
    expect(
      set(deployment)
        .union(set({ 'f:x': {} }))
        .toFieldsV1(),
    ).toEqual({ ...deployment, 'f:x': {} });
    expect(set({}).toFieldsV1()).toEqual({});
  });

  it('takes an element with nothing or only itself below for a member', () => {
    expect(set({ 'f:a': { '.': {} } }).equals(set({ 'f:a': {} }))).toBe(true);
  });

  it('leaves out elements of the future', () => {
    const read = set({ 'x:new': { 'f:a': {} }, 'f:b': { 'y:newer': {} } });
    expect([...read.paths()].map(pathString)).toEqual(['.b']);
  });

  it('refuses what is malformed or nested without end', () => {
    for (const fields of [null, [], 'x', { 'f:a': 1 }, { 'f:a': null }, { nope: {} }]) {
      expect(() => set(fields)).toThrow(expect.objectContaining({ code: 'PATCH_FIELDS_INVALID' }) as Error);
    }
    let deep: unknown = {};
    for (let i = 0; i < 10_000; i++) deep = { 'f:a': deep };
    expect(() => set(deep)).toThrow(expect.objectContaining({ code: 'PATCH_LIMIT' }) as Error);
  });
});

describe('FieldSet.toFieldsV1', () => {
  it('writes in the order of the API server', () => {
    const unsorted = FieldSet.fromPaths([
      ['f:b', 'v:"x"'],
      ['f:b', 'k:{"port":443}'],
      ['f:b', 'k:{"port":80}'],
      ['f:b'],
      ['f:a'],
    ]);
    expect(JSON.stringify(unsorted.toFieldsV1())).toBe(
      JSON.stringify({
        'f:a': {},
        'f:b': { '.': {}, 'k:{"port":80}': {}, 'k:{"port":443}': {}, 'v:"x"': {} },
      }),
    );
  });

  it('treats field names such as __proto__ as data', () => {
    const fields = FieldSet.fromPaths([['f:__proto__', 'f:constructor']]).toFieldsV1();
    expect(JSON.stringify(fields)).toBe('{"f:__proto__":{"f:constructor":{}}}');
  });
});

describe('FieldSet', () => {
  it('lists its paths level by level', () => {
    expect(
      [...set({ 'f:b': {}, 'f:a': { '.': {}, 'f:x': {} }, 'f:c': { 'f:y': {} } }).paths()].map(pathString),
    ).toEqual(['.a', '.b', '.a.x', '.c.y']);
  });

  it('knows its members, and not what is above or below them', () => {
    const fields = set(deployment);
    expect(fields.has(['f:spec', 'f:replicas'])).toBe(true);
    expect(fields.has(['f:spec'])).toBe(false);
    expect(fields.has(['f:spec', 'f:replicas', 'f:x'])).toBe(false);
    expect(fields.has(['f:none', 'f:x'])).toBe(false);
    expect(fields.has([])).toBe(false);
    expect(fields.size).toBe(6);
    expect(fields.below('f:spec').has(['f:replicas'])).toBe(true);
    expect(fields.below('f:none').isEmpty()).toBe(true);
  });

  it('does not own the whole', () => {
    expect(FieldSet.fromPaths([[]]).isEmpty()).toBe(true);
  });

  it('joins', () => {
    const a = set({ 'f:a': {}, 'f:b': { 'f:x': {} } });
    const b = set({ 'f:a': { 'f:y': {} }, 'f:b': { '.': {}, 'f:z': {} } });
    expect(a.union(b).toFieldsV1()).toEqual({
      'f:a': { '.': {}, 'f:y': {} },
      'f:b': { '.': {}, 'f:x': {}, 'f:z': {} },
    });
    expect(a.union(FieldSet.EMPTY)).toBe(a);
    expect(FieldSet.EMPTY.union(a)).toBe(a);
    expect(a.toFieldsV1()).toEqual({ 'f:a': {}, 'f:b': { 'f:x': {} } });
  });

  it('intersects', () => {
    const a = set({ 'f:a': {}, 'f:b': { '.': {}, 'f:x': {}, 'f:y': {} }, 'f:c': { 'f:z': {} } });
    const b = set({ 'f:a': { 'f:x': {} }, 'f:b': { 'f:x': {} }, 'f:c': { 'f:other': {} } });
    expect(a.intersection(b).toFieldsV1()).toEqual({ 'f:b': { 'f:x': {} } });
    expect(a.intersection(a)).toBe(a);
  });

  it('subtracts paths one by one', () => {
    const a = set({ 'f:a': { '.': {}, 'f:x': {} }, 'f:b': { 'f:y': {} }, 'f:c': {} });
    expect(a.difference(set({ 'f:a': {}, 'f:b': { 'f:y': {} } })).toFieldsV1()).toEqual({
      'f:a': { 'f:x': {} },
      'f:c': {},
    });
    expect(a.difference(set({ 'f:a': { 'f:x': {} }, 'f:c': { 'f:below': {} } })).toFieldsV1()).toEqual({
      'f:a': {},
      'f:b': { 'f:y': {} },
      'f:c': {},
    });
    expect(a.difference(set({ 'f:zzz': {} }))).toBe(a);
    expect(a.difference(a).isEmpty()).toBe(true);
  });

  it('subtracts whole branches', () => {
    const a = set({ 'f:status': { 'f:replicas': {} }, 'f:spec': { 'f:a': {}, 'f:b': { 'f:c': {} } } });
    expect(a.recursiveDifference(set({ 'f:status': {}, 'f:spec': { 'f:b': {} } })).toFieldsV1()).toEqual({
      'f:spec': { 'f:a': {} },
    });
    expect(a.recursiveDifference(set({ 'f:status': { 'f:replicas': {} } })).toFieldsV1()).toEqual({
      'f:spec': { 'f:a': {}, 'f:b': { 'f:c': {} } },
    });
  });

  it('compares', () => {
    expect(set(deployment).equals(set(structuredClone(deployment)))).toBe(true);
    expect(set(deployment).equals(set({ 'f:spec': {} }))).toBe(false);
    expect(set({ 'f:a': {} }).equals(set({ 'f:a': { 'f:b': {} } }))).toBe(false);
    expect(set({ 'f:a': {} }).equals(set({ 'f:b': {} }))).toBe(false);
  });

  it('knows whether another has all its paths', () => {
    const part = set({ 'f:spec': { 'f:replicas': {} } });
    expect(part.isSubsetOf(set(deployment))).toBe(true);
    expect(set(deployment).isSubsetOf(part)).toBe(false);
    expect(set({ 'f:spec': {} }).isSubsetOf(part)).toBe(false);
    expect(set({ 'f:spec': { 'f:replicas': { 'f:x': {} } } }).isSubsetOf(part)).toBe(false);
    expect(part.isSubsetOf(part)).toBe(true);
  });
});
