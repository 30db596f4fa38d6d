import { describe, expect, it } from 'vitest';

import { generateName, labelValueError, nameErrors, qualifiedNameErrors } from './names.ts';

describe('nameErrors', () => {
  it.each([
    ['subdomain', 'a.b-c', 0],
    ['subdomain', 'A', 1],
    ['subdomain', 'a..b', 1],
    ['subdomain', 'a'.repeat(254), 1],
    ['label', 'a.b', 1],
    ['label', '0a', 0],
    ['service', '0a', 1],
    ['path-segment', 'system:admin', 0],
    ['path-segment', 'a/b', 1],
    ['path-segment', '..', 1],
    ['none', 'A B', 0],
  ] as const)('of the rule %s for %s are %i', (rule, name, count) => {
    expect(nameErrors(rule, name)).toHaveLength(count);
  });
});

describe('labels', () => {
  it('have qualified names and short values', () => {
    expect(qualifiedNameErrors('app.kubernetes.io/name')).toEqual([]);
    expect(qualifiedNameErrors('a/b/c')).toHaveLength(1);
    expect(qualifiedNameErrors('/a')).toEqual(['prefix part must be non-empty']);
    expect(qualifiedNameErrors('')).toHaveLength(2);
    expect(labelValueError('')).toBeUndefined();
    expect(labelValueError('a'.repeat(64))).toBe('must be no more than 63 bytes');
    expect(labelValueError('a b')).toContain('a valid label must be');
  });
});

describe('generateName', () => {
  it('cuts the base so that the name fits a label', () => {
    expect(generateName('x'.repeat(80), () => 0)).toBe(`${'x'.repeat(58)}bbbbb`);
  });
});
