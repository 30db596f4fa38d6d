import { describe, expect, it } from 'vitest';
import type { Schema } from '../schema.ts';
import { NO_OLD, oldField, oldItem } from './correlate.ts';

const byName: Schema = {
  type: 'array',
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': ['name', 'zone'],
};

describe('oldField', () => {
  it('finds own fields alone, null among them', () => {
    expect(oldField({ a: null }, 'a')).toBeNull();
    expect(oldField({ a: 1 }, 'toString')).toBe(NO_OLD);
    expect(oldField('text', 'length')).toBe(NO_OLD);
  });
});

describe('oldItem', () => {
  const old = [
    { name: 'a', zone: 1, v: 1 },
    { name: 'a', v: 2 },
  ];

  it('finds items of maps by all of their keys', () => {
    expect(oldItem(old, { name: 'a', zone: 1 }, byName)).toBe(old[0]);
    expect(oldItem(old, { name: 'a' }, byName)).toBe(old[1]);
    expect(oldItem(old, { name: 'b' }, byName)).toBe(NO_OLD);
  });

  it('finds nothing in other lists', () => {
    expect(oldItem(['a'], 'a', { type: 'array', 'x-kubernetes-list-type': 'set' })).toBe(NO_OLD);
    expect(oldItem(['a'], 'a', { type: 'array' })).toBe(NO_OLD);
    expect(oldItem({ 0: 'a' }, 'a', byName)).toBe(NO_OLD);
  });
});
