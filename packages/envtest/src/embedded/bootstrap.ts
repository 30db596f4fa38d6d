import type { KubeObject } from '@gitops-toolkit/core';

import type { ControllerClient } from './controllers/controller-client.ts';

const RBAC = 'rbac.authorization.k8s.io';
const READ = ['get', 'list', 'watch'];
const WRITE = ['create', 'delete', 'deletecollection', 'patch', 'update'];

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
  for (const role of roles()) client.create(role);
  client.create({
    apiVersion: `${RBAC}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: { name: 'cluster-admin', labels: BOOTSTRAP },
    roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [{ apiGroup: RBAC, kind: 'Group', name: 'system:masters' }],
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
  return [
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
