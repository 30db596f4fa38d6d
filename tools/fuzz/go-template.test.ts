import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../../bench/seeded-random.ts';
import { failureOf } from './fuzz-target.ts';
import { target as calls } from './go-template-functions.ts';
import { brokenTemplates, target as templates } from './go-template.ts';

describe.each([
  ['templates', templates],
  ['templates that are broken', brokenTemplates],
  ['calls of functions', calls],
])('fuzzing %s', (_name, target) => {
  it.each([1, 2, 3])('finds nothing in the first inputs of seed %i', (seed) => {
    const random = new SeededRandom(seed);
    const inputs = Array.from({ length: 150 }, () => target.generate(random));
    expect(inputs.filter((input) => failureOf(target, input)).map((input) => target.show(input))).toEqual([]);
  });
});
