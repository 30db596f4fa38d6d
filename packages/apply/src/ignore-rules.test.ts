import type { KubeObject } from '@gitops-toolkit/core';
import { describe, expect, it } from 'vitest';
import { compileIgnoreRules, respectIgnored, withoutIgnored } from './ignore-rules.ts';

const deployment = (
  replicas: number | undefined,
  images: readonly string[] = ['v1'],
  metadata: KubeObject['metadata'] = {},
): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop', labels: { tier: 'front' }, ...metadata },
  spec: {
    ...(replicas !== undefined && { replicas }),
    template: { spec: { containers: images.map((image, i) => ({ name: `c${i}`, image })) } },
  },
});

const owned = (manager: string, fieldsV1: Record<string, unknown>) => ({
  managedFields: [{ manager, operation: 'Apply' as const, apiVersion: 'apps/v1', fieldsV1 }],
});

const replicas = [['spec', 'replicas']];
const image = [['spec', 'template', 'spec', 'containers', '0', 'image']];

describe('compileIgnoreRules', () => {
  it('gives the paths of rules for every object', () => {
    const ignored = compileIgnoreRules([{ paths: ['/spec/replicas', '/metadata/annotations/a~1b~0c'] }]);
    expect(ignored(deployment(1))).toEqual([
      ['spec', 'replicas'],
      ['metadata', 'annotations', 'a/b~c'],
    ]);
  });

  it.each([
    [{ kind: 'Deployment' }, true],
    [{ kind: 'Deploy' }, false],
    [{ kind: 'Deploy.*', group: 'apps', version: 'v1' }, true],
    [{ name: 'we[b]', namespace: 'shop' }, true],
    [{ name: 'a|web' }, true],
    [{ namespace: 'other' }, false],
    [{ labelSelector: 'tier in (front,back),!canary' }, true],
    [{ labelSelector: 'tier=back' }, false],
    [{ annotationSelector: 'note' }, false],
    [{ kind: '' }, true],
  ])('matches the target %o: %s', (target, isMatch) => {
    const ignored = compileIgnoreRules([{ paths: ['/spec'], target }]);
    expect(ignored(deployment(1))).toHaveLength(isMatch ? 1 : 0);
  });

  it.each([
    [{ paths: ['spec/replicas'] }, 'path'],
    [{ paths: ['/a'], target: { name: '(' } }, 'pattern'],
    [{ paths: ['/a'], target: { name: '(?=x)' } }, 'pattern'],
    [{ paths: ['/a'], target: { labelSelector: 'a in b' } }, 'selector'],
  ])('refuses %o', (rule, what) => {
    expect(() => compileIgnoreRules([rule])).toThrow(
      expect.objectContaining({
        code: 'APPLY_IGNORE_RULE_INVALID',
        message: expect.stringContaining(what),
      }),
    );
  });

  it('takes a pattern that would keep a backtracking matcher busy for ever', () => {
    const ignored = compileIgnoreRules([{ paths: ['/a'], target: { name: '(a+)+' } }]);
    expect(ignored(deployment(1, [], { name: `${'a'.repeat(5000)}!` }))).toEqual([]);
  });
});

describe('withoutIgnored', () => {
  it('leaves out fields and items, and shares the rest', () => {
    const object = deployment(3, ['a', 'b']);
    const rest = withoutIgnored(object, [
      ...replicas,
      ['spec', 'template', 'spec', 'containers', '0'],
      ['spec', 'not', 'there'],
    ]);
    expect(rest['spec']).toEqual({ template: { spec: { containers: [{ name: 'c1', image: 'b' }] } } });
    expect(rest.metadata).toBe(object.metadata);
    expect(object).toEqual(deployment(3, ['a', 'b']));
  });
});

describe('respectIgnored', () => {
  const desired = deployment(2);

  it('sends what the author wrote where nobody changed it', () => {
    expect(respectIgnored(desired, { live: deployment(2), merged: deployment(2) }, replicas, 'me')).toBe(
      desired,
    );
  });

  it('adopts the live value of a field that nobody else applies', () => {
    expect(respectIgnored(desired, { live: deployment(5), merged: deployment(2) }, replicas, 'me')).toEqual(
      deployment(5),
    );
  });

  it('leaves out a field that another manager applies', () => {
    const live = deployment(5, ['v1'], owned('autoscaler', { 'f:spec': { 'f:replicas': {} } }));
    expect(respectIgnored(desired, { live, merged: deployment(2) }, replicas, 'me')).toEqual(
      deployment(undefined),
    );
  });

  it('does not take our own entry for another', () => {
    const live = deployment(5, ['v1'], owned('me', { 'f:spec': { 'f:replicas': {} } }));
    expect(respectIgnored(desired, { live, merged: deployment(2) }, replicas, 'me')).toEqual(deployment(5));
  });

  it('finds items of lists by their keys', () => {
    const fields = {
      'f:spec': { 'f:template': { 'f:spec': { 'f:containers': { 'k:{"name":"c0"}': { 'f:image': {} } } } } },
    };
    const live = deployment(2, ['v9'], owned('image-updater', fields));
    const sent = respectIgnored(desired, { live, merged: deployment(2) }, image, 'me');
    expect(sent['spec']).toEqual({ replicas: 2, template: { spec: { containers: [{ name: 'c0' }] } } });
  });

  it('leaves out what the cluster does not have', () => {
    expect(
      respectIgnored(desired, { live: deployment(undefined), merged: deployment(2) }, replicas, 'me'),
    ).toEqual(deployment(undefined));
  });

  it('keeps a field that the author has removed', () => {
    const sent = respectIgnored(
      deployment(undefined),
      { live: deployment(4), merged: deployment(undefined) },
      replicas,
      'me',
    );
    expect(sent).toEqual(deployment(4));
  });
});
