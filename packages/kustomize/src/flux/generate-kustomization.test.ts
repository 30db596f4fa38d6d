import { type FileTree, MemoryTree, walkFiles } from '@gitops-toolkit/core';
import { describe, expect, it } from 'vitest';
import { build } from '../build.ts';
import { FLUX_BUILD_OPTIONS } from '../build-options.ts';
import { bare, deployment, failure } from '../testing/build-files.ts';
import { generateKustomization } from './generate-kustomization.ts';

function textOf(tree: FileTree, path: string): string {
  return new TextDecoder().decode(tree.read(path));
}

const MANIFESTS = MemoryTree.from({
  'apps/b.yaml': bare('ServiceAccount', 'b'),
  'apps/a/deep.yml': deployment('web'),
  'apps/a/notes.txt': 'not YAML: [',
  'apps/overlay/kustomization.yaml': 'resources: [x.yaml]\nnamePrefix: o-\n',
  'apps/overlay/x.yaml': bare('ServiceAccount', 'x'),
  'apps/overlay/below/y.yaml': bare('ServiceAccount', 'y'),
  'other/z.yaml': bare('ServiceAccount', 'z'),
});

describe('generateKustomization', () => {
  it('lists every manifest below the directory, and directories with a kustomization as bases', () => {
    const tree = generateKustomization(MANIFESTS, './apps/', {});
    expect(textOf(tree, 'apps/kustomization.yaml')).toBe(`apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
- ./a/deep.yml
- ./b.yaml
- ./overlay
`);
    const { resources } = build(tree, { path: 'apps', ...FLUX_BUILD_OPTIONS });
    expect(resources.map(({ object }) => object.metadata.name)).toEqual(['web', 'b', 'o-x']);
  });

  it('merges the spec into the kustomization that is there', () => {
    const files = MemoryTree.from({
      Kustomization: `
namespace: old
resources: [web.yaml]
unknownField: dropped
patches:
- target: { kind: Deployment }
  patch: '[{"op": "add", "path": "/spec/paused", "value": false}]'
images:
- { name: registry.example.com/shop/web, newName: mirror.example.com/web, newTag: v1 }
`,
      'web.yaml': deployment('web'),
      'extra/kustomization.yaml': 'kind: Component\ncommonAnnotations: { extra: "true" }\n',
    });
    const tree = generateKustomization(files, '', {
      targetNamespace: 'shop',
      namePrefix: 'eu-',
      nameSuffix: '-1',
      patches: [
        {
          patch: '[{"op": "replace", "path": "/spec/paused", "value": true}]',
          target: { kind: 'Deployment', name: 'web' },
        },
      ],
      images: [
        { name: 'registry.example.com/shop/web', digest: 'sha256:abc' },
        { name: 'redis', newTag: '7' },
      ],
      components: ['extra', 'missing'],
      ignoreMissingComponents: true,
      buildMetadata: ['originAnnotations'],
    });
    const [resource] = build(tree, FLUX_BUILD_OPTIONS).resources;
    expect(resource?.object).toMatchObject({
      metadata: {
        name: 'eu-web-1',
        namespace: 'shop',
        annotations: { extra: 'true', 'config.kubernetes.io/origin': 'path: web.yaml\n' },
      },
      spec: {
        paused: true,
        template: { spec: { containers: [{ image: 'mirror.example.com/web@sha256:abc' }] } },
      },
    });
    expect(textOf(tree, 'Kustomization')).not.toContain('unknownField');
    expect(textOf(tree, 'Kustomization')).toContain('- name: redis\n  newTag: "7"\n');
  });

  it('makes something buildable of an empty directory', () => {
    const tree = generateKustomization(MemoryTree.from({ 'apps/readme.md': '' }), 'apps', {});
    expect(textOf(tree, 'apps/kustomization.yaml')).toContain('namespace: _placeholder\n');
    expect(build(tree, { path: 'apps' }).resources).toEqual([]);
  });

  it('leaves the tree it was given as it is, and all other files readable', () => {
    const before = [...walkFiles(MANIFESTS)].map(({ path }) => path);
    const tree = generateKustomization(MANIFESTS, 'apps', { namePrefix: 'p-' });
    expect([...walkFiles(MANIFESTS)].map(({ path }) => path)).toEqual(before);
    expect([...walkFiles(tree)].map(({ path }) => path)).toEqual(
      [...before, 'apps/kustomization.yaml'].toSorted(),
    );
    expect(tree.stat('apps/kustomization.yaml')).toMatchObject({ kind: 'file', name: 'kustomization.yaml' });
    expect(tree.resolve('apps/./kustomization.yaml')).toBe('apps/kustomization.yaml');
    expect(textOf(tree, 'other/z.yaml')).toBe(bare('ServiceAccount', 'z'));
    expect(tree.size).toBe(MANIFESTS.size + (tree.read('apps/kustomization.yaml')?.length ?? 0));
  });

  it('refuses a directory that is not there, or outside', () => {
    for (const path of ['nowhere', '../up', 'apps/b.yaml']) {
      expect(failure(() => generateKustomization(MANIFESTS, path, {}))).toMatchObject({
        code: 'KUSTOMIZE_NOT_FOUND',
        message: `kustomization path not found: ${path}`,
      });
    }
  });

  it('refuses YAML that holds no objects', () => {
    const tree = MemoryTree.from({ 'apps/values.yaml': 'replicas: 3\n' });
    expect(failure(() => generateKustomization(tree, 'apps', {}))).toMatchObject({
      message: 'failed to decode Kubernetes YAML from apps/values.yaml: missing Resource metadata',
      source: { file: 'apps/values.yaml', line: 1 },
    });
  });

  it.each(['https://example.com/a/b', 'git@example.com:a/b', '/etc', 'file:///etc', 'github.com/a/b'])(
    'refuses %s as a component',
    (component) => {
      const error = failure(() => generateKustomization(MANIFESTS, 'apps', { components: [component] }));
      expect(error.message).toBe(`component path '${component}' must be local and relative`);
    },
  );

  it('fails the build for a component that is missing, unless told to ignore it', () => {
    const tree = generateKustomization(MANIFESTS, 'apps', { components: ['missing'] });
    expect(failure(() => build(tree, { path: 'apps' })).code).toBe('KUSTOMIZE_NOT_FOUND');
  });
});
