import { describe, expect, it } from 'vitest';

import { findDependencyCycle } from './dependency-cycle.ts';

const cycle = (needs: Record<string, readonly string[]>, start = 'a'): Promise<string[] | undefined> =>
  findDependencyCycle(start, (key) => needs[key] ?? []);

describe('2.12 dependency cycles, for a status', () => {
  it('gives the way round', async () => {
    expect(await cycle({ a: ['x', 'b'], b: ['c'], c: ['a'] })).toEqual(['a', 'b', 'c', 'a']);
    expect(await cycle({ a: ['a'] })).toEqual(['a', 'a']);
  });

  it('gives none where things only come together again, or what is named is not there', async () => {
    expect(await cycle({ a: ['b', 'c'], b: ['d'], c: ['d'], d: [] })).toBeUndefined();
    expect(await cycle({ a: ['missing'] })).toBeUndefined();
  });

  it('is none of what only leads to one', async () => {
    expect(await cycle({ a: ['b'], b: ['c'], c: ['b'] })).toBeUndefined();
  });

  it('follows chains of any length, asking once for each', async () => {
    let asked = 0;
    const found = await findDependencyCycle('0', async (key) => {
      asked++;
      return [String((Number(key) + 1) % 20_000), '1'];
    });
    expect(found).toHaveLength(20_001);
    expect(asked).toBe(20_000);
  });
});
