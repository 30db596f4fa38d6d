import type { KubeObject } from '@gitops-toolkit/core';
import { describe, expect, it } from 'vitest';
import { sortForApply, sortRefs, stagesOf } from './stages.ts';

const object = (apiVersion: string, kind: string, name = 'a', namespace = ''): KubeObject => ({
  apiVersion,
  kind,
  metadata: { name, ...(namespace && { namespace }) },
});

const kinds = (objects: readonly KubeObject[]): string[] => objects.map(({ kind }) => kind);

describe('stagesOf', () => {
  const all = [
    object('v1', 'Service'),
    object('shop.io/v1', 'Toy'),
    object('storage.k8s.io/v1', 'StorageClass'),
    object('rbac.authorization.k8s.io/v1', 'ClusterRole'),
    object('v1', 'Namespace'),
    object('apiextensions.k8s.io/v1', 'CustomResourceDefinition'),
    object('gateway.networking.k8s.io/v1', 'GatewayClass'),
    object('kyverno.io/v1', 'ClusterPolicy'),
  ];

  it('puts definitions first, then classes, named kinds and the rest', () => {
    const stages = stagesOf(all, new Set(['kyverno.io/ClusterPolicy']));
    expect(stages.map(({ objects }) => kinds(objects))).toEqual([
      ['CustomResourceDefinition', 'Namespace', 'ClusterRole'],
      ['StorageClass', 'GatewayClass'],
      ['ClusterPolicy'],
      ['Service', 'Toy'],
    ]);
    expect(stages.map(({ waits }) => waits)).toEqual([true, true, false, false]);
  });

  it('leaves out stages without objects', () => {
    expect(stagesOf([object('v1', 'Service')])).toHaveLength(1);
    expect(stagesOf([])).toEqual([]);
  });

  it('tells kinds of the same name apart by their group', () => {
    const [stage] = stagesOf([object('other.io/v1', 'Namespace'), object('other.io/v1', 'ClusterRole')]);
    expect(stage?.waits).toBe(false);
  });
});

describe('sortForApply', () => {
  it('puts what others lean on first and webhooks last', () => {
    const shuffled = [
      object('admissionregistration.k8s.io/v1', 'ValidatingWebhookConfiguration'),
      object('admissionregistration.k8s.io/v1', 'MutatingWebhookConfiguration'),
      object('batch/v1', 'Job'),
      object('apps/v1', 'DaemonSet'),
      object('policy/v1', 'PodDisruptionBudget'),
      object('apps/v1', 'Deployment'),
      object('v1', 'Secret'),
      object('v1', 'ConfigMap'),
      object('v1', 'ServiceAccount'),
    ];
    expect(kinds(sortForApply(shuffled))).toEqual([
      'ServiceAccount',
      'ConfigMap',
      'Secret',
      'Deployment',
      'PodDisruptionBudget',
      'DaemonSet',
      'Job',
      'MutatingWebhookConfiguration',
      'ValidatingWebhookConfiguration',
    ]);
  });

  it('orders one kind by namespace and name', () => {
    const names = sortForApply([
      object('v1', 'ConfigMap', 'b', 'x'),
      object('v1', 'ConfigMap', 'a', 'y'),
      object('v1', 'ConfigMap', 'a', 'x'),
    ]);
    expect(names.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`)).toEqual([
      'x/a',
      'x/b',
      'y/a',
    ]);
  });

  it('orders kinds without a rank by group, then kind', () => {
    const sorted = sortForApply([
      object('b.io/v1', 'A'),
      object('a.io/v1', 'Z'),
      object('a.io/v1', 'B'),
      object('v1', 'Pod'),
    ]);
    expect(sorted.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`)).toEqual([
      'v1 Pod',
      'a.io/v1 B',
      'a.io/v1 Z',
      'b.io/v1 A',
    ]);
  });

  it('sorts references alike', () => {
    const refs = [
      { apiVersion: 'v1', kind: 'Service', name: 'a', namespace: 'x' },
      { apiVersion: 'v1', kind: 'Namespace', name: 'x' },
    ];
    expect(sortRefs(refs).map(({ kind }) => kind)).toEqual(['Namespace', 'Service']);
  });
});
