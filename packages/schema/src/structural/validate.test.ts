import { NumberLiteral, parseJson } from '@gitops-toolkit/core';
import { describe, expect, it } from 'vitest';
import { builtinSchema, type Schema, validate } from '../index.ts';

const website: Schema = {
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      required: ['host', 'replicas'],
      properties: {
        host: { type: 'string', minLength: 4, pattern: '^[a-z.]+$' },
        replicas: { type: 'integer', minimum: 0 },
        port: { 'x-kubernetes-int-or-string': true },
        mode: { type: 'string', enum: ['Fast', 'Safe'] },
        aliases: { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set' },
      },
    },
  },
};

describe('validate', () => {
  it('finds nothing wrong with a valid object', () => {
    const spec = { host: 'example.com', replicas: 2, port: '80%', mode: 'Fast', aliases: ['a', 'b'] };
    expect(validate(website, { spec })).toEqual([]);
  });

  it('reports everything that is wrong in one go, missing fields after wrong ones', () => {
    const spec = { host: 'a', port: true, mode: 'Slow', aliases: ['a', 'a'] };
    expect(validate(website, { spec }).map(({ field, message }) => `${field}: ${message}`)).toEqual([
      'spec.host: Invalid value: "a": spec.host in body should be at least 4 chars long',
      'spec.port: Invalid value: "boolean": spec.port in body must be of type integer,string: "boolean"',
      'spec.mode: Unsupported value: "Slow": supported values: "Fast", "Safe"',
      'spec.replicas: Required value',
      'spec.aliases[1]: Duplicate value: "a"',
    ]);
  });

  it('begins fields with the path that it is given, as for a status that is validated alone', () => {
    const status: Schema = {
      type: 'object',
      properties: { phase: { type: 'string' } },
      anyOf: [{ required: ['x'] }],
    };
    expect(validate(status, { phase: 1 }, { path: 'status' }).map(({ field }) => field)).toEqual([
      'status',
      'status.x',
      'status.phase',
    ]);
    expect(validate({ type: 'string' }, 5, { path: 'status' })[0]?.field).toBe('status');
    expect(validate({ type: 'array', items: { type: 'string' } }, [5], { path: 'list' })[0]?.field).toBe(
      'list.[0]',
    );
  });

  it('names no field where the whole value is wrong', () => {
    expect(validate({ type: 'object' }, 'text')).toEqual([
      {
        type: 'FieldValueTypeInvalid',
        field: '<nil>',
        message: 'Invalid value: "string":  in body must be of type object: "string"',
      },
    ]);
  });

  it('reads integers above 2^53 as integers', () => {
    const schema: Schema = { type: 'object', properties: { n: { type: 'integer', maximum: 10 } } };
    const [error] = validate(schema, parseJson('{"n": 9007199254740993}'));
    expect(error?.message).toContain('n in body should be less than or equal to 10');
    expect(validate({ type: 'integer' }, new NumberLiteral('1e2', '100'))).toEqual([]);
    expect(validate({ type: 'integer' }, new NumberLiteral('99999999999999999999'))).toHaveLength(1);
  });

  it('reports the alternative that came closest', () => {
    const schema: Schema = {
      type: 'object',
      properties: { a: { type: 'string' }, b: { type: 'string' }, c: { type: 'string' } },
      oneOf: [
        { required: ['c'] },
        { required: ['a', 'b'], properties: { a: { minLength: 1 }, b: { minLength: 9 } } },
      ],
    };
    expect(validate({ type: 'object', properties: { s: schema } }, { s: { a: 'x', b: 'y' } })).toEqual([
      {
        type: 'FieldValueInvalid',
        field: '<nil>',
        message: 'Invalid value: "": "s" must validate one and only one schema (oneOf). Found none valid',
      },
      {
        type: 'FieldValueInvalid',
        field: 's.b',
        message: 'Invalid value: "y": s.b in body should be at least 9 chars long',
      },
    ]);
  });

  it('says the same thing once', () => {
    const schema: Schema = { type: 'string', allOf: [{ minLength: 3 }, { minLength: 3 }], minLength: 3 };
    const messages = validate({ type: 'object', properties: { a: schema } }, { a: 'x' }).map(
      ({ message }) => message,
    );
    expect(messages.filter((message) => message.includes('at least 3'))).toHaveLength(1);
  });

  it('reads keys that objects inherit as keys like any other', () => {
    const schema: Schema = {
      type: 'object',
      required: ['constructor'],
      properties: { a: { type: 'string' } },
    };
    expect(validate(schema, JSON.parse('{"__proto__": 5, "a": "x"}'))).toEqual([
      { type: 'FieldValueRequired', field: 'constructor', message: 'Required value' },
    ]);
  });

  it('refuses keys beside the properties where additional ones are forbidden', () => {
    const schema: Schema = {
      type: 'object',
      properties: { s: { type: 'object', additionalProperties: false } },
    };
    expect(validate(schema, { s: { k: 1 } })[0]?.message).toBe(
      'Invalid value: "k": s.k in body is a forbidden property',
    );
  });

  it('finds items that stand twice in a list that must not have them', () => {
    const schema: Schema = {
      type: 'object',
      properties: { l: { type: 'array', uniqueItems: true, items: { type: 'object' } } },
    };
    expect(validate(schema, { l: [{ a: 1 }, { a: 1 }] })[0]?.message).toContain(
      "shouldn't contain duplicates",
    );
    expect(validate(schema, { l: [{ a: 1 }, { a: 2 }] })).toEqual([]);
  });

  it('checks the metadata of embedded resources', () => {
    const schema: Schema = {
      type: 'object',
      properties: {
        list: { type: 'array', items: { type: 'object', 'x-kubernetes-embedded-resource': true } },
        map: {
          type: 'object',
          additionalProperties: { type: 'object', 'x-kubernetes-embedded-resource': true },
        },
      },
    };
    const list = [
      { apiVersion: 'v1', kind: 'A', metadata: { labels: { a: 1 } } },
      { apiVersion: 1, kind: [] },
    ];
    expect(validate(schema, { list, map: { x: { kind: 'A' } } }).map(({ field }) => field)).toEqual([
      'list[0].metadata.labels.a',
      'list[1].apiVersion',
      'list[1].kind',
      'map[x].apiVersion',
    ]);
  });

  it('ends in time whatever a pattern and a text look like', () => {
    const schema: Schema = { type: 'string', pattern: '^(a+)+$' };
    expect(validate(schema, `${'a'.repeat(5000)}!`)).toHaveLength(1);
  });

  it('reports a pattern that is none', () => {
    expect(
      validate({ type: 'object', properties: { a: { type: 'string', pattern: '(' } } }, { a: 'x' })[0]
        ?.message,
    ).toContain("should match '(, but pattern is invalid:");
  });

  it('keeps no more patterns than it needs', () => {
    for (let i = 0; i < 600; i++) {
      expect(validate({ type: 'string', pattern: `^${i}$` }, String(i))).toEqual([]);
    }
  });

  it('validates built-in kinds by their schema, too', () => {
    const service = builtinSchema({ group: '', version: 'v1', kind: 'Service' }) as Schema;
    const ports = [
      { port: 80, targetPort: 'http' },
      { port: '80', protocol: 'HTTP' },
    ];
    const object = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec: { ports } };
    expect(validate(service, object).map(({ field, message }) => `${field}: ${message}`)).toEqual([
      'spec.ports[1].port: Invalid value: "string": spec.ports[1].port in body must be of type integer: "string"',
      'spec.ports[1].protocol: Unsupported value: "HTTP": supported values: "SCTP", "TCP", "UDP"',
    ]);
  });

  it('walks schemas that contain themselves as far as the value goes', () => {
    const crd = builtinSchema({
      group: 'apiextensions.k8s.io',
      version: 'v1',
      kind: 'CustomResourceDefinition',
    }) as Schema;
    const nested = { type: 'object', properties: { a: { type: 'object', properties: { b: { type: 5 } } } } };
    const spec = {
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: nested } }],
    };
    expect(validate(crd, { spec }).map(({ field }) => field)).toContain(
      'spec.versions[0].schema.openAPIV3Schema.properties.a.properties.b.type',
    );
  });
});

describe('validate with an old value', () => {
  const list: Schema = {
    type: 'object',
    properties: {
      rules: {
        type: 'array',
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['host', 'path'],
        items: {
          type: 'object',
          properties: {
            host: { type: 'string' },
            path: { type: 'string' },
            to: { type: 'string', maxLength: 3 },
          },
        },
      },
    },
  };
  const old = {
    rules: [
      { host: 'a', path: '/', to: 'long' },
      { host: 'a', path: '/x', to: 'long' },
    ],
  };

  it('forgives what was wrong before, wherever the item stands now', () => {
    expect(validate(list, { rules: [...old.rules].reverse() }, { old })).toEqual([]);
  });

  it('does not forgive an item that is new, or changed', () => {
    const rules = [
      { host: 'b', path: '/', to: 'long' },
      { host: 'a', path: '/x', to: 'longer' },
    ];
    expect(validate(list, { rules }, { old }).map(({ field }) => field)).toEqual([
      'rules[0].to',
      'rules[1].to',
    ]);
  });

  it('forgives duplicates in a list that had some', () => {
    const rules = [{ host: 'a' }, { host: 'a' }];
    expect(validate(list, { rules }, { old: { rules } })).toEqual([]);
    expect(validate(list, { rules }, { old }).map(({ type }) => type)).toEqual(['FieldValueDuplicate']);
  });
});
