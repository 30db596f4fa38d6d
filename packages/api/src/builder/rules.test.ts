import { describe, expect, it } from 'vitest';
import { array, object, optional, string } from '../index.ts';
import { brokenRules } from './rules.ts';

const pair = object(
  'A pair.',
  { a: optional(string('A.')), b: optional(string('B.')) },
  {
    rules: [
      {
        rule: '!has(self.a) || has(self.b)',
        message: 'b is needed beside a',
        holds: ({ a, b }) => a === undefined || b !== undefined,
      },
      { rule: "!has(self.b) || self.b != 'x'", message: 'b must not be x', holds: ({ b }) => b !== 'x' },
    ],
  },
);

describe('brokenRules', () => {
  it('are found wherever they stand', () => {
    const { schema } = object('All.', { one: optional(pair), many: optional(array('Pairs.', pair)) });
    const value = { one: { a: '1' }, many: [{ a: '1', b: '2' }, { b: 'x' }, 5] };
    expect(brokenRules(schema, value, 'spec')).toEqual([
      { type: 'FieldValueInvalid', field: 'spec.one', message: 'Invalid value: b is needed beside a' },
      { type: 'FieldValueInvalid', field: 'spec.many[1]', message: 'Invalid value: b must not be x' },
    ]);
  });

  it('go into the schema as CEL', () => {
    expect(pair.schema['x-kubernetes-validations']).toEqual([
      { rule: '!has(self.a) || has(self.b)', message: 'b is needed beside a' },
      { rule: "!has(self.b) || self.b != 'x'", message: 'b must not be x' },
    ]);
  });

  it('are none where there is no value', () => {
    expect(brokenRules(pair.schema, undefined)).toEqual([]);
    expect(brokenRules(string('A.').schema, 'x')).toEqual([]);
    expect(brokenRules(array('A.', string('B.')).schema, ['x'])).toEqual([]);
  });
});
