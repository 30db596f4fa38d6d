import { describe, expect, it } from 'vitest';
import { MemoryTree } from '@gitops-toolkit/core';
import { build } from '../build.ts';
import { deployment } from '../testing/build-files.ts';
import { type Explanation, explain } from './explain.ts';

const tree = MemoryTree.from({
  'base/kustomization.yaml': `resources:
- web.yaml
configMapGenerator:
- name: settings
  literals:
  - mode=dark
`,
  'base/web.yaml': deployment('web'),
  'production/kustomization.yaml': `resources:
- ../base
namePrefix: production-
patches:
- path: more.yaml
- target:
    kind: Deployment
  patch: |
    - op: replace
      path: /spec/paused
      value: true
    - op: add
      path: /metadata/annotations
      value:
        team: shop
images:
- name: registry.example.com/shop/web
  newTag: 1.5.2
configMapGenerator:
- name: settings
  behavior: merge
  literals:
  - color=red
`,
  'production/more.yaml': `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  paused: false
  template:
    spec:
      containers:
      - name: sidecar
        image: registry.example.com/sidecar:1
      - name: web
        env:
        - name: MODE
          value: production
`,
});
const result = build(tree, { path: 'production' });
const web = { kind: 'Deployment', name: 'production-web' };

function ask(field: string | readonly (string | number)[], resource = web): Explanation | undefined {
  return explain(result, { resource, field });
}

describe('explain', () => {
  it('names file, line and column of a field that is as it was read', () => {
    expect(ask('spec.template.spec.containers.[name=web].name')).toMatchObject({
      value: 'web',
      origin: { kind: 'file', source: { file: 'base/web.yaml', line: 15, column: 15 } },
    });
  });

  it('names the patch, and the line in it', () => {
    expect(ask('spec.template.spec.containers.[name=web].env.0.value')?.origin).toEqual({
      kind: 'transformer',
      step: 'patch 1',
      kustomization: 'production/kustomization.yaml',
      source: { file: 'production/more.yaml', line: 15, column: 18 },
    });
  });

  it('tells who has set a field before', () => {
    const { value, history } = ask('spec.template.spec.containers.[name=web].image') ?? {};
    expect(value).toBe('registry.example.com/shop/web:1.5.2');
    expect(history?.map(({ step }) => step)).toEqual([undefined, 'image registry.example.com/shop/web']);
  });

  it('names the operation of a JSON patch', () => {
    expect(ask('spec.paused')?.origin.source).toMatchObject({ line: 9, column: 7 });
    expect(ask('metadata.annotations.team')?.origin).toMatchObject({
      step: 'patch 2',
      source: { file: 'production/kustomization.yaml', line: 12 },
    });
  });

  it('names the transformer that has given a name', () => {
    expect(ask(['metadata', 'name'])).toMatchObject({
      origin: {
        step: 'namePrefix',
        source: { file: 'production/kustomization.yaml', line: 3 },
      },
      history: [{ source: { file: 'base/web.yaml' } }, { step: 'namePrefix' }],
    });
  });

  it('names the generators that a ConfigMap is of', () => {
    const resource = result.resources.find(({ object }) => object.kind === 'ConfigMap');
    const of = (key: string): unknown =>
      resource && explain(result, { resource, field: ['data', key] })?.origin;
    expect(of('mode')).toMatchObject({
      kind: 'generator',
      step: 'configMapGenerator settings',
      kustomization: 'base/kustomization.yaml',
      source: { file: 'base/kustomization.yaml', line: 4 },
    });
    expect(of('color')).toMatchObject({ kustomization: 'production/kustomization.yaml' });
    expect(resource && explain(result, { resource, field: 'metadata.name' })?.history.at(-1)).toMatchObject({
      step: 'name hash',
    });
  });

  it('knows elements of lists that have moved', () => {
    expect(ask(['spec', 'template', 'spec', 'containers', 1, 'name'])?.origin.kind).toBe('file');
    expect(ask(['spec', 'template', 'spec', 'containers', 0, 'name'])?.origin).toMatchObject({
      step: 'patch 1',
      source: { file: 'production/more.yaml', line: 10 },
    });
  });

  it('has no answer for what is not there', () => {
    expect(ask('spec.nothing')).toBeUndefined();
    expect(ask('metadata.name', { kind: 'Deployment', name: 'other' })).toBeUndefined();
    expect(ask(['spec', 'template', 'spec', 'containers', 7])).toBeUndefined();
  });
});
