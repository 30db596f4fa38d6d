import type { KubeObject, ManagedFieldsEntry } from '@gitops-toolkit/core';
import { describe, expect, it } from 'vitest';
import { cleanupPatch, LEGACY_ANNOTATIONS, LEGACY_LABELS } from './cleanup.ts';
import { supersededManagers, takeOver } from './field-managers.ts';

const entry = (
  manager: string,
  operation: 'Apply' | 'Update',
  fieldsV1: Record<string, unknown>,
  subresource?: string,
): ManagedFieldsEntry => ({
  manager,
  operation,
  apiVersion: 'v1',
  time: '2026-01-01T00:00:00Z',
  fieldsType: 'FieldsV1',
  fieldsV1,
  ...(subresource !== undefined && { subresource }),
});

const live = (managedFields: ManagedFieldsEntry[], metadata: KubeObject['metadata'] = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'a', resourceVersion: '7', managedFields, ...metadata },
});

const managers = supersededManagers('kustomize-controller');
const own = entry('kustomize-controller', 'Apply', { 'f:data': { 'f:a': {} } });

describe('takeOver', () => {
  it('does nothing where there is nobody to take over from', () => {
    const others = [own, entry('helm', 'Update', { 'f:data': { 'f:b': {} } })];
    expect(takeOver(live(others), managers, 'kustomize-controller')).toBeUndefined();
    expect(takeOver(live([]), managers, 'kustomize-controller')).toBeUndefined();
  });

  it('merges the fields of kubectl into ours, whichever way it wrote', () => {
    const entries = [
      entry('kubectl-client-side-apply', 'Update', { 'f:data': { '.': {}, 'f:b': {} } }),
      own,
      entry('kubectl', 'Apply', { 'f:data': { 'f:c': {} }, 'f:metadata': { 'f:labels': { 'f:x': {} } } }),
      entry('helm', 'Update', { 'f:data': { 'f:d': {} } }),
    ];
    expect(takeOver(live(entries), managers, 'kustomize-controller')).toEqual([
      entries[3],
      {
        ...own,
        fieldsV1: {
          'f:data': { '.': {}, 'f:a': {}, 'f:b': {}, 'f:c': {} },
          'f:metadata': { 'f:labels': { 'f:x': {} } },
        },
      },
    ]);
  });

  it('renames where we have no entry yet', () => {
    const entries = [entry('before-first-apply', 'Update', { 'f:data': { 'f:b': {} } })];
    expect(takeOver(live(entries), managers, 'kustomize-controller')).toEqual([
      { ...entries[0], manager: 'kustomize-controller', operation: 'Apply' },
    ]);
  });

  it('takes over what we wrote without server-side apply', () => {
    const entries = [own, entry('kustomize-controller', 'Update', { 'f:data': { 'f:b': {} } })];
    expect(takeOver(live(entries), managers, 'kustomize-controller')).toHaveLength(1);
  });

  it('leaves subresources alone', () => {
    expect(
      takeOver(
        live([own, entry('kubectl', 'Update', { 'f:status': {} }, 'status')]),
        managers,
        'kustomize-controller',
      ),
    ).toBeUndefined();
  });

  it('takes over from managers that are named', () => {
    const entries = [own, entry('terraform-provider', 'Apply', { 'f:data': { 'f:b': {} } })];
    const more = supersededManagers('kustomize-controller', ['terraform']);
    expect(takeOver(live(entries), more, 'kustomize-controller')).toHaveLength(1);
  });
});

describe('cleanupPatch', () => {
  const rules = { annotations: LEGACY_ANNOTATIONS, labels: LEGACY_LABELS, managers };

  it('removes marks of others, with a guard against changes in between', () => {
    const object = live([], {
      annotations: {
        'kubectl.kubernetes.io/last-applied-configuration': '{}',
        'kustomize.toolkit.fluxcd.io/checksum': 'x',
        keep: 'me',
      },
      labels: { 'fluxcd.io/sync-gc-mark': 'x' },
    });
    expect(cleanupPatch(object, rules, 'kustomize-controller')).toEqual([
      { op: 'replace', path: '/metadata/resourceVersion', value: '7' },
      { op: 'remove', path: '/metadata/annotations/kubectl.kubernetes.io~1last-applied-configuration' },
      { op: 'remove', path: '/metadata/annotations/kustomize.toolkit.fluxcd.io~1checksum' },
      { op: 'remove', path: '/metadata/labels/fluxcd.io~1sync-gc-mark' },
    ]);
  });

  it('replaces the entries of managers', () => {
    const patch = cleanupPatch(live([entry('kubectl', 'Apply', { 'f:data': {} })]), rules, 'me');
    expect(patch?.[1]).toMatchObject({
      op: 'replace',
      path: '/metadata/managedFields',
      value: [{ manager: 'me' }],
    });
  });

  it('is absent where there is nothing to clean', () => {
    expect(
      cleanupPatch(live([own], { labels: { app: 'web' } }), rules, 'kustomize-controller'),
    ).toBeUndefined();
  });
});
