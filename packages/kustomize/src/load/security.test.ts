import { describeError, MemoryTree, type TreeInput } from '@gitops-toolkit/core';
import { describe, expect, it } from 'vitest';
import { build } from '../build.ts';
import { bare, failure } from '../testing/build-files.ts';

const SECRET = 'top-secret-token';

/** Each field of a kustomization that names a file, with a way to name one. */
const FIELDS: Readonly<Record<string, (path: string) => string>> = {
  resources: (path) => `resources: [${path}]`,
  bases: (path) => `bases: [${path}]`,
  components: (path) => `components: [${path}]`,
  crds: (path) => `crds: [${path}]`,
  configurations: (path) => `configurations: [${path}]`,
  generators: (path) => `generators: [${path}]`,
  transformers: (path) => `transformers: [${path}]`,
  validators: (path) => `validators: [${path}]`,
  patches: (path) => `patches: [{ path: ${path} }]`,
  patchesStrategicMerge: (path) => `patchesStrategicMerge: [${path}]`,
  patchesJson6902: (path) => `patchesJson6902: [{ target: { kind: Pod, name: x }, path: ${path} }]`,
  replacements: (path) => `replacements: [{ path: ${path} }]`,
  openapi: (path) => `openapi: { path: ${path} }`,
  'configMapGenerator.files': (path) => `configMapGenerator: [{ name: a, files: [k=${path}] }]`,
  'configMapGenerator.envs': (path) => `configMapGenerator: [{ name: a, envs: [${path}] }]`,
  'configMapGenerator.env': (path) => `configMapGenerator: [{ name: a, env: ${path} }]`,
  'secretGenerator.files': (path) => `secretGenerator: [{ name: a, files: [k=${path}] }]`,
  'secretGenerator.envs': (path) => `secretGenerator: [{ name: a, envs: [${path}] }]`,
  'helmCharts.valuesFile': (path) => `helmCharts: [{ name: c, valuesFile: ${path} }]`,
  'helmCharts.additionalValuesFiles': (path) => `helmCharts: [{ name: c, additionalValuesFiles: [${path}] }]`,
};

/** Ways out of the directory `app`. */
const WAYS: Readonly<Record<string, string>> = {
  'the directory above': '../secret.yaml',
  'an absolute path': '/secret.yaml',
  'a symlink to a file': 'link.yaml',
  'a symlink in a symlinked directory': 'up/secret.yaml',
  'a chain of symlinks': 'chain.yaml',
  'a detour': 'inside/../../secret.yaml',
  'a path above the tree': '../../../../../../etc/passwd',
  'a NUL': '"link.yaml\\0.txt"',
  'a backslash': '"..\\\\secret.yaml"',
};

function treeWith(kustomization: string): MemoryTree {
  const files: Record<string, TreeInput> = {
    'secret.yaml': `${bare('ConfigMap', 'secret')}data:\n  token: ${SECRET}\n`,
    'app/kustomization.yaml': `${kustomization}\n`,
    'app/inside/x.txt': '',
    'app/link.yaml': { symlink: '../secret.yaml' },
    'app/up': { symlink: '..' },
    'app/chain.yaml': { symlink: 'link.yaml' },
    'app/charts/c/Chart.yaml': 'name: c\n',
  };
  return MemoryTree.from(files);
}

const MATRIX = Object.keys(FIELDS).flatMap((field) => Object.keys(WAYS).map((way) => ({ field, way })));

describe('files outside of a kustomization', () => {
  it.each(MATRIX)('are refused to $field by $way', ({ field, way }) => {
    const kustomization = FIELDS[field]?.(WAYS[way] ?? '') ?? '';
    const error = failure(() => build(treeWith(kustomization), { path: 'app', helm: () => '' }));
    expect([describeError(error), error.stack, JSON.stringify(error)].join('\n')).not.toContain(SECRET);
  });

  it('are refused above the tree even where all of the tree is allowed', () => {
    for (const path of ['../../outside.yaml', '/etc/passwd', '../..']) {
      const tree = treeWith(`configMapGenerator: [{ name: a, files: [k=${path}] }]`);
      const { code } = failure(() => build(tree, { path: 'app', loadRestrictor: 'none' }));
      expect(code).toBe('KUSTOMIZE_LOAD_RESTRICTED');
    }
  });

  it('are read from the tree where all of it is allowed', () => {
    const tree = treeWith('resources: [../secret.yaml]');
    expect(build(tree, { path: 'app', loadRestrictor: 'none' }).toYaml()).toContain(SECRET);
  });

  it('are refused to a remote base whatever is allowed to the caller', () => {
    const url = 'https://example.com/team/config//base';
    const remote = MemoryTree.from({
      'base/kustomization.yaml': 'resources: [../other.yaml]\n',
      'other.yaml': bare('ConfigMap', 'other'),
    });
    const tree = MemoryTree.from({ 'kustomization.yaml': `resources: ["${url}"]\n` });
    const error = failure(() => build(tree, { loadRestrictor: 'none', remotes: new Map([[url, remote]]) }));
    expect(error.message).toContain("security; file '/other.yaml' is not in or below '/base'");
  });
});

describe('cycles', () => {
  it.each([
    [
      'a base',
      { 'kustomization.yaml': 'resources: [a]\n', 'a/kustomization.yaml': 'resources: [../../.]\n' },
    ],
    ['itself', { 'kustomization.yaml': 'resources: [.]\n' }],
    [
      'a component',
      {
        'kustomization.yaml': 'components: [c]\n',
        'c/kustomization.yaml': 'kind: Component\ncomponents: [../c]\n',
      },
    ],
    [
      'a symlinked directory',
      {
        'kustomization.yaml': 'resources: [a]\n',
        'a/kustomization.yaml': 'resources: [loop]\n',
        'a/loop': { symlink: '../a' },
      },
    ],
  ] as [string, Record<string, TreeInput>][])('through %s are refused', (_, files) => {
    expect(['KUSTOMIZE_CYCLE', 'KUSTOMIZE_LOAD_RESTRICTED']).toContain(
      failure(() => build(MemoryTree.from(files))).code,
    );
  });

  it('through a remote base are refused', () => {
    const url = 'https://example.com/team/config//base';
    const remote = MemoryTree.from({ 'base/kustomization.yaml': `resources: ["${url}"]\n` });
    const tree = MemoryTree.from({ 'kustomization.yaml': `resources: ["${url}"]\n` });
    const error = failure(() => build(tree, { remotes: new Map([[url, remote]]) }));
    expect(error.code).toBe('KUSTOMIZE_CYCLE');
  });
});

describe('limits', () => {
  it('end a diamond of a million paths', () => {
    const files: Record<string, string> = { 'level-20/kustomization.yaml': 'resources: []\n' };
    for (let i = 0; i < 20; i++) {
      files[`level-${i}/kustomization.yaml`] = `resources: [../level-${i + 1}, ../level-${i + 1}]\n`;
    }
    const { code } = failure(() => build(MemoryTree.from(files), { path: 'level-0' }));
    expect(code).toBe('KUSTOMIZE_LIMIT');
  });

  it('end a chain of bases that is too long', () => {
    const files: Record<string, string> = {};
    for (let i = 0; i < 150; i++) files[`b-${i}/kustomization.yaml`] = `resources: [../b-${i + 1}]\n`;
    files['b-150/kustomization.yaml'] = 'resources: []\n';
    expect(failure(() => build(MemoryTree.from(files), { path: 'b-0' })).message).toContain(
      'levels of bases',
    );
  });

  it('end a build of too many resources', () => {
    const files = {
      'kustomization.yaml': 'resources: [a.yaml]\n',
      'a.yaml': `${bare('Pod', 'a')}---\n${bare('Pod', 'b')}`,
    };
    const error = failure(() => build(MemoryTree.from(files), { limits: { maxResources: 1 } }));
    expect(error.message).toContain('the build needs more than 1 resources');
  });
});
