import type { KubeObject } from '@gitops-toolkit/core';

import type { ControllerClient } from './controllers/controller-client.ts';

const RBAC = 'rbac.authorization.k8s.io';
const PUBLIC_PATHS = ['/healthz', '/livez', '/readyz', '/version', '/version/'];
const DISCOVERY_PATHS = ['/api', '/api/*', '/apis', '/apis/*', '/openapi', '/openapi/*', ...PUBLIC_PATHS];
const READ = ['get', 'list', 'watch'];
const WRITE = ['create', 'delete', 'deletecollection', 'patch', 'update'];

/** The priorities of the system's own Pods. */
const PRIORITY_CLASSES = [
  ['system-node-critical', 2_000_001_000, 'For Pods that their node cannot be without.'],
  ['system-cluster-critical', 2_000_000_000, 'For Pods that the cluster cannot be without.'],
] as const;

/** Creates what is there before the first request: namespaces, the cluster's own service, roles. */
export function bootstrap(client: ControllerClient): void {
  for (const name of ['kube-system', 'kube-public', 'kube-node-lease', 'default']) {
    client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  }
  client.create({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: 'kubernetes',
      namespace: 'default',
      labels: { component: 'apiserver', provider: 'kubernetes' },
    },
    spec: {
      clusterIP: '10.96.0.1',
      ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: 6443 }],
    },
  });
  for (const [name, value, description] of PRIORITY_CLASSES) {
    client.create({
      apiVersion: 'scheduling.k8s.io/v1',
      kind: 'PriorityClass',
      metadata: { name },
      value,
      description,
    });
  }
  for (const role of roles()) client.create(role);
  bind(client, 'cluster-admin', 'system:masters');
  for (const name of ['system:basic-user', 'system:discovery']) bind(client, name, 'system:authenticated');
  bind(client, 'system:public-info-viewer', 'system:authenticated', 'system:unauthenticated');
}

function bind(client: ControllerClient, name: string, ...groups: readonly string[]): void {
  client.create({
    apiVersion: `${RBAC}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: { name, labels: BOOTSTRAP },
    roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name },
    subjects: groups.map((group) => ({ apiGroup: RBAC, kind: 'Group', name: group })),
  });
}

const BOOTSTRAP = { 'kubernetes.io/bootstrapping': 'rbac-defaults' };

/** The roles for users. Here `edit` and `view` reach everything in a namespace but its roles, and `view` no secrets. */
function roles(): KubeObject[] {
  const everything = { apiGroups: ['*'], resources: ['*'], verbs: ['*'] };
  const groups = ['', 'apps', 'autoscaling', 'batch', 'discovery.k8s.io', 'networking.k8s.io', 'policy'];
  const edit = { apiGroups: groups, resources: ['*'], verbs: [...READ, ...WRITE] };
  const roleWriting = { apiGroups: [RBAC], resources: ['roles', 'rolebindings'], verbs: [...READ, ...WRITE] };
  const viewed = [
    'configmaps',
    'endpoints',
    'events',
    'namespaces',
    'persistentvolumeclaims',
    'pods',
    'pods/log',
    'services',
    'serviceaccounts',
  ];
  const create = ['create'];
  return [
    clusterRole('system:basic-user', [
      {
        apiGroups: ['authorization.k8s.io'],
        resources: ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'],
        verbs: create,
      },
      { apiGroups: ['authentication.k8s.io'], resources: ['selfsubjectreviews'], verbs: create },
    ]),
    clusterRole('system:discovery', [{ nonResourceURLs: DISCOVERY_PATHS, verbs: ['get'] }]),
    clusterRole('system:public-info-viewer', [{ nonResourceURLs: PUBLIC_PATHS, verbs: ['get'] }]),
    clusterRole('cluster-admin', [everything, { nonResourceURLs: ['*'], verbs: ['*'] }]),
    clusterRole('admin', [edit, roleWriting]),
    clusterRole('edit', [edit]),
    clusterRole('view', [
      { apiGroups: [''], resources: viewed, verbs: READ },
      { apiGroups: groups.filter((group) => group !== ''), resources: ['*'], verbs: READ },
    ]),
  ];
}

function clusterRole(name: string, rules: readonly unknown[]): KubeObject {
  return { apiVersion: `${RBAC}/v1`, kind: 'ClusterRole', metadata: { name, labels: BOOTSTRAP }, rules };
}
