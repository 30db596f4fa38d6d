import { describe, expect, it } from 'vitest';
import { DefinitionTable } from '../../packages/schema/src/builtin/decode.ts';
import { encodeDefinitions, type OpenApiSchema } from './encode-definitions.ts';

const time = { type: 'string', format: 'date-time' } as const;

const definitions: Record<string, OpenApiSchema> = {
  'io.example.api.web.v1.Site': {
    type: 'object',
    required: ['spec'],
    properties: {
      spec: { allOf: [{ $ref: '#/components/schemas/io.example.api.web.v1.SiteSpec' }], default: {} },
      since: { $ref: '#/components/schemas/io.example.meta.v1.Time' },
      parent: { $ref: '#/components/schemas/io.example.api.web.v1.Site' },
    },
    'x-kubernetes-group-version-kind': [{ group: 'web.example.com', version: 'v1', kind: 'Site' }],
  },
  'io.example.api.web.v1.SiteSpec': {
    type: 'object',
    properties: {
      ports: {
        type: 'array',
        items: { $ref: '#/components/schemas/io.example.api.web.v1.Port' },
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['number', 'protocol', 'zone'],
        'x-kubernetes-patch-strategy': 'merge',
        'x-kubernetes-patch-merge-key': 'number',
      },
      labels: { type: 'object', additionalProperties: { type: 'string', default: '' } },
      raw: { type: 'object' },
    },
  },
  'io.example.api.web.v1.Port': {
    type: 'object',
    required: ['number'],
    properties: {
      number: { type: 'integer', format: 'int32', default: 0 },
      protocol: { type: 'string', default: 'TCP', enum: ['TCP', 'UDP'] },
      zone: { type: 'string', default: '' },
      note: { type: 'string', default: '' },
    },
  },
  'io.example.meta.v1.Time': time,
};

describe('encodeDefinitions', () => {
  const table = new DefinitionTable(encodeDefinitions(definitions).join('\n'));
  const site = table.kind('web.example.com/v1', 'Site');

  it('keeps the structure', () => {
    expect(site).toMatchObject({ type: 'object', required: ['spec'] });
    expect(site?.properties?.['since']).toEqual(time);
    expect(site?.properties?.['parent']).toBe(site);
    expect(site?.properties?.['spec']?.properties).toMatchObject({
      ports: {
        type: 'array',
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['number', 'protocol', 'zone'],
        'x-kubernetes-patch-strategy': 'merge',
        'x-kubernetes-patch-merge-key': 'number',
      },
      labels: { type: 'object', additionalProperties: { type: 'string' } },
      raw: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    });
  });

  it('keeps the defaults that are meant, and empty ones of keys that may be absent', () => {
    const port = site?.properties?.['spec']?.properties?.['ports']?.items?.properties;
    expect(port).toEqual({
      number: { type: 'integer', format: 'int32' },
      protocol: { type: 'string', default: 'TCP', enum: ['TCP', 'UDP'] },
      zone: { type: 'string', default: '' },
      note: { type: 'string' },
    });
  });

  it('gives scalars no line of their own, and a line to everything else', () => {
    expect(encodeDefinitions(definitions).map((line) => line.split(' ', 2).join(' '))).toEqual([
      'web.v1.Port -',
      'web.v1.Site web.example.com/v1',
      'web.v1.SiteSpec -',
    ]);
  });

  it('refuses what it would not understand', () => {
    const broken =
      (schema: OpenApiSchema): (() => unknown) =>
      () =>
        encodeDefinitions({ 'a.v1.A': { type: 'object', properties: { b: schema } } });
    expect(broken({ $ref: '#/components/schemas/a.v1.B' })).toThrow('leads nowhere');
    expect(broken({ allOf: [{ type: 'object' }] })).toThrow('allOf');
    expect(broken({ allOf: [{ $ref: 'x' }, { $ref: 'y' }] })).toThrow('allOf');
    expect(() =>
      encodeDefinitions({
        'a.x.v1.A': { type: 'object', properties: {} },
        'b.x.v1.A': { type: 'object', properties: {} },
      }),
    ).toThrow('two definitions');
  });
});
