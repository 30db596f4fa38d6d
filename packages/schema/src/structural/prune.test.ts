import { describe, expect, it } from 'vitest';
import { builtinSchema, prune, type Schema } from '../index.ts';

const schema: Schema = {
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      properties: {
        name: { type: 'string' },
        list: { type: 'array', items: { type: 'object', properties: { a: { type: 'string' } } } },
        open: {
          type: 'object',
          'x-kubernetes-preserve-unknown-fields': true,
          properties: { closed: { type: 'object', properties: {} } },
        },
        template: {
          type: 'object',
          'x-kubernetes-embedded-resource': true,
          properties: { spec: { type: 'object', properties: {} } },
        },
      },
    },
  },
};

function object(spec: unknown): Record<string, unknown> {
  return { apiVersion: 'a.io/v1', kind: 'A', metadata: { name: 'x' }, spec };
}

describe('prune', () => {
  it('gives the very same object back where everything is known', () => {
    const whole = object({ name: 'x', list: [{ a: 'b' }] });
    const result = prune(schema, whole);
    expect(result.value).toBe(whole);
    expect(result.pruned).toEqual([]);
  });

  it('removes unknown fields at any depth, names them sorted, and leaves the input alone', () => {
    const whole = object({ name: 'x', zone: 1, list: [{ a: 'b' }, { b: { c: 1 } }] });
    const before = structuredClone(whole);
    const { value, pruned } = prune(schema, { ...whole, top: true });
    expect(pruned).toEqual(['spec.list[1].b', 'spec.zone', 'top']);
    expect(value).toEqual(object({ name: 'x', list: [{ a: 'b' }, {}] }));
    expect(whole).toEqual(before);
  });

  it('shares the parts that had nothing to remove', () => {
    const whole = object({ zone: 1, list: [{ a: 'b' }] });
    const { value } = prune(schema, whole);
    expect((value['spec'] as { list: unknown }).list).toBe((whole['spec'] as { list: unknown }).list);
  });

  it('keeps unknown fields where the schema says so, and prunes below them where it knows again', () => {
    const { value, pruned } = prune(schema, object({ open: { x: { y: 1 }, closed: { z: 1 } } }));
    expect(value['spec']).toEqual({ open: { x: { y: 1 }, closed: {} } });
    expect(pruned).toEqual(['spec.open.closed.z']);
  });

  it('knows the metadata that all objects have', () => {
    const metadata = {
      name: 'x',
      labels: { any: 'thing' },
      ownerReferences: [{ uid: 'u', colour: 'red' }],
      size: 1,
    };
    const { pruned } = prune(schema, { ...object({}), metadata });
    expect(pruned).toEqual(['metadata.ownerReferences[0].colour', 'metadata.size']);
  });

  it('knows type and metadata of embedded resources', () => {
    const template = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'x', foo: 1 },
      spec: { a: 1 },
      other: 1,
    };
    expect(prune(schema, object({ template })).pruned).toEqual([
      'spec.template.metadata.foo',
      'spec.template.other',
      'spec.template.spec.a',
    ]);
  });

  it('takes a value that is no object for what it is when it is told so', () => {
    const spec: Schema = { type: 'object', properties: { a: { type: 'string' } } };
    expect(prune(spec, { a: 'x', metadata: { b: 1 } }, { resource: false })).toEqual({
      value: { a: 'x' },
      pruned: [],
    });
    expect(prune(spec, { a: 'x', metadata: { name: 'n' } }).value).toEqual({
      a: 'x',
      metadata: { name: 'n' },
    });
  });

  it('finds the unknown fields of built-in kinds', () => {
    const deployment = builtinSchema({ group: 'apps', version: 'v1', kind: 'Deployment' }) as Schema;
    const spec = {
      replicas: 1,
      paused: true,
      colour: 'red',
      template: { spec: { containers: [{ name: 'a', img: 'b' }] } },
    };
    const { pruned } = prune(deployment, {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { lables: {} },
      spec,
    });
    expect(pruned).toEqual(['metadata.lables', 'spec.colour', 'spec.template.spec.containers[0].img']);
  });

  it('keeps what built-in kinds hold without knowing it', () => {
    const revision = builtinSchema({ group: 'apps', version: 'v1', kind: 'ControllerRevision' }) as Schema;
    const object_ = {
      apiVersion: 'apps/v1',
      kind: 'ControllerRevision',
      metadata: {},
      data: { spec: { any: 1 } },
      revision: 1,
    };
    expect(prune(revision, object_).pruned).toEqual([]);
  });

  it('removes a key called __proto__ like any other', () => {
    const spec = JSON.parse('{"name": "x", "__proto__": {"a": 1}}') as unknown;
    const { value, pruned } = prune(schema, object(spec));
    expect(pruned).toEqual(['spec.__proto__']);
    expect(Object.keys(value['spec'] as object)).toEqual(['name']);
  });
});
