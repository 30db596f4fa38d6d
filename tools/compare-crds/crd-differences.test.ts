import { describe, expect, it } from 'vitest';
import { crdDifferences } from './crd-differences.ts';

function crd(
  spec: Record<string, unknown>,
  annotations: Record<string, string> = {},
): Record<string, unknown> {
  return {
    metadata: { name: 'sites.a.io', annotations },
    spec: { versions: [{ schema: { openAPIV3Schema: { type: 'object', properties: { spec } } } }] },
  };
}

const SPEC = 'spec.versions.0.schema.openAPIV3Schema.properties.spec';

describe('crdDifferences', () => {
  it('finds none where only words and orders differ', () => {
    const ours = crd({
      type: 'object',
      description: 'Ours.',
      required: ['a', 'b'],
      properties: { a: { enum: ['x', 'y'] } },
    });
    const theirs = crd(
      {
        type: 'object',
        description: 'Theirs.',
        required: ['b', 'a'],
        properties: { a: { enum: ['y', 'x'] } },
      },
      { 'controller-gen.kubebuilder.io/version': 'v9' },
    );
    expect(crdDifferences(ours, theirs)).toEqual([]);
  });

  it.each([
    ['a type', { type: 'string' }, { type: 'integer' }, `${SPEC}.type`],
    ['a default', { default: 1 }, {}, `${SPEC}.default`],
    ['a required field', { required: ['a'] }, { required: ['a', 'b'] }, `${SPEC}.required`],
    ['a pattern', {}, { pattern: '^a$' }, `${SPEC}.pattern`],
    ['a field', { properties: { a: { type: 'string' } } }, { properties: {} }, `${SPEC}.properties.a`],
    [
      'a rule',
      { 'x-kubernetes-validations': [{ rule: 'true' }] },
      { 'x-kubernetes-validations': [{ rule: 'false' }] },
      `${SPEC}.x-kubernetes-validations.0.rule`,
    ],
    ['an item more', { anyOf: [{}] }, { anyOf: [{}, { minLength: 1 }] }, `${SPEC}.anyOf.1`],
  ])('finds %s', (_what, ours, theirs, path) => {
    expect(crdDifferences(crd(ours), crd(theirs)).map((difference) => difference.path)).toEqual([path]);
  });

  it('compares fields that are called description or required as fields', () => {
    const field = (name: string, type: string): Record<string, unknown> =>
      crd({ properties: { [name]: { type } } });
    for (const name of ['description', 'required']) {
      expect(crdDifferences(field(name, 'string'), field(name, 'integer'))).toEqual([
        { path: `${SPEC}.properties.${name}.type`, ours: 'string', theirs: 'integer' },
      ]);
    }
  });
});
