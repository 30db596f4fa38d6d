import { builtinSchema, type Schema } from '@gitops-toolkit/schema';
import { describe, expect, it } from 'vitest';

import type { PatchError } from '../errors.ts';
import { applyStrategicMergePatch } from './apply.ts';

const podSchema = builtinSchema({ group: '', version: 'v1', kind: 'Pod' });
const deploymentSchema = builtinSchema({ group: 'apps', version: 'v1', kind: 'Deployment' });

const pod = {
  metadata: { name: 'shop', finalizers: ['a.example.com/x', 'b.example.com/y'] },
  spec: {
    containers: [
      { name: 'web', image: 'web:1', args: ['--verbose'], env: [{ name: 'MODE', value: 'dev' }] },
      { name: 'proxy', image: 'proxy:1', ports: [{ containerPort: 80, protocol: 'TCP' }] },
    ],
    nodeSelector: { disk: 'ssd' },
    tolerations: [{ key: 'spot' }],
  },
};

/** A kind that has every strategy. */
const boxSchema: Schema = {
  type: 'object',
  properties: {
    tags: { type: 'array', items: { type: 'string' }, 'x-kubernetes-patch-strategy': 'merge' },
    numbers: { type: 'array', items: { type: 'integer' }, 'x-kubernetes-patch-strategy': 'merge' },
    plain: { type: 'array', items: { type: 'string' } },
    items: {
      type: 'array',
      'x-kubernetes-patch-strategy': 'merge,retainKeys',
      'x-kubernetes-patch-merge-key': 'id',
      items: {
        type: 'object',
        properties: { id: { type: 'integer' }, a: { type: 'string' }, b: { type: 'string' } },
      },
    },
    whole: {
      type: 'object',
      'x-kubernetes-patch-strategy': 'replace',
      properties: { x: { type: 'string' } },
    },
    union: {
      type: 'object',
      'x-kubernetes-patch-strategy': 'retainKeys',
      properties: { file: { type: 'object' }, url: { type: 'string' } },
    },
    keyless: { type: 'array', items: { type: 'object' }, 'x-kubernetes-patch-strategy': 'merge' },
    labels: { type: 'object', additionalProperties: { type: 'string' } },
  },
};

function apply(original: unknown, patch: unknown): unknown {
  return applyStrategicMergePatch(original, patch, boxSchema);
}

function failure(run: () => unknown): PatchError {
  try {
    run();
  } catch (error) {
    return error as PatchError;
  }
  throw new Error('did not fail');
}

describe('applyStrategicMergePatch on built-in kinds', () => {
  it('merges lists by key, and what is in their items', () => {
    const patch = {
      spec: { containers: [{ name: 'web', image: 'web:2', env: [{ name: 'LEVEL', value: '3' }] }] },
    };
    const result = applyStrategicMergePatch(pod, patch, podSchema) as typeof pod;
    expect(result.spec.containers).toEqual([
      {
        name: 'web',
        image: 'web:2',
        args: ['--verbose'],
        env: [
          { name: 'LEVEL', value: '3' },
          { name: 'MODE', value: 'dev' },
        ],
      },
      pod.spec.containers[1],
    ]);
  });

  it('replaces lists that do not merge', () => {
    const patch = { spec: { tolerations: [{ key: 'gpu' }], containers: [{ name: 'web', args: [] }] } };
    const result = applyStrategicMergePatch(pod, patch, podSchema) as typeof pod;
    expect(result.spec.tolerations).toEqual([{ key: 'gpu' }]);
    expect(result.spec.containers[0]?.args).toEqual([]);
  });

  it('merges lists of scalars, each item once', () => {
    const patch = { metadata: { finalizers: ['b.example.com/y', 'c.example.com/z'] } };
    expect(applyStrategicMergePatch(pod, patch, podSchema)).toHaveProperty('metadata.finalizers', [
      'a.example.com/x',
      'b.example.com/y',
      'c.example.com/z',
    ]);
  });

  it('clears what a changed union does not retain', () => {
    const deployment = { spec: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } } } };
    const patch = { spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } };
    expect(applyStrategicMergePatch(deployment, patch, deploymentSchema)).toEqual({
      spec: { strategy: { type: 'Recreate' } },
    });
  });

  it('deletes with null, and drops nulls of what is new', () => {
    const patch = {
      spec: {
        nodeSelector: null,
        affinity: { nodeAffinity: null },
        containers: [{ name: 'proxy', ports: null }],
      },
    };
    const result = applyStrategicMergePatch(pod, patch, podSchema);
    expect(result).not.toHaveProperty('spec.nodeSelector');
    expect(result).toHaveProperty('spec.affinity', {});
    expect(result).not.toHaveProperty('spec.containers[1].ports');
  });

  it('changes neither document and shares what stays', () => {
    const before = structuredClone(pod);
    const patch = { spec: { containers: [{ name: 'proxy', $patch: 'delete' }] } };
    const result = applyStrategicMergePatch(pod, patch, podSchema) as typeof pod;
    expect(pod).toEqual(before);
    expect(patch).toEqual({ spec: { containers: [{ name: 'proxy', $patch: 'delete' }] } });
    expect(result.metadata).toBe(pod.metadata);
    expect(result.spec.containers).toEqual([pod.spec.containers[0]]);
  });
});

describe('applyStrategicMergePatch: $patch', () => {
  it('replaces a map', () => {
    expect(apply({ labels: { a: '1', b: '2' } }, { labels: { c: '3', $patch: 'replace' } })).toEqual({
      labels: { c: '3' },
    });
  });

  it('empties a map, or the document', () => {
    expect(apply({ labels: { a: '1' }, tags: ['x'] }, { labels: { $patch: 'delete' } })).toEqual({
      labels: {},
      tags: ['x'],
    });
    expect(apply({ labels: { a: '1' } }, { $patch: 'delete' })).toEqual({});
  });

  it('leaves a directive out where there is nothing it could be about', () => {
    expect(apply({}, { labels: { $patch: 'delete' } })).toEqual({});
    expect(apply({}, { items: [{ id: 1 }, { id: 2, $patch: 'delete' }] })).toEqual({ items: [{ id: 1 }] });
  });

  it('deletes items of a list', () => {
    const items = [{ id: 1 }, { id: 2, a: 'x' }, { id: 3 }];
    expect(
      apply(
        { items },
        {
          items: [
            { id: 2, $patch: 'delete' },
            { id: 3, a: 'y' },
          ],
        },
      ),
    ).toEqual({
      items: [{ id: 1 }, { id: 3, a: 'y' }],
    });
  });

  it('replaces a list', () => {
    expect(apply({ items: [{ id: 1 }, { id: 2 }] }, { items: [{ id: 3 }, { $patch: 'replace' }] })).toEqual({
      items: [{ id: 3 }],
    });
    expect(apply({ items: [{ id: 1 }] }, { items: [{ $patch: 'replace' }] })).toEqual({ items: [] });
  });

  it('refuses other directives', () => {
    for (const patch of [
      { labels: { $patch: 'merge' } },
      { labels: { $patch: 1 } },
      { items: [{ id: 1, $patch: 'merge' }] },
      { items: [{ id: 1, $patch: 'drop' }] },
      { items: [{ $patch: 'delete' }] },
    ]) {
      expect(failure(() => apply({ labels: { a: '1' }, items: [{ id: 1 }] }, patch)).code).toBe(
        'PATCH_STRATEGIC_INVALID',
      );
    }
  });
});

describe('applyStrategicMergePatch: $retainKeys', () => {
  it('keeps only the listed keys, merged', () => {
    const original = { union: { file: { path: '/a', mode: 1 }, url: 'http://a' } };
    const patch = { union: { $retainKeys: ['file'], file: { mode: 2 } } };
    expect(apply(original, patch)).toEqual({ union: { file: { path: '/a', mode: 2 } } });
  });

  it('works in items of lists', () => {
    const patch = { items: [{ id: 1, $retainKeys: ['id', 'b'], b: 'new' }] };
    expect(apply({ items: [{ id: 1, a: 'old' }] }, patch)).toEqual({ items: [{ id: 1, b: 'new' }] });
  });

  it('lets nulls and other directives pass', () => {
    const patch = { $retainKeys: ['tags'], labels: null, '$deleteFromPrimitiveList/tags': ['x'] };
    expect(apply({ tags: ['x', 'y'], plain: ['z'] }, patch)).toEqual({ tags: ['y'] });
  });

  it('refuses a patch with keys that it does not list, or a list that is none', () => {
    for (const patch of [{ $retainKeys: ['a'], b: 1 }, { $retainKeys: 'a' }]) {
      expect(failure(() => apply({ union: {} }, { union: patch })).message).toBe(
        'invalid patch format of retainKeys',
      );
    }
  });
});

describe('applyStrategicMergePatch: $deleteFromPrimitiveList', () => {
  it('takes items out of a list', () => {
    const patch = { '$deleteFromPrimitiveList/tags': ['b', 'none'], tags: ['d'] };
    expect(apply({ tags: ['a', 'b', 'c', 'b'] }, patch)).toEqual({ tags: ['d', 'a', 'c'] });
    expect(apply({ numbers: [1, 2] }, { '$deleteFromPrimitiveList/numbers': [2] })).toEqual({ numbers: [1] });
  });

  it('does nothing where there is no list', () => {
    expect(apply({ labels: {} }, { '$deleteFromPrimitiveList/tags': ['b'] })).toEqual({ labels: {} });
    expect(apply({ tags: [] }, { '$deleteFromPrimitiveList/tags': [] })).toEqual({ tags: [] });
  });

  it('is malformed without the name of a list, and for lists of maps', () => {
    expect(failure(() => apply({ tags: ['a'] }, { $deleteFromPrimitiveList: ['a'] })).message).toBe(
      'invalid patch format of primitive list',
    );
    expect(
      failure(() => apply({ items: [{ id: 1 }] }, { '$deleteFromPrimitiveList/items': [{ id: 1 }] })).code,
    ).toBe('PATCH_STRATEGIC_INVALID');
  });
});

describe('applyStrategicMergePatch: $setElementOrder', () => {
  it('puts the named items in order, after those that were before the first of them', () => {
    const items = [{ id: 1 }, { id: 9 }, { id: 2 }, { id: 3 }];
    const patch = { '$setElementOrder/items': [{ id: 3 }, { id: 2 }, { id: 1 }] };
    expect(apply({ items }, patch)).toEqual({ items: [{ id: 9 }, { id: 3 }, { id: 2 }, { id: 1 }] });
  });

  it('merges the list that comes with it', () => {
    const patch = {
      '$setElementOrder/items': [{ id: 4 }, { id: 1 }],
      items: [
        { id: 4, a: 'new' },
        { id: 1, a: 'changed' },
      ],
    };
    expect(apply({ items: [{ id: 1, a: 'old' }, { id: 2 }] }, patch)).toEqual({
      items: [{ id: 4, a: 'new' }, { id: 1, a: 'changed' }, { id: 2 }],
    });
  });

  it('gives a new item the place of a deleted one, as Go does', () => {
    const patch = {
      '$setElementOrder/items': [{ id: 2 }, { id: 5 }],
      items: [{ id: 5 }, { id: 1, $patch: 'delete' }],
    };
    expect(apply({ items: [{ id: 1 }, { id: 2 }, { id: 7 }] }, patch)).toEqual({
      items: [{ id: 2 }, { id: 7 }, { id: 5 }],
    });
  });

  it('orders lists of scalars, new ones and those that are not there', () => {
    expect(apply({ tags: ['c', 'a', 'x'] }, { '$setElementOrder/tags': ['a', 'c'] })).toEqual({
      tags: ['a', 'c', 'x'],
    });
    expect(apply({}, { '$setElementOrder/tags': ['b', 'a'], tags: ['b', 'a'] })).toEqual({
      tags: ['b', 'a'],
    });
    expect(apply({ labels: {} }, { '$setElementOrder/tags': ['b', 'a'] })).toEqual({ labels: {} });
  });

  it('refuses a list in another order, and what is malformed', () => {
    const patch = { '$setElementOrder/items': [{ id: 1 }, { id: 2 }], items: [{ id: 2 }, { id: 1 }] };
    expect(failure(() => apply({ items: [{ id: 1 }] }, patch)).message).toContain(
      "doesn't match $setElementOrder list",
    );
    for (const malformed of [
      { '$setElementOrder/tags': 'a' },
      { $setElementOrder: ['a'] },
      { '$setElementOrder/tags': ['a'], tags: 'a' },
      { '$setElementOrder/items': [{ a: 'no id' }] },
    ]) {
      expect(failure(() => apply({ tags: ['a'], items: [{ id: 1 }] }, malformed)).code).toBe(
        'PATCH_STRATEGIC_INVALID',
      );
    }
  });
});

describe('applyStrategicMergePatch', () => {
  it('replaces maps whose schema says so', () => {
    expect(apply({ whole: { x: '1', y: '2' } }, { whole: { y: '3' } })).toEqual({ whole: { y: '3' } });
  });

  it('takes the value of the patch where types differ', () => {
    expect(apply({ labels: 'none' }, { labels: { a: '1', b: null } })).toEqual({ labels: { a: '1' } });
    expect(apply({ labels: { a: '1' } }, { labels: 'none' })).toEqual({ labels: 'none' });
    expect(apply({ tags: null }, { tags: ['a'] })).toEqual({ tags: ['a'] });
  });

  it('merges maps and replaces lists where there is no schema', () => {
    const patch = { spec: { list: [{ name: 'b' }], map: { y: 2 } } };
    expect(
      applyStrategicMergePatch({ spec: { list: [{ name: 'a' }], map: { x: 1 } } }, patch, undefined),
    ).toEqual({
      spec: { list: [{ name: 'b' }], map: { x: 1, y: 2 } },
    });
  });

  it('takes nothing for an empty document', () => {
    expect(apply(null, { tags: ['a'] })).toEqual({ tags: ['a'] });
    expect(apply({ tags: ['a'] }, undefined)).toEqual({ tags: ['a'] });
  });

  it('refuses documents that are no maps', () => {
    expect(failure(() => apply([], {})).message).toContain('invalid JSON document');
    expect(failure(() => apply({}, 'x')).code).toBe('PATCH_STRATEGIC_INVALID');
  });

  it('refuses lists it cannot merge', () => {
    const refused: readonly (readonly [unknown, unknown, string])[] = [
      [
        { items: [{ id: 1 }] },
        { items: [{ a: 'x' }] },
        'map: {"a":"x"} does not contain declared merge key: id',
      ],
      [{ items: [{ id: 1 }] }, { items: ['x'] }, 'list element types are not identical'],
      [{ tags: ['a', 1] }, { tags: ['b'] }, 'list element types are not identical'],
      [{ tags: [['a']] }, { tags: ['b'] }, 'lists of lists are not supported'],
      [{ keyless: [{ a: 1 }] }, { keyless: [{ a: 2 }] }, 'cannot merge lists without merge key'],
      [{ unknown: { a: 1 } }, { unknown: { a: 2 } }, 'unable to find api field "unknown"'],
    ];
    for (const [original, patch, message] of refused) {
      expect(failure(() => apply(original, patch))).toMatchObject({
        code: 'PATCH_STRATEGIC_INVALID',
        message: expect.stringContaining(message) as string,
      });
    }
  });

  it('refuses a schema with two strategies at once', () => {
    const schema: Schema = {
      properties: { a: { type: 'object', 'x-kubernetes-patch-strategy': 'merge,replace' } },
    };
    expect(failure(() => applyStrategicMergePatch({ a: {} }, { a: {} }, schema)).message).toContain(
      'unexpected patch strategy',
    );
  });

  it('refuses a patch that is nested without end', () => {
    let deep: unknown = {};
    for (let i = 0; i < 1000; i++) deep = { a: deep };
    expect(failure(() => applyStrategicMergePatch(deep, deep, undefined)).code).toBe('PATCH_LIMIT');
  });

  it('treats keys such as __proto__ as data', () => {
    const patch: unknown = JSON.parse('{"labels": {"__proto__": {"polluted": "yes"}, "constructor": "x"}}');
    const result = applyStrategicMergePatch({ labels: { a: '1' } }, patch, undefined);
    expect(JSON.stringify(result)).toBe(
      '{"labels":{"a":"1","__proto__":{"polluted":"yes"},"constructor":"x"}}',
    );
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});
