// Configurations: field specs, transformers and generators as objects, OpenAPI.
import type { Chance } from './chance.ts';
import { jsonPatch, type Known, mergePatch, replacement, selector } from './random-patches.ts';
import { KINDS, labels, NAMES } from './random-resources.ts';
import { writeYaml } from './write-yaml.ts';

type Fields = Record<string, unknown>;

export function fieldSpecs(c: Chance): Fields[] {
  return c.some(1, 2, () => ({
    path: c.one(
      'metadata/labels',
      'spec/template/metadata/labels',
      'spec/size',
      'spec/ref/name',
      'metadata/name',
      'spec/items[]/name',
      'spec/items/value',
      'spec/image',
      'spec/list',
      'metadata/annotations',
      'spec/a\\/b/c',
      'spec/new/field',
      'metadata/namespace',
      'spec/configMapRef',
      'spec/selector',
    ),
    ...c.maybe(2, () => ({ create: c.oneIn(2) })),
    ...c.maybe(2, () => ({ kind: c.one('Widget', 'Deployment', 'ConfigMap') })),
    ...c.maybe(6, () => ({ group: c.one('apps', 'example.com') })),
    ...c.maybe(8, () => ({ version: 'v1' })),
  }));
}

/** A file of `configurations`. */
export function configuration(c: Chance): Fields {
  const fields = c.some(1, 2, () =>
    c.one(
      'namePrefix',
      'nameSuffix',
      'namespace',
      'commonLabels',
      'labels',
      'templateLabels',
      'commonAnnotations',
      'varReference',
      'images',
      'replicas',
    ),
  );
  return {
    ...Object.fromEntries(fields.map((field) => [field, fieldSpecs(c)])),
    ...c.maybe(2, () => ({
      nameReference: [
        {
          kind: c.one('ConfigMap', 'Secret', 'Widget', 'Service', 'Deployment'),
          ...c.maybe(4, () => ({ version: 'v1' })),
          fieldSpecs: [
            {
              path: c.one('spec/ref/name', 'spec/configMapRef', 'spec/ref', 'spec/items/name', 'spec/list'),
              kind: 'Widget',
            },
          ],
        },
      ],
    })),
  };
}

/** A resource for `generators`, `transformers` or `validators`. */
export function transformerConfigs(c: Chance, field: string, known: readonly Known[]): Fields {
  const of = (kind: string, rest: Fields): Fields => ({
    apiVersion: c.oneIn(80) ? 'example.com/v1' : 'builtin',
    kind,
    metadata: { name: c.one('one', 'two', 'three', 'four', 'five', 'six') },
    ...rest,
  });
  if (field === 'generators') {
    return c.one<Fields>(
      of('ConfigMapGenerator', { name: c.pick(NAMES), literals: ['a=1'] }),
      of('SecretGenerator', { name: c.pick(NAMES), literals: ['a=1'], type: 'x' }),
      of('ConfigMapGenerator', { literals: ['b=2'], behavior: c.one('create', 'merge') }),
      of('IAMPolicyGenerator', {
        cloud: c.one('gke', 'x'),
        kubernetesService: { namespace: 'n', name: 'k' },
        serviceAccount: { name: 's', projectId: 'p' },
      }),
    );
  }
  const target = selector(c, known);
  return c.one<Fields>(
    of('AnnotationsTransformer', {
      annotations: { t: 'u' },
      ...c.maybe(2, () => ({ fieldSpecs: fieldSpecs(c) })),
    }),
    of('LabelTransformer', { labels: labels(c), ...c.maybe(2, () => ({ fieldSpecs: fieldSpecs(c) })) }),
    of('NamespaceTransformer', {
      metadata: { name: 'one', namespace: 'tns' },
      ...c.maybe(3, () => ({ unsetOnly: true })),
      ...c.maybe(2, () => ({
        setRoleBindingSubjects: c.one('defaultOnly', 'allServiceAccounts', 'none', 'bad'),
      })),
      ...c.maybe(2, () => ({ fieldSpecs: [{ path: 'metadata/name', kind: 'Namespace' }, ...fieldSpecs(c)] })),
    }),
    of('PrefixTransformer', { prefix: 'tp-', fieldSpecs: [{ path: 'metadata/name' }] }),
    of('SuffixTransformer', {
      suffix: '-ts',
      fieldSpecs: c.one<unknown>([{ path: 'metadata/name' }], fieldSpecs(c)),
    }),
    of('ImageTagTransformer', {
      imageTag: { name: 'nginx', newTag: 'z' },
      ...c.maybe(2, () => ({ fieldSpecs: fieldSpecs(c) })),
    }),
    of('ReplicaCountTransformer', {
      replica: { name: c.pick(NAMES), count: 9 },
      fieldSpecs: [{ path: 'spec/replicas', create: true, kind: c.one('Deployment', 'StatefulSet') }],
    }),
    of('PatchTransformer', { patch: writeYaml(mergePatch(c, known), c), ...c.maybe(2, () => ({ target })) }),
    of('PatchTransformer', { patch: writeYaml(jsonPatch(c), c), target }),
    of('PatchStrategicMergeTransformer', { patches: writeYaml(mergePatch(c, known), c) }),
    of('PatchJson6902Transformer', {
      target: { kind: c.pick(KINDS), name: c.pick(NAMES), version: 'v1' },
      jsonOp: writeYaml(jsonPatch(c), c),
    }),
    of('ReplacementTransformer', { replacements: [replacement(c, known)] }),
    of('ValueAddTransformer', {
      value: 'va',
      targets: [
        {
          fieldPath: c.one('metadata/namespace', 'metadata/annotations/v', 'spec/size', 'data/a'),
          ...c.maybe(2, () => ({ selector: target })),
          ...c.maybe(3, () => ({ filePathPosition: c.one(1, 2, 7) })),
        },
      ],
    }),
    of('HashTransformer', {}),
    of('PrefixSuffixTransformer', { prefix: 'a', suffix: 'b', fieldSpecs: [{ path: 'metadata/name' }] }),
  );
}

/** A file of `crds`: OpenAPI definitions. */
export function crdDefinitions(c: Chance): Fields {
  return {
    'example.com/v1.Widget': {
      Schema: {
        'x-kubernetes-group-version-kind': [{ group: 'example.com', kind: 'Widget', version: 'v1' }],
        properties: {
          spec: { $ref: 'example.com/v1.WidgetSpec' },
          kind: { type: 'string' },
          apiVersion: { type: 'string' },
          metadata: { $ref: 'k8s.io/ObjectMeta' },
        },
      },
    },
    'example.com/v1.WidgetSpec': {
      Schema: {
        properties: {
          ref: {
            'x-kubernetes-object-ref-api-version': 'v1',
            'x-kubernetes-object-ref-kind': c.one('ConfigMap', 'Secret'),
            ...c.maybe(2, () => ({ 'x-kubernetes-object-ref-name-key': 'name' })),
          },
          size: { 'x-kubernetes-annotation': '' },
        },
      },
    },
    'k8s.io/ObjectMeta': { Schema: { properties: { name: { type: 'string' } } } },
  };
}

/** A file of `openapi`. */
export function openApi(c: Chance): Fields {
  return {
    definitions: {
      'v1.Widget': {
        properties: {
          spec: {
            properties: {
              items: {
                type: 'array',
                items: { type: 'object', properties: { name: { type: 'string' } } },
                'x-kubernetes-patch-strategy': 'merge',
                'x-kubernetes-patch-merge-key': 'name',
              },
              list: {
                type: 'array',
                items: { type: 'string' },
                ...c.maybe(2, () => ({ 'x-kubernetes-patch-strategy': 'merge' })),
              },
            },
          },
        },
        'x-kubernetes-group-version-kind': [{ group: 'example.com', kind: 'Widget', version: 'v1' }],
      },
    },
    ...c.maybe(2, () => ({
      paths: {
        '/apis/example.com/v1/clusterwidgets/{name}': {
          get: {
            'x-kubernetes-action': 'get',
            'x-kubernetes-group-version-kind': {
              group: 'example.com',
              kind: c.one('ClusterWidget', 'Widget'),
              version: 'v1',
            },
          },
        },
        '/apis/example.com/v1/namespaces/{namespace}/widgets/{name}': {
          get: {
            'x-kubernetes-action': 'get',
            'x-kubernetes-group-version-kind': { group: 'example.com', kind: 'Widget', version: 'v1' },
          },
        },
      },
    })),
  };
}
