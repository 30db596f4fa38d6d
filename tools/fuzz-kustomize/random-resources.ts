// Objects that use what transformers look at: names, references, labels, images, lists with merge keys.
import type { Chance } from './chance.ts';
import { scalar } from './random-scalars.ts';
import { RawText } from './raw-text.ts';

type Fields = Record<string, unknown>;

export const NAMES = ['web', 'api', 'db', 'cache', 'my-app', 'worker', 'default'] as const;
export const NAMESPACES = ['default', 'shop', 'test', 'kube-system'] as const;
export const IMAGES = [
  'nginx',
  'nginx:1.7.9',
  'reg.example.com:5000/shop/web:1.0',
  'redis@sha256:24a0c4b4a4c0eb97a1aabb8e29f18e917d05abfe1b7a7c07857230879ce7d3d3',
  'postgres:alpine',
  'web',
  '12',
  'nginx:1.7.9@sha256:24a0c4b4',
] as const;

const GROUPS: Readonly<Record<string, string>> = {
  Deployment: 'apps/v1',
  StatefulSet: 'apps/v1',
  DaemonSet: 'apps/v1',
  ReplicaSet: 'apps/v1',
  CronJob: 'batch/v1',
  Job: 'batch/v1',
  Pod: 'v1',
  Service: 'v1',
  ConfigMap: 'v1',
  Secret: 'v1',
  Ingress: 'networking.k8s.io/v1',
  HorizontalPodAutoscaler: 'autoscaling/v2beta2',
  Role: 'rbac.authorization.k8s.io/v1',
  ClusterRole: 'rbac.authorization.k8s.io/v1',
  RoleBinding: 'rbac.authorization.k8s.io/v1',
  ClusterRoleBinding: 'rbac.authorization.k8s.io/v1',
  ServiceAccount: 'v1',
  PersistentVolumeClaim: 'v1',
  PersistentVolume: 'v1',
  StorageClass: 'storage.k8s.io/v1',
  NetworkPolicy: 'networking.k8s.io/v1',
  PodDisruptionBudget: 'policy/v1',
  CustomResourceDefinition: 'apiextensions.k8s.io/v1',
  Widget: 'example.com/v1',
  Namespace: 'v1',
  ValidatingWebhookConfiguration: 'admissionregistration.k8s.io/v1',
  APIService: 'apiregistration.k8s.io/v1',
  PriorityClass: 'scheduling.k8s.io/v1',
  ReplicationController: 'v1',
  IngressClass: 'networking.k8s.io/v1',
  Certificate: 'cert-manager.io/v1',
  ClusterWidget: 'example.com/v1',
};

export const KINDS = Object.keys(GROUPS) as [string, ...string[]];

/** A kind's apiVersion, mostly. */
export function apiVersionOf(kind: string, c: Chance): string {
  if (c.oneIn(30)) return c.one('v2', 'extensions/v1beta1', 'apps/v1beta1');
  return GROUPS[kind] ?? 'v1';
}

export function labels(c: Chance): Fields {
  return Object.fromEntries(
    c.some(1, 3, () => [
      c.one('app', 'tier', 'env', 'app.kubernetes.io/name', 'version'),
      c.oneIn(8) ? c.one<unknown>('12', 'true', new RawText('yes'), '') : c.one('web', 'api', 'prod', 'v1'),
    ]),
  );
}

/** Labels as a kustomization takes them: texts. */
export function textLabels(c: Chance): Fields {
  return Object.fromEntries(
    c.some(1, 3, () => [
      c.one('app', 'tier', 'env', 'app.kubernetes.io/name', 'version'),
      c.oneIn(8) ? c.one('12', 'true', 'yes', '') : c.one('web', 'api', 'prod', 'v1'),
    ]),
  );
}

export function resource(c: Chance): Fields {
  const kind = c.oneIn(2)
    ? c.one('Deployment', 'ConfigMap', 'Service', 'StatefulSet', 'Widget')
    : c.pick(KINDS);
  const metadata: Fields = {
    name: c.oneIn(40) ? c.one<unknown>(new RawText('123'), '12', new RawText('yes')) : c.pick(NAMES),
    ...c.maybe(3, () => ({ namespace: c.pick(NAMESPACES) })),
    ...c.maybe(3, () => ({ labels: c.oneIn(15) ? c.one<unknown>({}, null) : labels(c) })),
    ...c.maybe(4, () => ({ annotations: c.oneIn(15) ? c.one<unknown>({}, null) : annotations(c) })),
    ...c.maybe(25, () => ({ creationTimestamp: null })),
    ...c.maybe(25, () => ({ finalizers: ['a', 'b', 'c'] })),
    ...c.maybe(25, () => ({
      ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: c.pick(NAMES), uid: 'u1' }],
    })),
  };
  const spec = specOf(kind, c);
  return { apiVersion: apiVersionOf(kind, c), kind, metadata, ...spec };
}

function annotations(c: Chance): Fields {
  return Object.fromEntries(
    c.some(1, 2, () => [
      c.one(
        'note',
        'example.com/a',
        'config.kubernetes.io/local-config',
        'b',
        'config.kubernetes.io/index',
        'internal.config.kubernetes.io/x',
      ),
      c.oneIn(3) ? scalar(c) : c.one('x', 'false'),
    ]),
  );
}

export function container(c: Chance): Fields {
  return {
    name: c.pick(NAMES),
    ...(c.oneIn(12) ? {} : { image: c.pick(IMAGES) }),
    ...c.maybe(3, () => ({ env: c.some(1, 3, () => env(c)) })),
    ...c.maybe(6, () => ({
      envFrom: [
        c.one<Fields>(
          { configMapRef: { name: c.pick(NAMES) } },
          { secretRef: { name: c.pick(NAMES), optional: true } },
        ),
      ],
    })),
    ...c.maybe(4, () => ({ ports: c.some(1, 3, () => port(c)) })),
    ...c.maybe(5, () => ({ args: c.some(1, 3, () => c.one('--flag', '$(VAR)', '-v', '$(NAME)-x', '12')) })),
    ...c.maybe(6, () => ({ command: ['sh', '-c', 'echo $(VAR)'] })),
    ...c.maybe(5, () => ({
      volumeMounts: c.some(1, 2, () => ({ name: c.pick(NAMES), mountPath: c.one('/a', '/b', '/c') })),
    })),
    ...c.maybe(6, () => ({ resources: { limits: { cpu: c.one<unknown>('100m', 1, 0.5), memory: '64Mi' } } })),
  };
}

function env(c: Chance): Fields {
  const name = c.one('A', 'B', 'VAR', 'C');
  return c.oneIn(4)
    ? { name, valueFrom: { configMapKeyRef: { name: c.pick(NAMES), key: 'k' } } }
    : { name, value: c.oneIn(4) ? scalar(c) : c.one('1', 'x', '$(VAR)') };
}

function port(c: Chance): Fields {
  return {
    containerPort: c.one(80, 81, 8080),
    ...c.maybe(3, () => ({ protocol: c.one('TCP', 'UDP') })),
    ...c.maybe(3, () => ({ name: c.one('http', 'web') })),
  };
}

export function podSpec(c: Chance): Fields {
  return {
    containers: c.some(1, 3, () => container(c)),
    ...c.maybe(6, () => ({ initContainers: [container(c)] })),
    ...c.maybe(5, () => ({ serviceAccountName: c.pick(NAMES) })),
    ...c.maybe(8, () => ({ imagePullSecrets: c.some(1, 2, () => ({ name: c.pick(NAMES) })) })),
    ...c.maybe(4, () => ({ volumes: c.some(1, 3, () => volume(c)) })),
    ...c.maybe(8, () => ({
      tolerations: c.some(1, 2, () => ({ key: c.one('a', 'b'), operator: 'Exists' })),
    })),
    ...c.maybe(9, () => ({
      topologySpreadConstraints: [
        {
          maxSkew: 1,
          topologyKey: c.one('zone', 'host'),
          whenUnsatisfiable: 'DoNotSchedule',
          labelSelector: { matchLabels: labels(c) },
        },
      ],
    })),
    ...c.maybe(9, () => ({
      affinity: {
        podAntiAffinity: {
          preferredDuringSchedulingIgnoredDuringExecution: [
            { weight: 1, podAffinityTerm: { topologyKey: 'h', labelSelector: { matchLabels: labels(c) } } },
          ],
        },
      },
    })),
    ...c.maybe(9, () => ({ nodeSelector: labels(c) })),
    ...c.maybe(12, () => ({ priorityClassName: c.pick(NAMES) })),
    ...c.maybe(12, () => ({ hostAliases: [{ ip: '127.0.0.1', hostnames: ['a'] }] })),
  };
}

function volume(c: Chance): Fields {
  return {
    name: c.pick(NAMES),
    ...c.one<Fields>(
      { configMap: { name: c.pick(NAMES) } },
      { secret: { secretName: c.pick(NAMES) } },
      { persistentVolumeClaim: { claimName: c.pick(NAMES) } },
      { emptyDir: {} },
      {
        projected: { sources: [{ configMap: { name: c.pick(NAMES) } }, { secret: { name: c.pick(NAMES) } }] },
      },
    ),
  };
}

function template(c: Chance): Fields {
  return {
    ...c.maybe(2, () => ({
      metadata: { labels: labels(c), ...c.maybe(4, () => ({ annotations: { a: 'b' } })) },
    })),
    spec: podSpec(c),
  };
}

function specOf(kind: string, c: Chance): Fields {
  const workload = (): Fields => ({
    ...c.maybe(2, () => ({ replicas: c.one<unknown>(1, 3, '2', null) })),
    ...c.maybe(2, () => ({ selector: { matchLabels: labels(c) } })),
    template: template(c),
  });
  switch (kind) {
    case 'Deployment':
    case 'ReplicaSet':
    case 'DaemonSet':
      return {
        spec: {
          ...workload(),
          ...c.maybe(5, () => ({
            strategy: c.one<Fields>(
              { type: 'Recreate' },
              { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } },
            ),
          })),
        },
      };
    case 'StatefulSet':
      return {
        spec: {
          serviceName: c.pick(NAMES),
          ...workload(),
          ...c.maybe(3, () => ({
            volumeClaimTemplates: [
              { metadata: { name: c.pick(NAMES) }, spec: { storageClassName: c.pick(NAMES) } },
            ],
          })),
        },
      };
    case 'ReplicationController':
      return { spec: { selector: labels(c), template: template(c) } };
    case 'Job':
      return {
        spec: { template: template(c), ...c.maybe(3, () => ({ selector: { matchLabels: labels(c) } })) },
      };
    case 'CronJob':
      return { spec: { schedule: '* * * * *', jobTemplate: { spec: { template: template(c) } } } };
    case 'Pod':
      return { spec: podSpec(c) };
    case 'Service':
      return {
        spec: {
          ...c.maybe(2, () => ({ selector: labels(c) })),
          ports: c.some(1, 2, () => ({
            port: c.one(80, 81),
            ...c.maybe(2, () => ({ name: c.one('http', 'web') })),
            ...c.maybe(3, () => ({ protocol: c.one('TCP', 'UDP') })),
            targetPort: c.one<unknown>(80, 'http'),
          })),
        },
      };
    case 'ConfigMap':
      return c.oneIn(12)
        ? {}
        : {
            data: Object.fromEntries(
              c.some(1, 4, (i) => [
                c.one('a', 'b', 'config.json', 'app.yaml', 'a10', 'a9', 'B', `k${i}`),
                c.oneIn(6) ? c.one('{"a": 1, "b": {"c": "d"}}', 'a: 1\nb:\n  c: d # comment\n') : scalar(c),
              ]),
            ),
          };
    case 'Secret':
      return { type: 'Opaque', ...c.one<Fields>({ data: { a: 'YQ==' } }, { stringData: { a: scalar(c) } }) };
    case 'Ingress':
      return {
        spec: {
          ...c.maybe(3, () => ({ ingressClassName: c.pick(NAMES) })),
          rules: [
            {
              host: 'a.example.com',
              http: {
                paths: [
                  {
                    path: '/',
                    pathType: 'Prefix',
                    backend: { service: { name: c.pick(NAMES), port: { number: 80 } } },
                  },
                ],
              },
            },
          ],
          ...c.maybe(3, () => ({ tls: [{ secretName: c.pick(NAMES), hosts: ['a'] }] })),
        },
      };
    case 'HorizontalPodAutoscaler':
      return {
        spec: {
          scaleTargetRef: {
            apiVersion: 'apps/v1',
            kind: c.one('Deployment', 'StatefulSet'),
            name: c.pick(NAMES),
          },
          maxReplicas: 3,
        },
      };
    case 'Role':
    case 'ClusterRole':
      return {
        rules: [
          {
            apiGroups: [''],
            resources: c.one(['configmaps'], ['secrets'], ['pods']),
            ...c.maybe(2, () => ({ resourceNames: [c.pick(NAMES)] })),
            verbs: ['get'],
          },
        ],
        ...c.maybe(6, () => ({ aggregationRule: { clusterRoleSelectors: [{ matchLabels: labels(c) }] } })),
      };
    case 'RoleBinding':
    case 'ClusterRoleBinding':
      return {
        roleRef: {
          apiGroup: 'rbac.authorization.k8s.io',
          kind: c.one('Role', 'ClusterRole'),
          name: c.pick(NAMES),
        },
        subjects: c.some(1, 2, () => ({
          kind: c.one('ServiceAccount', 'User'),
          name: c.pick(NAMES),
          ...c.maybe(2, () => ({ namespace: c.pick(NAMESPACES) })),
        })),
      };
    case 'PersistentVolumeClaim':
      return {
        spec: {
          storageClassName: c.pick(NAMES),
          accessModes: ['ReadWriteOnce'],
          ...c.maybe(3, () => ({ volumeName: c.pick(NAMES) })),
        },
      };
    case 'NetworkPolicy':
      return {
        spec: {
          podSelector: { matchLabels: labels(c) },
          ingress: [{ from: [{ podSelector: { matchLabels: labels(c) } }] }],
          egress: [{ to: [{ podSelector: {} }] }],
        },
      };
    case 'PodDisruptionBudget':
      return { spec: { minAvailable: c.one<unknown>(1, '50%'), selector: { matchLabels: labels(c) } } };
    case 'CustomResourceDefinition':
      return {
        spec: {
          group: 'example.com',
          names: { kind: 'Widget', plural: 'widgets' },
          scope: 'Namespaced',
          ...c.maybe(2, () => ({
            conversion: {
              strategy: 'Webhook',
              webhook: { clientConfig: { service: { name: c.pick(NAMES), namespace: c.pick(NAMESPACES) } } },
            },
          })),
        },
      };
    case 'ValidatingWebhookConfiguration':
      return {
        webhooks: [
          {
            name: 'a.example.com',
            clientConfig: { service: { name: c.pick(NAMES), namespace: c.pick(NAMESPACES) } },
          },
        ],
      };
    case 'APIService':
      return { spec: { service: { name: c.pick(NAMES), namespace: c.pick(NAMESPACES) } } };
    case 'Widget':
    case 'Certificate':
    case 'ClusterWidget':
      return {
        spec: {
          items: c.some(1, 2, () => ({ name: c.pick(NAMES), value: scalar(c) })),
          image: c.pick(IMAGES),
          ref: { kind: c.pick(KINDS), name: c.pick(NAMES) },
          configMapRef: c.pick(NAMES),
          list: c.some(0, 3, () => scalar(c)),
          size: scalar(c),
          ...c.maybe(4, () => ({ template: { spec: podSpec(c) } })),
          ...c.maybe(5, () => ({ empty: c.one<unknown>({}, [], null, [null], { a: null }) })),
        },
      };
    default:
      return {};
  }
}

/** The text of lists of objects. */
export function listOf(items: readonly Fields[], c: Chance): Fields {
  const kind = c.one('List', 'ConfigMapList', 'DeploymentList');
  return { apiVersion: 'v1', kind, ...c.maybe(4, () => ({ metadata: { resourceVersion: '' } })), items };
}
