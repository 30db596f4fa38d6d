import type { Kustomization } from '@gitops-toolkit/api';
import { MemoryTree } from '@gitops-toolkit/core';
import { describe, expect, it } from 'vitest';
import { buildKustomization } from './build.ts';
import { kustomization } from '../testing/kustomization.ts';

const tree = MemoryTree.from({
  'deploy/kustomization.yaml': 'resources: [settings.yaml]\n',
  'deploy/settings.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings, labels: {tier: web}}\ndata: {team: "${TEAM:=nobody}", raw: "$${TEAM}"}\n',
  'plain/account.yaml': 'apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: web}\n',
});

const buildWith = (spec: Partial<Kustomization['spec']>, variables: Record<string, string> = {}) =>
  buildKustomization(kustomization(spec), { tree, variables, strictSubstitution: true });

describe('buildKustomization', () => {
  it('takes paths as people write them', () => {
    for (const path of ['deploy', './deploy', '/deploy/', 'deploy/.'])
      expect(buildWith({ path }).resources).toHaveLength(1);
  });

  it('lists the manifests of a folder that has no kustomization', () => {
    expect(buildWith({ path: './plain' }).resources[0]?.object.kind).toBe('ServiceAccount');
  });

  it('puts the fields of the spec into the build', () => {
    const spec = { path: 'deploy', namePrefix: 'prod-', targetNamespace: 'shop' };
    expect(buildWith(spec).resources[0]?.object.metadata).toMatchObject({
      name: 'prod-settings',
      namespace: 'shop',
    });
  });

  it('sets common metadata over what is there', () => {
    const commonMetadata = { labels: { tier: 'front' }, annotations: { owner: 'shop' } };
    const metadata = buildWith({ path: 'deploy', commonMetadata }).resources[0]?.object.metadata;
    expect(metadata).toMatchObject({ labels: { tier: 'front' }, annotations: { owner: 'shop' } });
  });

  it('replaces variables where the spec asks for it', () => {
    const data = (spec: Partial<Kustomization['spec']>, variables: Record<string, string> = {}) =>
      buildWith({ path: 'deploy', ...spec }, variables).resources[0]?.object['data'];
    expect(data({})).toEqual({ team: '${TEAM:=nobody}', raw: '$${TEAM}' });
    expect(data({ postBuild: {} }, { TEAM: 'shop' })).toEqual({ team: 'shop', raw: '${TEAM}' });
    expect(data({ postBuild: { substituteStrategy: 'Always' } })).toEqual({ team: 'nobody', raw: '${TEAM}' });
  });

  it('digests what was built', () => {
    const digest = buildWith({ path: 'deploy' }).digest;
    expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(buildWith({ path: 'deploy' }).digest).toBe(digest);
    expect(buildWith({ path: 'deploy', namePrefix: 'x-' }).digest).not.toBe(digest);
  });

  it('names the folders that are there where the path is not', () => {
    const failure = expect.objectContaining({
      code: 'CONTROLLERS_PATH_NOT_FOUND',
      hint: 'The source holds ./deploy, ./plain.',
    });
    expect(() => buildWith({ path: './deplyo' })).toThrow(failure);
    expect(() => buildWith({ path: '../etc' })).toThrow(failure);
  });
});
