import { describe, expect, it } from 'vitest';
import { crdOf } from '../testing/crd-of.ts';
import { crdTypes } from './crd-types.ts';
import { crdOutlines } from './resource-outline.ts';

function typesOf(...args: Parameters<typeof crdOf>): string {
  return crdOutlines(crdOf(...args))
    .map((outline) => crdTypes(outline))
    .join('\n');
}

describe('crdTypes', () => {
  it('writes the name of the kind, its interface, and one for each object within', () => {
    const text = typesOf({
      spec: {
        type: 'object',
        description: 'What is wanted.',
        required: ['size'],
        properties: {
          size: { type: 'integer', description: 'How large.', default: 3 },
          mode: { type: 'string', enum: ['Fast', "Don't"] },
          parts: {
            type: 'array',
            items: { type: 'object', required: ['x-y'], properties: { 'x-y': { type: 'string' } } },
          },
          limits: { type: 'object', additionalProperties: { 'x-kubernetes-int-or-string': true } },
          owner: { type: 'string', nullable: true },
          free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
        },
      },
    });
    expect(text).toBe(`import type { NamedKind } from '@gitops-toolkit/api';
import type { KubeObject } from '@gitops-toolkit/core';

/** Names the kind Widget of example.com/v1. */
export const Widget: NamedKind<Widget> = {
  group: 'example.com',
  version: 'v1',
  kind: 'Widget',
  apiVersion: 'example.com/v1',
  plural: 'widgets',
  scope: 'Namespaced',
};

/** An object of kind Widget. */
export interface Widget extends KubeObject {
  /** What is wanted. */
  spec?: WidgetSpec;
}

/** What is wanted. */
export interface WidgetSpec {
  /**
   * How large.
   * @default 3
   */
  size: number;
  mode?: 'Fast' | 'Don\\'t';
  parts?: WidgetSpecPartsItem[];
  limits?: Record<string, number | string>;
  owner?: string | null;
  free?: Record<string, unknown>;
}

export interface WidgetSpecPartsItem {
  'x-y': string;
}
`);
  });

  it('keeps names apart that the way to them makes the same', () => {
    const leaf = { type: 'object', properties: { a: { type: 'string' } } };
    const text = typesOf({ 'a-b': leaf, aB: { ...leaf, description: 'Another.' } });
    expect(text).toContain("'a-b'?: WidgetAB;");
    expect(text).toContain('aB?: WidgetAB2;');
  });

  it('lets no description end its comment', () => {
    expect(typesOf({ spec: { type: 'string', description: 'a */ process.exit() /* b' } })).toContain(
      String.raw`/** a *\/ process.exit() /* b */`,
    );
  });

  it('lets no name of a field become code', () => {
    expect(typesOf({ 'a; b: 1 }': { type: 'string' }, "it's": { type: 'string' } })).toContain(
      `  'a; b: 1 }'?: string;\n  'it\\'s'?: string;\n`,
    );
  });
});

describe('crdOutlines', () => {
  it('leaves out what is not served', () => {
    const crd = crdOf({ spec: { type: 'object' } });
    const { versions } = crd['spec'] as { versions: { served: boolean }[] };
    versions[0]!.served = false;
    expect(crdOutlines(crd)).toEqual([]);
  });

  it.each([
    ['is another kind', { kind: 'ConfigMap' }, 'it has no spec with names'],
    ['is of an old version', { apiVersion: 'apiextensions.k8s.io/v1beta1' }, 'v1beta1'],
    ['has no schema', { schema: null }, 'version v1 has no schema.openAPIV3Schema'],
    ['has a kind that is no name', { names: { kind: 'A {}', plural: 'as' } }, 'A {}'],
  ])('refuses what %s', (_, { schema, names, ...top }: Record<string, unknown>, reason) => {
    const crd = { ...crdOf({}), ...top };
    const spec = crd['spec'] as { versions: unknown[]; names: unknown };
    if (schema === null) spec.versions = [{ name: 'v1', served: true }];
    if (names) spec.names = names;
    expect(() => crdOutlines(crd as never)).toThrow(expect.objectContaining({ code: 'API_NOT_A_CRD' }));
    expect(() => crdOutlines(crd as never)).toThrow(reason);
  });
});
