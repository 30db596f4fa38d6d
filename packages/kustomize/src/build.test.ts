import { MemoryTree } from '@gitops-toolkit/core';
import { describe, expect, it } from 'vitest';
import { build } from './build.ts';
import { FLUX_BUILD_OPTIONS } from './build-options.ts';
import { bare, buildFiles, deployment } from './testing/build-files.ts';

const SHOP = {
  'base/kustomization.yaml': `
resources:
- deployment.yaml
- service.yaml
labels:
- pairs:
    app.kubernetes.io/part-of: shop
configMapGenerator:
- name: web-settings
  literals:
  - LOG_LEVEL=info
`,
  'base/deployment.yaml': `${deployment('web')}        envFrom:
        - configMapRef:
            name: web-settings
`,
  'base/service.yaml': `
# in front of the pods
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
  - port: 80
`,
  'production/kustomization.yaml': `
namespace: shop
namePrefix: production-
resources:
- ../base
images:
- name: registry.example.com/shop/web
  newTag: 1.5.2
replicas:
- name: web
  count: 3
configMapGenerator:
- name: web-settings
  behavior: merge
  literals:
  - LOG_LEVEL=warn
patches:
- target:
    kind: Deployment
  patch: |
    - op: add
      path: /spec/template/spec/containers/0/resources
      value:
        limits:
          memory: 256Mi
`,
};

const SHOP_IN_PRODUCTION = `apiVersion: v1
data:
  LOG_LEVEL: warn
kind: ConfigMap
metadata:
  labels:
    app.kubernetes.io/part-of: shop
  name: production-web-settings-dfk4bdbtkk
  namespace: shop
---
apiVersion: v1
kind: Service
metadata:
  labels:
    app.kubernetes.io/part-of: shop
  name: production-web
  namespace: shop
spec:
  ports:
  - port: 80
  selector:
    app: web
---
apiVersion: apps/v1
kind: Deployment
metadata:
  labels:
    app.kubernetes.io/part-of: shop
  name: production-web
  namespace: shop
spec:
  replicas: 3
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
      - envFrom:
        - configMapRef:
            name: production-web-settings-dfk4bdbtkk
        image: registry.example.com/shop/web:1.5.2
        name: web
        resources:
          limits:
            memory: 256Mi
`;

describe('build', () => {
  it('builds an overlay of an application', () => {
    expect(buildFiles(SHOP, { path: 'production' })).toBe(SHOP_IN_PRODUCTION);
  });

  it('says where each resource comes from, and what it read', () => {
    const { resources, filesRead } = build(MemoryTree.from(SHOP), { path: 'production' });
    expect(resources.map(({ object, origin }) => [object.kind, origin])).toEqual([
      ['ConfigMap', { file: 'production/kustomization.yaml', line: 13 }],
      ['Service', { file: 'base/service.yaml', line: 3 }],
      ['Deployment', { file: 'base/deployment.yaml', line: 1 }],
    ]);
    expect(filesRead).toEqual([
      'base/deployment.yaml',
      'base/kustomization.yaml',
      'base/service.yaml',
      'production/kustomization.yaml',
    ]);
  });

  it('keeps the order of reading for Flux, and files from anywhere in the tree', () => {
    const files = {
      'apps/kustomization.yaml': 'resources: [web.yaml, ../shared/namespace.yaml]\n',
      'apps/web.yaml': deployment('web'),
      'shared/namespace.yaml': bare('Namespace', 'shop'),
    };
    const { resources } = build(MemoryTree.from(files), { path: 'apps', ...FLUX_BUILD_OPTIONS });
    expect(resources.map(({ object }) => object.kind)).toEqual(['Deployment', 'Namespace']);
  });

  it('warns of deprecated fields, once per file, and of vars that nothing uses', () => {
    const files = {
      'kustomization.yaml': `
bases: [base]
commonLabels: { app: shop }
vars:
- name: ACCOUNT
  objref: { apiVersion: v1, kind: ServiceAccount, name: robot }
`,
      'base/kustomization.yaml': 'resources: [account.yaml]\n',
      'base/account.yaml': bare('ServiceAccount', 'robot'),
    };
    const edit = "Run 'kustomize edit fix' to update your Kustomization automatically.";
    expect(build(MemoryTree.from(files)).warnings).toEqual([
      `'bases' is deprecated. Please use 'resources' instead. ${edit}`,
      `'commonLabels' is deprecated. Please use 'labels' instead. ${edit}`,
      `'vars' is deprecated. Please use 'replacements' instead. [EXPERIMENTAL] ${edit}`,
      'well-defined vars that were never replaced: ACCOUNT',
    ]);
  });

  it('labels what it manages, with the version it is told', () => {
    const files = {
      'kustomization.yaml': 'resources: [a.yaml]\n',
      'a.yaml': bare('ServiceAccount', 'robot'),
    };
    expect(buildFiles(files, { managedByLabel: true, version: 'v9' })).toContain(
      'app.kubernetes.io/managed-by: kustomize-v9',
    );
  });

  it('prints nothing for nothing', () => {
    expect(buildFiles({ 'kustomization.yaml': 'resources: []\n' })).toBe('');
  });

  it('gives each of two users of one base objects of their own', () => {
    const files = {
      'kustomization.yaml': 'resources: [east, west]\n',
      'east/kustomization.yaml': 'namePrefix: east-\nresources: [../base]\n',
      'west/kustomization.yaml': 'namePrefix: west-\nresources: [../base]\n',
      'base/kustomization.yaml': 'resources: [account.yaml]\n',
      'base/account.yaml': bare('ServiceAccount', 'robot'),
    };
    const { resources } = build(MemoryTree.from(files));
    expect(resources.map(({ object }) => object.metadata.name)).toEqual(['east-robot', 'west-robot']);
  });

  it('takes names of JavaScript for names', () => {
    const files = {
      'kustomization.yaml': `
resources: [map.yaml]
labels:
- pairs: { constructor: a, __proto__: b }
configMapGenerator:
- name: toString
  literals: [__proto__=1, hasOwnProperty=2]
`,
      'map.yaml': `${bare('ConfigMap', 'constructor')}data:\n  __proto__: x\n  constructor: z\n`,
    };
    const output = buildFiles(files);
    expect(output).toContain('data:\n  __proto__: x\n  constructor: z\n');
    expect(output).toContain('    __proto__: b\n    constructor: a\n');
    expect(output).toContain('data:\n  __proto__: "1"\n  hasOwnProperty: "2"\n');
    expect(({} as Record<string, unknown>)['b']).toBeUndefined();
  });

  it('finds names in a tree of thousands without looking at all pairs', () => {
    const count = 1_500;
    const names = Array.from({ length: count }, (_, i) => `web-${i}`);
    const files = {
      'kustomization.yaml': `namePrefix: x-\nresources: [all.yaml]\nconfigMapGenerator:\n${names
        .map((name) => `- name: ${name}\n  literals: [name=${name}]\n`)
        .join('')}`,
      'all.yaml': names
        .map(
          (name) =>
            `${deployment(name)}        envFrom:\n        - configMapRef:\n            name: ${name}\n`,
        )
        .join('---\n'),
    };
    const { resources } = build(MemoryTree.from(files));
    expect(resources).toHaveLength(2 * count);
    const last = resources.find(
      ({ object }) => object.metadata.name === 'x-web-1499' && object.kind === 'Deployment',
    );
    expect(JSON.stringify(last?.object)).toMatch(/"configMapRef":\{"name":"x-web-1499-[a-z0-9]{10}"\}/);
  });
});
