import { describe, expect, it } from 'vitest';

import { compareVersions } from './version-order.ts';

describe('compareVersions', () => {
  it('prefers stable, then newer, then known forms', () => {
    const versions = ['foo', 'v1alpha1', 'v2beta2', 'v1', 'v10', 'v2', 'v2beta10', 'bar'];
    expect(versions.sort(compareVersions)).toEqual([
      'v10',
      'v2',
      'v1',
      'v2beta10',
      'v2beta2',
      'v1alpha1',
      'bar',
      'foo',
    ]);
  });
});
