import { describe, expect, it } from 'vitest';

import { applyMergePatch, createMergePatch } from '../merge-patch.ts';
import { BOX_SCHEMA, RandomBoxes } from '../testdata/random-box.ts';
import { applyStrategicMergePatch } from './apply.ts';
import { createThreeWayMergePatch, createTwoWayMergePatch } from './create.ts';

const SEEDS = Array.from({ length: 25 }, (_, seed) => seed);

/** A strategic merge patch that empties a list leaves the empty list: nothing and `[]` are alike. */
function withoutEmpty(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, item: unknown) =>
      Array.isArray(item) && item.length === 0 ? undefined : item,
    ),
  );
}

describe('patches between any two objects', () => {
  it.each(SEEDS)('a merge patch turns one into the other (seed %i)', (seed) => {
    const boxes = new RandomBoxes(seed);
    const [from, to] = [boxes.next(), boxes.next()];
    expect(applyMergePatch(from, createMergePatch(from, to))).toEqual(to);
  });

  it.each(SEEDS)('a two-way patch turns one into the other (seed %i)', (seed) => {
    const boxes = new RandomBoxes(seed);
    const [from, to] = [boxes.next(), boxes.next()];
    const patch = createTwoWayMergePatch(from, to, BOX_SCHEMA);
    expect(withoutEmpty(applyStrategicMergePatch(from, patch, BOX_SCHEMA))).toEqual(withoutEmpty(to));
    // Between equal objects it says no more than the order of lists that are not sorted.
    expect(applyStrategicMergePatch(to, createTwoWayMergePatch(to, to, BOX_SCHEMA), BOX_SCHEMA)).toEqual(to);
  });

  it.each(SEEDS)('a three-way patch of an untouched object is what a two-way patch is (seed %i)', (seed) => {
    const boxes = new RandomBoxes(seed);
    const [applied, wanted] = [boxes.next(), boxes.next()];
    const patch = createThreeWayMergePatch(applied, wanted, applied, BOX_SCHEMA, { overwrite: false });
    expect(withoutEmpty(applyStrategicMergePatch(applied, patch, BOX_SCHEMA))).toEqual(withoutEmpty(wanted));
  });
});
