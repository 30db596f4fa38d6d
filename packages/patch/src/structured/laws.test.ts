import { describe, expect, it } from 'vitest';

import { BOX_SCHEMA, RandomBoxes } from '../testdata/random-box.ts';
import type { FieldSet } from './field-set.ts';
import { type FieldOwners, structuredApply, structuredUpdate } from './ownership.ts';
import { TypedValue } from './typed-value.ts';

const SEEDS = Array.from({ length: 25 }, (_, seed) => seed + 1000);

function boxes(seed: number, count: number): TypedValue[] {
  const random = new RandomBoxes(seed);
  return Array.from({ length: count }, () => TypedValue.of(random.next(), BOX_SCHEMA));
}

function sets(seed: number): [FieldSet, FieldSet, FieldSet] {
  return boxes(seed, 3).map((box) => box.toFieldSet()) as [FieldSet, FieldSet, FieldSet];
}

function apply(
  live: TypedValue,
  owners: FieldOwners,
  manager: string,
  config: TypedValue,
): { value: TypedValue; owners: FieldOwners } {
  const result = structuredApply({ live, owners, manager, config, apiVersion: 'v1', force: true });
  return { value: result.value ?? live, owners: result.owners as FieldOwners };
}

const NOTHING = TypedValue.of(null, BOX_SCHEMA);

describe('field sets of any values', () => {
  it.each(SEEDS)('obey the laws of sets (seed %i)', (seed) => {
    const [a, b, c] = sets(seed);
    expect(a.union(b).equals(b.union(a))).toBe(true);
    expect(a.intersection(b).equals(b.intersection(a))).toBe(true);
    expect(
      a
        .union(b)
        .union(c)
        .equals(a.union(b.union(c))),
    ).toBe(true);
    expect(a.difference(b).union(a.intersection(b)).equals(a)).toBe(true);
    expect(a.difference(b).intersection(b).isEmpty()).toBe(true);
    expect(a.union(b).size).toBe(a.size + b.size - a.intersection(b).size);
    expect(a.intersection(b).isSubsetOf(a)).toBe(true);
    expect([...a.paths()].every((path) => a.has(path) && a.union(c).has(path))).toBe(true);
    expect([...a.paths()]).toHaveLength(a.size);
  });
});

describe('comparisons of any values', () => {
  it.each(SEEDS)('are the same both ways (seed %i)', (seed) => {
    const [a, b] = boxes(seed, 2) as [TypedValue, TypedValue];
    const there = a.compare(b);
    const back = b.compare(a);
    expect(there.added.equals(back.removed)).toBe(true);
    expect(there.modified.equals(back.modified)).toBe(true);
    expect(there.removed.equals(back.added)).toBe(true);
  });
});

describe('merges of any values', () => {
  it.each(SEEDS)('hold everything of both, and nothing else (seed %i)', (seed) => {
    const [live, config] = boxes(seed, 2) as [TypedValue, TypedValue];
    const merged = live.merge(config);
    expect(config.toFieldSet().isSubsetOf(merged.toFieldSet().union(emptied(config)))).toBe(true);
    expect(merged.merge(config)).toBe(merged);
    expect(live.compare(merged).removed.isEmpty()).toBe(true);
  });
});

/** What is empty in a configuration, and so may hold something after the merge. */
function emptied(config: TypedValue): FieldSet {
  return config
    .toFieldSet()
    .difference(
      config.merge(TypedValue.of({ labels: { new: '' }, inner: { a: '' } }, BOX_SCHEMA)).toFieldSet(),
    );
}

describe('applies of any configurations', () => {
  it.each(SEEDS)('twice are as good as once (seed %i)', (seed) => {
    const [first, second] = boxes(seed, 2) as [TypedValue, TypedValue];
    const once = apply(NOTHING, new Map(), 'a', first);
    const other = apply(once.value, once.owners, 'b', second);
    const again = apply(other.value, other.owners, 'b', second);
    expect(again.value.value).toEqual(other.value.value);
    expect(describeOwners(again.owners)).toEqual(describeOwners(other.owners));
  });

  it.each(SEEDS)('leave nothing of a single manager that takes all back (seed %i)', (seed) => {
    const [first, second] = boxes(seed, 2) as [TypedValue, TypedValue];
    const once = apply(NOTHING, new Map(), 'a', first);
    const twice = apply(once.value, once.owners, 'a', second);
    expect(twice.owners.get('a')?.fields.toFieldsV1() ?? {}).toEqual(second.toFieldSet().toFieldsV1());
    const nothing = apply(twice.value, twice.owners, 'a', TypedValue.of({}, BOX_SCHEMA));
    expect(nothing.owners.size).toBe(0);
    expect(nothing.value.toFieldSet().isEmpty()).toBe(true);
  });

  it.each(SEEDS)('keep every owner to what is there (seed %i)', (seed) => {
    const [first, second, third] = boxes(seed, 3) as [TypedValue, TypedValue, TypedValue];
    const applied = apply(NOTHING, new Map(), 'a', first);
    const shared = apply(applied.value, applied.owners, 'b', second);
    const owners = structuredUpdate({
      live: shared.value,
      updated: third,
      owners: shared.owners,
      manager: 'ui',
      apiVersion: 'v1',
    });
    const { removed } = shared.value.compare(third);
    for (const { fields } of owners.values()) expect(fields.intersection(removed).isEmpty()).toBe(true);
  });
});

function describeOwners(owners: FieldOwners): unknown {
  return Object.fromEntries([...owners].map(([manager, { fields }]) => [manager, fields.toFieldsV1()]));
}
