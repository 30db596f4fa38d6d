import type { Schema } from '@gitops-toolkit/schema';
import { describe, expect, it } from 'vitest';
import { failure } from '../testing/build-files.ts';
import { mergeStrategic } from './strategic.ts';

const pod = (spec: Record<string, unknown>): Record<string, unknown> => ({
  apiVersion: 'v1',
  kind: 'Pod',
  spec,
});
const custom = (spec: Record<string, unknown>): Record<string, unknown> => ({
  apiVersion: 'shop.example.com/v1',
  kind: 'Cart',
  spec,
});

function mergedSpec(target: Record<string, unknown>, patch: unknown, options = {}): unknown {
  return (mergeStrategic(target, { spec: patch }, options) as Record<string, unknown>)['spec'];
}

describe('mergeStrategic', () => {
  it('merges maps, replaces scalars, and deletes what is null', () => {
    const target = custom({ a: 1, b: { c: 1, d: 2 }, e: 'x' });
    expect(mergedSpec(target, { a: 2, b: { d: null, f: 3 }, e: null })).toEqual({ a: 2, b: { c: 1, f: 3 } });
  });

  it('keeps nulls of the target, drops those in what the patch adds', () => {
    expect(mergedSpec(custom({ a: null }), { b: { c: null, d: 1 }, e: [{ f: null }] })).toEqual({
      a: null,
      b: { d: 1 },
      e: [{ f: null }],
    });
  });

  it('changes neither argument', () => {
    const target = pod({ containers: [{ name: 'web' }] });
    const patch = { spec: { containers: [{ name: 'web', $patch: 'delete' }, { name: 'side' }] } };
    const [before, patchBefore] = [JSON.stringify(target), JSON.stringify(patch)];
    mergeStrategic(target, patch);
    expect([JSON.stringify(target), JSON.stringify(patch)]).toEqual([before, patchBefore]);
  });

  it('replaces lists of kinds that no schema knows', () => {
    expect(mergedSpec(custom({ items: [{ name: 'a' }] }), { items: [{ name: 'b' }] })).toEqual({
      items: [{ name: 'b' }],
    });
  });

  it('merges lists of known kinds by their keys, new elements first', () => {
    const target = pod({ containers: [{ name: 'web', image: 'web:1' }, { name: 'proxy' }] });
    expect(mergedSpec(target, { containers: [{ name: 'log' }, { name: 'web', image: 'web:2' }] })).toEqual({
      containers: [{ name: 'log' }, { name: 'web', image: 'web:2' }, { name: 'proxy' }],
    });
  });

  it('puts new elements last where it is asked to', () => {
    const target = pod({ containers: [{ name: 'web' }] });
    expect(mergedSpec(target, { containers: [{ name: 'log' }] }, { newElements: 'append' })).toEqual({
      containers: [{ name: 'web' }, { name: 'log' }],
    });
  });

  it('merges lists of scalars that the schema says are sets', () => {
    const target = { ...pod({}), metadata: { finalizers: ['a', 'b', 'c'] } };
    expect(mergeStrategic(target, { metadata: { finalizers: ['d', 'a'] } })).toMatchObject({
      metadata: { finalizers: ['d', 'a', 'b', 'c'] },
    });
  });

  it('tells ports apart by number and protocol, as far as both are there', () => {
    const target = pod({
      containers: [{ name: 'web', ports: [{ containerPort: 80, protocol: 'TCP', name: 'http' }] }],
    });
    const ports = (list: unknown[]): unknown =>
      mergedSpec(target, { containers: [{ name: 'web', ports: list }] });
    expect(ports([{ containerPort: 80, protocol: 'UDP' }])).toEqual({
      containers: [
        {
          name: 'web',
          ports: [
            { containerPort: 80, protocol: 'UDP' },
            { containerPort: 80, protocol: 'TCP', name: 'http' },
          ],
        },
      ],
    });
    // As in kustomize: a patch that leaves the protocol out does not reach an element that has one.
    expect(ports([{ containerPort: 80, name: 'web' }])).toEqual({
      containers: [{ name: 'web', ports: [{ containerPort: 80, protocol: 'TCP', name: 'http' }] }],
    });
  });

  it('takes a schema from the caller', () => {
    const schema: Schema = {
      properties: {
        spec: {
          properties: {
            items: {
              type: 'array',
              'x-kubernetes-patch-strategy': 'merge',
              'x-kubernetes-patch-merge-key': 'id',
              items: { type: 'object' },
            },
          },
        },
      },
    };
    const merged = mergeStrategic(
      custom({ items: [{ id: 1, a: 1 }, { id: 2 }] }),
      { spec: { items: [{ id: 1, b: 2 }] } },
      { schema },
    );
    expect(merged).toMatchObject({ spec: { items: [{ id: 1, a: 1, b: 2 }, { id: 2 }] } });
  });

  it('guesses names as keys only where it is asked to', () => {
    const target = custom({ items: [{ name: 'a', x: 1 }] });
    const patch = { items: [{ name: 'a', y: 2 }] };
    expect(mergedSpec(target, patch, { inferKeys: true })).toEqual({ items: [{ name: 'a', x: 1, y: 2 }] });
  });

  describe('$patch', () => {
    it('deletes an element, a map, the whole', () => {
      const target = pod({
        containers: [{ name: 'web' }, { name: 'proxy' }],
        securityContext: { runAsUser: 1 },
      });
      expect(
        mergedSpec(target, {
          containers: [{ name: 'proxy', $patch: 'delete' }],
          securityContext: { $patch: 'delete' },
        }),
      ).toEqual({ containers: [{ name: 'web' }] });
      expect(mergeStrategic(target, { $patch: 'delete' })).toBeUndefined();
    });

    it('replaces a map, and a list by an element of its own', () => {
      const target = pod({ nodeSelector: { a: 'b' }, volumes: [{ name: 'a' }, { name: 'b' }] });
      expect(
        mergedSpec(target, {
          nodeSelector: { $patch: 'replace', c: 'd' },
          volumes: [{ $patch: 'replace' }, { name: 'c' }],
        }),
      ).toEqual({ nodeSelector: { c: 'd' }, volumes: [{ name: 'c' }] });
    });

    it('is refused where it is unknown', () => {
      expect(
        failure(() => mergeStrategic(custom({ a: {} }), { spec: { a: { $patch: 'remove' } } })),
      ).toMatchObject({
        code: 'KUSTOMIZE_INVALID_PATCH',
        message: "unknown patch strategy 'remove'",
      });
    });
  });

  it('takes the other directives of the API server for data', () => {
    expect(mergedSpec(custom({ strategy: { a: 1 } }), { strategy: { $retainKeys: ['b'], b: 2 } })).toEqual({
      strategy: { a: 1, $retainKeys: ['b'], b: 2 },
    });
  });

  it('knows the kinds of Kubernetes 1.21, moved versions included, and no later ones', () => {
    const ownerless = (apiVersion: string, kind: string): unknown =>
      mergeStrategic(
        { apiVersion, kind, metadata: { finalizers: ['a'] } },
        { metadata: { finalizers: ['b'] } },
      );
    expect(ownerless('batch/v1beta1', 'CronJob')).toMatchObject({ metadata: { finalizers: ['b', 'a'] } });
    expect(ownerless('policy/v1beta1', 'PodSecurityPolicy')).toMatchObject({
      metadata: { finalizers: ['b', 'a'] },
    });
    expect(ownerless('autoscaling/v2', 'HorizontalPodAutoscaler')).toMatchObject({
      metadata: { finalizers: ['b'] },
    });
  });

  it.each([
    [{ a: {} }, { a: [1] }, 'expected MappingNode but got SequenceNode at spec.a'],
    [{ a: [1] }, { a: { b: 1 } }, 'expected SequenceNode but got MappingNode at spec.a'],
    [{ a: 1 }, { a: { b: 1 } }, 'expected ScalarNode but got MappingNode at spec.a'],
  ])('refuses to merge %j with %j', (target, patch, message) => {
    expect(failure(() => mergedSpec(custom(target), patch)).message).toContain(message);
  });
});
