import type { Kustomization } from '@gitops-toolkit/api';
import { describe, expect, it } from 'vitest';
import { requireDependencies } from './dependencies.ts';

const REVISION = 'main@sha1:bbbb';

interface Sketch {
  readonly dependsOn?: string[];
  readonly ready?: 'True' | 'False';
  readonly revision?: string;
  readonly source?: string;
  readonly observedGeneration?: number;
}

function kustomization(name: string, sketch: Sketch = {}): Kustomization {
  const {
    dependsOn = [],
    ready = 'True',
    revision = REVISION,
    source = 'app',
    observedGeneration = 1,
  } = sketch;
  return {
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { name, namespace: 'apps', generation: 1 },
    spec: {
      interval: '1m',
      prune: true,
      sourceRef: { kind: 'GitRepository', name: source },
      dependsOn: dependsOn.map((dependency) => ({ name: dependency })),
    },
    status: {
      observedGeneration,
      lastAppliedRevision: revision,
      conditions: [
        {
          type: 'Ready',
          status: ready,
          reason: 'Test',
          message: `${name} says so`,
          lastTransitionTime: '2026-11-22T10:00:00Z',
        },
      ],
    },
  };
}

function check(objects: readonly Kustomization[]): Promise<void> {
  const [subject] = objects;
  if (!subject) throw new Error('nothing to check');
  return requireDependencies(subject, {
    find: async (_namespace, name) => objects.find((object) => object.metadata.name === name),
    revision: REVISION,
    requeueAfterMs: 30_000,
  });
}

describe('requireDependencies', () => {
  const web = kustomization('web', { dependsOn: ['base'] });

  it('passes where all are ready at the revision of the shared source', async () => {
    await check([web, kustomization('base')]);
    await check([web, kustomization('base', { source: 'other', revision: 'main@sha1:cccc' })]);
  });

  it.each([
    ['is missing', [], 'not found'],
    ['is not ready', [kustomization('base', { ready: 'False' })], 'base says so'],
    ['was changed', [kustomization('base', { observedGeneration: 0 })], 'its spec changed'],
    [
      'is behind',
      [kustomization('base', { revision: 'main@sha1:aaaa' })],
      'it has not applied revision main@sha1:bbbb yet',
    ],
  ])('waits for one that %s', async (_title, others, text) => {
    await expect(check([web, ...others])).rejects.toMatchObject({
      reason: 'DependencyNotReady',
      requeueAfterMs: 30_000,
      expected: true,
      cause: { code: 'CONTROLLERS_DEPENDENCY_NOT_READY' },
      message: expect.stringContaining(text) as string,
    });
  });

  it('names a cycle', async () => {
    const waiting = { ready: 'False' } as const;
    const objects = [
      kustomization('a', { dependsOn: ['b'], ...waiting }),
      kustomization('b', { dependsOn: ['c'], ...waiting }),
      kustomization('c', { dependsOn: ['a'], ...waiting }),
    ];
    await expect(check(objects)).rejects.toMatchObject({
      expected: false,
      message: 'dependency cycle: apps/a → apps/b → apps/c → apps/a',
    });
  });
});
