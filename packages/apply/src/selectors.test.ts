import type { KubeObject } from '@gitops-toolkit/core';
import { describe, expect, it } from 'vitest';
import { isOwnedBy, ownerLabels, withOwnerLabels } from './owner.ts';
import { isSelected, selectorsOf } from './selectors.ts';

const object = (metadata: KubeObject['metadata']): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata,
});
const selectors = selectorsOf('kustomize.toolkit.fluxcd.io');

describe('isSelected', () => {
  it('looks at labels and annotations, whatever the case of the value', () => {
    expect(
      isSelected(
        object({ labels: { 'kustomize.toolkit.fluxcd.io/reconcile': 'Disabled' } }),
        selectors.exclude,
      ),
    ).toBe(true);
    expect(
      isSelected(object({ annotations: { 'kustomize.toolkit.fluxcd.io/ssa': 'ignore' } }), selectors.exclude),
    ).toBe(true);
    expect(
      isSelected(object({ annotations: { 'kustomize.toolkit.fluxcd.io/ssa': 'merge' } }), selectors.exclude),
    ).toBe(false);
    expect(isSelected(object({}), selectors.exclude)).toBe(false);
    expect(isSelected(undefined, selectors.exclude)).toBe(false);
  });

  it.each([
    ['ifNotPresent', 'ssa', 'IfNotPresent'],
    ['merge', 'ssa', 'Merge'],
    ['force', 'force', 'enabled'],
    ['keep', 'prune', 'disabled'],
    ['keep', 'reconcile', 'disabled'],
    ['keep', 'ssa', 'Ignore'],
  ] as const)('knows %s by %s: %s', (name, key, value) => {
    expect(
      isSelected(object({ annotations: { [`kustomize.toolkit.fluxcd.io/${key}`]: value } }), selectors[name]),
    ).toBe(true);
  });
});

describe('owner labels', () => {
  const owner = { group: 'kustomize.toolkit.fluxcd.io', name: 'apps', namespace: 'flux-system' };

  it('are added to a copy', () => {
    const original = object({ name: 'a', labels: { app: 'web' } });
    const labelled = withOwnerLabels(original, owner);
    expect(labelled.metadata.labels).toEqual({
      app: 'web',
      'kustomize.toolkit.fluxcd.io/name': 'apps',
      'kustomize.toolkit.fluxcd.io/namespace': 'flux-system',
    });
    expect(original.metadata.labels).toEqual({ app: 'web' });
    expect(isOwnedBy(labelled, owner)).toBe(true);
  });

  it('tell an object that moved', () => {
    expect(isOwnedBy(object({ labels: ownerLabels({ ...owner, name: 'other' }) }), owner)).toBe(false);
    expect(isOwnedBy(object({ labels: { 'kustomize.toolkit.fluxcd.io/name': 'apps' } }), owner)).toBe(false);
    expect(isOwnedBy(object({}), owner)).toBe(false);
  });
});
