import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  array,
  boolean,
  choice,
  conditions,
  dateTime,
  defineResource,
  duration,
  type Infer,
  integer,
  intOrString,
  map,
  object,
  optional,
  string,
} from './index.ts';

const spec = object('What is wanted.', {
  domain: string('The host name.', { pattern: '^[a-z.]+$' }),
  port: optional(intOrString('The port.')),
  replicas: optional(integer('How many servers.', { minimum: 1, default: 1 })),
  mode: choice('How pages are made.', ['Static', 'Dynamic'], { default: 'Static' }),
  every: optional(duration('How often to build.')),
  aliases: optional(
    array('More names.', string('A name.'), { maxItems: 3, 'x-kubernetes-list-type': 'set' }),
  ),
  headers: optional(map('Headers to send.', string('A value.'))),
  tls: optional(
    object(
      'Encryption.',
      { secret: optional(string('A secret.')), acme: optional(boolean('Whether to ask for a certificate.')) },
      {
        rules: [
          {
            rule: 'has(self.secret) != has(self.acme)',
            message: 'exactly one of secret and acme must be set',
            holds: (self) => (self.secret === undefined) !== (self.acme === undefined),
          },
        ],
      },
    ),
  ),
});

const Site = defineResource({
  group: 'web.example.com',
  version: 'v1',
  kind: 'Site',
  description: 'A site that is built from a folder.',
  shortNames: ['st'],
  categories: ['all'],
  spec,
  status: object('What is there.', {
    conditions: optional(conditions()),
    since: optional(dateTime('Since when.')),
  }),
  printerColumns: [{ name: 'Domain', type: 'string', jsonPath: '.spec.domain', priority: 1 }],
});

function site(spec_: unknown, status?: unknown): Record<string, unknown> {
  return {
    apiVersion: Site.apiVersion,
    kind: 'Site',
    metadata: { name: 'home' },
    spec: spec_,
    ...(status ? { status } : {}),
  };
}

describe('defineResource', () => {
  it('infers the type of the spec', () => {
    expectTypeOf<Infer<typeof spec>>().toEqualTypeOf<{
      domain: string;
      mode: 'Static' | 'Dynamic';
      port?: number | string;
      replicas?: number;
      every?: string;
      aliases?: string[];
      headers?: Record<string, string>;
      tls?: { secret?: string; acme?: boolean };
    }>();
  });

  it('narrows objects of its kind, whatever their version', () => {
    const object_: { apiVersion: string; kind: string } = { apiVersion: 'web.example.com/v2', kind: 'Site' };
    expect(Site.is(object_)).toBe(true);
    if (Site.is(object_)) expectTypeOf(object_).toHaveProperty('spec').toEqualTypeOf<Infer<typeof spec>>();
    expect(Site.is({ apiVersion: 'other.example.com/v1', kind: 'Site' })).toBe(false);
    expect(Site.is({ apiVersion: Site.apiVersion, kind: 'Page' })).toBe(false);
  });

  it('names the resource', () => {
    const { apiVersion, plural, singular, listKind, scope } = Site;
    expect({ apiVersion, plural, singular, listKind, scope }).toEqual({
      apiVersion: 'web.example.com/v1',
      plural: 'sites',
      singular: 'site',
      listKind: 'SiteList',
      scope: 'Namespaced',
    });
  });

  it('validates a whole object', () => {
    expect(
      Site.validate(site({ domain: 'example.com', mode: 'Static', every: '1h30m', port: '80' })),
    ).toEqual([]);
    expect(
      Site.validate(site({ domain: 'Example', replicas: 0, every: 'often', aliases: ['a', 'a'] })).map(
        ({ field }) => field,
      ),
    ).toEqual(['spec.domain', 'spec.replicas', 'spec.every', 'spec.mode', 'spec.aliases[1]']);
  });

  it('refuses another kind, and what is no object at all', () => {
    expect(
      Site.validate({ apiVersion: 'v1', kind: 'Pod' }).map(({ field, message }) => `${field}: ${message}`),
    ).toEqual([
      'kind: Invalid value: "Pod": must be Site',
      'apiVersion: Invalid value: "v1": must be web.example.com/v1',
    ]);
    expect(Site.validate(undefined)).toHaveLength(2);
  });

  it('checks rules where the schema holds, and says what the API server would', () => {
    const broken = { domain: 'a', mode: 'Static', tls: {} };
    expect(Site.validate(site(broken))).toEqual([
      {
        type: 'FieldValueInvalid',
        field: 'spec.tls',
        message: 'Invalid value: exactly one of secret and acme must be set',
      },
    ]);
    expect(Site.validate(site({ ...broken, tls: { acme: true } }))).toEqual([]);
    expect(Site.validate(site({ ...broken, domain: 5 })).map(({ field }) => field)).toEqual(['spec.domain']);
  });

  it('gives the CRD', () => {
    const crd = Site.crd();
    expect(crd.metadata).toEqual({ name: 'sites.web.example.com' });
    expect(crd['spec']).toMatchObject({
      group: 'web.example.com',
      scope: 'Namespaced',
      names: {
        kind: 'Site',
        listKind: 'SiteList',
        plural: 'sites',
        singular: 'site',
        shortNames: ['st'],
        categories: ['all'],
      },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          subresources: { status: {} },
          additionalPrinterColumns: [
            { name: 'Domain', type: 'string', jsonPath: '.spec.domain', priority: 1 },
          ],
        },
      ],
    });
    expect(Site.schema.properties?.['spec']).toMatchObject({
      type: 'object',
      required: ['domain', 'mode'],
      properties: {
        domain: { type: 'string', pattern: '^[a-z.]+$', description: 'The host name.' },
        replicas: { type: 'integer', format: 'int64', minimum: 1, default: 1 },
        mode: { type: 'string', enum: ['Static', 'Dynamic'], default: 'Static' },
        aliases: { type: 'array', items: { type: 'string' }, maxItems: 3, 'x-kubernetes-list-type': 'set' },
        headers: { type: 'object', additionalProperties: { type: 'string' } },
        port: { 'x-kubernetes-int-or-string': true },
        tls: {
          'x-kubernetes-validations': [
            {
              rule: 'has(self.secret) != has(self.acme)',
              message: 'exactly one of secret and acme must be set',
            },
          ],
        },
      },
    });
  });

  it('leaves out of a CRD what the definition does not say', () => {
    const Plain = defineResource({
      group: 'a.io',
      version: 'v1alpha1',
      kind: 'Fish',
      plural: 'fish',
      scope: 'Cluster',
      description: 'A fish.',
      spec: object('Wanted.', {}, { preserveUnknownFields: true }),
      status: object('There.', {}),
    });
    const { spec: crdSpec, metadata } = Plain.crd();
    expect(metadata.name).toBe('fish.a.io');
    expect(crdSpec).toMatchObject({
      scope: 'Cluster',
      names: { kind: 'Fish', listKind: 'FishList', plural: 'fish', singular: 'fish' },
    });
    expect(Object.keys((crdSpec as { names: object }).names)).toEqual([
      'kind',
      'listKind',
      'plural',
      'singular',
    ]);
    expect(
      Plain.validate({ apiVersion: 'a.io/v1alpha1', kind: 'Fish', metadata: {}, spec: { any: 1 } }),
    ).toEqual([]);
  });

  const names = {
    group: 'a.io',
    version: 'v1',
    kind: 'Fish',
    description: 'A fish.',
    spec: object('Wanted.', {}),
    status: object('There.', {}),
  };

  it.each([
    ['group', { group: 'nodots' }],
    ['version', { version: 'V1' }],
    ['kind', { kind: 'fish' }],
    ['plural', { plural: 'Fish' }],
    ['shortNames', { shortNames: ['ok', 'Not'] }],
  ])('refuses a %s that no API server would take', (field, wrong) => {
    expect(() => defineResource({ ...names, ...wrong })).toThrowError(
      expect.objectContaining({
        code: 'API_INVALID_NAME',
        message: expect.stringContaining(field) as string,
      }),
    );
  });

  it('makes no CRD of a schema that is not structural', () => {
    const broken = defineResource({ ...names, spec: { schema: { properties: { a: {} } } } });
    expect(() => broken.crd()).toThrowError(
      expect.objectContaining({
        code: 'API_NOT_STRUCTURAL',
        message: expect.stringContaining('properties[a].type') as string,
      }),
    );
  });
});

describe('duration', () => {
  const valid = (type: ReturnType<typeof duration>, text: string): boolean =>
    new RegExp(type.schema.pattern ?? '').test(text);

  it('takes hours, unless minutes are the most', () => {
    expect(valid(duration('How long.'), '1h')).toBe(true);
    expect(valid(duration('How long.', { largestUnit: 'm' }), '1h')).toBe(false);
    expect(valid(duration('How long.', { largestUnit: 'm' }), '1m30.5s100ms')).toBe(true);
    expect(valid(duration('How long.'), '1')).toBe(false);
    expect(valid(duration('How long.'), '-1s')).toBe(false);
  });
});
