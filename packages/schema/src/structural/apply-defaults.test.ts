import { describe, expect, it } from 'vitest';
import { applyDefaults, builtinSchema, type Schema } from '../index.ts';

const schema: Schema = {
  type: 'object',
  properties: {
    timeout: { type: 'string', default: '60s' },
    retries: { type: 'integer' },
    note: { type: 'string', nullable: true, default: 'none' },
    proxy: { type: 'object', properties: { port: { type: 'integer', default: 8080 } } },
    cache: { type: 'object', default: {}, properties: { size: { type: 'integer', default: 10 } } },
    hosts: {
      type: 'array',
      items: { type: 'object', properties: { tls: { type: 'boolean', default: false } } },
    },
    levels: { type: 'array', items: { type: 'string', default: 'info' } },
    tags: {
      type: 'object',
      additionalProperties: { type: 'object', properties: { on: { type: 'boolean', default: true } } },
    },
  },
};

describe('applyDefaults', () => {
  it('fills in what is absent, also inside of what it filled in', () => {
    expect(applyDefaults(schema, {})).toEqual({ timeout: '60s', note: 'none', cache: { size: 10 } });
  });

  it('keeps what is there, and shares it', () => {
    const value = { timeout: '1s', note: 'x', cache: { size: 1 }, proxy: { port: 1 } };
    expect(applyDefaults(schema, value)).toBe(value);
  });

  it('creates no parent for a default', () => {
    expect(applyDefaults(schema, {})).not.toHaveProperty('proxy');
    expect(applyDefaults(schema, { proxy: {} })).toMatchObject({ proxy: { port: 8080 } });
  });

  it('replaces a null that is not allowed, removes it without a default, keeps one that is allowed', () => {
    const result = applyDefaults(schema, { timeout: null, retries: null, note: null });
    expect(result).toEqual({ timeout: '60s', note: null, cache: { size: 10 } });
  });

  it('reaches items and values of maps', () => {
    const value = { hosts: [{}, { tls: true }], levels: [null, 'debug'], tags: { a: {}, b: { on: false } } };
    expect(applyDefaults(schema, value)).toMatchObject({
      hosts: [{ tls: false }, { tls: true }],
      levels: ['info', 'debug'],
      tags: { a: { on: true }, b: { on: false } },
    });
  });

  it('gives every object a default of its own', () => {
    const first = applyDefaults<{ cache?: { size: number } }>(schema, {});
    (first.cache as { size: number }).size = 99;
    expect(applyDefaults(schema, {})).toMatchObject({ cache: { size: 10 } });
  });

  it('leaves a null item without a default for the validation to find', () => {
    const list: Schema = { type: 'array', items: { type: 'string' } };
    expect(applyDefaults(list, [null])).toEqual([null]);
  });

  it('knows the defaults that built-in schemas can express', () => {
    const service = builtinSchema({ group: '', version: 'v1', kind: 'Service' }) as Schema;
    expect(
      applyDefaults(service, { spec: { ports: [{ port: 80 }, { port: 53, protocol: 'UDP' }] } }),
    ).toEqual({
      spec: {
        ports: [
          { port: 80, protocol: 'TCP' },
          { port: 53, protocol: 'UDP' },
        ],
      },
    });
  });

  it('adds nothing else to built-in kinds', () => {
    const deployment = builtinSchema({ group: 'apps', version: 'v1', kind: 'Deployment' }) as Schema;
    const object = {
      metadata: { name: 'a' },
      spec: { template: { spec: { containers: [{ name: 'a', image: 'b' }] } } },
    };
    expect(applyDefaults(deployment, object)).toBe(object);
  });
});
