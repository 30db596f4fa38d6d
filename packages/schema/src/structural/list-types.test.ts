import { NumberLiteral } from '@gitops-toolkit/core';
import { describe, expect, it } from 'vitest';
import type { Schema } from '../schema.ts';
import { duplicateItems } from './list-types.ts';

const set: Schema = {
  type: 'array',
  'x-kubernetes-list-type': 'set',
  items: { type: 'object', 'x-kubernetes-map-type': 'atomic' },
};

function fields(schema: Schema, value: unknown): string[] {
  return duplicateItems(schema, value, 'l').map(({ field }) => field);
}

describe('duplicateItems', () => {
  it('names the second appearance, and no third', () => {
    expect(fields(set, ['a', 'b', 'a', 'a', 'b'])).toEqual(['l[2]', 'l[4]']);
  });

  it('tells values of different types apart', () => {
    expect(fields(set, [1, '1', true, 'true', null, 'null', {}, '{}', []])).toEqual([]);
  });

  it('compares maps whatever the order of their keys', () => {
    expect(
      fields(set, [
        { a: 1, b: 2 },
        { b: 2, a: 1 },
      ]),
    ).toEqual(['l[1]']);
  });

  it('compares long integers by every digit', () => {
    const long = (digits: string): NumberLiteral => new NumberLiteral(digits);
    expect(
      fields(set, [long('9007199254740993'), long('9007199254740992'), long('9007199254740993')]),
    ).toEqual(['l[2]']);
  });

  it('shows the keys of a map, of an absent key nothing', () => {
    const map: Schema = {
      type: 'array',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['port', 'protocol'],
      items: { type: 'object' },
    };
    const list = [{ port: 80 }, { port: 80, name: 'x' }, { port: 80, protocol: 'UDP' }, {}, null];
    expect(duplicateItems(map, list, 'l')).toEqual([
      { type: 'FieldValueDuplicate', field: 'l[1]', message: 'Duplicate value: {"port":80}' },
      { type: 'FieldValueDuplicate', field: 'l[4]', message: 'Duplicate value: {}' },
    ]);
  });

  it('looks into items, properties and additional ones', () => {
    const schema: Schema = {
      type: 'object',
      properties: { a: { type: 'array', items: { type: 'object', properties: { s: set } } } },
    };
    expect(duplicateItems(schema, { a: [{ s: [1, 1] }] }, '').map(({ field }) => field)).toEqual([
      'a[0].s[1]',
    ]);
    expect(fields({ type: 'object', additionalProperties: set }, { k: [1, 1] })).toEqual(['l[k][1]']);
  });
});
