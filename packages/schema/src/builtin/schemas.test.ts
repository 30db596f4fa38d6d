import { describe, expect, it } from 'vitest';
import { builtinResources, builtinSchema, type Schema } from '../index.ts';
import { BUILTIN_DEFINITIONS } from '../generated/definitions.ts';
import { DefinitionTable } from './decode.ts';

function at(schema: Schema | undefined, ...path: string[]): Schema | undefined {
  return path.reduce((node, step) => (step === '[]' ? node?.items : node?.properties?.[step]), schema);
}

describe('builtinSchema', () => {
  const pod = builtinSchema({ group: '', version: 'v1', kind: 'Pod' });

  it('knows kinds by group and version, and no others', () => {
    expect(pod?.['x-kubernetes-group-version-kind']).toEqual([{ group: '', version: 'v1', kind: 'Pod' }]);
    expect(builtinSchema({ group: 'apps', version: 'v1', kind: 'Pod' })).toBeUndefined();
    expect(builtinSchema({ group: 'apps', version: 'v1beta1', kind: 'Deployment' })).toBeUndefined();
    expect(builtinSchema({ group: '', version: 'v1', kind: 'constructor' })).toBeUndefined();
  });

  it('knows the keys by which lists merge', () => {
    expect(at(pod, 'spec', 'containers')).toMatchObject({
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['name'],
      'x-kubernetes-patch-strategy': 'merge',
      'x-kubernetes-patch-merge-key': 'name',
    });
    expect(at(pod, 'spec', 'containers', '[]', 'ports')).toMatchObject({
      'x-kubernetes-list-map-keys': ['containerPort', 'protocol'],
      'x-kubernetes-patch-merge-key': 'containerPort',
    });
    expect(at(pod, 'spec', 'volumes')?.['x-kubernetes-patch-strategy']).toBe('merge,retainKeys');
    expect(at(pod, 'metadata', 'finalizers')?.['x-kubernetes-list-type']).toBe('set');
    const deployment = builtinSchema({ group: 'apps', version: 'v1', kind: 'Deployment' });
    expect(at(deployment, 'spec', 'strategy')?.['x-kubernetes-patch-strategy']).toBe('retainKeys');
    expect(at(deployment, 'spec', 'selector')?.['x-kubernetes-map-type']).toBe('atomic');
  });

  it('knows the types that are no plain ones', () => {
    const service = builtinSchema({ group: '', version: 'v1', kind: 'Service' });
    expect(at(service, 'spec', 'ports', '[]', 'targetPort')).toEqual({ 'x-kubernetes-int-or-string': true });
    expect(at(pod, 'metadata', 'creationTimestamp')).toEqual({ type: 'string', format: 'date-time' });
    expect(at(pod, 'spec', 'containers', '[]', 'resources', 'limits')?.additionalProperties).toEqual({
      oneOf: [{ type: 'string' }, { type: 'number' }],
    });
    const secret = builtinSchema({ group: '', version: 'v1', kind: 'Secret' });
    expect(at(secret, 'data')?.additionalProperties).toEqual({ type: 'string', format: 'byte' });
  });

  it('keeps the defaults that are meant, and the empty ones of optional keys alone', () => {
    expect(at(pod, 'spec', 'containers', '[]', 'ports', '[]', 'protocol')?.default).toBe('TCP');
    expect(at(pod, 'spec', 'imagePullSecrets', '[]', 'name')?.default).toBe('');
    expect(at(pod, 'spec', 'containers', '[]', 'name')).not.toHaveProperty('default');
  });

  it('links a definition to one object, whoever refers to it', () => {
    const deployment = builtinSchema({ group: 'apps', version: 'v1', kind: 'Deployment' });
    expect(at(deployment, 'spec', 'template', 'spec')).toBe(at(pod, 'spec'));
    expect(builtinSchema({ group: '', version: 'v1', kind: 'PodList' })?.properties?.['items']?.items).toBe(
      pod,
    );
  });

  it('closes the circle of a definition that contains itself', () => {
    const crd = builtinSchema({
      group: 'apiextensions.k8s.io',
      version: 'v1',
      kind: 'CustomResourceDefinition',
    });
    const props = at(crd, 'spec', 'versions', '[]', 'schema', 'openAPIV3Schema');
    expect(props?.properties?.['not']).toBe(props);
    expect(props?.properties?.['properties']?.additionalProperties).toBe(props);
  });

  it('has a schema for every resource', () => {
    expect(builtinResources().filter((resource) => !builtinSchema(resource))).toEqual([]);
  });
});

describe('DefinitionTable', () => {
  it('follows every link of the table that is committed', () => {
    const table = new DefinitionTable(BUILTIN_DEFINITIONS);
    const names = [...table.names];
    expect(names.length).toBeGreaterThan(500);
    for (const name of names) expect(Object.keys(table.definition(name))).not.toEqual([]);
  });

  it('refuses a link that leads nowhere', () => {
    const table = new DefinitionTable('a.v1.A a.io/v1 {"type":"object","p":{"b":"a.v1.B"}}');
    expect(() => table.kind('a.io/v1', 'A')).toThrowError(
      expect.objectContaining({ code: 'SCHEMA_UNKNOWN_DEFINITION' }),
    );
  });

  it('adds what a reference says beside the definition, to a copy', () => {
    const table = new DefinitionTable(
      [
        'a.v1.A a.io/v1 {"type":"object","p":{"b":{"ref":"a.v1.B","patch":"replace"},"c":"a.v1.B"}}',
        'a.v1.B - {"type":"object"}',
      ].join('\n'),
    );
    const { b, c } = table.kind('a.io/v1', 'A')?.properties ?? {};
    expect(b).toEqual({ type: 'object', 'x-kubernetes-patch-strategy': 'replace' });
    expect(c).toEqual({ type: 'object' });
  });
});
