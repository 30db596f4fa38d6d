import { describe, expect, it } from 'vitest';
import { formatApiVersion, gvkOf, parseApiVersion, refKey, refOf, refString } from './object.ts';

describe('api versions', () => {
  it('split into group and version and join again', () => {
    for (const text of ['v1', 'apps/v1', 'source.toolkit.fluxcd.io/v1']) {
      const { group, version } = parseApiVersion(text);
      expect(formatApiVersion(group, version)).toBe(text);
    }
    expect(gvkOf({ apiVersion: 'v1', kind: 'Pod' })).toEqual({ group: '', version: 'v1', kind: 'Pod' });
  });
});

describe('references', () => {
  const object = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'shop' } };

  it('print for people', () => {
    expect(refString(refOf(object))).toBe('Deployment/shop/web');
    expect(refString({ kind: 'Namespace', name: 'shop' })).toBe('Namespace/shop');
  });

  it('are the same whatever the version', () => {
    expect(refKey(refOf(object))).toBe(refKey({ ...refOf(object), apiVersion: 'apps/v1beta1' }));
    expect(refKey(refOf(object))).not.toBe(refKey({ ...refOf(object), apiVersion: 'extensions/v1beta1' }));
  });
});
