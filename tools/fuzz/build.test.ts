import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../../bench/seeded-random.ts';
import { target } from './build.ts';
import { failureOf } from './fuzz-target.ts';

describe('fuzzing the build', () => {
  it.each([1, 2, 3])('finds nothing in the first trees of seed %i', (seed) => {
    const random = new SeededRandom(seed);
    const trees = Array.from({ length: 60 }, () => target.generate(random));
    expect(trees.filter((tree) => failureOf(target, tree)).map((tree) => target.show(tree))).toEqual([]);
  });
});
