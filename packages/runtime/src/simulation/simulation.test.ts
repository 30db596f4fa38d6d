import { describe, expect, it } from 'vitest';

import { simulate } from './simulation.ts';

/** Some 20 s of one core. More with `SIMULATION_SEEDS=1000`; as many as one likes with `npm run simulate`. */
const SEEDS = Number(process.env['SIMULATION_SEEDS'] ?? '60');
const PER_TEST = 20;
const blocks = Array.from({ length: Math.ceil(SEEDS / PER_TEST) }, (_, i) => i * PER_TEST + 1);

describe('a program under every kind of trouble, by seed', () => {
  it.each(blocks)(
    'comes to rest as it has to: seeds from %i',
    async (first) => {
      const failures: string[] = [];
      for (let seed = first; seed < first + PER_TEST; seed++) {
        const { violations } = await simulate(seed);
        for (const each of violations) failures.push(`npm run simulate -- --seed ${seed}: ${each}`);
      }
      expect(failures).toEqual([]);
    },
    300_000,
  );

  it('goes through the same again for the same seed, and through something else for another', async () => {
    const [once, again, other] = [await simulate(7), await simulate(7), await simulate(8)];
    expect(again).toEqual(once);
    expect(other.fingerprint).not.toBe(once.fingerprint);
    expect(once.steps).toBeGreaterThan(500);
  }, 60_000);
});
