import { type FileTree, MemoryTree } from '../../packages/core/src/index.ts';
import { build, type BuildResult, KustomizeError } from '../../packages/kustomize/src/index.ts';
import { describe, expect, it } from 'vitest';
import { Chance } from './chance.ts';
import { type Files, randomTree } from './random-kustomization.ts';
import { repair } from './repair.ts';

const seeds = Array.from({ length: 40 }, (_, i) => 90_000 + i);
const trees = new Map<number, Files>();

function treeOf(seed: number): Files {
  const chance = new Chance(seed);
  const tree = trees.get(seed) ?? repair(randomTree(chance), chance, 60);
  trees.set(seed, tree);
  return tree;
}

/** The result of a build; nothing where the tree cannot be built. */
function attempt(tree: FileTree): BuildResult | undefined {
  try {
    return build(tree, { path: 'root' });
  } catch (error) {
    if (error instanceof KustomizeError) return undefined;
    throw error;
  }
}

/** A tree that writes down what is read from it. */
function recording(tree: FileTree): { readonly tree: FileTree; readonly reads: Set<string> } {
  const reads = new Set<string>();
  const recorder: FileTree = {
    size: tree.size,
    read: (path) => {
      reads.add(path);
      return tree.read(path);
    },
    list: (path) => tree.list(path),
    stat: (path) => tree.stat(path),
    resolve: (path) => tree.resolve(path),
  };
  return { tree: recorder, reads };
}

describe('a build of any tree', () => {
  it.each(seeds)('is a function of the tree, which stays as it is: seed %i', (seed) => {
    const files = treeOf(seed);
    const tree = MemoryTree.from(files);
    const first = attempt(tree)?.toYaml();
    expect(attempt(tree)?.toYaml()).toBe(first);
    for (const [path, text] of Object.entries(files)) {
      expect(new TextDecoder('utf-8', { ignoreBOM: true }).decode(tree.read(path))).toBe(text);
    }
  });

  it.each(seeds)('builds its own output to itself: seed %i', (seed) => {
    const yaml = attempt(MemoryTree.from(treeOf(seed)))?.toYaml();
    // What buildMetadata has written is cleaned away by a build that does not ask for it.
    const text = !yaml || /config\.kubernetes\.io\/(?:origin|transformations)/.test(yaml) ? '' : yaml;
    const again = MemoryTree.from({ 'kustomization.yaml': 'resources: [all.yaml]\n', 'all.yaml': text });
    expect(build(again, { reorder: 'none' }).toYaml()).toBe(text);
  });

  it.each(seeds)('reads what it says that it has read: seed %i', (seed) => {
    const { tree, reads } = recording(MemoryTree.from(treeOf(seed)));
    const filesRead = attempt(tree)?.filesRead;
    const read = [...reads].toSorted((a, b) => (a < b ? -1 : 1));
    expect(filesRead ?? read).toEqual(read);
  });
});

const SECRET = 'outside/secret.yaml';
const outside = [
  '../outside/secret.yaml',
  '/outside/secret.yaml',
  'a/../../outside/secret.yaml',
  'link.yaml',
  '..\\outside\\secret.yaml',
];
const naming: Readonly<Record<string, (path: string) => unknown>> = {
  resources: (path) => ({ resources: [path] }),
  bases: (path) => ({ bases: [path] }),
  components: (path) => ({ components: [path] }),
  crds: (path) => ({ crds: [path] }),
  configurations: (path) => ({ configurations: [path] }),
  'openapi.path': (path) => ({ openapi: { path } }),
  generators: (path) => ({ generators: [path] }),
  transformers: (path) => ({ transformers: [path] }),
  validators: (path) => ({ validators: [path] }),
  patches: (path) => ({ patches: [{ path }] }),
  patchesStrategicMerge: (path) => ({ patchesStrategicMerge: [path] }),
  patchesJson6902: (path) => ({
    patchesJson6902: [{ path, target: { version: 'v1', kind: 'A', name: 'a' } }],
  }),
  replacements: (path) => ({ replacements: [{ path }] }),
  'configMapGenerator.files': (path) => ({ configMapGenerator: [{ name: 'a', files: [path] }] }),
  'configMapGenerator.envs': (path) => ({ configMapGenerator: [{ name: 'a', envs: [path] }] }),
  'configMapGenerator.env': (path) => ({ configMapGenerator: [{ name: 'a', env: path }] }),
  'secretGenerator.files': (path) => ({ secretGenerator: [{ name: 'a', files: [`key=${path}`] }] }),
  'helmCharts.valuesFile': (path) => ({ helmCharts: [{ name: 'a', valuesFile: path }] }),
};

describe('no field', () => {
  it.each(Object.keys(naming).flatMap((field) => outside.map((path) => ({ field, path }))))(
    'reads outside of the kustomization: $field, $path',
    ({ field, path }) => {
      const files = {
        'root/kustomization.yaml': JSON.stringify(naming[field]?.(path)),
        'root/link.yaml': { symlink: '../outside/secret.yaml' },
        [SECRET]: 'apiVersion: v1\nkind: Secret\nmetadata: { name: secret }\n',
      };
      const { tree, reads } = recording(MemoryTree.from(files));
      const run = (): unknown => build(tree, { path: 'root', helm: () => '' });
      expect(run).toThrow(KustomizeError);
      expect([...reads]).not.toContain(SECRET);
    },
  );
});

const HOSTILE = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'];

describe('no key', () => {
  it.each(HOSTILE)('touches a prototype: %s', (key) => {
    const own = JSON.stringify(key);
    const files = {
      'root/kustomization.yaml': `resources: [all.yaml]
commonLabels: { ${own}: polluted }
commonAnnotations: { ${own}: polluted }
configMapGenerator:
- { name: settings, literals: ['${key}=polluted'] }
patches:
- target: { kind: Widget }
  patch: |
    apiVersion: v1
    kind: Widget
    metadata: { name: web }
    ${own}: { polluted: true }
    spec: { ${own}: { polluted: true } }
- target: { kind: Widget }
  patch: '[{ "op": "add", "path": "/spec/${key}/more", "value": true }]'
replacements:
- sourceValue: polluted
  targets:
  - select: { kind: Widget }
    fieldPaths: ['spec.${key}.replaced', '${key}.replaced']
    options: { create: true }
configurations: [config.yaml]
`,
      'root/config.yaml': `commonLabels:\n- { path: spec/${key}/labels, create: true }\n`,
      'root/all.yaml': `apiVersion: example.com/v1\nkind: Widget\nmetadata: { name: web }\n${own}: { a: 1 }\nspec: { ${own}: { b: 2 } }\n`,
    };
    const before = Object.getOwnPropertyNames(Object.prototype);
    const yaml = attempt(MemoryTree.from(files))?.toYaml();
    expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(yaml ?? `${key}: polluted`).toContain(`${key}: polluted`);
  });
});
