import { MemoryTree, type TreeInput } from '@gitops-toolkit/core';
import { describe, expect, it } from 'vitest';
import { build } from '../build.ts';
import type { BuildResult } from '../build-options.ts';
import { bare, deployment, failure } from '../testing/build-files.ts';
import type { BuildExtensions } from './build-extensions.ts';

function extended(files: Record<string, TreeInput>, extensions: BuildExtensions): BuildResult {
  return build(MemoryTree.from(files), { extensions });
}

const widget = `apiVersion: example.com/v1
kind: Widget
metadata:
  name: web
spec:
  parts:
  - id: one
    size: 1
  - id: two
    size: 2
`;
const definition = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: widgets.example.com }
spec:
  group: example.com
  scope: Cluster
  names: { kind: Widget, plural: widgets }
  versions:
  - name: v1
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            properties:
              parts:
                type: array
                x-kubernetes-list-type: map
                x-kubernetes-list-map-keys: [id]
                items: { type: object, properties: { id: { type: string }, size: { type: integer } } }
`;
const openapi = JSON.stringify({
  definitions: {
    Gadget: {
      'x-kubernetes-group-version-kind': [{ group: 'example.com', version: 'v1', kind: 'Gadget' }],
      properties: {
        spec: {
          properties: {
            parts: {
              type: 'array',
              'x-kubernetes-patch-strategy': 'merge',
              'x-kubernetes-patch-merge-key': 'id',
              items: { properties: { id: { type: 'string' } } },
            },
          },
        },
      },
    },
  },
});
const patched = {
  'kustomization.yaml': `resources: [widget.yaml, gadget.yaml]
namespace: shop
patches:
- target: { kind: Widget|Gadget }
  patch: |
    apiVersion: example.com/v1
    kind: Any
    metadata: { name: any }
    spec: { parts: [{ id: two, size: 3 }] }
`,
  'widget.yaml': widget,
  'gadget.yaml': widget.replace('Widget', 'Gadget'),
  'schemas/widget.yaml': definition,
  'schemas/gadget.json': openapi,
};

describe('schemaFiles', () => {
  const parts = (result: BuildResult): unknown[] =>
    result.resources.map(({ object }) =>
      (object['spec'] as { parts: { size: number }[] }).parts.map(({ size }) => size),
    );

  it('lets lists of custom resources be merged, by CRDs and by OpenAPI documents', () => {
    expect(parts(extended(patched, {}))).toEqual([[3], [3]]);
    const result = extended(patched, { schemaFiles: ['schemas/widget.yaml', 'schemas/gadget.json'] });
    expect(parts(result)).toEqual([
      [3, 1],
      [3, 1],
    ]);
    expect(result.filesRead).toContain('schemas/widget.yaml');
  });

  it('tells which kinds have no namespace', () => {
    const [gadget, cluster] = extended(patched, { schemaFiles: ['schemas/widget.yaml'] }).resources;
    expect(gadget?.object.metadata.namespace).toBe('shop');
    expect(cluster?.object.metadata.namespace).toBeUndefined();
  });

  it('forgets them with the build', () => {
    extended(patched, { schemaFiles: ['schemas/widget.yaml'] });
    expect(extended(patched, {}).resources[1]?.object.metadata.namespace).toBe('shop');
  });

  it('refuses files that are neither', () => {
    const error = failure(() => extended(patched, { schemaFiles: ['widget.yaml'] }));
    expect(error.code).toBe('KUSTOMIZE_OPENAPI');
  });
});

describe('globs', () => {
  const files = {
    'kustomization.yaml': "resources: ['*.yaml', 'more/**/*.yaml', 'x[12].yml']\n",
    'b.yaml': bare('ConfigMap', 'b'),
    'a.yaml': bare('ConfigMap', 'a'),
    'more/c.yaml': bare('ConfigMap', 'c'),
    'more/deep/er/d.yaml': bare('ConfigMap', 'd'),
    'x1.yml': bare('ConfigMap', 'x1'),
    'x3.yml': bare('ConfigMap', 'x3'),
  };

  it('stand for the files that fit, in order', () => {
    const names = extended(files, { globs: true }).resources.map(({ object }) => object.metadata.name);
    expect(names).toEqual(['a', 'b', 'c', 'd', 'x1']);
  });

  it('are names like any other without the extension', () => {
    expect(failure(() => extended(files, {})).code).toBe('KUSTOMIZE_NOT_FOUND');
  });

  it('must fit something', () => {
    const error = failure(() =>
      extended({ 'kustomization.yaml': "resources:\n- '*.json'\n" }, { globs: true }),
    );
    expect(error).toMatchObject({
      code: 'KUSTOMIZE_NOT_FOUND',
      source: { file: 'kustomization.yaml', line: 2 },
    });
  });

  it('never leave the directory of the kustomization', () => {
    const outside = {
      'app/kustomization.yaml': "resources: ['../*.yaml']\n",
      'a.yaml': bare('ConfigMap', 'a'),
    };
    const run = (): unknown => build(MemoryTree.from(outside), { path: 'app', extensions: { globs: true } });
    expect(failure(run).code).toBe('KUSTOMIZE_NOT_FOUND');
  });
});

describe('warnUnchanged', () => {
  const files = {
    'kustomization.yaml': `resources: [web.yaml]
patches:
- target: { kind: Deployment, name: wbe }
  patch: '[{ "op": "add", "path": "/spec/paused", "value": true }]'
- target: { kind: Deployment }
  patch: '[{ "op": "add", "path": "/spec/paused", "value": true }]'
replacements:
- sourceValue: web
  targets:
  - select: { kind: Deployment }
- sourceValue: api
  targets:
  - select: { kind: Deployment }
`,
    'web.yaml': deployment('web'),
  };

  it('names the patches and replacements that change nothing', () => {
    expect(extended(files, { warnUnchanged: true }).warnings).toEqual([
      'kustomization.yaml:3:3: patch 1 changes nothing',
      'kustomization.yaml:8:3: replacement 1 changes nothing',
    ]);
    expect(extended(files, {}).warnings).toEqual([]);
  });
});
