import { createRecord, parseJson, setOwn } from '@gitops-toolkit/core';
import { describe, expect, it } from 'vitest';

import { PatchError } from './errors.ts';
import { applyMergePatch, createMergePatch } from './merge-patch.ts';

function nested(depth: number): unknown {
  let value: unknown = {};
  for (let i = 0; i < depth; i++) value = { a: value };
  return value;
}

describe('applyMergePatch', () => {
  // What RFC 7386 says, with examples of our own: [target, patch, result].
  const cases: readonly (readonly [unknown, unknown, unknown])[] = [
    [{ color: 'red' }, { color: 'blue' }, { color: 'blue' }],
    [{ color: 'red' }, { size: 'L' }, { color: 'red', size: 'L' }],
    [{ color: 'red', size: 'L' }, { color: null }, { size: 'L' }],
    [{ color: 'red' }, { nothing: null }, { color: 'red' }],
    [{ list: [1, 2] }, { list: [3] }, { list: [3] }],
    [{ a: { b: { c: 1, d: 2 } } }, { a: { b: { c: null, e: 3 } } }, { a: { b: { d: 2, e: 3 } } }],
    [{ a: 'text' }, { a: { b: 1, gone: null } }, { a: { b: 1 } }],
    [{ a: { b: 1 } }, { a: 'text' }, { a: 'text' }],
    [{ a: [1] }, { a: { b: { c: null } } }, { a: { b: {} } }],
    [{}, { a: [{ keep: null }] }, { a: [{ keep: null }] }],
    [[1, 2], { a: 1 }, { a: 1 }],
    [{ a: 1 }, ['x'], ['x']],
    [{ a: 1 }, null, null],
    ['text', {}, {}],
    [{ a: null }, { b: 1 }, { a: null, b: 1 }],
  ];

  it.each(cases)('%j with %j is %j', (target, patch, result) => {
    const before = structuredClone([target, patch]);
    expect(applyMergePatch(target, patch)).toEqual(result);
    expect([target, patch]).toEqual(before);
  });

  it('shares what is not changed, and all of it where nothing is', () => {
    const target = { spec: { replicas: 1 }, status: { ready: true } };
    const result = applyMergePatch(target, { spec: { replicas: 2 } }) as typeof target;
    expect(result.status).toBe(target.status);
    expect(applyMergePatch(target, { spec: { replicas: 1, none: null } })).toBe(target);
  });

  it('treats keys such as __proto__ as data', () => {
    const result = applyMergePatch(
      { a: 1 },
      JSON.parse('{"__proto__": {"polluted": true}, "constructor": {"x": 1}}'),
    );
    expect(JSON.stringify(result)).toBe('{"a":1,"__proto__":{"polluted":true},"constructor":{"x":1}}');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    const target = createRecord();
    setOwn(target, '__proto__', 1);
    expect(JSON.stringify(applyMergePatch(target, JSON.parse('{"__proto__": null}')))).toBe('{}');
  });

  it('refuses a patch that is nested without end', () => {
    expect(() => applyMergePatch({}, nested(100_000))).toThrow(
      expect.objectContaining({ code: 'PATCH_LIMIT' }) as PatchError,
    );
  });
});

describe('createMergePatch', () => {
  const cases: readonly (readonly [unknown, unknown, unknown])[] = [
    [{ a: 1 }, { a: 1 }, {}],
    [{ a: 1, b: 2 }, { a: 1 }, { b: null }],
    [{ a: 1 }, { a: 1, b: { c: [1] } }, { b: { c: [1] } }],
    [{ a: { b: 1, c: 2 } }, { a: { b: 1, c: 3 } }, { a: { c: 3 } }],
    [{ a: { b: 1 } }, { a: {} }, { a: { b: null } }],
    [{ a: { b: 1 } }, { a: [1] }, { a: [1] }],
    [{ a: [1, 2] }, { a: [2, 1] }, { a: [2, 1] }],
    [{ a: 1 }, 'text', 'text'],
    [[1], { a: 1 }, { a: 1 }],
  ];

  it.each(cases)('from %j to %j is %j', (from, to, patch) => {
    expect(createMergePatch(from, to)).toEqual(patch);
    expect(applyMergePatch(from, createMergePatch(from, to))).toEqual(to);
  });

  it('sees changes of large numbers', () => {
    const [from, to] = [parseJson('{"n": 9007199254740993}'), parseJson('{"n": 9007199254740995}')];
    expect(JSON.stringify(createMergePatch(from, to))).toBe('{"n":9007199254740995}');
    expect(createMergePatch(from, parseJson('{"n": 9007199254740993}'))).toEqual({});
  });

  it('refuses values that are nested without end', () => {
    expect(() => createMergePatch(nested(100_000), nested(100_000))).toThrow(
      expect.objectContaining({ code: 'PATCH_LIMIT' }) as PatchError,
    );
  });
});
