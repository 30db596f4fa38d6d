import { isEqual, NumberLiteral, parseJson } from '@gitops-toolkit/core';
import { describe, expect, it } from 'vitest';

import { PatchError } from './errors.ts';
import { applyJsonPatch, type JsonPatchOptions } from './json-patch.ts';

const deployment = {
  metadata: { name: 'shop', labels: { app: 'shop', 'example.com/team': 'web', 'a~b': 'tilde' } },
  spec: {
    replicas: 2,
    paused: null,
    containers: [
      { name: 'web', image: 'web:1', args: ['--port', '80'] },
      { name: 'proxy', image: 'proxy:1' },
    ],
  },
};

function failure(document: unknown, operations: unknown, options?: JsonPatchOptions): PatchError {
  try {
    applyJsonPatch(document, operations, options);
  } catch (error) {
    if (error instanceof PatchError) return error;
    throw error;
  }
  throw new Error('the patch was applied');
}

describe('applyJsonPatch: add', () => {
  it('sets a new key and replaces an existing one', () => {
    expect(
      applyJsonPatch({ data: { a: '1' } }, [
        { op: 'add', path: '/data/b', value: '2' },
        { op: 'add', path: '/data/a', value: '3' },
      ]),
    ).toEqual({ data: { a: '3', b: '2' } });
  });

  it('inserts before a position, at the end, and with -', () => {
    expect(
      applyJsonPatch({ list: ['b'] }, [
        { op: 'add', path: '/list/0', value: 'a' },
        { op: 'add', path: '/list/2', value: 'c' },
        { op: 'add', path: '/list/-', value: 'd' },
      ]),
    ).toEqual({ list: ['a', 'b', 'c', 'd'] });
  });

  it('replaces the whole document', () => {
    expect(applyJsonPatch({ a: 1 }, [{ op: 'add', path: '', value: [1] }])).toEqual([1]);
  });

  it('decodes escapes in keys', () => {
    const result = applyJsonPatch(deployment, [
      { op: 'add', path: '/metadata/labels/example.com~1tier', value: 'front' },
      { op: 'replace', path: '/metadata/labels/a~0b', value: 'new' },
    ]);
    expect(result).toHaveProperty(['metadata', 'labels', 'example.com/tier'], 'front');
    expect(result).toHaveProperty(['metadata', 'labels', 'a~b'], 'new');
  });

  it('takes a missing value for null', () => {
    expect(applyJsonPatch({}, [{ op: 'add', path: '/a' }])).toEqual({ a: null });
  });

  it('fails under a parent that is missing, or that is no container', () => {
    for (const path of [
      '/spec/template/labels',
      '/spec/replicas/0',
      '/spec/containers/7/name',
      '/spec/paused/x',
    ]) {
      const error = failure(deployment, [{ op: 'add', path, value: 'x' }]);
      expect(error).toMatchObject({
        code: 'PATCH_JSON_PATH',
        message: `add operation does not apply: doc is missing path: "${path}": missing value`,
        operationIndex: 0,
      });
    }
  });

  it('fails beyond the end of an array, and at what is no position', () => {
    expect(failure({ list: [] }, [{ op: 'add', path: '/list/1', value: 1 }]).message).toBe(
      "error in add for path: '/list/1': Unable to access invalid index: 1: invalid index referenced",
    );
    for (const key of ['x', '01', '1e0', '', '1.0']) {
      expect(failure({ list: [1, 2] }, [{ op: 'add', path: `/list/${key}`, value: 1 }]).message).toContain(
        `value was not a proper array index: '${key}': strconv.Atoi: parsing "${key}": invalid syntax`,
      );
    }
  });
});

describe('applyJsonPatch: remove', () => {
  it('removes a key and an item', () => {
    expect(
      applyJsonPatch({ a: { b: 1, c: 2 }, list: ['x', 'y', 'z'] }, [
        { op: 'remove', path: '/a/b' },
        { op: 'remove', path: '/list/1' },
      ]),
    ).toEqual({ a: { c: 2 }, list: ['x', 'z'] });
  });

  it("says in the words of Go's json-patch what is missing", () => {
    expect(failure(deployment, [{ op: 'remove', path: '/spec/nope' }])).toMatchObject({
      code: 'PATCH_JSON_PATH',
      message:
        "error in remove for path: '/spec/nope': Unable to remove nonexistent key: nope: missing value",
    });
    expect(failure(deployment, [{ op: 'remove', path: '/spec/containers/2' }]).message).toContain(
      'Unable to access invalid index: 2: invalid index referenced',
    );
    expect(failure(deployment, [{ op: 'remove', path: '/nope/deeper' }]).message).toBe(
      'remove operation does not apply: doc is missing path: "/nope/deeper": missing value',
    );
  });

  it('does not remove the document', () => {
    expect(failure({}, [{ op: 'remove', path: '' }]).code).toBe('PATCH_JSON_PATH');
  });
});

describe('applyJsonPatch: replace', () => {
  it('replaces a key, an item, the document', () => {
    expect(applyJsonPatch({ a: null }, [{ op: 'replace', path: '/a', value: 1 }])).toEqual({ a: 1 });
    expect(applyJsonPatch({ a: [1, 2] }, [{ op: 'replace', path: '/a/1', value: 3 }])).toEqual({ a: [1, 3] });
    expect(applyJsonPatch({ a: 1 }, [{ op: 'replace', path: '', value: { b: 2 } }])).toEqual({ b: 2 });
  });

  it('fails where there is nothing to replace', () => {
    expect(failure({ a: 1 }, [{ op: 'replace', path: '/b', value: 1 }]).message).toBe(
      'replace operation does not apply: doc is missing key: /b: missing value',
    );
    expect(failure({ a: [] }, [{ op: 'replace', path: '/a/0', value: 1 }]).message).toContain(
      'doc is missing key: /a/0',
    );
    expect(failure({ a: [1] }, [{ op: 'replace', path: '/a/-', value: 1 }]).code).toBe('PATCH_JSON_PATH');
    expect(failure({}, [{ op: 'replace', path: '/a/b', value: 1 }]).message).toBe(
      'replace operation does not apply: doc is missing path: /a/b: missing value',
    );
  });
});

describe('applyJsonPatch: move', () => {
  it('moves between maps and arrays', () => {
    expect(
      applyJsonPatch({ a: { x: 1 }, list: ['p', 'q'] }, [
        { op: 'move', from: '/a/x', path: '/list/0' },
        { op: 'move', from: '/list/2', path: '/a/y' },
      ]),
    ).toEqual({ a: { y: 'q' }, list: [1, 'p'] });
  });

  it('takes the positions of an array after the value was taken out', () => {
    expect(applyJsonPatch([1, 2, 3], [{ op: 'move', from: '/0', path: '/2' }])).toEqual([2, 3, 1]);
    expect(failure([1, 2, 3], [{ op: 'move', from: '/0', path: '/3' }]).code).toBe('PATCH_JSON_PATH');
  });

  it('does not move a value into itself', () => {
    expect(failure({ a: { b: {} } }, [{ op: 'move', from: '/a', path: '/a/b' }]).code).toBe(
      'PATCH_JSON_INVALID',
    );
    expect(applyJsonPatch({ a: 1 }, [{ op: 'move', from: '/a', path: '/a' }])).toEqual({ a: 1 });
  });

  it('fails where source or destination are missing', () => {
    expect(failure({ a: 1 }, [{ op: 'move', from: '/b', path: '/c' }]).message).toBe(
      "error in move for path: 'b': Unable to remove nonexistent key: b: missing value",
    );
    expect(failure({ a: 1 }, [{ op: 'move', from: '/b/c', path: '/c' }]).message).toContain(
      'doc is missing from path: /b/c',
    );
    expect(failure({ a: 1 }, [{ op: 'move', from: '/a', path: '/b/c' }]).message).toContain(
      'doc is missing destination path: /b/c',
    );
  });
});

describe('applyJsonPatch: copy', () => {
  it('makes values that later operations change apart', () => {
    expect(
      applyJsonPatch({ base: { env: ['A'] } }, [
        { op: 'copy', from: '/base', path: '/overlay' },
        { op: 'add', path: '/overlay/env/-', value: 'B' },
        { op: 'add', path: '/base/env/0', value: 'C' },
      ]),
    ).toEqual({ base: { env: ['C', 'A'] }, overlay: { env: ['A', 'B'] } });
  });

  it('fails where the source is missing', () => {
    expect(failure({}, [{ op: 'copy', from: '/a', path: '/b' }]).message).toContain(
      "error in copy for from: '/a'",
    );
    expect(failure({}, [{ op: 'copy', from: '/a/b', path: '/c' }]).message).toContain(
      'doc is missing from path: /a/b',
    );
    expect(failure({ a: 1 }, [{ op: 'copy', from: '/a', path: '/b/c' }]).message).toContain(
      'destination path: /b/c',
    );
    expect(failure({ a: [] }, [{ op: 'copy', from: '/a/0', path: '/b' }]).message).toContain(
      'invalid index: 0',
    );
  });

  it('bounds what copies of copies add', () => {
    const doubling = Array.from({ length: 60 }, () => ({ op: 'copy', from: '/list', path: '/list/-' }));
    expect(failure({ list: ['x'.repeat(100)] }, doubling)).toMatchObject({
      code: 'PATCH_LIMIT',
      operationIndex: expect.any(Number) as number,
    });
    expect(
      failure({ a: 'long enough' }, [{ op: 'copy', from: '/a', path: '/b' }], { maxCopied: 5 }).message,
    ).toBe('Unable to complete the copy, the accumulated size increase of copy is 13, exceeding the limit 5');
  });
});

describe('applyJsonPatch: test', () => {
  it('compares by value, whatever the order of keys', () => {
    const operations = [
      { op: 'test', path: '/spec/containers/1', value: { image: 'proxy:1', name: 'proxy' } },
      { op: 'test', path: '/spec/paused', value: null },
      { op: 'test', path: '', value: deployment },
    ];
    expect(applyJsonPatch(deployment, operations)).toBe(deployment);
  });

  it('compares numbers by value and large ones exactly', () => {
    const document = parseJson('{"a": 1, "big": 9007199254740993}');
    expect(applyJsonPatch(document, [{ op: 'test', path: '/a', value: new NumberLiteral('1.0') }])).toBe(
      document,
    );
    expect(
      failure(document, parseJson('[{"op": "test", "path": "/big", "value": 9007199254740992}]')).code,
    ).toBe('PATCH_JSON_TEST_FAILED');
  });

  it('fails for another value', () => {
    const operations = [
      { op: 'replace', path: '/spec/replicas', value: 3 },
      { op: 'test', path: '/spec/replicas', value: 2 },
    ];
    expect(failure(deployment, operations)).toMatchObject({
      code: 'PATCH_JSON_TEST_FAILED',
      message: 'testing value /spec/replicas failed: test failed',
      operationIndex: 1,
    });
    expect(failure(deployment, [{ op: 'test', path: '/spec/paused', value: false }]).code).toBe(
      'PATCH_JSON_TEST_FAILED',
    );
  });

  it('fails for a missing path, even when null is expected', () => {
    expect(failure({}, [{ op: 'test', path: '/a', value: null }]).code).toBe('PATCH_JSON_PATH');
    expect(failure({}, [{ op: 'test', path: '/a/b', value: null }]).message).toBe(
      'test operation does not apply: is missing path: /a/b: missing value',
    );
  });
});

describe('applyJsonPatch', () => {
  it('leaves document and operations alone and shares what it does not touch', () => {
    const before = structuredClone(deployment);
    const value = { nested: { list: [1] } };
    const result = applyJsonPatch(deployment, [
      { op: 'add', path: '/spec/extra', value },
      { op: 'add', path: '/spec/extra/nested/list/-', value: 2 },
      { op: 'remove', path: '/spec/containers/0/args/1' },
    ]) as typeof deployment;
    expect(deployment).toEqual(before);
    expect(value).toEqual({ nested: { list: [1] } });
    expect(result.metadata).toBe(deployment.metadata);
    expect(result.spec.containers[1]).toBe(deployment.spec.containers[1]);
    expect(result.spec.containers[0]?.args).toEqual(['--port']);
  });

  it('returns the document itself for no operations', () => {
    expect(applyJsonPatch(deployment, [])).toBe(deployment);
  });

  it('refuses what is no patch', () => {
    for (const operations of [
      {},
      null,
      'x',
      [1],
      [{}],
      [{ op: 'merge', path: '/a' }],
      [{ op: 7, path: '/a' }],
    ]) {
      expect(failure({}, operations).code).toBe('PATCH_JSON_INVALID');
    }
    expect(failure({}, [{ op: 'merge', path: '/a' }]).message).toBe('Unexpected kind: merge');
    expect(failure({}, [{ op: 'remove' }]).message).toContain('remove operation failed to decode path');
    expect(failure({}, [{ op: 'copy', path: '/a' }]).message).toContain(
      'copy operation failed to decode from',
    );
    expect(failure({}, [{ op: 'add', path: 'a', value: 1 }]).message).toContain('failed to decode path: "a"');
  });

  it('bounds the number of operations', () => {
    const operations = Array.from({ length: 4 }, () => ({ op: 'test', path: '', value: {} }));
    expect(failure({}, operations, { maxOperations: 3 })).toMatchObject({
      code: 'PATCH_LIMIT',
      message: 'The allowed maximum operations in a JSON patch is 3, got 4',
    });
  });

  it('never reaches prototypes', () => {
    for (const path of ['/__proto__/polluted', '/constructor/prototype/polluted', '/a/__proto__']) {
      expect(failure({ a: {} }, [{ op: 'add', path, value: true }]).code).toBe('PATCH_JSON_INVALID');
    }
    expect(failure({}, [{ op: 'test', path: '/toString', value: null }]).code).toBe('PATCH_JSON_PATH');
    expect(failure([], [{ op: 'replace', path: '/length', value: 9 }]).code).toBe('PATCH_JSON_PATH');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    const data = JSON.parse('{"__proto__": {"x": 1}, "b": 1}') as unknown;
    const result = applyJsonPatch(data, [{ op: 'remove', path: '/b' }]);
    expect(JSON.stringify(result)).toBe('{"__proto__":{"x":1}}');
  });

  it('counts negative positions from the end only where asked to', () => {
    const document = { list: ['a', 'b', 'c'] };
    const operations = [
      { op: 'replace', path: '/list/-1', value: 'z' },
      { op: 'add', path: '/list/-1', value: 'end' },
      { op: 'remove', path: '/list/-4' },
    ];
    expect(failure(document, operations).code).toBe('PATCH_JSON_PATH');
    expect(applyJsonPatch(document, operations, { allowNegativeIndices: true })).toEqual({
      list: ['b', 'z', 'end'],
    });
    expect(
      failure(document, [{ op: 'remove', path: '/list/-4' }], { allowNegativeIndices: true }).message,
    ).toContain('Unable to access invalid index: -4');
  });
});

describe('applyJsonPatch in the dialect of evanphx', () => {
  const options: JsonPatchOptions = { dialect: 'evanphx' };

  it('creates a key with replace', () => {
    expect(applyJsonPatch({ a: {} }, [{ op: 'replace', path: '/a/b', value: 1 }], options)).toEqual({
      a: { b: 1 },
    });
    expect(failure({ a: [] }, [{ op: 'replace', path: '/a/0', value: 1 }], options).code).toBe(
      'PATCH_JSON_PATH',
    );
  });

  it('takes a missing key for null in test and copy', () => {
    expect(applyJsonPatch({}, [{ op: 'test', path: '/a', value: null }], options)).toEqual({});
    expect(failure({}, [{ op: 'test', path: '/a', value: 1 }], options).code).toBe('PATCH_JSON_TEST_FAILED');
    expect(applyJsonPatch({}, [{ op: 'copy', from: '/a', path: '/b' }], options)).toEqual({ b: null });
  });

  it('takes negative positions', () => {
    expect(applyJsonPatch([1, 2], [{ op: 'remove', path: '/-1' }], options)).toEqual([1]);
    expect(
      failure([1, 2], [{ op: 'remove', path: '/-1' }], { ...options, allowNegativeIndices: false }).code,
    ).toBe('PATCH_JSON_PATH');
  });

  it('reads positions as Go reads integers, and paths from their first slash', () => {
    expect(applyJsonPatch(['a', 'b'], [{ op: 'add', path: '/01', value: 'x' }], options)).toEqual([
      'a',
      'x',
      'b',
    ]);
    expect(applyJsonPatch(['a', 'b'], [{ op: 'replace', path: '/+1', value: 'x' }], options)).toEqual([
      'a',
      'x',
    ]);
    expect(applyJsonPatch({ spec: {} }, [{ op: 'add', path: 'spec/y', value: 1 }], options)).toEqual({
      spec: {},
      y: 1,
    });
    expect(failure({}, [{ op: 'add', path: 'y', value: 1 }], options).code).toBe('PATCH_JSON_INVALID');
  });

  it('does not add at the root, but replaces and tests it', () => {
    expect(failure({}, [{ op: 'add', path: '', value: {} }], options).message).toBe(
      'add operation does not apply: doc is missing path: "": missing value',
    );
    const operations = [
      { op: 'replace', path: '', value: { a: 1 } },
      { op: 'test', path: '', value: { a: 1 } },
    ];
    expect(isEqual(applyJsonPatch({}, operations, options), { a: 1 })).toBe(true);
  });
});
