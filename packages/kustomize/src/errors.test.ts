import { describeError, MemoryTree, type TreeInput } from '@gitops-toolkit/core';
import { describe, expect, it } from 'vitest';
import { build } from './build.ts';
import type { BuildOptions } from './build-options.ts';
import type { KustomizeErrorCode } from './errors.ts';
import { bare, deployment, failure } from './testing/build-files.ts';

interface Failing {
  readonly what: string;
  readonly files: Record<string, TreeInput>;
  readonly options?: BuildOptions;
  readonly code: KustomizeErrorCode;
  readonly message: string | RegExp;
  /** `file:line:column`, as far as they are known. */
  readonly at?: string;
  readonly context?: readonly string[];
}

const account = { 'account.yaml': bare('ServiceAccount', 'robot') };

const FAILING: readonly Failing[] = [
  {
    what: 'a directory without a kustomization',
    files: { 'apps/readme.md': 'nothing here' },
    options: { path: 'apps' },
    code: 'KUSTOMIZE_NO_KUSTOMIZATION',
    message:
      "unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in directory '/apps'",
  },
  {
    what: 'a base without a kustomization',
    files: { 'kustomization.yaml': 'resources:\n- base\n', 'base/x.txt': '' },
    code: 'KUSTOMIZE_NO_KUSTOMIZATION',
    message: "in directory '/base'",
    context: ['base'],
  },
  {
    what: 'two kustomizations in one directory',
    files: { 'kustomization.yaml': 'resources: []\n', Kustomization: 'resources: []\n' },
    code: 'KUSTOMIZE_INVALID_KUSTOMIZATION',
    message: 'Found multiple kustomization files under: /',
  },
  {
    what: 'a field that does not exist',
    files: { 'kustomization.yaml': 'resources: []\nnamesapce: shop\n' },
    code: 'KUSTOMIZE_INVALID_KUSTOMIZATION',
    message: 'invalid Kustomization: json: unknown field "namesapce"',
    at: 'kustomization.yaml:2:1',
  },
  {
    what: 'a field of the wrong type',
    files: { 'kustomization.yaml': 'images:\n- name: web\n  newTag: 1.5\n' },
    code: 'KUSTOMIZE_INVALID_KUSTOMIZATION',
    message: 'json: cannot unmarshal number into Go struct field Image.images.newTag of type string',
    at: 'kustomization.yaml:3:11',
  },
  {
    what: 'a list that is none',
    files: { 'kustomization.yaml': 'resources: deployment.yaml\n' },
    code: 'KUSTOMIZE_INVALID_KUSTOMIZATION',
    message: 'json: cannot unmarshal string into Go struct field Kustomization.resources of type []string',
    at: 'kustomization.yaml:1:12',
  },
  {
    what: 'a tab in a kustomization',
    files: { 'kustomization.yaml': 'resources:\n\t- account.yaml\n', ...account },
    code: 'KUSTOMIZE_INVALID_KUSTOMIZATION',
    message: 'found character that cannot start any token',
    at: 'kustomization.yaml:2:1',
  },
  {
    what: 'an empty kustomization',
    files: { 'kustomization.yaml': '# later\n' },
    code: 'KUSTOMIZE_INVALID_KUSTOMIZATION',
    message: 'kustomization.yaml is empty',
    at: 'kustomization.yaml:1',
  },
  {
    what: 'a kustomization of another kind',
    files: { 'kustomization.yaml': 'kind: Kustomisation\nresources: []\n' },
    code: 'KUSTOMIZE_INVALID_KUSTOMIZATION',
    message: 'kind should be Kustomization or Component',
    at: 'kustomization.yaml:1:7',
  },
  {
    what: 'a missing resource',
    files: { 'kustomization.yaml': 'resources:\n- account.yaml\n- acount.yaml\n', ...account },
    code: 'KUSTOMIZE_NOT_FOUND',
    message: 'no such file or directory',
    at: 'kustomization.yaml:3:3',
    context: ['acount.yaml'],
  },
  {
    what: 'a directory that is not there',
    files: { 'kustomization.yaml': 'resources: []\n' },
    options: { path: 'prod' },
    code: 'KUSTOMIZE_NOT_FOUND',
    message: "not a valid directory: 'prod' doesn't exist",
  },
  {
    what: 'a file above the root',
    files: { 'apps/kustomization.yaml': 'resources:\n- ../account.yaml\n', ...account },
    options: { path: 'apps' },
    code: 'KUSTOMIZE_LOAD_RESTRICTED',
    message: "security; file '/account.yaml' is not in or below '/apps'",
    at: 'apps/kustomization.yaml:2:3',
  },
  {
    what: 'a base that includes its user',
    files: {
      'kustomization.yaml': 'resources: [base]\n',
      'base/kustomization.yaml': 'resources:\n- ../.\n',
    },
    code: 'KUSTOMIZE_CYCLE',
    message: "cycle detected: candidate root '/' contains visited root '/base'",
    at: 'base/kustomization.yaml:2:3',
    context: ['base', '../.'],
  },
  {
    what: 'broken YAML',
    files: {
      'kustomization.yaml': 'resources: [service.yaml]\n',
      'service.yaml': 'kind: Service\n metadata: {}\n',
    },
    code: 'KUSTOMIZE_INVALID_YAML',
    message: /MalformedYAMLError: yaml: .* in File: service.yaml/,
    at: 'service.yaml:2:10',
  },
  {
    what: 'a tab in a resource',
    files: {
      'kustomization.yaml': 'resources: [a.yaml]\n',
      'a.yaml': 'kind: Service\nspec:\n\ttype: ClusterIP\n',
    },
    code: 'KUSTOMIZE_INVALID_YAML',
    message: 'found character that cannot start any token',
    at: 'a.yaml:3:1',
  },
  {
    what: 'a key that is written twice',
    files: {
      'kustomization.yaml': 'resources: [a.yaml]\n',
      'a.yaml': `${bare('ConfigMap', 'a')}data:\n  x: 1\n  x: 2\n`,
    },
    code: 'KUSTOMIZE_INVALID_YAML',
    message: 'mapping key "x" already defined at line 6',
    at: 'a.yaml:7:3',
  },
  {
    what: 'an object without a name',
    files: {
      'kustomization.yaml': 'resources: [a.yaml]\n',
      'a.yaml': `${bare('ConfigMap', 'a')}---\napiVersion: v1\nkind: ConfigMap\n`,
    },
    code: 'KUSTOMIZE_INVALID_RESOURCE',
    message: 'missing metadata.name in object {{v1 ConfigMap} {{ } map[] map[]}}',
    at: 'a.yaml:6:1',
  },
  {
    what: 'something that is no object',
    files: { 'kustomization.yaml': 'resources: [a.yaml]\n', 'a.yaml': '- just\n- a list\n' },
    code: 'KUSTOMIZE_INVALID_RESOURCE',
    message: 'missing Resource metadata',
    at: 'a.yaml:1:3',
  },
  {
    what: 'two resources with one id',
    files: {
      'kustomization.yaml': 'resources: [account.yaml, again.yaml]\n',
      ...account,
      'again.yaml': `\n${account['account.yaml']}`,
    },
    code: 'KUSTOMIZE_DUPLICATE_ID',
    message: 'may not add resource with an already registered id: ServiceAccount.v1.[noGrp]/robot.[noNs]',
    at: 'again.yaml:2:1',
  },
  {
    what: 'a file of configurations that contradicts the defaults',
    files: {
      'kustomization.yaml': 'resources: [account.yaml]\nconfigurations: [config.yaml]\n',
      'config.yaml': 'commonAnnotations:\n- path: metadata/annotations\n',
      ...account,
    },
    code: 'KUSTOMIZE_INVALID_CONFIG',
    message: 'failed to merge CommonAnnotations fieldSpec: conflicting fieldspecs',
  },
  {
    what: 'a generator that repeats a key',
    files: { 'kustomization.yaml': 'configMapGenerator:\n- name: settings\n  literals: [a=1, a=2]\n' },
    code: 'KUSTOMIZE_INVALID_GENERATOR',
    message: 'configmap settings illegally repeats the key `a`',
    context: ['configMapGenerator settings'],
  },
  {
    what: 'a merge into nothing',
    files: {
      'kustomization.yaml': 'secretGenerator:\n- name: token\n  behavior: merge\n  literals: [a=1]\n',
    },
    code: 'KUSTOMIZE_INVALID_GENERATOR',
    message: 'does not exist; cannot merge or replace',
    at: 'kustomization.yaml:2:3',
  },
  {
    what: 'a patch that is none',
    files: { 'kustomization.yaml': 'resources: [account.yaml]\npatches:\n- patch: hello\n', ...account },
    code: 'KUSTOMIZE_INVALID_PATCH',
    message: 'unable to parse SM or JSON patch from [patch: "hello"]',
    context: ['patch 1'],
  },
  {
    what: 'a JSON patch without a target',
    files: {
      'kustomization.yaml':
        'resources: [account.yaml]\npatches:\n- patch: "- { op: remove, path: /metadata }"\n',
      ...account,
    },
    code: 'KUSTOMIZE_INVALID_PATCH',
    message: 'must specify a target for JSON patch',
  },
  {
    what: 'a JSON patch of a field that is not there',
    files: {
      'kustomization.yaml': `resources: [web.yaml]
patches:
- target: { kind: Deployment }
  patch: '[{"op": "remove", "path": "/spec/replicas"}]'
`,
      'web.yaml': deployment('web'),
    },
    code: 'KUSTOMIZE_INVALID_PATCH',
    message: 'replicas',
    context: ['patch 1', 'Deployment/web'],
  },
  {
    what: 'a patch of another shape than its target',
    files: {
      'kustomization.yaml': 'resources: [web.yaml]\npatches: [{ path: patch.yaml }]\n',
      'web.yaml': deployment('web'),
      'patch.yaml': `${deployment('web').split('spec:')[0]}spec: [1]\n`,
    },
    code: 'KUSTOMIZE_INVALID_PATCH',
    message: 'wrong node kind: expected MappingNode but got SequenceNode at spec',
    at: 'patch.yaml:5:7',
    context: ['patch 1', 'Deployment/web'],
  },
  {
    what: 'a patch without a target in the build',
    files: {
      'kustomization.yaml': 'resources: [web.yaml]\npatches:\n- path: patch.yaml\n',
      'web.yaml': deployment('web'),
      'patch.yaml': `# replicas\n${deployment('wbe')}`,
    },
    code: 'KUSTOMIZE_PATCH_TARGET',
    message:
      'no matches for Id Deployment.v1.apps/wbe.[noNs]; failed to find unique target for patch Deployment.v1.apps/wbe.[noNs]',
    at: 'patch.yaml:2:1',
    context: ['patch 1'],
  },
  {
    what: 'a field of another kind than a transformer needs',
    files: {
      'kustomization.yaml': 'resources: [web.yaml]\nlabels:\n- pairs: { tier: web }\n',
      'web.yaml': `${bare('Service', 'web')}  labels: [wrong]\n`,
    },
    code: 'KUSTOMIZE_INVALID_FIELD',
    message: 'wrong node kind: expected MappingNode but got SequenceNode',
    at: 'web.yaml:1:1',
    context: ['labels 1', 'field metadata/labels of Service.v1.[noGrp]/web.[noNs]'],
  },
  {
    what: 'a replacement without a source in the build',
    files: {
      'kustomization.yaml': `resources: [account.yaml]
replacements:
- source: { kind: ConfigMap, name: settings, fieldPath: data.host }
  targets:
  - select: { kind: ServiceAccount }
`,
      ...account,
    },
    code: 'KUSTOMIZE_REPLACEMENT',
    message: 'nothing selected by ConfigMap.[noVer].[noGrp]/settings.[noNs]:data.host',
  },
  {
    what: 'a schema file that cannot be read',
    files: { 'kustomization.yaml': 'resources: []\nopenapi: { path: schema.json }\n', 'schema.json': '{' },
    code: 'KUSTOMIZE_OPENAPI',
    message: 'invalid schema file',
  },
  {
    what: 'a patch that takes the kind away',
    files: {
      'kustomization.yaml': `resources: [account.yaml]
patches:
- target: { kind: ServiceAccount }
  patch: '[{"op": "remove", "path": "/kind"}]'
`,
      ...account,
    },
    code: 'KUSTOMIZE_INVALID_RESOURCE',
    message: 'missing kind in object',
  },
  {
    what: 'a replacement of a field that is not there',
    files: {
      'kustomization.yaml': `resources: [account.yaml]
replacements:
- sourceValue: x
  targets:
  - select: { kind: ServiceAccount }
    fieldPaths: [spec.host]
`,
      ...account,
    },
    code: 'KUSTOMIZE_REPLACEMENT',
    message: 'unable to find field "spec.host" in replacement target',
    at: 'kustomization.yaml:3:3',
  },
  {
    what: 'a former name that two resources had',
    files: {
      'kustomization.yaml': 'resources: [a, b, binding.yaml]\n',
      'a/kustomization.yaml': 'namespace: a\nresources: [../base]\n',
      'b/kustomization.yaml': 'namespace: b\nresources: [../base]\n',
      'base/kustomization.yaml': 'resources: [account.yaml]\n',
      'base/account.yaml': bare('ServiceAccount', 'robot'),
      'binding.yaml': `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: robots }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view }
subjects:
- { kind: ServiceAccount, name: robot }
`,
    },
    code: 'KUSTOMIZE_REFERENCE',
    message:
      'found multiple possible referrals: ServiceAccount.v1.[noGrp]/robot.a, ServiceAccount.v1.[noGrp]/robot.b',
    at: 'binding.yaml:1:1',
  },
  {
    what: 'a var without a resource',
    files: {
      'kustomization.yaml': `resources: [account.yaml]
vars:
- name: HOST
  objref: { apiVersion: v1, kind: Service, name: web }
`,
      ...account,
    },
    code: 'KUSTOMIZE_VAR',
    message: "var '{HOST Service.v1.[noGrp] {metadata.name}}' cannot be mapped to a field",
  },
  {
    what: 'a validator that changes something',
    files: {
      'kustomization.yaml': `resources: [account.yaml]
validators:
- |
  apiVersion: builtin
  kind: LabelTransformer
  metadata: { name: sneaky }
  labels: { a: b }
  fieldSpecs: [{ path: metadata/labels, create: true }]
`,
      ...account,
    },
    code: 'KUSTOMIZE_VALIDATION',
    message: "validator shouldn't modify the resource map",
  },
  {
    what: 'a KRM function',
    files: {
      'kustomization.yaml': 'resources: [account.yaml]\ntransformers: [fn.yaml]\n',
      'fn.yaml': `apiVersion: example.com/v1
kind: SetOwner
metadata:
  name: fn
  annotations:
    config.kubernetes.io/function: |
      container: { image: example.com/set-owner }
`,
      ...account,
    },
    code: 'KUSTOMIZE_PLUGIN_REFUSED',
    message: "external plugins disabled; unable to load external plugin 'SetOwner'",
    at: 'fn.yaml:1:1',
  },
  {
    what: 'a chart without a renderer',
    files: { 'kustomization.yaml': 'helmCharts:\n- name: redis\n  repo: https://charts.example.com\n' },
    code: 'KUSTOMIZE_HELM_DISABLED',
    message: 'must specify --enable-helm',
    context: ['helmCharts redis'],
  },
  {
    what: 'a chart that is nowhere',
    files: { 'kustomization.yaml': 'helmCharts:\n- name: redis\n' },
    options: { helm: () => '' },
    code: 'KUSTOMIZE_HELM',
    message: "no repo specified for pull, no chart found at '/charts/redis'",
  },
  {
    what: 'a remote base that has not been fetched',
    files: { 'kustomization.yaml': 'resources:\n- https://example.com/team/config//base?ref=v1\n' },
    code: 'KUSTOMIZE_REMOTE_NOT_FETCHED',
    message: 'remote content has not been fetched: https://example.com/team/config//base?ref=v1',
    at: 'kustomization.yaml:2:3',
  },
  {
    what: 'a schema of a version that is not built in',
    files: { 'kustomization.yaml': 'resources: [account.yaml]\nopenapi: { version: v1.20.4 }\n', ...account },
    code: 'KUSTOMIZE_OPENAPI',
    message: 'the specified OpenAPI version is not built in',
  },
  {
    what: 'more bases than the limit',
    files: {
      'kustomization.yaml': 'resources: [a, b]\n',
      'a/kustomization.yaml': 'resources: []\n',
      'b/kustomization.yaml': 'resources: []\n',
    },
    options: { limits: { maxKustomizations: 2 } },
    code: 'KUSTOMIZE_LIMIT',
    message: 'the build needs more than 2 kustomizations',
  },
];

describe('KustomizeError', () => {
  it.each(FAILING)('$code for $what', ({ files, options, code, message, at, context }) => {
    const error = failure(() => build(MemoryTree.from(files), options));
    expect(error.code).toBe(code);
    const { file, line, column } = error.source ?? {};
    const place = [file, line, column].filter((part) => part !== undefined).join(':');
    const isWorded =
      typeof message === 'string' ? error.message.includes(message) : message.test(error.message);
    expect({ message: isWorded ? message : error.message, place, context: error.context }).toEqual({
      message,
      place: at ?? place,
      context: context ?? error.context,
    });
    expect(error.retry).toBe('terminal');
  });

  it('shows the way, the place, the lines around it and what to do', () => {
    const files = {
      'overlays/prod/kustomization.yaml': 'resources:\n- ../../base\n',
      'base/kustomization.yaml': 'resources: []\nnamePrefx: shop-\n',
    };
    const error = failure(() => build(MemoryTree.from(files), { path: 'overlays/prod' }));
    expect(describeError(error)).toBe(
      [
        'base/kustomization.yaml:2:1: overlays/prod → ../../base: invalid Kustomization: json: unknown field "namePrefx"',
        '  1 | resources: []',
        '> 2 | namePrefx: shop-',
        '    | ^',
        '  3 |',
        'hint: Remove the field, or look for a slip in its name.',
      ].join('\n'),
    );
  });
});
