import type { KubeObject, ManagedFieldsEntry } from '@gitops-toolkit/core';
import { builtinSchema, type Schema } from '@gitops-toolkit/schema';
import { describe, expect, it } from 'vitest';

import { PatchError } from '../errors.ts';
import { applyManaged, type ApplyManagedOptions } from './apply-managed.ts';
import { updateManaged } from './update-managed.ts';

const configMapSchema = builtinSchema({ group: '', version: 'v1', kind: 'ConfigMap' });
const deploymentSchema = builtinSchema({ group: 'apps', version: 'v1', kind: 'Deployment' });
const T1 = '2026-03-01T08:00:00Z';
const T2 = '2026-03-01T09:00:00Z';

function configMap(data: Record<string, string>, metadata: object = {}): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'settings', namespace: 'shop', ...metadata },
    data,
  };
}

function apply(
  live: KubeObject | undefined,
  config: KubeObject,
  options: Partial<ApplyManagedOptions> = {},
): KubeObject {
  return applyManaged({ live, config, manager: 'flux', schema: configMapSchema, time: T1, ...options });
}

function entry(object: KubeObject, manager: string): ManagedFieldsEntry | undefined {
  return object.metadata.managedFields?.find((candidate) => candidate.manager === manager);
}

function failure(run: () => unknown): PatchError {
  try {
    run();
  } catch (error) {
    if (error instanceof PatchError) return error;
    throw error;
  }
  throw new Error('did not fail');
}

/** An object as it is once the server stored it. */
function stored(object: KubeObject): KubeObject {
  return { ...object, metadata: { ...object.metadata, uid: 'c0ffee', resourceVersion: '7', generation: 1 } };
}

describe('applyManaged', () => {
  it('creates an object that its manager owns', () => {
    const created = apply(undefined, configMap({ color: 'red' }, { labels: { app: 'shop' } }));
    expect(created).toEqual({
      ...configMap({ color: 'red' }, { labels: { app: 'shop' } }),
      metadata: {
        name: 'settings',
        namespace: 'shop',
        labels: { app: 'shop' },
        managedFields: [
          {
            manager: 'flux',
            operation: 'Apply',
            apiVersion: 'v1',
            time: T1,
            fieldsType: 'FieldsV1',
            fieldsV1: { 'f:data': { 'f:color': {} }, 'f:metadata': { 'f:labels': { 'f:app': {} } } },
          },
        ],
      },
    });
  });

  it("leaves out what is the server's, and keeps the rest of the metadata", () => {
    const config = configMap(
      {},
      {
        uid: 'x',
        resourceVersion: '1',
        generation: 3,
        creationTimestamp: T1,
        generateName: 'a-',
        finalizers: ['a/b'],
      },
    );
    expect(entry(apply(undefined, config), 'flux')?.fieldsV1).toEqual({
      'f:data': {},
      'f:metadata': { 'f:finalizers': { 'v:"a/b"': {} }, 'f:generateName': {} },
    });
  });

  it('changes nothing, times least of all, where the values are the same', () => {
    const live = stored(apply(undefined, configMap({ color: 'red' })));
    expect(apply(live, configMap({ color: 'red' }), { time: T2 })).toEqual(live);
  });

  it('co-owns without a time, as the API server does, and then leaves alone what it only shares', () => {
    const live = stored(apply(undefined, configMap({ color: 'red' })));
    const shared = apply(live, configMap({ color: 'red' }), { manager: 'helm', time: T2 });
    expect(entry(shared, 'helm')).toEqual({
      manager: 'helm',
      operation: 'Apply',
      apiVersion: 'v1',
      fieldsType: 'FieldsV1',
      fieldsV1: { 'f:data': { 'f:color': {} } },
    });
    expect(apply(shared, configMap({}), { manager: 'helm' })).toHaveProperty('data', { color: 'red' });
  });

  it('removes what is applied no more', () => {
    const live = stored(
      apply(undefined, configMap({ color: 'red', size: 'L' }, { annotations: { note: 'x' } })),
    );
    const after = apply(live, configMap({ size: 'M' }), { time: T2 });
    expect(after).toHaveProperty('data', { size: 'M' });
    expect(after.metadata).not.toHaveProperty('annotations');
    expect(entry(after, 'flux')).toMatchObject({ time: T2, fieldsV1: { 'f:data': { 'f:size': {} } } });
  });

  it('leaves out what lost its last part, unless somebody wrote null', () => {
    const live = stored(apply(undefined, configMap({ color: 'red' })));
    expect(apply(live, configMap({}))).not.toHaveProperty('data');
    expect(apply(live, { ...configMap({}), binaryData: null })).toHaveProperty('binaryData', null);
  });

  it('leaves null where a custom resource lost its last part, as the API server does', () => {
    const thing = (values: Record<string, string>): KubeObject => ({
      apiVersion: 'x.io/v1',
      kind: 'Thing',
      metadata: { name: 'a', labels: values },
      free: values,
    });
    const live = stored(apply(undefined, thing({ a: '1' }), { schema: undefined }));
    const after = apply(live, thing({}), { schema: undefined });
    expect(after).toHaveProperty('free', null);
    expect(after.metadata).not.toHaveProperty('labels');
  });

  it('changes neither argument', () => {
    const live = stored(apply(undefined, configMap({ color: 'red', size: 'L' })));
    const config = configMap({ color: 'blue' });
    const before = structuredClone({ live, config });
    apply(live, config);
    expect({ live, config }).toEqual(before);
  });

  it('sorts entries by operation, time and name', () => {
    let live = stored(apply(undefined, configMap({ a: '1' }), { manager: 'zoe', time: T1 }));
    live = updateManaged({
      live,
      updated: { ...live, data: { a: '1', b: '1' } },
      manager: 'ui',
      schema: configMapSchema,
      time: T1,
    });
    live = apply(live, configMap({ c: '1' }), { manager: 'bob', time: T2 });
    live = apply(live, configMap({ d: '1' }), { manager: 'amy', time: T2 });
    expect(live.metadata.managedFields?.map(({ manager }) => manager)).toEqual(['zoe', 'amy', 'bob', 'ui']);
  });

  it('owns everything granularly where there is no schema', () => {
    const config = {
      apiVersion: 'x.io/v1',
      kind: 'Thing',
      metadata: { name: 'a' },
      spec: { list: [1], map: { a: 1 } },
    };
    expect(entry(apply(undefined, config, { schema: undefined }), 'flux')?.fieldsV1).toEqual({
      'f:spec': { '.': {}, 'f:list': {}, 'f:map': { '.': {}, 'f:a': {} } },
    });
  });

  it('knows the metadata of custom resources, whatever their schema says of it', () => {
    const schema: Schema = {
      type: 'object',
      properties: { metadata: { type: 'object' }, spec: { type: 'object', properties: {} } },
    };
    const config = {
      apiVersion: 'x.io/v1',
      kind: 'Thing',
      metadata: {
        name: 'a',
        finalizers: ['x.io/f'],
        ownerReferences: [{ apiVersion: 'v1', kind: 'A', name: 'b', uid: 'u' }],
      },
    };
    expect(entry(apply(undefined, config, { schema }), 'flux')?.fieldsV1).toEqual({
      'f:metadata': { 'f:finalizers': { 'v:"x.io/f"': {} }, 'f:ownerReferences': { 'k:{"uid":"u"}': {} } },
    });
  });

  it('takes a configuration without metadata', () => {
    const live = stored(apply(undefined, configMap({ a: '1' })));
    const bare = { apiVersion: 'v1', kind: 'ConfigMap', data: { a: '2' } } as unknown as KubeObject;
    expect(apply(live, bare)).toMatchObject({ metadata: { name: 'settings' }, data: { a: '2' } });
  });

  it('merges lists of built-in kinds by their keys', () => {
    const deployment = (containers: object[]): KubeObject => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'shop' },
      spec: { template: { spec: { containers } } },
    });
    const live = stored(
      apply(undefined, deployment([{ name: 'web', image: 'web:1' }]), { schema: deploymentSchema }),
    );
    const after = apply(live, deployment([{ name: 'mesh', image: 'mesh:1' }]), {
      schema: deploymentSchema,
      manager: 'mesh',
    });
    expect(after).toHaveProperty('spec.template.spec.containers', [
      { name: 'web', image: 'web:1' },
      { name: 'mesh', image: 'mesh:1' },
    ]);
  });
});

describe('applyManaged: conflicts', () => {
  const live = stored(apply(undefined, configMap({ j: '1', k: '1' }), { manager: 'm1' }));

  it('says who owns the field', () => {
    const error = failure(() => apply(live, configMap({ k: '2' }), { manager: 'm2' }));
    expect(error).toMatchObject({
      code: 'PATCH_CONFLICT',
      message: 'Apply failed with 1 conflict: conflict with "m1": .data.k',
      conflicts: [{ manager: 'm1', operation: 'Apply', path: '.data.k', message: 'conflict with "m1"' }],
      object: { kind: 'ConfigMap', namespace: 'shop', name: 'settings' },
      retry: 'terminal',
    });
  });

  it('lists several', () => {
    const error = failure(() => apply(live, configMap({ j: '2', k: '2' }), { manager: 'm2' }));
    expect(error.message).toBe('Apply failed with 2 conflicts: conflicts with "m1":\n- .data.j\n- .data.k');
    expect(error.conflicts).toHaveLength(2);
  });

  it('groups by manager, and tells versions and subresources of updates', () => {
    const updated = updateManaged({
      live,
      updated: { ...live, data: { j: '1', k: '5', l: '1' } },
      manager: 'edit',
      schema: configMapSchema,
      time: T1,
    });
    const twice = updateManaged({
      live: updated,
      updated: { ...updated, data: { j: '1', k: '5', l: '2' } },
      manager: 'kcm',
      schema: configMapSchema,
      time: T1,
      subresource: 'status',
    });
    const error = failure(() => apply(twice, configMap({ j: '9', k: '9', l: '9' }), { manager: 'm2' }));
    expect(error.message).toBe(
      [
        'Apply failed with 3 conflicts: conflicts with "edit" using v1:',
        '- .data.k',
        'conflicts with "kcm" with subresource "status" using v1:',
        '- .data.l',
        'conflicts with "m1":',
        '- .data.j',
      ].join('\n'),
    );
    expect(error.conflicts[1]).toEqual({
      manager: 'kcm',
      operation: 'Update',
      apiVersion: 'v1',
      subresource: 'status',
      path: '.data.l',
      message: 'conflict with "kcm" with subresource "status" using v1',
    });
  });

  it('are none with force: the others lose the fields', () => {
    const after = apply(live, configMap({ k: '2' }), { manager: 'm2', force: true });
    expect(after).toHaveProperty('data', { j: '1', k: '2' });
    expect(entry(after, 'm1')?.fieldsV1).toEqual({ 'f:data': { 'f:j': {} } });
    expect(entry(after, 'm2')?.fieldsV1).toEqual({ 'f:data': { 'f:k': {} } });
  });
});

describe('applyManaged: the first apply', () => {
  it('keeps what was there before under a name of its own', () => {
    const live = stored(configMap({ a: '1', b: '1' }));
    const after = apply(live, configMap({ a: '1' }), { manager: 'm', time: T2 });
    expect(after.metadata.managedFields).toEqual([
      expect.objectContaining({ manager: 'm', operation: 'Apply', fieldsV1: { 'f:data': { 'f:a': {} } } }),
      expect.objectContaining({
        manager: 'before-first-apply',
        operation: 'Update',
        time: T2,
        fieldsV1: { 'f:data': { '.': {}, 'f:a': {}, 'f:b': {} } },
      }),
    ]);
  });

  it('conflicts with it', () => {
    const error = failure(() => apply(stored(configMap({ a: '1' })), configMap({ a: '2' })));
    expect(error.message).toBe(
      'Apply failed with 1 conflict: conflict with "before-first-apply" using v1: .data.a',
    );
  });

  it('does not own the structs that built-in types always have', () => {
    const TEXT: Schema = { type: 'string' };
    const schema: Schema = {
      type: 'object',
      'x-kubernetes-group-version-kind': [{ group: 'x', version: 'v1', kind: 'Box' }],
      properties: {
        spec: {
          type: 'object',
          default: {},
          required: ['parts', 'name'],
          properties: {
            name: TEXT,
            optional: { type: 'object', properties: { a: TEXT } },
            parts: {
              type: 'array',
              items: { type: 'object', properties: { id: TEXT } },
              'x-kubernetes-list-type': 'map',
              'x-kubernetes-list-map-keys': ['id'],
            },
          },
        },
        status: { type: 'object', default: {}, properties: { a: TEXT } },
      },
    };
    const live = {
      apiVersion: 'x/v1',
      kind: 'Box',
      metadata: { name: 'b' },
      spec: { name: 'n', optional: { a: '1' }, parts: [{ id: 'i' }] },
      status: {},
    };
    expect(
      entry(apply(live, { ...live, spec: {}, status: {} }, { schema }), 'before-first-apply')?.fieldsV1,
    ).toEqual({
      'f:spec': {
        'f:name': {},
        'f:optional': { '.': {}, 'f:a': {} },
        'f:parts': { 'k:{"id":"i"}': { '.': {}, 'f:id': {} } },
      },
    });
  });
});

describe('applyManaged: client-side apply', () => {
  const KEY = 'kubectl.kubernetes.io/last-applied-configuration';
  const lastApplied = JSON.stringify(configMap({ color: 'red', size: 'L' }));
  const live = updateManaged({
    live: undefined,
    updated: stored(configMap({ color: 'red', size: 'XL' }, { annotations: { [KEY]: lastApplied } })),
    manager: 'kubectl-client-side-apply',
    schema: configMapSchema,
    time: T1,
  });

  it('lets kubectl take over what it applied from the client', () => {
    const after = apply(live, configMap({ color: 'blue' }), { manager: 'kubectl' });
    expect(after).toHaveProperty('data.color', 'blue');
    expect(after.metadata.annotations?.[KEY]).toBe(
      '{"apiVersion":"v1","data":{"color":"blue"},"kind":"ConfigMap","metadata":{"name":"settings","namespace":"shop"}}\n',
    );
  });

  it('lets nobody else', () => {
    const error = failure(() => apply(live, configMap({ color: 'blue' })));
    expect(error.message).toContain('conflict with "kubectl-client-side-apply" using v1: .data.color');
  });

  it('leaves conflicts about what was changed since', () => {
    const error = failure(() => apply(live, configMap({ color: 'blue', size: 'S' }), { manager: 'kubectl' }));
    expect(error.conflicts.map(({ path }) => path)).toEqual(['.data.size']);
  });

  it('keeps the annotation out of itself, and drops it where it gets too long', () => {
    const config = configMap({ color: 'blue', html: '<a&b>' }, { annotations: { [KEY]: 'x', note: 'n' } });
    const after = apply(live, config, { manager: 'kubectl', force: true });
    expect(after.metadata.annotations?.[KEY]).toContain('"annotations":{"note":"n"}');
    expect(after.metadata.annotations?.[KEY]).toContain('"html":"\\u003ca\\u0026b\\u003e"');
    const long = apply(live, configMap({ color: 'x'.repeat(300_000) }), { manager: 'kubectl' });
    expect(long.metadata.annotations).not.toHaveProperty([KEY]);
  });

  it('ignores an annotation that cannot be read, or is of another version', () => {
    for (const text of ['{', '[]', '{"apiVersion":"v2"}', '{"apiVersion":"v1","data":7}']) {
      const other = { ...live, metadata: { ...live.metadata, annotations: { [KEY]: text } } };
      expect(failure(() => apply(other, configMap({ color: 'blue' }), { manager: 'kubectl' })).code).toBe(
        'PATCH_CONFLICT',
      );
    }
  });
});

describe('applyManaged: versions and fields out of reach', () => {
  it('does not own reset fields', () => {
    const config = {
      apiVersion: 'x.io/v1',
      kind: 'Thing',
      metadata: { name: 'a' },
      spec: { a: 1 },
      status: { ready: true },
    };
    const after = apply(undefined, config, { schema: undefined, resetFields: [['status']] });
    expect(entry(after, 'flux')?.fieldsV1).toEqual({ 'f:spec': { '.': {}, 'f:a': {} } });
  });

  it('keeps one entry per manager and subresource', () => {
    let live = stored(apply(undefined, configMap({ a: '1' })));
    live = apply(live, configMap({ b: '1' }), { subresource: 'status', time: T2 });
    expect(live.metadata.managedFields?.map(({ subresource }) => subresource)).toEqual([undefined, 'status']);
    expect(live).toHaveProperty('data', { a: '1', b: '1' });
  });

  const thing = (version: string, spec: object, managedFields?: ManagedFieldsEntry[]): KubeObject => ({
    apiVersion: `x.io/${version}`,
    kind: 'Thing',
    metadata: { name: 'a', ...(managedFields ? { managedFields } : {}) },
    spec,
  });
  const owned = (apiVersion: string, fieldsV1: Record<string, unknown>): ManagedFieldsEntry[] => [
    { manager: 'old', operation: 'Apply', apiVersion, time: T1, fieldsType: 'FieldsV1', fieldsV1 },
  ];

  it('takes versions of one group for the same fields', () => {
    const live = thing('v1', { a: 1 }, owned('x.io/v1beta1', { 'f:spec': { 'f:a': {} } }));
    const error = failure(() => apply(live, thing('v1', { a: 2 }), { schema: undefined }));
    expect(error.message).toContain('.spec.a');
    const other = thing('v1', { a: 1 }, owned('y.io/v1', { 'f:spec': { 'f:a': {} } }));
    expect(entry(apply(other, thing('v1', { a: 2 }), { schema: undefined }), 'old')).toBeUndefined();
  });

  it('converts where versions differ', () => {
    const convert: ApplyManagedOptions['convert'] = (object, apiVersion) => {
      const { a, b } = object['spec'] as { a?: number; b?: number };
      const spec = apiVersion === 'x.io/v1beta1' ? { b: a ?? b } : { a: a ?? b };
      return apiVersion === 'x.io/v0'
        ? undefined
        : { object: { ...object, apiVersion, spec }, schema: undefined };
    };
    const live = thing('v1', { a: 1 }, owned('x.io/v1beta1', { 'f:spec': { 'f:b': {} } }));
    expect(
      failure(() => apply(live, thing('v1', { a: 2 }), { schema: undefined, convert })).message,
    ).toContain('.spec.b');
    const gone = thing('v1', { a: 1 }, owned('x.io/v0', { 'f:spec': { 'f:b': {} } }));
    expect(entry(apply(gone, thing('v1', { a: 2 }), { schema: undefined, convert }), 'old')).toBeUndefined();
  });
});

describe('applyManaged: what it refuses', () => {
  const live = stored(apply(undefined, configMap({ a: '1' })));

  it('a configuration that is no such object', () => {
    const error = failure(() => apply(undefined, { ...configMap({}), unk: 2 }));
    expect(error).toMatchObject({
      code: 'PATCH_TYPE_MISMATCH',
      message:
        'failed to create typed patch object (shop/settings; /v1, Kind=ConfigMap): .unk: field not declared in schema',
    });
    expect(failure(() => apply({ ...live, data: 7 }, configMap({}))).message).toContain(
      'failed to create typed live object',
    );
  });

  it('managedFields in the configuration', () => {
    expect(failure(() => apply(live, configMap({}, { managedFields: [{}] })))).toMatchObject({
      code: 'PATCH_MANAGED_FIELDS_FORBIDDEN',
      message: 'metadata.managedFields must be nil',
    });
    expect(failure(() => apply(live, configMap({}, { managedFields: [] }))).code).toBe(
      'PATCH_MANAGED_FIELDS_FORBIDDEN',
    );
    expect(() => apply(live, configMap({ a: '1' }, { managedFields: null }))).not.toThrow();
  });

  it('another kind or version', () => {
    expect(failure(() => apply(live, { ...configMap({}), kind: 'Secret' }))).toMatchObject({
      code: 'PATCH_OBJECT_MISMATCH',
      message: 'invalid object type: /v1, Kind=Secret, expected: /v1, Kind=ConfigMap',
    });
  });

  it('names that are no name for a manager', () => {
    const messages = ['', 'x'.repeat(129), 'a\nb'].map((manager) => {
      const error = failure(() => apply(live, configMap({}), { manager }));
      expect(error.code).toBe('PATCH_MANAGER_INVALID');
      return error.message;
    });
    expect(messages).toEqual([
      'fieldManager: Required value: is required for apply patch',
      'fieldManager: Too long: may not be more than 128 bytes',
      'fieldManager: Invalid value: "a\\nb": should only contain printable characters',
    ]);
  });

  it('entries of the live object that cannot be read', () => {
    const good = { manager: 'm', operation: 'Apply', apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1: {} };
    const malformed: readonly (readonly [object, string])[] = [
      [{ ...good, operation: 'Patch' }, 'operation must be `Apply` or `Update`'],
      [{ ...good, apiVersion: '' }, 'apiVersion must not be empty'],
      [{ ...good, fieldsType: undefined }, 'missing fieldsType in managed fields entry 0'],
      [{ ...good, fieldsType: 'FieldsV9' }, 'invalid fieldsType "FieldsV9" in managed fields entry 0'],
      [{ ...good, fieldsV1: { x: {} } }, 'cannot read "x" as a path element'],
    ];
    for (const [broken, message] of malformed) {
      const object = configMap({}, { managedFields: [broken] });
      expect(failure(() => apply(object, configMap({})))).toMatchObject({
        code: 'PATCH_FIELDS_INVALID',
        message: expect.stringContaining(message) as string,
      });
    }
  });
});
