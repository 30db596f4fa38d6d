import { NumberLiteral } from '@gitops-toolkit/core';
import { describe, expect, it } from 'vitest';

import { canonicalQuantity } from './quantity.ts';

describe('canonicalQuantity', () => {
  it.each([
    ['0', '0'],
    ['1', '1'],
    ['0.5', '500m'],
    ['1000m', '1'],
    ['1500m', '1500m'],
    ['.25', '250m'],
    ['1000', '1k'],
    ['1234', '1234'],
    ['1000000', '1M'],
    ['1024Mi', '1Gi'],
    ['1Ki', '1Ki'],
    ['0.5Gi', '512Mi'],
    ['1.5Gi', '1536Mi'],
    ['100Mi', '100Mi'],
    ['2e9', '2e9'],
    ['1e3', '1e3'],
    ['-500m', '-500m'],
    ['+1', '1'],
    ['0.1n', '1n'],
    [2, '2'],
    [0.5, '500m'],
    [new NumberLiteral('1.10'), '1100m'],
  ])('prints %s as %s', (value, text) => {
    expect(canonicalQuantity(value)).toBe(text);
  });

  it.each(['', 'lots', '1Xi', '.', null, true])('leaves %j alone', (value) => {
    expect(canonicalQuantity(value)).toBe(value);
  });
});
