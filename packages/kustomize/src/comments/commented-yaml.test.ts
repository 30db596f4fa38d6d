import { MemoryTree, type TreeInput } from '@gitops-toolkit/core';
import { parseDocuments } from '@gitops-toolkit/yaml';
import { describe, expect, it } from 'vitest';
import { build } from '../build.ts';
import { toCommentedYaml } from './commented-yaml.ts';

const web = `# The shop.
kind: Deployment
apiVersion: apps/v1
metadata:
  name: web # short
spec:
  # By hand, not by an autoscaler.
  replicas: 1
  template:
    spec:
      containers:
      # In front.
      - image: 'registry.example.com/shop/web:1.4.0' # pinned
        name: web
        ports: [{containerPort: 80}]
      - name: sidecar
        image: registry.example.com/sidecar:1
`;

function commented(files: Record<string, TreeInput>): string {
  const tree = MemoryTree.from(files);
  const result = build(tree);
  const text = toCommentedYaml(result, tree);
  expect(parseDocuments(text).map(({ value }) => value)).toEqual(
    result.resources.map(({ object }) => object),
  );
  return text;
}

describe('toCommentedYaml', () => {
  it('leaves alone what the build leaves alone', () => {
    expect(commented({ 'kustomization.yaml': 'resources: [web.yaml]\n', 'web.yaml': web })).toBe(web);
  });

  it('changes values in place, with their quotes and comments, and puts new ones last', () => {
    const text = commented({
      'kustomization.yaml': `resources: [web.yaml]
namePrefix: production-
replicas: [{ name: web, count: 3 }]
images: [{ name: registry.example.com/shop/web, newTag: 1.5.2 }]
patches:
- patch: |
    apiVersion: apps/v1
    kind: Deployment
    metadata: { name: web }
    spec:
      paused: true
      template:
        spec:
          containers:
          - name: new
            image: new
`,
      'web.yaml': web,
    });
    expect(text).toBe(
      web
        .replace('name: web # short', 'name: production-web # short')
        .replace('replicas: 1', 'replicas: 3')
        .replace('web:1.4.0', 'web:1.5.2')
        .replace('# In front.\n', '# In front.\n      - image: new\n        name: new\n')
        .concat('  paused: true\n'),
    );
  });

  it('prints plainly what has no text of its own', () => {
    const text = commented({
      'kustomization.yaml':
        'resources: [all.yaml]\nconfigMapGenerator: [{ name: settings, literals: [a=b] }]\n',
      'all.yaml': `apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: ServiceAccount # lost
  metadata: { name: web }
`,
    });
    expect(text).not.toContain('lost');
  });

  it('prints plainly what has anchors', () => {
    const anchored = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: &name web\ndata:\n  name: *name\n';
    expect(
      commented({ 'kustomization.yaml': 'resources: [map.yaml]\n', 'map.yaml': anchored }),
    ).not.toContain('&');
  });
});
