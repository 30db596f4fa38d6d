import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  array,
  boolean,
  choice,
  dateTime,
  type Infer,
  integer,
  intOrString,
  map,
  object,
  optional,
  string,
} from '../index.ts';

describe('object', () => {
  it('requires the fields that are not marked', () => {
    const { schema } = object('A thing.', { a: string('A.'), b: optional(string('B.')), c: integer('C.') });
    expect(schema.required).toEqual(['a', 'c']);
    expect(Object.keys(schema.properties ?? {})).toEqual(['a', 'b', 'c']);
  });

  it('says nothing of required fields where there are none', () => {
    expect(object('A thing.', { b: optional(string('B.')) }).schema).not.toHaveProperty('required');
  });

  it('keeps what else is said', () => {
    const { schema } = object(
      'A thing.',
      { a: optional(string('A.')) },
      {
        default: { a: 'x' },
        preserveUnknownFields: true,
        'x-kubernetes-map-type': 'atomic',
      },
    );
    expect(schema).toMatchObject({
      description: 'A thing.',
      default: { a: 'x' },
      'x-kubernetes-preserve-unknown-fields': true,
      'x-kubernetes-map-type': 'atomic',
    });
  });

  it('infers nested types', () => {
    const thing = object('A thing.', {
      list: array(
        'A list.',
        object('An item.', { when: dateTime('When.'), on: optional(boolean('Whether.')) }),
      ),
      map: optional(map('A map.', array('Lists.', intOrString('A number.')))),
      mode: optional(choice('A mode.', ['a', 'b'])),
    });
    expectTypeOf<Infer<typeof thing>>().toEqualTypeOf<{
      list: { when: string; on?: boolean }[];
      map?: Record<string, (number | string)[]>;
      mode?: 'a' | 'b';
    }>();
  });
});

describe('array and map', () => {
  it('hold the schema of what is in them', () => {
    const item = string('An item.', { minLength: 1 });
    expect(array('A list.', item, { minItems: 1 }).schema).toEqual({
      type: 'array',
      description: 'A list.',
      items: { type: 'string', description: 'An item.', minLength: 1 },
      minItems: 1,
    });
    expect(map('A map.', item, { maxProperties: 3 }).schema).toEqual({
      type: 'object',
      description: 'A map.',
      additionalProperties: { type: 'string', description: 'An item.', minLength: 1 },
      maxProperties: 3,
    });
  });
});

describe('scalars', () => {
  it('are what they are called', () => {
    expect(integer('A number.', { format: 'int32', maximum: 9 }).schema).toEqual({
      type: 'integer',
      format: 'int32',
      description: 'A number.',
      maximum: 9,
    });
    expect(dateTime('A moment.').schema).toMatchObject({ type: 'string', format: 'date-time' });
    expect(boolean('Whether.', { default: true }).schema).toMatchObject({ type: 'boolean', default: true });
    expect(choice('Which.', ['a', 'b'], { default: 'b' }).schema).toMatchObject({
      enum: ['a', 'b'],
      default: 'b',
    });
  });
});
