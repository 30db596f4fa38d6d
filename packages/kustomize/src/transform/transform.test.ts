import { describe, expect, it } from 'vitest';
import { bare, buildFiles, deployment, failure } from '../testing/build-files.ts';

/** Builds one file of resources under a kustomization, in the order of the file. */
function transformed(kustomization: string, resources: string): string {
  return buildFiles(
    { 'kustomization.yaml': `resources: [all.yaml]\n${kustomization}`, 'all.yaml': resources },
    { reorder: 'none' },
  );
}

const crd = (name: string): string => `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: ${name}
spec:
  conversion:
    webhook:
      clientConfig:
        service:
          name: webhook
          namespace: system
`;

describe('namespace', () => {
  it('moves everything but what certainly has none', () => {
    const output = transformed(
      'namespace: shop\n',
      [
        bare('Service', 'web'),
        bare('Namespace', 'old'),
        bare('Node', 'worker'),
        'apiVersion: shop.example.com/v1\nkind: Cart\nmetadata:\n  name: cart\n',
        crd('carts.shop.example.com'),
      ].join('---\n'),
    );
    expect(output).toContain('kind: Service\nmetadata:\n  name: web\n  namespace: shop\n');
    expect(output).toContain('kind: Namespace\nmetadata:\n  name: shop\n---');
    expect(output).toContain('kind: Node\nmetadata:\n  name: worker\n---');
    expect(output).toContain('kind: Cart\nmetadata:\n  name: cart\n  namespace: shop\n');
    expect(output).toContain('          name: webhook\n          namespace: shop\n');
  });

  const binding = `apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: readers }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader }
subjects:
- { kind: ServiceAccount, name: default, namespace: old }
- { kind: ServiceAccount, name: robot, namespace: old }
- { kind: User, name: jane }
`;
  const transformer = (fields: string): string => `transformers:
- |
  apiVersion: builtin
  kind: NamespaceTransformer
  metadata: { name: move, namespace: shop }
  ${fields}
`;

  it.each([
    ['', ['shop', 'old']],
    ['setRoleBindingSubjects: allServiceAccounts', ['shop', 'shop']],
    ['setRoleBindingSubjects: none', ['old', 'old']],
    ['unsetOnly: true', ['old', 'old']],
  ])('moves subjects as told by %j', (fields, namespaces) => {
    const output = transformed(transformer(fields), binding);
    expect([...output.matchAll(/^ {2}namespace: (\w+)$/gm)].map((match) => match[1]).slice(1)).toEqual(
      namespaces,
    );
  });

  it('refuses a mode that does not exist', () => {
    expect(
      failure(() => transformed(transformer('setRoleBindingSubjects: some'), binding)).message,
    ).toContain('invalid value "some" for setRoleBindingSubjects');
  });
});

describe('namePrefix and nameSuffix', () => {
  it('leave names that say what something is about', () => {
    const output = transformed(
      'namePrefix: a-\nnameSuffix: -z\n',
      [bare('Service', 'web'), bare('Namespace', 'shop'), crd('carts.shop.example.com')].join('---\n'),
    );
    expect([...output.matchAll(/^ {2}name: (.*)$/gm)].map((match) => match[1])).toEqual([
      'a-web-z',
      'shop',
      'carts.shop.example.com',
    ]);
  });

  it('are followed by references, in fields, lists and maps', () => {
    const output = transformed(
      'namePrefix: eu-\n',
      [
        bare('Service', 'web'),
        bare('ServiceAccount', 'robot'),
        bare('ConfigMap', 'settings'),
        `apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: reader }
rules: [{ resources: [configmaps], resourceNames: [settings, others] }]
`,
        `apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: readers }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader }
subjects: [{ kind: ServiceAccount, name: robot }]
`,
        `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web }
spec: { rules: [{ http: { paths: [{ backend: { service: { name: web } } }, { backend: { service: { name: else } } }] } }] }
`,
      ].join('---\n'),
    );
    expect(output).toContain('- resourceNames:\n  - eu-settings\n  - others\n');
    expect(output).toContain('  name: eu-reader\nsubjects:\n- kind: ServiceAccount\n  name: eu-robot\n');
    expect(output).toContain(
      '            name: eu-web\n      - backend:\n          service:\n            name: else\n',
    );
  });
});

describe('labels and annotations', () => {
  it('reach selectors and templates as they are told', () => {
    const labelled = (entry: string): string =>
      transformed(`labels:\n- pairs: { team: shop }\n${entry}`, deployment('web'));
    const count = (output: string): number => output.split('team: shop').length - 1;
    expect(count(labelled(''))).toBe(1);
    expect(count(labelled('  includeTemplates: true\n'))).toBe(2);
    expect(count(labelled('  includeSelectors: true\n'))).toBe(3);
    expect(count(labelled('  fields: [{ path: spec/podLabels, create: true, kind: Deployment }]\n'))).toBe(2);
  });

  it('stay one in label and selector, as in kustomize, whoever changes the label', () => {
    const files = {
      'kustomization.yaml': 'resources: [base]\nlabels: [{ pairs: { env: production } }]\n',
      'base/kustomization.yaml':
        'resources: [web.yaml]\nlabels: [{ pairs: { env: test }, includeSelectors: true }]\n',
      'base/web.yaml': bare('Service', 'web'),
    };
    expect(buildFiles(files)).toContain('  selector:\n    env: production\n');
    const own = { ...files, 'base/web.yaml': `${bare('Service', 'web')}  labels: { env: own }\n` };
    expect(buildFiles(own)).toContain('  selector:\n    env: test\n');
  });

  it('are texts, whatever they look like', () => {
    const output = transformed(
      'commonLabels: { version: "1.10" }\ncommonAnnotations: { "on": "yes" }\n',
      bare('Service', 'web'),
    );
    expect(output).toContain('annotations:\n    "on": "yes"\n  labels:\n    version: "1.10"\n');
    expect(output).toContain('  selector:\n    version: "1.10"\n');
  });
});

describe('images', () => {
  it.each([
    ['newTag: "2"', 'r.example.com:5000/web:1@sha256:abc', 'r.example.com:5000/web:2'],
    ['digest: sha256:def', 'r.example.com:5000/web:1', 'r.example.com:5000/web@sha256:def'],
    ['newTag: "2", digest: sha256:def', 'r.example.com:5000/web', 'r.example.com:5000/web:2@sha256:def'],
    ['newName: web', 'r.example.com:5000/web:1', 'web:1'],
    // Twice, as in kustomize: containers are found by their list's name and by the field specs.
    ['tagSuffix: -debug', 'r.example.com:5000/web:1@sha256:abc', 'r.example.com:5000/web:1-debug-debug'],
    ['newTag: "2"', 'r.example.com:5000/webhook:1', 'r.example.com:5000/webhook:1'],
  ])('with %s make of %s: %s', (change, before, after) => {
    const output = transformed(
      `images: [{ name: "r.example.com:5000/web", ${change} }]\n`,
      deployment('web', before),
    );
    expect(output).toContain(`- image: ${after}\n`);
  });

  it('take the name for a pattern', () => {
    const error = failure(() => transformed('images: [{ name: "(web", newTag: "2" }]\n', deployment('web')));
    expect(error.message).toContain('error parsing regexp');
  });
});

describe('replicas', () => {
  it('go by any name that a workload had', () => {
    const files = {
      'kustomization.yaml': 'resources: [base]\nreplicas: [{ name: web, count: 4 }]\n',
      'base/kustomization.yaml': 'namePrefix: eu-\nresources: [web.yaml]\n',
      'base/web.yaml': deployment('web'),
    };
    expect(buildFiles(files)).toContain('  name: eu-web\nspec:\n  replicas: 4\n');
  });

  it('name something that has replicas', () => {
    const error = failure(() => transformed('replicas: [{ name: web, count: 4 }]\n', bare('Service', 'web')));
    expect(error.message).toContain(
      'resource with name web does not match a config with the following GVK [Deployment.',
    );
  });
});

describe('replacements', () => {
  const settings = `${bare('ConfigMap', 'settings')}data:\n  address: shop.example.com:8443\n  empty: ""\n`;
  const web = `${deployment('web')}        env:\n        - name: HOST\n          value: none\n        - name: PORT\n          value: "80"\n`;
  const replaced = (replacement: string): string =>
    transformed(`replacements:\n- ${replacement.replaceAll('\n', '\n  ')}\n`, `${settings}---\n${web}`);

  it('copy a part of a text', () => {
    const output =
      replaced(`source: { kind: ConfigMap, fieldPath: data.address, options: { delimiter: ":", index: 1 } }
targets:
- select: { kind: Deployment }
  fieldPaths: ["spec.template.spec.containers.0.env.[name=PORT].value"]`);
    expect(output).toContain('- name: PORT\n          value: "8443"\n');
  });

  it('put a part into a text, before, after or inside', () => {
    const output = (index: number): string =>
      replaced(`sourceValue: registry
targets:
- select: { name: web }
  fieldPaths: [spec.template.spec.containers.*.image]
  options: { delimiter: /, index: ${index} }`);
    expect(output(-1)).toContain('image: registry/registry.example.com/shop/web:1.4.0\n');
    expect(output(1)).toContain('image: registry.example.com/registry/web:1.4.0\n');
    expect(output(9)).toContain('image: registry.example.com/shop/web:1.4.0/registry\n');
  });

  it('copy whole maps', () => {
    const output = replaced(`source: { kind: ConfigMap, fieldPath: data }
targets:
- select: { kind: Deployment }
  fieldPaths: [metadata.annotations]
  options: { create: true }`);
    expect(output).toContain('  annotations:\n    address: shop.example.com:8443\n    empty: ""\n');
  });

  it.each([
    ['{ kind: ConfigMap, fieldPath: data.port }', 'fieldPath `data.port` is missing for replacement source'],
    [
      '{ kind: ConfigMap, fieldPath: data.address, options: { delimiter: ":", index: 5 } }',
      'options.index 5 is out of bounds',
    ],
    [
      '{ kind: ConfigMap, fieldPath: data, options: { delimiter: ":" } }',
      'delimiter option can only be used with scalar nodes',
    ],
    ['{ version: v1, kind: Secret }', 'nothing selected by Secret.v1.[noGrp]/[noName].[noNs]'],
    [
      '{ fieldPath: metadata.name }',
      'multiple matches for selector [noKind].[noVer].[noGrp]/[noName].[noNs]:metadata.name',
    ],
  ])('refuse the source %s', (source, message) => {
    const error = failure(() => replaced(`source: ${source}\ntargets:\n- select: { kind: Deployment }`));
    expect([error.code, error.message]).toEqual(['KUSTOMIZE_REPLACEMENT', expect.stringContaining(message)]);
  });

  it('do not put a text into a number', () => {
    const error = failure(() =>
      transformed(
        'replacements: [{ sourceValue: many, targets: [{ select: { kind: Deployment }, fieldPaths: [spec.replicas] }] }]\n',
        deployment('web').replace('spec:\n', 'spec:\n  replicas: 1\n'),
      ),
    );
    expect(error.message).toContain('cannot decode !!str `many` as a !!int');
  });

  it('pass over a field inside a JSON text that cannot take the value', () => {
    const json = `${bare('ConfigMap', 'app')}data:\n  app.json: '{"port": 80}'\n`;
    const set = (value: string): string =>
      transformed(
        `replacements: [{ sourceValue: "${value}", targets: [{ select: { name: app }, fieldPaths: ['data.app\\.json.port'] }] }]\n`,
        json,
      );
    expect(set('many')).toContain(`app.json: '{"port": 80}'\n`);
    expect(set('8443')).toContain(`app.json: '{"port":8443}'\n`);
  });

  it('leave what is rejected', () => {
    const output = replaced(`sourceValue: new
targets:
- select: { version: v1 }
  reject: [{ kind: ConfigMap }]
  fieldPaths: [metadata.name]`);
    expect(output).toContain('kind: ConfigMap\nmetadata:\n  name: settings\n');
    expect(output).toContain('kind: Deployment\nmetadata:\n  name: new\n');
  });
});

describe('patches', () => {
  const patched = (entry: string, resources = deployment('web')): string =>
    transformed(`patches:\n- ${entry}\n`, resources);

  it('select by pattern, label and namespace', () => {
    const both = `${deployment('web')}---\n${deployment('worker')}`;
    const patch = `patch: '[{"op": "add", "path": "/spec/paused", "value": true}]'`;
    const count = (target: string): number =>
      patched(`target: ${target}\n  ${patch}`, both).split('paused: true').length - 1;
    expect(count('{ kind: Deploy.* }')).toBe(2);
    expect(count('{ name: w.b }')).toBe(1);
    expect(count('{ name: w }')).toBe(0);
    expect(count('{ namespace: default }')).toBe(2);
    expect(count('{ kind: Deployment, labelSelector: tier=web }')).toBe(0);
  });

  it('may rename only where they are allowed to', () => {
    const patch = (options: string): string => `target: { kind: Deployment }
  ${options}
  patch: |
    apiVersion: apps/v1
    kind: StatefulSet
    metadata: { name: db, labels: { a: b } }`;
    expect(patched(patch('options: {}'))).toContain(
      'kind: Deployment\nmetadata:\n  labels:\n    a: b\n  name: web\n',
    );
    expect(patched(patch('options: { allowNameChange: true, allowKindChange: true }'))).toContain(
      'kind: StatefulSet\nmetadata:\n  labels:\n    a: b\n  name: db\n',
    );
  });

  it('add to annotations that kustomize keeps its books in', () => {
    const output = patched(`target: { kind: Deployment }
  patch: '[{"op": "add", "path": "/metadata/annotations/note", "value": "x"}]'`);
    expect(output).toContain('  annotations:\n    note: x\n');
  });

  it.each([
    ['path: a.yaml\n  patch: x', "patch and path can't be set at the same time"],
    ['target: { kind: Pod }', 'must specify one of patch and path'],
    ['path: missing.yaml', 'failed to get the patch file from path(missing.yaml)'],
    ['patch: "- op: add"', 'must specify a target for JSON patch'],
  ])('refuse %j', (entry, message) => {
    expect(failure(() => patched(entry)).message).toContain(message);
  });

  it('refuse to make two resources one', () => {
    const error = failure(() =>
      patched(
        `target: { kind: ServiceAccount }
  options: { allowNameChange: true }
  patch: |
    apiVersion: v1
    kind: ServiceAccount
    metadata: { name: same }`,
        `${bare('ServiceAccount', 'a')}---\n${bare('ServiceAccount', 'b')}`,
      ),
    );
    expect(error.code).toBe('KUSTOMIZE_DUPLICATE_ID');
  });
});

describe('builtin resources', () => {
  it.each([
    [
      'transformers',
      'ConfigMapGenerator',
      'plugin ConfigMapGenerator.builtin.[noGrp]/x.[noNs] not a transformer',
    ],
    ['generators', 'LabelTransformer', 'plugin LabelTransformer.builtin.[noGrp]/x.[noNs] not a generator'],
    ['transformers', 'SortOrderTransformer', 'unable to load builtin SortOrderTransformer.builtin.[noGrp]'],
    ['transformers', 'PrefixTransformer', 'fieldSpecs is not expected to be nil'],
  ])('under %s refuse a %s', (field, kind, message) => {
    const config = `${field}:\n- |\n  apiVersion: builtin\n  kind: ${kind}\n  metadata: { name: x }\n`;
    expect(failure(() => transformed(config, bare('Service', 'web'))).message).toContain(message);
  });
});
