import { locationString, MemoryTree } from '@gitops-toolkit/core';
import { describe, expect, it } from 'vitest';
import { build } from './build.ts';
import { generateKustomization } from './flux/generate-kustomization.ts';
import { bare, deployment, failure } from './testing/build-files.ts';

interface Misplaced {
  readonly what: string;
  /** What follows `resources: [web.yaml]` in the kustomization, from line 2 on. */
  readonly entries: string;
  readonly files?: Record<string, string>;
  readonly at: string;
}

const REMOVE_NOTHING = '[{"op": "remove", "path": "/spec/nothing"}]';
const NOBODY = `apiVersion: apps/v1
kind: Deployment
metadata: { name: nobody }
`;

const inBlock = (text: string): string => text.replace(/^(?=.)/gm, '    ');

const CASES: readonly Misplaced[] = [
  {
    what: 'a JSON patch that does not apply, in a block',
    entries: `patches:
- target: { kind: Deployment }
  patch: |-
    - { op: add, path: /metadata/labels, value: {} }
    - { op: remove, path: /spec/nothing }
`,
    at: 'kustomization.yaml:6:7',
  },
  {
    what: 'a JSON patch that does not apply, in quotes',
    entries: `patches:\n- target: { kind: Deployment }\n  patch: '${REMOVE_NOTHING}'\n`,
    at: 'kustomization.yaml:4:10',
  },
  {
    what: 'a JSON patch that does not apply, in a file',
    entries: 'patches:\n- target: { kind: Deployment }\n  path: p.json\n',
    files: { 'p.json': `\n  ${REMOVE_NOTHING}\n` },
    at: 'p.json:2:4',
  },
  {
    what: 'an old JSON patch that does not apply',
    entries: `patchesJson6902:
- target: { version: v1, group: apps, kind: Deployment, name: web }
  patch: '${REMOVE_NOTHING}'
`,
    at: 'kustomization.yaml:4:10',
  },
  {
    what: 'a JSON patch without a target',
    entries: `patches:\n- patch: '${REMOVE_NOTHING}'\n`,
    at: 'kustomization.yaml:3:3',
  },
  { what: 'a missing patch', entries: 'patches: [{ path: missing.yaml }]\n', at: 'kustomization.yaml:2:19' },
  {
    what: 'a missing patch of the old field',
    entries: 'patchesStrategicMerge:\n- missing.yaml\n',
    at: 'kustomization.yaml:3:3',
  },
  {
    what: 'an inline patch for nothing',
    entries: `patches:\n- patch: |\n\n${inBlock(NOBODY)}`,
    at: 'kustomization.yaml:5:5',
  },
  {
    what: 'a folded patch for nothing',
    entries: `patches:\n- patch: "{ apiVersion: apps/v1, kind: Deployment, metadata: { name: nobody } }"\n`,
    at: 'kustomization.yaml:3:10',
  },
  {
    what: 'an inline patch that is no YAML',
    entries: `patches:\n- patch: |\n${inBlock(`${NOBODY}spec: { replicas: 2\n`)}`,
    at: 'kustomization.yaml:7:24',
  },
  {
    what: 'a patch for nothing in a file',
    entries: 'patches:\n- path: p.yaml\n',
    files: { 'p.yaml': `# nobody\n${NOBODY}` },
    at: 'p.yaml:2:1',
  },
  {
    what: 'replicas of nothing',
    entries: 'replicas:\n- { name: web, count: 2 }\n- { name: wbe, count: 2 }\n',
    at: 'kustomization.yaml:4:3',
  },
  {
    what: 'a missing file of a generator',
    entries: 'configMapGenerator:\n- name: settings\n  files:\n  - missing.txt\n',
    at: 'kustomization.yaml:5:5',
  },
  {
    what: 'a missing env file',
    entries: 'secretGenerator:\n- { name: a }\n- name: b\n  envs: [missing.env]\n',
    at: 'kustomization.yaml:5:10',
  },
  {
    what: 'a literal without a key',
    entries: 'configMapGenerator:\n- name: settings\n  literals: [LEVEL=info, debug]\n',
    at: 'kustomization.yaml:4:26',
  },
  {
    what: 'a component outside of the root',
    entries: 'components:\n- ../../../shared\n',
    at: 'kustomization.yaml:3:3',
  },
  { what: 'a missing component', entries: 'components: [missing]\n', at: 'kustomization.yaml:2:14' },
  {
    what: 'a base without a kustomization',
    entries: 'bases:\n- base\n',
    files: { 'base/readme.txt': '' },
    at: 'kustomization.yaml:3:3',
  },
  {
    what: 'a replacement without its source',
    entries: `replacements:
- { sourceValue: a, targets: [{ select: { kind: Deployment }, fieldPaths: [metadata.name] }] }
- { source: { kind: Secret, name: none }, targets: [{ select: { kind: Deployment } }] }
`,
    at: 'kustomization.yaml:4:3',
  },
  {
    what: 'a missing file of replacements',
    entries: 'replacements:\n- path: missing.yaml\n',
    at: 'kustomization.yaml:3:3',
  },
  {
    what: 'an inline transformer that finds nothing',
    entries: `transformers:
- |
    apiVersion: builtin
    kind: ReplicaCountTransformer
    metadata: { name: scale }
    replica: { name: wbe, count: 2 }
    fieldSpecs: [{ path: spec/replicas, kind: Deployment }]
`,
    at: 'kustomization.yaml:4:5',
  },
  {
    what: 'a missing file of a generator in a file',
    entries: 'generators: [make.yaml]\n',
    files: {
      'make.yaml': 'apiVersion: builtin\nkind: SecretGenerator\nmetadata: { name: s }\nenvs: [missing.env]\n',
    },
    at: 'make.yaml:1:1',
  },
  { what: 'a missing transformer', entries: 'transformers: [missing.yaml]\n', at: 'kustomization.yaml:2:16' },
  {
    what: 'missing configurations',
    entries: 'configurations: [missing.yaml]\n',
    at: 'kustomization.yaml:2:17',
  },
  {
    what: 'a chart without a renderer',
    entries: 'helmCharts:\n- name: redis\n',
    at: 'kustomization.yaml:3:3',
  },
  {
    what: 'a missing schema',
    entries: 'openapi:\n  path: missing.json\n',
    at: 'kustomization.yaml:3:9',
  },
];

const treeOf = (entries: string, files: Record<string, string> = {}): MemoryTree =>
  MemoryTree.from({
    'kustomization.yaml': `resources: [web.yaml]\n${entries}`,
    'web.yaml': deployment('web'),
    ...files,
  });

describe('the place of a failed build', () => {
  it.each(CASES)('$at for $what', ({ entries, files, at }) => {
    const error = failure(() => build(treeOf(entries, files)));
    expect(error.source && locationString(error.source)).toBe(at);
    expect(error.frame).toContain(`> ${error.source?.line} |`);
    expect(error.frame).toMatch(/\| *\^/);
  });

  it('is the file alone for what a Flux Kustomization adds', () => {
    const generated = generateKustomization(treeOf(`namespace: shop\n`), '', {
      patches: [{ patch: NOBODY }],
    });
    const error = failure(() => build(generated));
    expect(error.source).toEqual({ file: 'kustomization.yaml' });
    expect(error.frame).toBeUndefined();
  });

  it('is where the author wrote an entry, though Flux adds others', () => {
    const tree = treeOf(`# scale\nreplicas:\n- { name: wbe, count: 1 }\n`);
    const error = failure(() => build(generateKustomization(tree, '', { targetNamespace: 'shop' })));
    expect(error.source).toMatchObject({ file: 'kustomization.yaml', line: 4, column: 3 });
  });
});

describe('the way to a failed build', () => {
  it('does not begin with the root of the tree', () => {
    const tree = treeOf('components: [part]\n', { 'part/kustomization.yaml': bare('ConfigMap', 'x') });
    expect(failure(() => build(tree)).context).toEqual(['part']);
    expect(failure(() => build(treeOf('colour: red\n'))).message).toMatch(/^invalid Kustomization: /);
    expect(failure(() => build(treeOf('colour: red\n'), { path: './' })).context).toEqual([]);
  });
});
