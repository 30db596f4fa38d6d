import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../../bench/seeded-random.ts';
import { failureOf, type FuzzTarget, minimise } from './fuzz-target.ts';
import { target } from './yaml.ts';

describe('fuzzing yaml', () => {
  it.each([1, 2, 3])('finds nothing in the first inputs of seed %i', (seed) => {
    const random = new SeededRandom(seed);
    const inputs = Array.from({ length: 150 }, () => target.generate(random));
    expect(inputs.filter((input) => failureOf(target, input)).map((input) => target.show(input))).toEqual([]);
  });
});

describe('minimise', () => {
  it('finds the smallest input that fails in the same way', () => {
    const letters: FuzzTarget<string> = {
      generate: () => '',
      check: (text) => {
        if (text.includes('x')) throw new Error(`has an x at ${text.indexOf('x')}`);
      },
      budgetMs: () => 1000,
      *smaller(text) {
        for (let i = 0; i < text.length; i++) yield text.slice(0, i) + text.slice(i + 1);
      },
      show: String,
    };
    expect(minimise(letters, 'abxcd', new Error('has an x at 2'))).toBe('x');
  });
});
