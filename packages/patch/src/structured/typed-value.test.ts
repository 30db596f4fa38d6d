import { NumberLiteral } from '@gitops-toolkit/core';
import { builtinSchema, type Schema } from '@gitops-toolkit/schema';
import { describe, expect, it } from 'vitest';

import { PatchError } from '../errors.ts';
import { FieldSet } from './field-set.ts';
import { TypedValue } from './typed-value.ts';

const TEXT: Schema = { type: 'string' };

/** A kind with every way to divide a value among owners. */
const schema: Schema = {
  type: 'object',
  properties: {
    text: TEXT,
    count: { type: 'integer' },
    flag: { type: 'boolean' },
    time: { type: 'string', format: 'date-time' },
    port: { 'x-kubernetes-int-or-string': true },
    set: { type: 'array', items: TEXT, 'x-kubernetes-list-type': 'set' },
    numbers: { type: 'array', items: { type: 'number' }, 'x-kubernetes-list-type': 'set' },
    atomicList: { type: 'array', items: TEXT },
    atomicMap: { type: 'object', additionalProperties: TEXT, 'x-kubernetes-map-type': 'atomic' },
    labels: { type: 'object', additionalProperties: TEXT },
    struct: {
      type: 'object',
      properties: { a: TEXT, b: TEXT, inner: { type: 'object', properties: { c: TEXT } } },
    },
    ports: {
      type: 'array',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['port', 'protocol'],
      items: {
        type: 'object',
        properties: { port: { type: 'integer' }, protocol: { type: 'string', default: 'TCP' }, name: TEXT },
      },
    },
    legacy: {
      type: 'array',
      'x-kubernetes-patch-strategy': 'merge',
      'x-kubernetes-patch-merge-key': 'name',
      items: { type: 'object', properties: { name: TEXT, value: TEXT } },
    },
    free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true, properties: { known: TEXT } },
    anything: {},
  },
};

function typed(value: unknown, allowDuplicates = false): TypedValue {
  return TypedValue.of(value, schema, { allowDuplicates });
}

function fields(value: unknown): unknown {
  return typed(value, true).toFieldSet().toFieldsV1();
}

function problem(value: unknown, of: Schema = schema): string {
  try {
    TypedValue.of(value, of);
  } catch (error) {
    if (error instanceof PatchError && error.code === 'PATCH_TYPE_MISMATCH') return error.message;
    throw error;
  }
  throw new Error('no problem');
}

describe('TypedValue.of', () => {
  it.each([
    { text: 'x', count: 1, flag: false, port: 'http', time: 5, labels: { a: 'b' }, struct: null, set: null },
    { count: new NumberLiteral('9007199254740993'), port: new NumberLiteral('80'), anything: [{ a: [1] }] },
    null,
  ])('takes %j', (value) => {
    expect(typed(value).value).toBe(value);
  });

  it('names the field and what is wrong with it', () => {
    expect(problem({ count: 'many' })).toBe('.count: expected numeric (int or float), got string');
    expect(problem({ count: [1] })).toBe('.count: expected numeric (int or float), got []interface {}');
    expect(problem({ count: true })).toBe('.count: expected numeric (int or float), got bool');
    expect(problem({ count: {} })).toBe(
      '.count: expected numeric (int or float), got map[string]interface {}',
    );
    expect(problem({ text: 7 })).toBe('.text: expected string, got &{7}');
    expect(problem({ flag: 'true' })).toBe('.flag: expected boolean, got &{true}');
    expect(problem({ time: {} })).toContain('.time: expected any scalar');
    expect(problem({ struct: [] })).toContain('.struct: expected map');
    expect(problem({ set: {} })).toContain('.set: expected list');
    expect(problem({ atomicMap: { a: 1 } })).toContain('.atomicMap.a: expected string');
    expect(problem({ atomicList: ['a', 1] })).toContain('.atomicList[1]: expected string');
    expect(problem('x')).toBe('expected map, got &{x}');
  });

  it('refuses fields that are not declared', () => {
    expect(problem({ struct: { unk: 1 } })).toBe('.struct.unk: field not declared in schema');
    expect(problem({ constructor: 1 })).toBe('.constructor: field not declared in schema');
    typed({ free: { known: 'x', other: { deep: 1 } } });
    expect(problem({ free: { known: 1 } })).toContain('.free.known: expected string');
    expect(problem({ a: 1 }, { type: 'object', additionalProperties: false })).toContain(
      'field not declared',
    );
  });

  it('refuses items that repeat, unless duplicates are allowed', () => {
    expect(problem({ set: ['a', 'b', 'a'] })).toBe('.set: duplicate entries for key [="a"]');
    expect(problem({ ports: [{ port: 80 }, { port: 80, protocol: 'TCP' }] })).toBe(
      '.ports: duplicate entries for key [port=80,protocol="TCP"]',
    );
    expect(problem({ numbers: [1, new NumberLiteral('1.0')] })).toContain('duplicate entries');
    typed({ set: ['a', 'a'], ports: [{ port: 80 }, { port: 80 }] }, true);
  });

  it('refuses items that cannot be told apart', () => {
    expect(problem({ ports: [null] })).toBe(
      '.ports: element 0: associative list with keys may not have a null element',
    );
    expect(problem({ ports: ['x'] })).toContain('may not have non-map elements');
    expect(problem({ legacy: [{ value: 'x' }] })).toContain('omits all key fields ["name"]');
    expect(problem({ set: [null] })).toContain("an element that's an explicit null");
    expect(problem({ set: [{}] })).toContain("an element that's a map type");
    expect(problem({ set: [['a']] })).toContain('associative list with lists as elements');
  });

  it('lists several problems, but not without end', () => {
    expect(problem({ text: 1, flag: 1 })).toBe(
      'errors:\n  .text: expected string, got &{1}\n  .flag: expected boolean, got &{1}',
    );
    const many = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`k${i}`, 1]));
    expect(problem({ labels: many }).split('\n')).toHaveLength(21);
  });

  it('refuses values that are nested without end', () => {
    let deep: unknown = {};
    for (let i = 0; i < 100_000; i++) deep = { a: deep };
    expect(() => TypedValue.of(deep, undefined)).toThrow(
      expect.objectContaining({ code: 'PATCH_LIMIT' }) as Error,
    );
  });
});

describe('TypedValue.toFieldSet', () => {
  it('has leaves, and not the structs above them', () => {
    expect(fields({ text: 'x', struct: { a: '1', inner: { c: '2' } } })).toEqual({
      'f:text': {},
      'f:struct': { 'f:a': {}, 'f:inner': { 'f:c': {} } },
    });
  });

  it('has what is empty or null', () => {
    expect(fields({ struct: {}, labels: null, text: null, set: [], ports: [] })).toEqual({
      'f:struct': {},
      'f:labels': {},
      'f:text': {},
    });
  });

  it('has the keys of maps, and what is atomic as a whole', () => {
    expect(fields({ labels: { a: '1' }, atomicMap: { a: '1' }, atomicList: ['x'] })).toEqual({
      'f:labels': { 'f:a': {} },
      'f:atomicMap': {},
      'f:atomicList': {},
    });
  });

  it('has the items of sets and keyed lists', () => {
    expect(fields({ set: ['b', 'a'], ports: [{ port: 80, name: 'http' }], legacy: [{ name: 'x' }] })).toEqual(
      {
        'f:set': { 'v:"a"': {}, 'v:"b"': {} },
        'f:ports': { 'k:{"port":80,"protocol":"TCP"}': { '.': {}, 'f:name': {}, 'f:port': {} } },
        'f:legacy': { 'k:{"name":"x"}': { '.': {}, 'f:name': {} } },
      },
    );
  });

  it('has repeated items only as such', () => {
    expect(fields({ ports: [{ port: 80, name: 'a' }, { port: 80, name: 'b' }, { port: 81 }] })).toEqual({
      'f:ports': {
        'k:{"port":80,"protocol":"TCP"}': {},
        'k:{"port":81,"protocol":"TCP"}': { '.': {}, 'f:port': {} },
      },
    });
  });

  it('has every key where nothing is declared', () => {
    expect(fields({ free: { known: 'x', other: { deep: 1, list: [1] } } })).toEqual({
      'f:free': { 'f:known': {}, 'f:other': { '.': {}, 'f:deep': {}, 'f:list': {} } },
    });
    expect(
      TypedValue.of({ a: { b: 1 }, list: [{ x: 1 }] }, undefined)
        .toFieldSet()
        .toFieldsV1(),
    ).toEqual({
      'f:a': { '.': {}, 'f:b': {} },
      'f:list': {},
    });
  });

  it('knows the metadata of an embedded object', () => {
    const embedded: Schema = {
      type: 'object',
      properties: { object: { type: 'object', 'x-kubernetes-embedded-resource': true } },
    };
    const value = {
      object: {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { finalizers: ['a/b'], labels: { x: 'y' } },
        spec: {},
      },
    };
    expect(TypedValue.of(value, embedded).toFieldSet().toFieldsV1()).toEqual({
      'f:object': {
        'f:apiVersion': {},
        'f:kind': {},
        'f:metadata': { 'f:finalizers': { 'v:"a/b"': {} }, 'f:labels': { 'f:x': {} } },
        'f:spec': {},
      },
    });
  });

  it('follows the built-in schemas', () => {
    const service = builtinSchema({ group: '', version: 'v1', kind: 'Service' });
    const value = {
      metadata: { ownerReferences: [{ uid: 'u', name: 'o' }] },
      spec: { ports: [{ port: 80 }], selector: { a: 'b' } },
    };
    expect(TypedValue.of(value, service).toFieldSet().toFieldsV1()).toEqual({
      'f:metadata': { 'f:ownerReferences': { 'k:{"uid":"u"}': {} } },
      'f:spec': {
        'f:ports': { 'k:{"port":80,"protocol":"TCP"}': { '.': {}, 'f:port': {} } },
        'f:selector': {},
      },
    });
  });
});

describe('TypedValue.compare', () => {
  function compare(before: unknown, after: unknown): Record<string, unknown> {
    const { added, modified, removed } = typed(before, true).compare(typed(after, true));
    return { added: added.toFieldsV1(), modified: modified.toFieldsV1(), removed: removed.toFieldsV1() };
  }
  const NONE = { added: {}, modified: {}, removed: {} };

  it('finds nothing between equal values', () => {
    const value = { text: 'x', ports: [{ port: 80 }], set: ['a'], atomicMap: { a: 'b' } };
    expect(compare(value, value)).toEqual(NONE);
    expect(compare(value, structuredClone(value))).toEqual(NONE);
    expect(compare({ count: 1 }, { count: new NumberLiteral('1.0') })).toEqual(NONE);
  });

  it('finds leaves, with the structs that came or went with them', () => {
    expect(compare({ text: 'a', struct: { a: '1' } }, { text: 'b', labels: { x: 'y' } })).toEqual({
      added: { 'f:labels': { '.': {}, 'f:x': {} } },
      modified: { 'f:text': {} },
      removed: { 'f:struct': { '.': {}, 'f:a': {} } },
    });
  });

  it('takes what is atomic as a whole', () => {
    expect(
      compare(
        { atomicMap: { a: '1' }, atomicList: ['a'] },
        { atomicMap: { b: '1' }, atomicList: ['a', 'b'] },
      ),
    ).toEqual({
      ...NONE,
      modified: { 'f:atomicMap': {}, 'f:atomicList': {} },
    });
  });

  it('pairs the items of sets and keyed lists, whatever their order', () => {
    expect(
      compare(
        { set: ['a', 'b'], ports: [{ port: 80, name: 'x' }, { port: 81 }] },
        { set: ['c', 'b'], ports: [{ port: 82 }, { port: 80, protocol: 'TCP', name: 'y' }] },
      ),
    ).toEqual({
      added: {
        'f:set': { 'v:"c"': {} },
        'f:ports': {
          'k:{"port":80,"protocol":"TCP"}': { 'f:protocol': {} },
          'k:{"port":82,"protocol":"TCP"}': { '.': {}, 'f:port': {} },
        },
      },
      modified: { 'f:ports': { 'k:{"port":80,"protocol":"TCP"}': { 'f:name': {} } } },
      removed: {
        'f:set': { 'v:"a"': {} },
        'f:ports': { 'k:{"port":81,"protocol":"TCP"}': { '.': {}, 'f:port': {} } },
      },
    });
    expect(compare({ set: ['a', 'b'] }, { set: ['b', 'a'] })).toEqual(NONE);
  });

  it('tells empty, null and nothing apart', () => {
    expect(compare({ struct: {} }, { struct: null })).toEqual({ ...NONE, modified: { 'f:struct': {} } });
    expect(compare({}, { struct: null })).toEqual({ ...NONE, added: { 'f:struct': {} } });
    expect(compare({ set: [] }, {})).toEqual({ ...NONE, removed: { 'f:set': {} } });
    expect(compare({ set: [] }, { set: ['a'] })).toEqual({ ...NONE, added: { 'f:set': { 'v:"a"': {} } } });
  });

  it('takes a value that became one of another kind for both', () => {
    expect(compare({ anything: 'text' }, { anything: { a: 1 } })).toEqual({
      ...NONE,
      added: { 'f:anything': { 'f:a': {} } },
      modified: { 'f:anything': {} },
    });
    expect(compare({ anything: null }, { anything: 1 })).toEqual({ ...NONE, modified: { 'f:anything': {} } });
  });

  it('takes items that share their keys as one', () => {
    const [once, twice, others] = [
      { ports: [{ port: 80 }] },
      { ports: [{ port: 80 }, { port: 80, name: 'x' }] },
      { ports: [{ port: 80 }, { port: 80, name: 'y' }] },
    ];
    const KEY = 'k:{"port":80,"protocol":"TCP"}';
    expect(compare(twice, structuredClone(twice))).toEqual(NONE);
    expect(compare(twice, others)).toEqual({ ...NONE, modified: { 'f:ports': { [KEY]: {} } } });
    expect(compare(once, twice)).toEqual({
      ...NONE,
      added: { 'f:ports': { [KEY]: {} } },
      removed: { 'f:ports': { [KEY]: { '.': {}, 'f:port': {} } } },
    });
    expect(compare(twice, once)).toEqual({
      ...NONE,
      added: { 'f:ports': { [KEY]: { '.': {}, 'f:port': {} } } },
      removed: { 'f:ports': { [KEY]: {} } },
    });
    expect(compare(twice, {})).toEqual({ ...NONE, removed: { 'f:ports': { '.': {}, [KEY]: {} } } });
    expect(compare({}, twice)).toEqual({ ...NONE, added: { 'f:ports': { '.': {}, [KEY]: {} } } });
  });
});

describe('TypedValue.merge', () => {
  function merge(live: unknown, config: unknown): unknown {
    return typed(live, true).merge(typed(config)).value;
  }

  it('lets the configuration win, and removes nothing', () => {
    expect(merge({ text: 'a', count: 1, labels: { x: '1' } }, { text: 'b', labels: { y: '2' } })).toEqual({
      text: 'b',
      count: 1,
      labels: { x: '1', y: '2' },
    });
    expect(merge(null, { text: 'a' })).toEqual({ text: 'a' });
    expect(merge({ text: 'a' }, null)).toEqual({ text: 'a' });
  });

  it('replaces what is atomic, and merges what is not', () => {
    expect(
      merge({ atomicMap: { a: '1' }, atomicList: ['a'] }, { atomicMap: { b: '2' }, atomicList: [] }),
    ).toEqual({
      atomicMap: { b: '2' },
      atomicList: [],
    });
    expect(merge({ struct: { a: '1' }, set: ['a'] }, { struct: {}, set: null })).toEqual({
      struct: { a: '1' },
      set: ['a'],
    });
    expect(merge({ struct: null, set: null }, { struct: {}, set: [] })).toEqual({ struct: {}, set: [] });
    expect(merge({ anything: { a: 1 } }, { anything: 'x' })).toEqual({ anything: 'x' });
  });

  it('merges keyed items', () => {
    expect(
      merge({ ports: [{ port: 80, name: 'x' }] }, { ports: [{ port: 80, protocol: 'TCP' }, { port: 81 }] }),
    ).toEqual({
      ports: [{ port: 80, name: 'x', protocol: 'TCP' }, { port: 81 }],
    });
  });

  /** [live, config, merged] */
  const orders: readonly (readonly [string, string, string])[] = [
    ['abc', 'abc', 'abc'],
    ['abc', 'b', 'abc'],
    ['abc', 'cba', 'cba'],
    ['abc', 'ca', 'bca'],
    ['abc', 'd', 'abcd'],
    ['abcd', 'xby', 'axbcdy'],
    ['abcd', 'dxa', 'bcdxa'],
    ['', 'ba', 'ba'],
    ['ab', '', 'ab'],
    ['aab', 'a', 'ab'],
    ['aab', 'b', 'aab'],
  ];
  it.each(orders)('orders set %s with %s as %s', (live, config, merged) => {
    expect(merge({ set: live.split('') }, { set: config.split('') })).toEqual({ set: merged.split('') });
  });

  it('gives back the very same value where nothing changes', () => {
    const live = typed({
      text: 'a',
      struct: { a: '1' },
      ports: [{ port: 80, name: 'x' }],
      atomicMap: { a: '1' },
    });
    const config = typed({ struct: { a: '1' }, ports: [{ port: 80 }], atomicMap: { a: '1' } });
    expect(live.merge(config)).toBe(live);
  });

  it('shares what does not change', () => {
    const live = { struct: { a: '1' }, ports: [{ port: 80, name: 'x' }] };
    const merged = merge(live, { text: 'new', ports: [{ port: 81 }] }) as typeof live;
    expect(merged.struct).toBe(live.struct);
    expect(merged.ports[0]).toBe(live.ports[0]);
  });
});

describe('TypedValue.removeItems', () => {
  function remove(value: unknown, items: unknown): unknown {
    return typed(value, true).removeItems(FieldSet.fromFieldsV1(items)).value;
  }

  it('removes fields, keys and items', () => {
    expect(
      remove(
        {
          text: 'x',
          labels: { a: '1', b: '2' },
          set: ['a', 'b'],
          ports: [{ port: 80 }, { port: 81, name: 'y' }],
        },
        {
          'f:text': {},
          'f:labels': { 'f:a': {} },
          'f:set': { 'v:"b"': {} },
          'f:ports': {
            'k:{"port":80,"protocol":"TCP"}': {},
            'k:{"port":81,"protocol":"TCP"}': { 'f:name': {} },
          },
        },
      ),
    ).toEqual({ labels: { b: '2' }, set: ['a'], ports: [{ port: 81 }] });
  });

  it('leaves null where the last part goes, and where a part of a whole goes', () => {
    expect(
      remove(
        { labels: { a: '1' }, set: ['a'], atomicMap: { a: '1' }, atomicList: ['a'] },
        {
          'f:labels': { 'f:a': {} },
          'f:set': { 'v:"a"': {} },
          'f:atomicMap': { 'f:a': {} },
          'f:atomicList': { 'i:0': {} },
        },
      ),
    ).toEqual({ labels: null, set: null, atomicMap: null, atomicList: null });
    expect(remove({ text: 'x' }, { 'f:text': {} })).toBeNull();
    expect(remove({}, {})).toBeNull();
  });

  it('gives back the same value where nothing is to be removed', () => {
    const value = typed({ text: 'x' });
    expect(value.removeItems(FieldSet.EMPTY)).toBe(value);
  });
});

describe('TypedValue.extractItems', () => {
  const value = {
    text: 'x',
    labels: { a: '1', b: '2' },
    atomicMap: { a: '1' },
    struct: {},
    ports: [{ port: 80, name: 'x' }, { port: 81 }],
    set: ['a', 'b'],
  };
  const items = FieldSet.fromFieldsV1({
    'f:labels': { 'f:a': {} },
    'f:atomicMap': {},
    'f:struct': {},
    'f:ports': { 'k:{"port":80,"protocol":"TCP"}': { 'f:name': {} } },
    'f:set': { 'v:"b"': {} },
    'f:missing': {},
  });

  it('keeps what the set names', () => {
    expect(typed(value).extractItems(items).value).toEqual({
      labels: { a: '1' },
      atomicMap: { a: '1' },
      struct: {},
      ports: [{ name: 'x' }],
      set: ['b'],
    });
  });

  it('keeps the keys of items where asked to', () => {
    expect(typed(value).extractItems(items, { withKeys: true }).value).toHaveProperty('ports', [
      { port: 80, name: 'x' },
    ]);
  });

  it('is null where nothing is kept', () => {
    expect(typed(value).extractItems(FieldSet.fromFieldsV1({ 'f:count': {} })).value).toBeNull();
  });
});

describe('TypedValue.reconcile', () => {
  function reconcile(owned: unknown): unknown {
    return typed(null).reconcile(FieldSet.fromFieldsV1(owned)).toFieldsV1();
  }

  it('makes owning a part of what is atomic now owning the whole', () => {
    expect(
      reconcile({ 'f:atomicMap': { 'f:a': {}, 'f:b': {} }, 'f:atomicList': { 'v:"a"': {} }, 'f:text': {} }),
    ).toEqual({ 'f:atomicMap': {}, 'f:atomicList': {}, 'f:text': {} });
    expect(reconcile({ 'f:ports': { 'k:{"port":80}': { '.': {}, 'f:name': {} } } })).toEqual({
      'f:ports': { 'k:{"port":80}': { '.': {}, 'f:name': {} } },
    });
  });

  it('gives back the same set where nothing is to be done', () => {
    for (const owned of [
      {},
      { 'f:atomicMap': {}, 'f:labels': { 'f:a': {} } },
      { 'f:anything': { 'f:deep': { 'f:er': {} } } },
      { 'f:unknown': { 'f:x': {} } },
      { 'f:free': { 'f:known': {} } },
    ]) {
      const set = FieldSet.fromFieldsV1(owned);
      expect(typed(null).reconcile(set)).toBe(set);
    }
    const set = FieldSet.fromFieldsV1({ 'f:a': { 'f:b': {} } });
    expect(TypedValue.of(null, undefined).reconcile(set)).toBe(set);
    expect(TypedValue.of(null, { type: 'object', 'x-kubernetes-map-type': 'atomic' }).reconcile(set)).toBe(
      set,
    );
  });

  it('looks into lists', () => {
    const list: Schema = {
      type: 'array',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['id'],
      items: {
        type: 'object',
        properties: {
          id: TEXT,
          whole: { type: 'object', properties: { x: TEXT }, 'x-kubernetes-map-type': 'atomic' },
        },
      },
    };
    const owned = FieldSet.fromFieldsV1({ 'k:{"id":"a"}': { '.': {}, 'f:whole': { 'f:x': {} } } });
    expect(TypedValue.of([], list).reconcile(owned).toFieldsV1()).toEqual({
      'k:{"id":"a"}': { '.': {}, 'f:whole': {} },
    });
  });
});
