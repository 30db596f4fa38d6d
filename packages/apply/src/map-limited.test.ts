import { describe, expect, it } from 'vitest';
import { mapLimited } from './map-limited.ts';
import { pollDelays } from './poll-delays.ts';
import { runsOfKind } from './runs-of-kind.ts';

describe('mapLimited', () => {
  it('keeps the order and the bound', async () => {
    let running = 0;
    let most = 0;
    const results = await mapLimited([5, 1, 3, 2, 4], 2, async (n) => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, n));
      running--;
      return n * 2;
    });
    expect(results).toEqual([10, 2, 6, 4, 8]);
    expect(most).toBe(2);
  });

  it('begins no more after a failure, waits for those that run, and throws the first by position', async () => {
    const begun: number[] = [];
    const finished: number[] = [];
    const call = mapLimited([0, 1, 2, 3], 2, async (n) => {
      begun.push(n);
      await new Promise((resolve) => setTimeout(resolve, n === 0 ? 20 : 1));
      finished.push(n);
      throw new Error(`failed ${n}`);
    });
    await expect(call).rejects.toThrow('failed 0');
    expect([begun, finished]).toEqual([
      [0, 1],
      [1, 0],
    ]);
  });

  it('does nothing for nothing', async () => {
    expect(await mapLimited([], 4, async () => 1)).toEqual([]);
  });
});

describe('pollDelays', () => {
  it('grow up to the bound', () => {
    const delays = pollDelays(500);
    const first = Array.from({ length: 8 }, () => delays.next().value);
    expect(first[0]).toBe(100);
    expect(first.at(-1)).toBe(500);
    expect(first).toEqual(first.toSorted((a, b) => a - b));
    expect(pollDelays(10).next().value).toBe(10);
  });
});

describe('runsOfKind', () => {
  it('cuts between kinds', () => {
    expect(runsOfKind(['a1', 'a2', 'b1', 'a3'], (text) => text.charAt(0))).toEqual([
      ['a1', 'a2'],
      ['b1'],
      ['a3'],
    ]);
    expect(runsOfKind([], String)).toEqual([]);
  });
});
