import { describe, expect, it } from 'vitest';
import { checkStructural, type Schema } from '../index.ts';

describe('checkStructural', () => {
  it('accepts a schema with all that a CRD may have', () => {
    const schema: Schema = {
      type: 'object',
      properties: {
        metadata: { type: 'object', properties: { name: { type: 'string', maxLength: 40 } } },
        spec: {
          type: 'object',
          required: ['a'],
          properties: {
            a: { type: 'string', default: 'x', enum: ['x', 'y'] },
            port: { 'x-kubernetes-int-or-string': true, anyOf: [{ type: 'integer' }, { type: 'string' }] },
            any: { 'x-kubernetes-preserve-unknown-fields': true },
            template: {
              type: 'object',
              'x-kubernetes-embedded-resource': true,
              'x-kubernetes-preserve-unknown-fields': true,
            },
          },
          oneOf: [{ required: ['port'] }, { not: { required: ['port'] } }],
          'x-kubernetes-validations': [{ rule: 'true', fieldPath: '.a' }],
        },
      },
    };
    expect(checkStructural(schema)).toEqual([]);
  });

  it('names the place in the CRD that it is told', () => {
    const path = 'spec.versions[1].schema.openAPIV3Schema';
    expect(checkStructural({ type: 'object', properties: { spec: {} } }, { path })[0]?.field).toBe(
      `${path}.properties[spec].type`,
    );
  });

  it('sorts the errors of structure by their text', () => {
    const schema: Schema = { properties: { b: {}, a: {} } };
    expect(checkStructural(schema).map(({ field }) => field.split('Schema.')[1])).toEqual([
      'properties[a].type',
      'properties[b].type',
      'type',
    ]);
  });

  it('speaks of nothing else where a schema has what structural schemas lack', () => {
    const schema = { type: 'object', properties: { a: { $ref: '#/definitions/a' } } } as Schema;
    expect(checkStructural(schema).map(({ message }) => message)).toEqual([
      'Forbidden: $ref is not supported',
    ]);
  });

  it('looks at defaults once the structure is right', () => {
    const a: Schema = {
      type: 'object',
      default: { size: 'big', colour: 1 },
      properties: { size: { type: 'integer' } },
    };
    expect(checkStructural({ type: 'object', properties: { a } }).map(({ message }) => message)).toEqual([
      'Invalid value: {"colour":1,"size":"big"}: must not have unknown fields',
      'Invalid value: "string": size in body must be of type integer: "string"',
    ]);
  });

  it.each([
    [null],
    ['text'],
    [[]],
    [{ type: 5 }],
    [{ type: 'object', properties: null }],
    [{ type: 'object', properties: { a: null } }],
    [{ type: 'object', properties: { a: { type: 'string', enum: 'x' } } }],
    [{ type: 'array', items: 5 }],
    [{ type: 'object', additionalProperties: 'yes' }],
    [{ type: 'object', required: 'a' }],
    [{ type: 'object', allOf: {} }],
    [{ type: 'object', not: true }],
    [{ type: 'object', properties: { a: { type: 'string', pattern: 1 } } }],
    [{ type: 'object', 'x-kubernetes-validations': [null] }],
    [{ type: 'object', 'x-kubernetes-list-map-keys': [1] }],
  ])('reports %j as malformed', (schema) => {
    expect(checkStructural(schema as Schema)).not.toEqual([]);
  });

  it('follows the paths that rules name', () => {
    const rule = (fieldPath: string): Schema => ({
      type: 'object',
      properties: { a: { type: 'object', additionalProperties: { type: 'string' } } },
      'x-kubernetes-validations': [{ rule: 'true', fieldPath }],
    });
    const isValid = (fieldPath: string): boolean =>
      checkStructural({ type: 'object', properties: { spec: rule(fieldPath) } }).length === 0;
    expect(['.a', '.a.b', ".a['b.c']", ".a['it\\'s']"].filter((path) => !isValid(path))).toEqual([]);
    expect(['a', '.b', '.a[0]', '.a..b', '.a.b.c'].filter(isValid)).toEqual([]);
  });
});
