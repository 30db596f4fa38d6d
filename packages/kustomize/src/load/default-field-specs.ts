import { ANY_GVK, type Gvk } from '../accumulate/gvk.ts';
import { type FieldSpec, fieldSpec } from '../transform/field-spec.ts';
import type { NameReference, TransformerConfig } from './transformer-config.ts';

// Where a pod's spec is in each kind that holds one.
const POD_SPEC = {
  Pod: 'spec',
  PodTemplate: 'template/spec',
  Deployment: 'spec/template/spec',
  ReplicaSet: 'spec/template/spec',
  DaemonSet: 'spec/template/spec',
  StatefulSet: 'spec/template/spec',
  ReplicationController: 'spec/template/spec',
  Job: 'spec/template/spec',
  CronJob: 'spec/jobTemplate/spec/template/spec',
} as const;
type PodHolder = keyof typeof POD_SPEC;

const CONFIG_HOLDERS: readonly PodHolder[] = [
  'Pod', 'PodTemplate', 'Deployment', 'ReplicaSet', 'DaemonSet', 'StatefulSet', 'Job', 'CronJob',
]; // prettier-ignore
const WORKLOADS: readonly PodHolder[] = [
  'Pod', 'StatefulSet', 'Deployment', 'ReplicationController', 'CronJob', 'Job', 'DaemonSet',
]; // prettier-ignore

const RBAC = 'rbac.authorization.k8s.io';
const ADMISSION = 'admissionregistration.k8s.io';

/** Specs of the same fields of a pod's spec in several kinds. */
function inPods(kinds: readonly PodHolder[], fields: readonly string[], podVersion = ''): FieldSpec[] {
  return kinds.flatMap((kind) =>
    fields.map((field) =>
      fieldSpec(`${POD_SPEC[kind]}/${field}`, false, { kind, version: kind === 'Pod' ? podVersion : '' }),
    ),
  );
}

/** Specs of one field in several kinds. */
function inKinds(path: string, create: boolean, gvks: readonly Partial<Gvk>[]): FieldSpec[] {
  return gvks.map((gvk) => fieldSpec(path, create, gvk));
}

function reference(target: Partial<Gvk>, referrers: readonly FieldSpec[]): NameReference {
  return { target: { ...ANY_GVK, ...target }, referrers };
}

const WITH_TEMPLATE: readonly Partial<Gvk>[] = [
  { version: 'v1', kind: 'ReplicationController' },
  { kind: 'Deployment' },
  { kind: 'ReplicaSet' },
  { kind: 'DaemonSet' },
];

/** `metadata` of the object and of the pod templates in it. */
function inTemplates(field: 'labels' | 'annotations', statefulSet: Partial<Gvk>): FieldSpec[] {
  return [
    fieldSpec(`metadata/${field}`, true),
    ...inKinds(`spec/template/metadata/${field}`, true, [
      ...WITH_TEMPLATE,
      statefulSet,
      { group: 'batch', kind: 'Job' },
    ]),
    fieldSpec(`spec/jobTemplate/metadata/${field}`, true, { group: 'batch', kind: 'CronJob' }),
    fieldSpec(`spec/jobTemplate/spec/template/metadata/${field}`, true, { group: 'batch', kind: 'CronJob' }),
  ];
}

function templateLabels(): FieldSpec[] {
  const statefulSet = { group: 'apps', kind: 'StatefulSet' };
  return [
    ...inTemplates('labels', statefulSet),
    fieldSpec('spec/volumeClaimTemplates[]/metadata/labels', true, statefulSet),
  ];
}

function selectorLabels(): FieldSpec[] {
  const spreading = [
    ...['podAffinity', 'podAntiAffinity'].flatMap((affinity) => [
      `affinity/${affinity}/preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm`,
      `affinity/${affinity}/requiredDuringSchedulingIgnoredDuringExecution`,
    ]),
    'topologySpreadConstraints',
  ].map((field) => `spec/template/spec/${field}/labelSelector/matchLabels`);
  const networkPolicy = { group: 'networking.k8s.io', kind: 'NetworkPolicy' };
  return [
    ...inKinds('spec/selector', true, [
      { version: 'v1', kind: 'Service' },
      { version: 'v1', kind: 'ReplicationController' },
    ]),
    ...inKinds('spec/selector/matchLabels', true, [
      { kind: 'Deployment' },
      { kind: 'ReplicaSet' },
      { kind: 'DaemonSet' },
      { group: 'apps', kind: 'StatefulSet' },
    ]),
    ...['Deployment', 'StatefulSet'].flatMap((kind) =>
      spreading.map((path) => fieldSpec(path, false, { group: 'apps', kind })),
    ),
    ...inKinds('spec/selector/matchLabels', false, [
      { group: 'batch', kind: 'Job' },
      { group: 'policy', kind: 'PodDisruptionBudget' },
    ]),
    fieldSpec('spec/jobTemplate/spec/selector/matchLabels', false, { group: 'batch', kind: 'CronJob' }),
    ...['spec/podSelector', 'spec/ingress/from/podSelector', 'spec/egress/to/podSelector'].map((selector) =>
      fieldSpec(`${selector}/matchLabels`, false, networkPolicy),
    ),
  ];
}

/** The same uses of a ConfigMap or Secret by the containers of a pod. */
function containerUses(keyRef: string, ref: string): string[] {
  return ['containers', 'initContainers'].flatMap((containers) => [
    `${containers}/env/valueFrom/${keyRef}/name`,
    `${containers}/envFrom/${ref}/name`,
  ]);
}

function configMapReferrers(): FieldSpec[] {
  return [
    ...inPods(
      CONFIG_HOLDERS,
      [
        'volumes/configMap/name',
        'volumes/projected/sources/configMap/name',
        ...containerUses('configMapKeyRef', 'configMapRef'),
      ],
      'v1',
    ),
    fieldSpec('spec/configSource/configMap', false, { kind: 'Node' }),
    ...inKinds('rules/resourceNames', false, [{ kind: 'Role' }, { kind: 'ClusterRole' }]),
    fieldSpec('metadata/annotations/nginx.ingress.kubernetes.io\\/fastcgi-params-configmap', false, {
      kind: 'Ingress',
    }),
  ];
}

function secretReferrers(): FieldSpec[] {
  return [
    ...inPods(
      CONFIG_HOLDERS,
      [
        'volumes/secret/secretName',
        'volumes/projected/sources/secret/name',
        'imagePullSecrets/name',
        ...containerUses('secretKeyRef', 'secretRef'),
      ],
      'v1',
    ),
    ...[
      'ingress.kubernetes.io\\/auth-secret',
      'nginx.ingress.kubernetes.io\\/auth-secret',
      'nginx.ingress.kubernetes.io\\/auth-tls-secret',
    ].map((annotation) => fieldSpec(`metadata/annotations/${annotation}`, false, { kind: 'Ingress' })),
    fieldSpec('spec/tls/secretName', false, { kind: 'Ingress' }),
    fieldSpec('imagePullSecrets/name', false, { kind: 'ServiceAccount' }),
    ...['secretName', 'adminSecretName', 'userSecretName', 'secretRef'].map((parameter) =>
      fieldSpec(`parameters/${parameter}`, false, { kind: 'StorageClass' }),
    ),
    ...inKinds('rules/resourceNames', false, [{ kind: 'Role' }, { kind: 'ClusterRole' }]),
    fieldSpec('spec/template/spec/containers/env/valueFrom/secretKeyRef/name', false, {
      group: 'serving.knative.dev',
      version: 'v1',
      kind: 'Service',
    }),
    fieldSpec('spec/azureFile/secretName', false, { kind: 'PersistentVolume' }),
  ];
}

function serviceReferrers(): FieldSpec[] {
  return [
    fieldSpec('spec/serviceName', false, { group: 'apps', kind: 'StatefulSet' }),
    ...[
      'spec/rules/http/paths/backend/serviceName',
      'spec/backend/serviceName',
      'spec/rules/http/paths/backend/service/name',
      'spec/defaultBackend/service/name',
    ].map((path) => fieldSpec(path, false, { kind: 'Ingress' })),
    fieldSpec('spec/service/name', false, { group: 'apiregistration.k8s.io', kind: 'APIService' }),
    ...inKinds('webhooks/clientConfig/service', false, [
      { group: ADMISSION, kind: 'ValidatingWebhookConfiguration' },
      { group: ADMISSION, kind: 'MutatingWebhookConfiguration' },
    ]),
  ];
}

function nameReferences(): NameReference[] {
  const binding = { group: RBAC, kind: 'RoleBinding' };
  const clusterBinding = { group: RBAC, kind: 'ClusterRoleBinding' };
  return [
    ...['Deployment', 'ReplicationController', 'ReplicaSet', 'StatefulSet'].map((kind) =>
      reference({ kind }, [
        fieldSpec('spec/scaleTargetRef/name', false, { kind: 'HorizontalPodAutoscaler' }),
      ]),
    ),
    reference({ version: 'v1', kind: 'ConfigMap' }, configMapReferrers()),
    reference({ version: 'v1', kind: 'Secret' }, secretReferrers()),
    reference({ version: 'v1', kind: 'Service' }, serviceReferrers()),
    reference({ group: RBAC, kind: 'Role' }, inKinds('roleRef/name', false, [binding])),
    reference(
      { group: RBAC, kind: 'ClusterRole' },
      inKinds('roleRef/name', false, [binding, clusterBinding]),
    ),
    reference({ version: 'v1', kind: 'ServiceAccount' }, [
      ...inKinds('subjects', false, [binding, clusterBinding]),
      ...inPods(WORKLOADS, ['serviceAccountName']),
    ]),
    reference(
      { version: 'v1', kind: 'PersistentVolumeClaim' },
      inPods(WORKLOADS, ['volumes/persistentVolumeClaim/claimName']),
    ),
    reference({ version: 'v1', kind: 'PersistentVolume' }, [
      fieldSpec('spec/volumeName', false, { kind: 'PersistentVolumeClaim' }),
      fieldSpec('rules/resourceNames', false, { kind: 'ClusterRole' }),
    ]),
    reference({ group: 'storage.k8s.io', version: 'v1', kind: 'StorageClass' }, [
      ...inKinds('spec/storageClassName', false, [
        { kind: 'PersistentVolume' },
        { kind: 'PersistentVolumeClaim' },
      ]),
      fieldSpec('spec/volumeClaimTemplates/spec/storageClassName', false, { kind: 'StatefulSet' }),
    ]),
    reference(
      { group: 'scheduling.k8s.io', version: 'v1', kind: 'PriorityClass' },
      inPods(WORKLOADS, ['priorityClassName']),
    ),
    // The version in the group is kustomize's slip: no IngressClass has this group, so none is ever found.
    reference({ group: 'networking.k8s.io/v1', version: 'v1', kind: 'IngressClass' }, [
      fieldSpec('spec/ingressClassName', false, { kind: 'Ingress' }),
    ]),
    reference({ group: ADMISSION, kind: 'ValidatingAdmissionPolicy' }, [
      fieldSpec('spec/policyName', false, { group: ADMISSION, kind: 'ValidatingAdmissionPolicyBinding' }),
    ]),
  ];
}

function varReferences(): FieldSpec[] {
  const kinds: readonly PodHolder[] = [
    'CronJob',
    'DaemonSet',
    'Deployment',
    'Job',
    'Pod',
    'ReplicaSet',
    'StatefulSet',
  ];
  const perContainer = ['args', 'command', 'env/value', 'volumeMounts/mountPath'];
  return [
    ...inPods(
      kinds,
      ['containers', 'initContainers'].flatMap((list) => perContainer.map((field) => `${list}/${field}`)),
    ),
    ...inPods(
      kinds.filter((kind) => kind !== 'CronJob' && kind !== 'StatefulSet'),
      ['volumes/nfs/server'],
    ),
    // Without the last "spec", as kustomize has it.
    fieldSpec('spec/jobTemplate/spec/template/volumes/nfs/server', false, { kind: 'CronJob' }),
    fieldSpec('spec/template/metadata/annotations', false, { kind: 'Deployment' }),
    ...['spec/rules/host', 'spec/tls/hosts', 'spec/tls/secretName'].map((path) =>
      fieldSpec(path, false, { kind: 'Ingress' }),
    ),
    ...['spec/ports/port', 'spec/ports/targetPort'].map((path) =>
      fieldSpec(path, false, { kind: 'Service' }),
    ),
    fieldSpec('spec/volumeClaimTemplates/spec/nfs/server', false, { kind: 'StatefulSet' }),
    fieldSpec('spec/nfs/server', false, { kind: 'PersistentVolume' }),
    fieldSpec('metadata/labels'),
    fieldSpec('metadata/annotations'),
  ];
}

function imageFields(): FieldSpec[] {
  return ['spec', 'spec/template/spec'].flatMap((spec) =>
    ['containers[]/image', 'initContainers[]/image', 'volumes[]/image/reference'].map((field) =>
      fieldSpec(`${spec}/${field}`, true),
    ),
  );
}

let defaults: TransformerConfig | undefined;

/** What kustomize changes where, unless `configurations` add to it. */
export function defaultTransformerConfig(): TransformerConfig {
  const template = templateLabels();
  return (defaults ??= {
    namePrefix: [fieldSpec('metadata/name')],
    nameSuffix: [fieldSpec('metadata/name')],
    namespace: [
      fieldSpec('metadata/name', true, { kind: 'Namespace' }),
      fieldSpec('spec/service/namespace', true, { group: 'apiregistration.k8s.io', kind: 'APIService' }),
      fieldSpec('spec/conversion/webhook/clientConfig/service/namespace', false, {
        group: 'apiextensions.k8s.io',
        kind: 'CustomResourceDefinition',
      }),
    ],
    commonLabels: [...selectorLabels(), ...template],
    labels: [],
    templateLabels: template,
    commonAnnotations: inTemplates('annotations', { kind: 'StatefulSet' }),
    nameReference: nameReferences(),
    varReference: varReferences(),
    images: imageFields(),
    replicas: inKinds(
      'spec/replicas',
      true,
      ['Deployment', 'ReplicationController', 'ReplicaSet', 'StatefulSet'].map((kind) => ({ kind })),
    ),
  });
}
