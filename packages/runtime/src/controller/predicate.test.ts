import type { KubeObject, ObjectMeta } from '@gitops-toolkit/core';
import { KubeError } from '@gitops-toolkit/kube';
import { describe, expect, it } from 'vitest';

import type { ObjectChange } from '../watch/object-change.ts';
import { decide } from './decide.ts';
import { indexMapper, indexValue, type MapContext, ownerMapper } from './mappers.ts';
import type { Predicate } from './predicate.ts';
import { predicates } from './predicates.ts';
import { terminal } from './result.ts';
import { kindOf } from '../resource-kind.ts';

function site(metadata: ObjectMeta = {}, more: object = {}): KubeObject {
  return {
    apiVersion: 'example.com/v1',
    kind: 'Site',
    metadata: { namespace: 'web', name: 'shop', ...metadata },
    ...more,
  };
}

function updated(before: ObjectMeta, after: ObjectMeta): ObjectChange {
  return { type: 'updated', old: site(before), object: site(after) };
}

const others: ObjectChange[] = [
  { type: 'added', object: site(), initial: false },
  { type: 'deleted', object: site(), finalStateUnknown: false },
];

describe('2.6 predicates', () => {
  it.each([
    ['generationChanged', { generation: 1 }, { generation: 2 }],
    ['annotationsChanged', { annotations: { a: '1' } }, { annotations: { a: '2' } }],
    ['annotationsChanged', {}, { annotations: { a: '2' } }],
    ['labelsChanged', { labels: { a: '1' } }, { labels: {} }],
    ['finalizersChanged', {}, { finalizers: ['f'] }],
    ['resourceVersionChanged', { resourceVersion: '1' }, { resourceVersion: '2' }],
    ['reconcileRequested', {}, { annotations: { 'reconcile.fluxcd.io/requestedAt': 'now' } }],
  ] satisfies [keyof typeof predicates, ObjectMeta, ObjectMeta][])(
    '%s passes what it is named after, and all that is no update',
    (name, before, after) => {
      const predicate = predicates[name] as Predicate;
      expect(predicate(updated(before, after))).toBe(true);
      expect(predicate(updated(after, structuredClone(after)))).toBe(false);
      for (const other of others) expect(predicate(other)).toBe(true);
    },
  );

  it('annotationChanged looks at one annotation', () => {
    const predicate = predicates.annotationChanged('wanted');
    expect(predicate(updated({}, { annotations: { wanted: 'yes' } }))).toBe(true);
    expect(predicate(updated({}, { annotations: { other: 'yes' } }))).toBe(false);
  });

  it('labels whose order changed have not changed', () => {
    expect(
      predicates.labelsChanged(updated({ labels: { a: '1', b: '2' } }, { labels: { b: '2', a: '1' } })),
    ).toBe(false);
  });

  it('changed compares what the caller picks', () => {
    const predicate = predicates.changed((object) => object['status']);
    const change = (status: unknown): ObjectChange => ({
      type: 'updated',
      old: site({}, { status: { a: [1] } }),
      object: site({}, { status }),
    });
    expect(predicate(change({ a: [1] }))).toBe(false);
    expect(predicate(change({ a: [2] }))).toBe(true);
  });

  it('and, or and not combine', () => {
    const yes = (): boolean => true;
    const no = (): boolean => false;
    const change = updated({}, {});
    expect(predicates.and(yes, yes)(change)).toBe(true);
    expect(predicates.and(yes, no)(change)).toBe(false);
    expect(predicates.or(no, yes)(change)).toBe(true);
    expect(predicates.or(no, no)(change)).toBe(false);
    expect(predicates.not(no)(change)).toBe(true);
  });
});

describe('2.6 ownerMapper', () => {
  const context = {} as MapContext;
  const reference = {
    apiVersion: 'example.com/v1beta1',
    kind: 'Site',
    name: 'shop',
    uid: 'u',
    controller: true,
  };
  const owned = (...ownerReferences: ObjectMeta['ownerReferences'] & object): KubeObject => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { namespace: 'web', name: 'output', ownerReferences },
  });
  const Site = kindOf('example.com/v1', 'Site');

  it('finds owners of the group and kind, whatever their version, in the namespace', () => {
    const mapper = ownerMapper(Site);
    expect(mapper(owned(reference), context)).toEqual([{ namespace: 'web', name: 'shop' }]);
    expect(mapper(owned({ ...reference, kind: 'Page' }), context)).toEqual([]);
    expect(mapper(owned({ ...reference, apiVersion: 'other.com/v1' }), context)).toEqual([]);
    expect(mapper(site(), context)).toEqual([]);
  });

  it('takes owners that do not control only where it is told to', () => {
    const other = { ...reference, controller: false };
    expect(ownerMapper(Site)(owned(other), context)).toEqual([]);
    expect(ownerMapper(Site, { onlyController: false })(owned(other), context)).toHaveLength(1);
  });

  it('knows owners without a namespace', () => {
    expect(ownerMapper(Site, { clusterScoped: true })(owned(reference), context)).toEqual([{ name: 'shop' }]);
  });
});

describe('2.6 indexMapper', () => {
  it('asks the index for the reference of the object', () => {
    const asked: unknown[] = [];
    const cache = {
      byIndex: (...question: unknown[]) => {
        asked.push(question);
        return [site()];
      },
    };
    const context = { cache } as unknown as MapContext;
    const Site = kindOf('example.com/v1', 'Site');
    const source = { apiVersion: 'v1', kind: 'Source', metadata: { namespace: 'web', name: 'repo' } };
    expect(indexMapper(Site, 'source')(source, context)).toEqual([{ namespace: 'web', name: 'shop' }]);
    void indexMapper(Site, 'source', () => 'custom')(source, context);
    expect(asked).toEqual([
      [Site, 'source', 'Source/web/repo'],
      [Site, 'source', 'custom'],
    ]);
    expect(indexValue({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'n' } })).toBe('Node//n');
  });
});

describe('2.5 decide', () => {
  it('gives every outcome its name', () => {
    expect(decide(undefined).outcome).toBe('success');
    expect(decide({ requeue: true }).outcome).toBe('requeue');
    expect(decide({ requeueAfterMs: 5, requeue: true }).outcome).toBe('requeue_after');
    expect(decide(undefined, { error: new Error('x') }).outcome).toBe('error');
    expect(decide(undefined, { error: terminal('no') }).outcome).toBe('terminal_error');
    // Found by the simulation: a role that comes later changes no object.
    const refused = new KubeError('KUBE_STATUS', 'forbidden', { status: 403, retry: 'terminal' });
    expect(decide(undefined, { error: refused })).toMatchObject({ outcome: 'error', retry: 'rate-limited' });
    expect(decide(undefined, { error: terminal(refused) }).outcome).toBe('terminal_error');
  });

  it('takes the priority of the next run from the result', () => {
    expect(decide({ requeueAfterMs: 1, priority: 5 }).priority).toBe(5);
    expect(decide({ requeue: true, priority: -5 }).priority).toBe(-5);
    expect(decide({ requeueAfterMs: 1 }).priority).toBeUndefined();
  });

  it('prefers a time to growing delays where a result asks for both', () => {
    expect(decide({ requeueAfterMs: 1, requeue: true })).toMatchObject({ outcome: 'requeue_after' });
  });

  it('lets the result overrule how the controller spreads times', () => {
    const lowest = (): number => 0;
    expect(decide({ requeueAfterMs: 1000 }).jittered(10, lowest)).toBe(900);
    expect(decide({ requeueAfterMs: 1000, jitterPercent: 50 }).jittered(10, lowest)).toBe(500);
    expect(decide({ requeueAfterMs: 1000, jitterPercent: 0 }).jittered(10, lowest)).toBe(1000);
  });
});

describe('2.5 terminal', () => {
  it('keeps message and cause, and is not retried: RUNTIME_TERMINAL', () => {
    const cause = new Error('spec.path: no such folder');
    expect(terminal(cause)).toMatchObject({
      code: 'RUNTIME_TERMINAL',
      message: cause.message,
      cause,
      retry: 'terminal',
    });
  });
});
