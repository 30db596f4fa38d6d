import { type KubeObject, NumberLiteral } from '@gitops-toolkit/core';
import { describe, expect, it } from 'vitest';
import { hasDrifted } from './drift.ts';

const deployment = (over: Partial<KubeObject> = {}, metadata: KubeObject['metadata'] = {}): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', resourceVersion: '1', generation: 1, labels: { app: 'web' }, ...metadata },
  spec: { replicas: 2, template: { spec: { containers: [{ name: 'web', image: 'nginx' }] } } },
  status: { replicas: 2 },
  ...over,
});

describe('hasDrifted', () => {
  it('does not mind status and the metadata of the server', () => {
    const merged = deployment(
      { status: { replicas: 0 } },
      { resourceVersion: '2', generation: 2, managedFields: [{ manager: 'x' }], finalizers: ['f'] },
    );
    expect(hasDrifted(deployment(), merged)).toBe(false);
  });

  it.each([
    ['a label', deployment({}, { labels: { app: 'other' } })],
    ['an annotation', deployment({}, { annotations: { note: 'x' } })],
    ['a field', deployment({ spec: { replicas: 3 } })],
    ['a field at the top', deployment({ data: {} })],
    ['an item', deployment({ spec: { replicas: 2, template: { spec: { containers: [] } } } })],
  ])('sees %s', (_what, merged) => {
    expect(hasDrifted(deployment(), merged)).toBe(true);
  });

  it('takes no labels and empty labels for the same', () => {
    const bare = (labels?: Record<string, string>): KubeObject => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'a', ...(labels && { labels }) },
    });
    expect(hasDrifted(bare(), bare({}))).toBe(false);
  });

  it('compares large integers by every digit', () => {
    const limit = (digits: string) => deployment({ spec: { limit: new NumberLiteral(digits) } });
    expect(hasDrifted(limit('12345678901234567890'), limit('12345678901234567891'))).toBe(true);
    expect(hasDrifted(limit('12345678901234567890'), limit('12345678901234567890'))).toBe(false);
  });

  it('does not mind the order of keys, and minds that of lists', () => {
    const a = deployment({ spec: { a: 1, b: [1, 2] } });
    expect(hasDrifted(a, deployment({ spec: { b: [1, 2], a: 1 } }))).toBe(false);
    expect(hasDrifted(a, deployment({ spec: { a: 1, b: [2, 1] } }))).toBe(true);
  });
});
