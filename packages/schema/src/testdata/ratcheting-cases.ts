import type { Schema } from '../schema.ts';

const S: Schema = { type: 'string' };

const strictItem: Schema = {
  type: 'object',
  required: ['k'],
  properties: { k: S, v: { type: 'string', maxLength: 2 } },
};
const lenientItem: Schema = { type: 'object', required: ['k'], properties: { k: S, v: S } };

/** A schema before and after it became stricter. */
export function ratchetingSchema(strict: boolean): Schema {
  const short: Schema = strict ? { type: 'string', maxLength: 2 } : S;
  return {
    type: 'object',
    properties: {
      spec: {
        type: 'object',
        properties: {
          a: short,
          o: {
            type: 'object',
            properties: { x: strict ? { type: 'integer', minimum: 5 } : { type: 'integer' }, y: S },
            ...(strict ? { required: ['y'] } : {}),
          },
          m: {
            type: 'array',
            items: strict ? strictItem : lenientItem,
            'x-kubernetes-list-type': 'map',
            'x-kubernetes-list-map-keys': ['k'],
          },
          l: { type: 'array', items: short },
          s: { type: 'array', items: S, ...(strict ? { 'x-kubernetes-list-type': 'set' } : {}) },
          mp: { type: 'object', additionalProperties: short },
          any: {
            type: 'object',
            properties: { p: S },
            ...(strict ? { anyOf: [{ required: ['p'], properties: { p: { maxLength: 2 } } }] } : {}),
          },
        },
      },
    },
  };
}

/** What was stored before the schema became stricter. */
export const storedSpec: Readonly<Record<string, unknown>> = {
  a: 'long',
  o: { x: 1 },
  m: [
    { k: '1', v: 'long' },
    { k: '2', v: 'long' },
  ],
  l: ['long', 'b'],
  s: ['a', 'a'],
  mp: { a: 'long', b: 'long' },
  any: { p: 'long' },
};

/** What is written over it, one at a time. */
export const changes: readonly Readonly<Record<string, unknown>>[] = [
  {},
  { a: 'long2' },
  { b: 1 },
  { o: { x: 2 } },
  { o: { x: 1, y: 'n' } },
  {
    m: [
      { k: '2', v: 'long' },
      { k: '1', v: 'longer' },
    ],
  },
  {
    m: [
      { k: '1', v: 'long' },
      { k: '3', v: 'long' },
    ],
  },
  { l: ['long', 'b', 'c'] },
  { l: ['long', 'b'] },
  { s: ['a', 'a', 'b'] },
  { s: ['a', 'b'] },
  { mp: { a: 'long', b: 'longg', c: 'long' } },
  { any: { p: 'long' } },
  { any: { p: 'longg' } },
  { any: {} },
];
