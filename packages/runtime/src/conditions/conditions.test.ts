import type { KubeObject } from '@gitops-toolkit/core';
import { describe, expect, it } from 'vitest';

import { FakeClock } from '../fake-clock.ts';
import { type Condition, conditionsOf } from './condition.ts';
import * as conditions from './index.ts';

const clock = new FakeClock('2026-03-01T10:00:00.900Z');

function kustomization(list: Partial<Condition>[] = [], generation = 3): KubeObject {
  return {
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { namespace: 'flux-system', name: 'apps', generation },
    ...(list.length > 0 && {
      status: { conditions: list.map((each) => ({ reason: 'R', message: 'm', status: 'True', ...each })) },
    }),
  };
}

function typesOf(object: KubeObject): string[] {
  return conditionsOf(object).map((condition) => condition.type);
}

describe('2.12 conditions.set', () => {
  it('adds a condition with time and generation, to objects without a status too', () => {
    const object = kustomization();
    conditions.markTrue(object, 'Ready', 'ReconciliationSucceeded', 'Applied revision: main@sha1:1', {
      clock,
    });
    expect(object['status']).toEqual({
      conditions: [
        {
          type: 'Ready',
          status: 'True',
          reason: 'ReconciliationSucceeded',
          message: 'Applied revision: main@sha1:1',
          lastTransitionTime: '2026-03-01T10:00:00Z',
          observedGeneration: 3,
        },
      ],
    });
  });

  it.each([
    ['status', { status: 'False' }],
    ['reason', { reason: 'Other' }],
    ['message', { message: 'other' }],
  ] as const)('moves the time when the %s changes', (_what, difference) => {
    const old = { type: 'Ready', lastTransitionTime: '2020-01-01T00:00:00Z' };
    const object = kustomization([old]);
    conditions.set(
      object,
      { type: 'Ready', status: 'True', reason: 'R', message: 'm', ...difference },
      { clock },
    );
    expect(conditions.get(object, 'Ready')?.lastTransitionTime).toBe('2026-03-01T10:00:00Z');
  });

  it('keeps the time when only the generation changes', () => {
    const object = kustomization([
      { type: 'Ready', lastTransitionTime: '2020-01-01T00:00:00Z', observedGeneration: 1 },
    ]);
    conditions.markTrue(object, 'Ready', 'R', 'm', { clock });
    expect(conditions.get(object, 'Ready')).toMatchObject({
      lastTransitionTime: '2020-01-01T00:00:00Z',
      observedGeneration: 3,
    });
  });

  it('sorts: Stalled, Reconciling, Ready, then the newest generation, then by name', () => {
    const object = kustomization([
      { type: 'Zebra', observedGeneration: 2 },
      { type: 'Ready' },
      { type: 'Ant', observedGeneration: 1 },
      { type: 'Bee', observedGeneration: 2 },
      { type: 'Stalled' },
    ]);
    conditions.markTrue(object, 'Reconciling', 'Progressing', 'working', { clock });
    expect(typesOf(object)).toEqual(['Stalled', 'Reconciling', 'Ready', 'Bee', 'Zebra', 'Ant']);
  });

  it('cuts messages to what the API server takes, and cuts no character in half', () => {
    const object = kustomization();
    conditions.markFalse(object, 'Ready', 'Failed', 'x'.repeat(40_000), { clock });
    expect(conditions.messageOf(object, 'Ready')).toHaveLength(32_768);
    conditions.markFalse(object, 'Ready', 'Failed', 'x'.repeat(32_764) + '🚀'.repeat(10), { clock });
    const message = conditions.messageOf(object, 'Ready');
    expect(new TextDecoder().decode(new TextEncoder().encode(message))).toBe(message);
    expect(message.length).toBeLessThanOrEqual(32_768);
    expect(message.endsWith('...')).toBe(true);
  });
});

describe('2.12 conditions.get', () => {
  it('reads what is there, and nothing from objects that have none', () => {
    const object = kustomization([
      { type: 'Ready', status: 'False', reason: 'BuildFailed', message: 'bad' },
      { type: 'Healthy', status: 'Unknown' },
    ]);
    expect(conditions.has(object, 'Ready')).toBe(true);
    expect(conditions.isFalse(object, 'Ready')).toBe(true);
    expect(conditions.isTrue(object, 'Ready')).toBe(false);
    expect(conditions.isUnknown(object, 'Healthy')).toBe(true);
    expect(conditions.reasonOf(object, 'Ready')).toBe('BuildFailed');
    const empty = kustomization();
    expect(conditions.isUnknown(empty, 'Ready')).toBe(true);
    expect(conditions.get(empty, 'Ready')).toBeUndefined();
    expect(conditions.messageOf(empty, 'Ready')).toBe('');
    expect(conditions.get({ ...empty, status: { conditions: 'nonsense' } }, 'Ready')).toBeUndefined();
    expect(
      conditions.get({ ...empty, status: { conditions: [null, 5, { type: 'Ready' }] } }, 'Ready'),
    ).toBeDefined();
  });

  it('takes an object for ready only in its current generation', () => {
    expect(conditions.isReady(kustomization([{ type: 'Ready', observedGeneration: 3 }]))).toBe(true);
    expect(conditions.isReady(kustomization([{ type: 'Ready', observedGeneration: 2 }]))).toBe(false);
    expect(conditions.isReady(kustomization([{ type: 'Ready' }]))).toBe(true);
    expect(conditions.isReady(kustomization())).toBe(false);
  });
});

describe('2.12 conditions.markReconciling, markStalled and markProgressing', () => {
  it('exclude each other', () => {
    const object = kustomization();
    conditions.markReconciling(object, 'Progressing', 'working', { clock });
    expect(conditions.isReconciling(object)).toBe(true);
    conditions.markStalled(object, 'InvalidPath', 'no such path', { clock });
    expect(typesOf(object)).toEqual(['Stalled']);
    expect(conditions.isStalled(object)).toBe(true);
    conditions.markReconciling(object, 'Progressing', 'working', { clock });
    expect(typesOf(object)).toEqual(['Reconciling']);
  });

  it('leave a ready object ready during a routine run, and only then', () => {
    const ready = kustomization([{ type: 'Ready' }]);
    conditions.markProgressing(ready, 'Progressing', 'looking', { clock });
    expect(conditions.isTrue(ready, 'Ready')).toBe(true);
    conditions.markProgressing(ready, 'Progressing', 'new revision', { clock, drift: true });
    expect(conditions.get(ready, 'Ready')).toMatchObject({ status: 'Unknown', message: 'new revision' });
    const fresh = kustomization();
    conditions.markProgressing(fresh, 'Progressing', 'building', { clock });
    expect(conditions.get(fresh, 'Ready')?.status).toBe('Unknown');
    const failed = kustomization([{ type: 'Ready', status: 'False' }]);
    conditions.markProgressing(failed, 'Progressing', 'trying again', { clock });
    expect(conditions.isFalse(failed, 'Ready')).toBe(true);
  });
});

describe('2.12 conditions.delete', () => {
  it('removes a condition, and adds no empty status', () => {
    const object = kustomization([{ type: 'Ready' }, { type: 'Stalled' }]);
    conditions.delete(object, 'Stalled');
    expect(typesOf(object)).toEqual(['Ready']);
    const empty = kustomization();
    conditions.delete(empty, 'Ready');
    expect(empty).not.toHaveProperty('status');
  });
});

describe('2.12 conditions.summarize', () => {
  const options = { negative: ['FetchFailed', 'Stalled', 'StorageFailed'], clock };

  function summary(list: Partial<Condition>[], more: object = {}): Condition | undefined {
    const object = kustomization(list);
    conditions.summarize(object, 'Ready', { ...options, ...more });
    return conditions.get(object, 'Ready');
  }

  it('says the worst: bad news first, then good news that failed', () => {
    const bad = { type: 'FetchFailed', reason: 'GitOperationFailed', message: 'cannot fetch' };
    const goodFalse = {
      type: 'ArtifactInStorage',
      status: 'False',
      reason: 'Missing',
      message: 'no artifact',
    } as const;
    const goodTrue = { type: 'SourceVerified', reason: 'Verified', message: 'fine' };
    const badFalse = {
      type: 'StorageFailed',
      status: 'False',
      reason: 'Disk',
      message: 'disk is fine',
    } as const;
    const unknown = { type: 'Other', status: 'Unknown', reason: 'Who', message: 'who knows' } as const;
    expect(summary([unknown, goodTrue, goodFalse, bad])).toMatchObject({
      status: 'False',
      reason: 'GitOperationFailed',
    });
    expect(summary([unknown, badFalse, goodTrue, goodFalse])).toMatchObject({
      status: 'False',
      reason: 'Missing',
    });
    expect(summary([unknown, badFalse, goodTrue])).toMatchObject({ status: 'True', reason: 'Verified' });
    expect(summary([unknown, badFalse])).toMatchObject({ status: 'True', reason: 'Disk' });
    expect(summary([unknown])).toMatchObject({ status: 'Unknown', reason: 'Who' });
  });

  it('lets the first of the given types speak in a group', () => {
    const list = [
      { type: 'FetchFailed', reason: 'Fetch', message: 'f' },
      { type: 'StorageFailed', reason: 'Storage', message: 's' },
    ];
    expect(summary(list)).toMatchObject({ reason: 'Fetch' });
    expect(summary(list, { types: ['StorageFailed', 'FetchFailed'] })).toMatchObject({ reason: 'Storage' });
    expect(summary(list, { types: ['FetchFailed'] })).toMatchObject({ reason: 'Fetch' });
  });

  it('counts steps, and says nothing where nothing is in scope', () => {
    const list = [{ type: 'Built' }, { type: 'Applied', status: 'False' as const }];
    expect(summary(list, { stepCounter: true, types: ['Built', 'Applied', 'Healthy'] })?.message).toBe(
      '1 of 3 completed',
    );
    expect(summary([])).toBeUndefined();
    expect(summary([{ type: 'Ready' }], { types: ['Ready'] })).toMatchObject({ reason: 'R' });
  });

  it('keeps the polarity of a target that is bad news itself', () => {
    const object = kustomization([{ type: 'FetchFailed', reason: 'Fetch', message: 'f' }]);
    conditions.summarize(object, 'Stalled', options);
    expect(conditions.get(object, 'Stalled')).toMatchObject({ status: 'True', reason: 'Fetch' });
  });
});

describe('2.12 conditions.aggregate and mirror', () => {
  const named = (name: string, list: Partial<Condition>[]): KubeObject => {
    const object = kustomization(list);
    object.metadata.name = name;
    return object;
  };

  it('say what others come to, and of whom', () => {
    const object = kustomization();
    const from = [
      named('b', [{ type: 'Ready', status: 'False', reason: 'Bad' }]),
      named('a', [{ type: 'Ready', status: 'False', reason: 'Worse' }]),
    ];
    conditions.aggregate(object, 'Dependencies', from, { types: ['Ready'], sourceRef: true, clock });
    expect(conditions.get(object, 'Dependencies')).toMatchObject({
      status: 'False',
      reason: 'Worse @ Kustomization/a',
    });
    conditions.aggregate(object, 'Nothing', [kustomization()], { clock });
    expect(conditions.has(object, 'Nothing')).toBe(false);
  });

  it('repeat what another object says of itself, or a fallback', () => {
    const object = kustomization();
    conditions.mirror(
      object,
      'SourceReady',
      named('repo', [{ type: 'Ready', reason: 'Succeeded', message: 'stored' }]),
      { clock },
    );
    expect(conditions.get(object, 'SourceReady')).toMatchObject({
      status: 'True',
      reason: 'Succeeded',
      observedGeneration: 3,
    });
    const fallback = { status: 'False', reason: 'Waiting', message: 'no source yet' } as const;
    conditions.mirror(object, 'Other', kustomization(), { clock, fallback });
    expect(conditions.get(object, 'Other')).toMatchObject(fallback);
    conditions.mirror(object, 'None', kustomization(), { clock });
    expect(conditions.has(object, 'None')).toBe(false);
  });
});

describe('2.12 ConditionsPatch', () => {
  const before = (): KubeObject => kustomization([{ type: 'Ready', status: 'False' }, { type: 'Theirs' }]);

  function patchFor(change: (object: KubeObject) => void): conditions.ConditionsPatch {
    const after = structuredClone(before());
    change(after);
    return new conditions.ConditionsPatch(before(), after);
  }

  it('is empty where nothing changed', () => {
    expect(patchFor(() => {}).isEmpty).toBe(true);
  });

  it('makes our changes to a state that others changed elsewhere', () => {
    const patch = patchFor((object) => conditions.markTrue(object, 'Ready', 'Succeeded', 'done', { clock }));
    const latest = before();
    conditions.markFalse(latest, 'Theirs', 'Changed', 'by them', { clock });
    patch.apply(latest);
    expect(conditions.get(latest, 'Ready')).toMatchObject({
      status: 'True',
      lastTransitionTime: '2026-03-01T10:00:00Z',
    });
    expect(conditions.get(latest, 'Theirs')).toMatchObject({ reason: 'Changed' });
  });

  it('adds and removes', () => {
    const patch = patchFor((object) => {
      conditions.delete(object, 'Ready');
      conditions.markTrue(object, 'Healthy', 'H', 'h', { clock });
    });
    const latest = before();
    patch.apply(latest);
    expect(typesOf(latest)).toEqual(['Healthy', 'Theirs']);
  });

  it.each([
    [
      'changed',
      (object: KubeObject) => conditions.markTrue(object, 'Theirs', 'Ours', 'x', { clock }),
      (object: KubeObject) => conditions.markFalse(object, 'Theirs', 'Other', 'y', { clock }),
    ],
    [
      'changed what they removed',
      (object: KubeObject) => conditions.markTrue(object, 'Theirs', 'Ours', 'x', { clock }),
      (object: KubeObject) => conditions.delete(object, 'Theirs'),
    ],
    [
      'added',
      (object: KubeObject) => conditions.markTrue(object, 'New', 'Ours', 'x', { clock }),
      (object: KubeObject) => conditions.markTrue(object, 'New', 'Other', 'y', { clock }),
    ],
    [
      'removed what they changed',
      (object: KubeObject) => conditions.delete(object, 'Theirs'),
      (object: KubeObject) => conditions.markFalse(object, 'Theirs', 'Other', 'y', { clock }),
    ],
  ])('is a conflict where both %s, unless we own the type: RUNTIME_PATCH_CONFLICT', (_what, ours, theirs) => {
    const patch = patchFor(ours);
    const latest = before();
    theirs(latest);
    expect(() => patch.apply(structuredClone(latest))).toThrow(
      expect.objectContaining({ code: 'RUNTIME_PATCH_CONFLICT' }),
    );
    patch.apply(latest, ['Theirs', 'New']);
    const after = structuredClone(before());
    ours(after);
    for (const type of ['Theirs', 'New'])
      expect(conditions.reasonOf(latest, type)).toBe(conditions.reasonOf(after, type));
  });

  it('is content where others did the same already, and keeps their time', () => {
    const patch = patchFor((object) => conditions.markTrue(object, 'Ready', 'Succeeded', 'done', { clock }));
    const latest = before();
    const theirClock = new FakeClock('2026-02-01T00:00:00Z');
    conditions.markTrue(latest, 'Ready', 'Succeeded', 'done', { clock: theirClock });
    patch.apply(latest);
    expect(conditions.get(latest, 'Ready')?.lastTransitionTime).toBe('2026-02-01T00:00:00Z');
    patch.apply(latest, ['Ready']);
    expect(conditions.get(latest, 'Ready')?.lastTransitionTime).toBe('2026-02-01T00:00:00Z');
  });
});
