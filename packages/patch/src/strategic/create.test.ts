import { builtinSchema, type Schema } from '@gitops-toolkit/schema';
import { describe, expect, it } from 'vitest';

import { PatchError } from '../errors.ts';
import { applyStrategicMergePatch } from './apply.ts';
import {
  createThreeWayMergePatch,
  createTwoWayMergePatch,
  requireKeyUnchanged,
  requireMetadataKeyUnchanged,
} from './create.ts';

const serviceSchema = builtinSchema({ group: '', version: 'v1', kind: 'Service' });
const podSchema = builtinSchema({ group: '', version: 'v1', kind: 'Pod' });
const deploymentSchema = builtinSchema({ group: 'apps', version: 'v1', kind: 'Deployment' });

const boxSchema: Schema = {
  type: 'object',
  properties: {
    tags: { type: 'array', items: { type: 'string' }, 'x-kubernetes-patch-strategy': 'merge' },
    plain: { type: 'array', items: { type: 'string' } },
    items: {
      type: 'array',
      'x-kubernetes-patch-strategy': 'merge',
      'x-kubernetes-patch-merge-key': 'id',
      items: {
        type: 'object',
        properties: {
          id: { type: 'integer' },
          a: { type: 'string' },
          b: { type: 'string' },
          c: { type: 'object' },
        },
      },
    },
    whole: {
      type: 'object',
      'x-kubernetes-patch-strategy': 'replace',
      properties: { x: { type: 'string' } },
    },
    labels: { type: 'object', additionalProperties: { type: 'string' } },
  },
};

function failure(run: () => unknown): PatchError {
  try {
    run();
  } catch (error) {
    return error as PatchError;
  }
  throw new Error('did not fail');
}

describe('createTwoWayMergePatch', () => {
  const cases: readonly (readonly [string, object, object, object])[] = [
    ['nothing changed', { labels: { a: '1' }, tags: ['x'] }, { labels: { a: '1' }, tags: ['x'] }, {}],
    [
      'keys',
      { labels: { a: '1', b: '2' } },
      { labels: { a: '3', c: '4' } },
      { labels: { a: '3', b: null, c: '4' } },
    ],
    ['another type', { labels: { a: '1' } }, { labels: ['a'] }, { labels: ['a'] }],
    ['a list that is replaced', { plain: ['a', 'b'] }, { plain: ['b', 'a'] }, { plain: ['b', 'a'] }],
    ['a map that is replaced', { whole: { x: '1' } }, { whole: { x: '2' } }, { whole: { x: '2' } }],
    ['a list that is new', { items: [] }, { items: [{ id: 1 }] }, { items: [{ id: 1 }] }],
    [
      'scalars of a merged list',
      { tags: ['a', 'b', 'b'] },
      { tags: ['c', 'a'] },
      { tags: ['c'], '$deleteFromPrimitiveList/tags': ['b'], '$setElementOrder/tags': ['c', 'a'] },
    ],
    [
      'the order of scalars',
      { tags: ['a', 'b'] },
      { tags: ['b', 'a'] },
      { '$setElementOrder/tags': ['b', 'a'] },
    ],
    [
      'items of a merged list',
      { items: [{ id: 1, a: 'x' }, { id: 2 }, { id: 10 }] },
      { items: [{ id: 10 }, { id: 1, a: 'y' }, { id: 3 }] },
      {
        items: [{ id: 1, a: 'y' }, { id: 3 }, { id: 2, $patch: 'delete' }],
        '$setElementOrder/items': [{ id: 10 }, { id: 1 }, { id: 3 }],
      },
    ],
    [
      'the order of items',
      { items: [{ id: 1 }, { id: 2 }] },
      { items: [{ id: 2 }, { id: 1 }] },
      { '$setElementOrder/items': [{ id: 2 }, { id: 1 }] },
    ],
    ['all items gone', { items: [{ id: 1 }] }, { items: [] }, { items: [{ id: 1, $patch: 'delete' }] }],
  ];

  it.each(cases)('%s', (_, original, modified, patch) => {
    const before = structuredClone([original, modified]);
    expect(createTwoWayMergePatch(original, modified, boxSchema)).toEqual(patch);
    expect([original, modified]).toEqual(before);
  });

  it.each(cases)('applied gives what was wanted: %s', (_, original, modified) => {
    const patch = createTwoWayMergePatch(original, modified, boxSchema);
    expect(applyStrategicMergePatch(original, patch, boxSchema)).toEqual(modified);
  });

  it('tells ports with the same number apart by nothing but the number', () => {
    const original = { spec: { ports: [{ port: 53, protocol: 'UDP' }] } };
    const modified = { spec: { ports: [{ port: 53, protocol: 'TCP' }] } };
    expect(createTwoWayMergePatch(original, modified, serviceSchema)).toEqual({
      spec: { ports: [{ port: 53, protocol: 'TCP' }], '$setElementOrder/ports': [{ port: 53 }] },
    });
  });

  it('lists the keys that a union keeps', () => {
    const original = { spec: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } } } };
    const modified = { spec: { strategy: { type: 'Recreate', rollingUpdate: null } } };
    expect(createTwoWayMergePatch(original, modified, deploymentSchema)).toEqual({
      spec: { strategy: { $retainKeys: ['type'], type: 'Recreate', rollingUpdate: null } },
    });
    const gone = { spec: { strategy: { type: 'RollingUpdate' } } };
    expect(createTwoWayMergePatch(original, gone, deploymentSchema)).toEqual({
      spec: { strategy: { $retainKeys: ['type'], rollingUpdate: null } },
    });
    expect(createTwoWayMergePatch(gone, gone, deploymentSchema)).toEqual({});
  });

  it('can leave out one kind of difference, and orders', () => {
    const original = { labels: { a: '1', b: '2' }, tags: ['x'] };
    const modified = { labels: { a: '3' }, tags: ['y'] };
    expect(
      createTwoWayMergePatch(original, modified, boxSchema, {
        ignoreDeletions: true,
        setElementOrder: false,
      }),
    ).toEqual({
      labels: { a: '3' },
      tags: ['y'],
    });
    expect(
      createTwoWayMergePatch(original, modified, boxSchema, { ignoreChangesAndAdditions: true }),
    ).toEqual({
      labels: { b: null },
      '$deleteFromPrimitiveList/tags': ['x'],
      '$setElementOrder/tags': ['y'],
    });
  });

  it('carries directives that differ', () => {
    expect(createTwoWayMergePatch({ $patch: 'delete' }, { $patch: 'replace' }, boxSchema)).toEqual({
      $patch: 'replace',
    });
    expect(failure(() => createTwoWayMergePatch({ $patch: 1 }, { $patch: 'x' }, boxSchema)).code).toBe(
      'PATCH_STRATEGIC_INVALID',
    );
  });

  it('needs no schema for unknown fields that are equal', () => {
    expect(
      createTwoWayMergePatch({ other: { a: 1 }, more: [1] }, { other: { a: 1 }, more: [1] }, boxSchema),
    ).toEqual({});
    expect(
      failure(() => createTwoWayMergePatch({ other: { a: 1 } }, { other: { a: 2 } }, boxSchema)).message,
    ).toBe('unable to find api field "other"');
    expect(failure(() => createTwoWayMergePatch({ more: [1] }, { more: [2] }, boxSchema)).code).toBe(
      'PATCH_STRATEGIC_INVALID',
    );
  });

  it('refuses items without the merge key', () => {
    expect(
      failure(() => createTwoWayMergePatch({ items: [{ id: 1 }] }, { items: [{ a: 'x' }] }, boxSchema))
        .message,
    ).toContain('does not contain declared merge key: id');
  });
});

describe('preconditions', () => {
  const preconditions = [requireKeyUnchanged('kind'), requireMetadataKeyUnchanged('name')];

  it('let other changes pass', () => {
    const patch = createTwoWayMergePatch(
      { kind: 'A', metadata: { name: 'a', labels: { x: '1' } } },
      { kind: 'A', metadata: { name: 'a' } },
      undefined,
      { preconditions },
    );
    expect(patch).toEqual({ metadata: { labels: null } });
    expect(createTwoWayMergePatch({ metadata: {} }, { metadata: 'x' }, undefined, { preconditions })).toEqual(
      { metadata: 'x' },
    );
  });

  it('fail for a patch that touches their field', () => {
    for (const modified of [
      { kind: 'B', metadata: { name: 'a' } },
      { kind: 'A', metadata: { name: 'b' } },
    ]) {
      const run = () =>
        createTwoWayMergePatch({ kind: 'A', metadata: { name: 'a' } }, modified, undefined, {
          preconditions,
        });
      expect(failure(run)).toMatchObject({
        code: 'PATCH_STRATEGIC_PRECONDITION',
        message: expect.stringContaining('precondition failed for: ') as string,
      });
    }
  });

  it('hold for three-way patches, too', () => {
    const run = () =>
      createThreeWayMergePatch({}, { kind: 'B' }, { kind: 'A' }, undefined, { preconditions });
    expect(failure(run).code).toBe('PATCH_STRATEGIC_PRECONDITION');
  });
});

describe('createThreeWayMergePatch', () => {
  const lastApplied = {
    metadata: { labels: { app: 'shop', tier: 'front' } },
    spec: {
      containers: [
        { name: 'web', image: 'web:1' },
        { name: 'old', image: 'old:1' },
      ],
    },
  };
  const live = {
    metadata: { labels: { app: 'shop', tier: 'front', injected: 'yes' }, uid: '1' },
    spec: {
      containers: [
        { name: 'web', image: 'web:1', terminationMessagePath: '/dev/log' },
        { name: 'old', image: 'old:1' },
        { name: 'sidecar', image: 'mesh:1' },
      ],
      restartPolicy: 'Always',
    },
  };
  const wanted = {
    metadata: { labels: { app: 'shop' } },
    spec: { containers: [{ name: 'web', image: 'web:2' }] },
  };

  it('changes what is wanted, removes what was applied, and leaves the rest', () => {
    const patch = createThreeWayMergePatch(lastApplied, wanted, live, podSchema);
    expect(patch).toEqual({
      metadata: { labels: { tier: null } },
      spec: {
        '$setElementOrder/containers': [{ name: 'web' }],
        containers: [
          { name: 'web', image: 'web:2' },
          { name: 'old', $patch: 'delete' },
        ],
      },
    });
    expect(applyStrategicMergePatch(live, patch, podSchema)).toEqual({
      metadata: { labels: { app: 'shop', injected: 'yes' }, uid: '1' },
      spec: {
        containers: [
          { name: 'web', image: 'web:2', terminationMessagePath: '/dev/log' },
          { name: 'sidecar', image: 'mesh:1' },
        ],
        restartPolicy: 'Always',
      },
    });
  });

  it('is empty where everything is as wanted', () => {
    expect(createThreeWayMergePatch(wanted, wanted, live, podSchema)).toEqual({
      spec: {
        '$setElementOrder/containers': [{ name: 'web' }],
        containers: [{ name: 'web', image: 'web:2' }],
      },
    });
    expect(createThreeWayMergePatch(wanted, wanted, wanted, podSchema)).toEqual({});
    expect(createThreeWayMergePatch(null, {}, live, podSchema)).toEqual({});
  });

  it('keeps what a union retains', () => {
    const before = { spec: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } } } };
    const after = { spec: { strategy: { type: 'Recreate' } } };
    expect(createThreeWayMergePatch(before, after, before, deploymentSchema)).toEqual({
      spec: { strategy: { $retainKeys: ['type'], type: 'Recreate', rollingUpdate: null } },
    });
  });

  it('writes over the changes of others, unless told not to', () => {
    const [before, after, changed] = [{ labels: { a: '1' } }, { labels: { a: '2' } }, { labels: { a: '3' } }];
    expect(createThreeWayMergePatch(before, after, changed, boxSchema)).toEqual({ labels: { a: '2' } });
    expect(
      failure(() => createThreeWayMergePatch(before, after, changed, boxSchema, { overwrite: false })),
    ).toMatchObject({
      code: 'PATCH_STRATEGIC_CONFLICT',
      message:
        'patch:\n{"labels":{"a":"2"}}\nconflicts with changes made from original to current:\n{"labels":{"a":"3"}}',
      hint: expect.any(String) as string,
    });
  });

  /** [original, modified, current, whether they conflict] */
  const conflicts: readonly (readonly [string, object, object, object, boolean])[] = [
    ['different keys', { labels: { a: '1' } }, { labels: { a: '2' } }, { labels: { a: '1', b: '3' } }, false],
    ['the same change', { labels: { a: '1' } }, { labels: { a: '2' } }, { labels: { a: '2' } }, false],
    ['a key that both changed', { labels: { a: '1' } }, { labels: {} }, { labels: { a: '2' } }, true],
    ['a map that became text', { labels: { a: '1' } }, { labels: { a: '2' } }, { labels: 'none' }, true],
    ['additions to a list of scalars', { tags: ['a'] }, { tags: ['a', 'b'] }, { tags: ['a', 'c'] }, false],
    ['a replaced list', { plain: ['a'] }, { plain: ['b'] }, { plain: ['c'] }, true],
    ['replaced lists of other lengths', { plain: ['a'] }, { plain: ['b'] }, { plain: ['c', 'd'] }, true],
    [
      'other items',
      { items: [{ id: 1 }] },
      { items: [{ id: 1 }, { id: 2 }] },
      { items: [{ id: 1, a: 'x' }] },
      false,
    ],
    [
      'an item that both changed',
      { items: [{ id: 1 }] },
      { items: [{ id: 1, a: 'y' }] },
      { items: [{ id: 1, a: 'x' }] },
      true,
    ],
    [
      'an item that was deleted and changed',
      { items: [{ id: 1 }, { id: 2 }] },
      { items: [{ id: 2 }] },
      { items: [{ id: 1, a: 'x' }, { id: 2 }] },
      true,
    ],
  ];

  it.each(conflicts)('finds conflicts: %s', (_, original, modified, current, conflicting) => {
    let code: string | undefined;
    try {
      createThreeWayMergePatch(original, modified, current, boxSchema, { overwrite: false });
    } catch (error) {
      code = (error as PatchError).code;
    }
    expect(code).toBe(conflicting ? 'PATCH_STRATEGIC_CONFLICT' : undefined);
  });
});
