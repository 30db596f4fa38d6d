import { isRecord, type KubeObject } from '@gitops-toolkit/core';

import { age } from '../age.ts';
import {
  ageColumn,
  at,
  labelsText,
  listAt,
  numberColumn,
  selectorText,
  textAt,
  textColumn,
} from '../cells.ts';
import { column, type Column } from '../column.ts';

const count = (name: string, path: string): Column => column(name, (object) => size(at(object, path)));

function size(value: unknown): number {
  if (Array.isArray(value)) return value.length;
  return isRecord(value) ? Object.keys(value).length : 0;
}

function servicePorts(service: KubeObject): string {
  const ports = listAt(service, 'spec.ports').map((port) => {
    const nodePort = textAt(port, 'nodePort');
    return `${textAt(port, 'port')}${nodePort === '' ? '' : `:${nodePort}`}/${textAt(port, 'protocol')}`;
  });
  return ports.join(',') || '<none>';
}

function externalAddress(service: KubeObject): string {
  const given = (at(service, 'spec.externalIPs') ?? []) as string[];
  const balanced = listAt(service, 'status.loadBalancer.ingress').map(
    (point) => textAt(point, 'ip') || textAt(point, 'hostname'),
  );
  const type = textAt(service, 'spec.type');
  if (type === 'ExternalName') return textAt(service, 'spec.externalName');
  if (type === 'LoadBalancer') return [...balanced, ...given].join(',') || '<pending>';
  return given.join(',') || '<none>';
}

function ingressHosts(ingress: KubeObject): string {
  const hosts = listAt(ingress, 'spec.rules').map((rule) => textAt(rule, 'host', '*'));
  return hosts.length > 3
    ? `${hosts.slice(0, 3).join(',')} + ${hosts.length - 3} more...`
    : hosts.join(',') || '*';
}

function conditionReason(status: string): (object: KubeObject) => string {
  return (object) => {
    const ready = listAt(object, 'status.conditions').find(({ type }) => type === 'Ready');
    const text = ready?.['status'] === 'True' ? status : 'NotReady';
    return at(object, 'spec.unschedulable') === true ? `${text},SchedulingDisabled` : text;
  };
}

function nodeRoles({ metadata }: KubeObject): string {
  const prefix = 'node-role.kubernetes.io/';
  const roles = Object.keys(metadata.labels ?? {}).filter((key) => key.startsWith(prefix));
  return (
    roles
      .map((key) => key.slice(prefix.length))
      .sort()
      .join(',') || '<none>'
  );
}

const roleText = (binding: KubeObject): string =>
  `${textAt(binding, 'roleRef.kind')}/${textAt(binding, 'roleRef.name')}`;
const modes: Readonly<Record<string, string>> = {
  ReadWriteOnce: 'RWO',
  ReadOnlyMany: 'ROX',
  ReadWriteMany: 'RWX',
  ReadWriteOncePod: 'RWOP',
};
const modesText = (object: KubeObject): string =>
  ((at(object, 'spec.accessModes') ?? []) as string[]).map((mode) => modes[mode] ?? mode).join(',');

function eventObject(event: KubeObject): string {
  return `${textAt(event, 'involvedObject.kind').toLowerCase()}/${textAt(event, 'involvedObject.name')}`;
}

/** The columns of kinds that are no workloads. */
export const clusterColumns: Readonly<Record<string, readonly Column[]>> = {
  '/configmaps': [count('Data', 'data'), ageColumn],
  '/secrets': [textColumn('Type', 'type'), count('Data', 'data'), ageColumn],
  '/namespaces': [textColumn('Status', 'status.phase'), ageColumn],
  '/serviceaccounts': [count('Secrets', 'secrets'), ageColumn],
  '/services': [
    textColumn('Type', 'spec.type'),
    textColumn('Cluster-IP', 'spec.clusterIP', '<none>'),
    column('External-IP', externalAddress),
    column('Port(s)', servicePorts),
    ageColumn,
    column('Selector', (object) => labelsText(at(object, 'spec.selector')), { wide: true }),
  ],
  '/endpoints': [
    column('Endpoints', (object) => {
      const pairs = listAt(object, 'subsets').flatMap((subset) =>
        listAt(subset, 'addresses').flatMap((address) =>
          listAt(subset, 'ports').map((port) => `${textAt(address, 'ip')}:${textAt(port, 'port')}`),
        ),
      );
      return pairs.length > 3
        ? `${pairs.slice(0, 3).join(',')} + ${pairs.length - 3} more...`
        : pairs.join(',') || '<none>';
    }),
    ageColumn,
  ],
  '/nodes': [
    column('Status', conditionReason('Ready')),
    column('Roles', nodeRoles),
    ageColumn,
    textColumn('Version', 'status.nodeInfo.kubeletVersion'),
  ],
  '/persistentvolumeclaims': [
    textColumn('Status', 'status.phase'),
    textColumn('Volume', 'spec.volumeName'),
    textColumn('Capacity', 'status.capacity.storage'),
    column('Access Modes', modesText),
    textColumn('StorageClass', 'spec.storageClassName'),
    textColumn('VolumeAttributesClass', 'spec.volumeAttributesClassName', '<unset>'),
    ageColumn,
    textColumn('VolumeMode', 'spec.volumeMode', '<unset>', { wide: true }),
  ],
  '/persistentvolumes': [
    textColumn('Capacity', 'spec.capacity.storage'),
    column('Access Modes', modesText),
    textColumn('Reclaim Policy', 'spec.persistentVolumeReclaimPolicy'),
    textColumn('Status', 'status.phase'),
    column('Claim', (object) => {
      const name = textAt(object, 'spec.claimRef.name');
      return name === '' ? '' : `${textAt(object, 'spec.claimRef.namespace')}/${name}`;
    }),
    textColumn('StorageClass', 'spec.storageClassName'),
    textColumn('VolumeAttributesClass', 'spec.volumeAttributesClassName', '<unset>'),
    textColumn('Reason', 'status.reason'),
    ageColumn,
  ],
  '/events': [
    column('Last Seen', (object, now) =>
      age(at(object, 'lastTimestamp') ?? at(object, 'eventTime') ?? object.metadata.creationTimestamp, now),
    ),
    textColumn('Type', 'type'),
    textColumn('Reason', 'reason'),
    column('Object', eventObject),
    column('Message', (object) => textAt(object, 'message').trim()),
  ],
  'networking.k8s.io/ingresses': [
    textColumn('Class', 'spec.ingressClassName', '<none>'),
    column('Hosts', ingressHosts),
    column('Address', (object) =>
      listAt(object, 'status.loadBalancer.ingress')
        .map((point) => textAt(point, 'ip') || textAt(point, 'hostname'))
        .join(','),
    ),
    column('Ports', (object) => (listAt(object, 'spec.tls').length > 0 ? '80, 443' : '80')),
    ageColumn,
  ],
  'networking.k8s.io/networkpolicies': [
    column('Pod-Selector', (object) => selectorText(at(object, 'spec.podSelector'))),
    ageColumn,
  ],
  'networking.k8s.io/ingressclasses': [
    textColumn('Controller', 'spec.controller'),
    textColumn('Parameters', 'spec.parameters.name', '<none>'),
    ageColumn,
  ],
  'autoscaling/horizontalpodautoscalers': [
    column(
      'Reference',
      (object) =>
        `${textAt(object, 'spec.scaleTargetRef.kind')}/${textAt(object, 'spec.scaleTargetRef.name')}`,
    ),
    column('Targets', () => '<unknown>'),
    textColumn('MinPods', 'spec.minReplicas', '<unset>'),
    numberColumn('MaxPods', 'spec.maxReplicas'),
    numberColumn('Replicas', 'status.currentReplicas'),
    ageColumn,
  ],
  'policy/poddisruptionbudgets': [
    textColumn('Min Available', 'spec.minAvailable', 'N/A'),
    textColumn('Max Unavailable', 'spec.maxUnavailable', 'N/A'),
    numberColumn('Allowed Disruptions', 'status.disruptionsAllowed'),
    ageColumn,
  ],
  'rbac.authorization.k8s.io/rolebindings': [column('Role', roleText), ageColumn],
  'rbac.authorization.k8s.io/clusterrolebindings': [column('Role', roleText), ageColumn],
  'coordination.k8s.io/leases': [textColumn('Holder', 'spec.holderIdentity'), ageColumn],
  'storage.k8s.io/storageclasses': [
    textColumn('Provisioner', 'provisioner'),
    textColumn('ReclaimPolicy', 'reclaimPolicy'),
    textColumn('VolumeBindingMode', 'volumeBindingMode'),
    textColumn('AllowVolumeExpansion', 'allowVolumeExpansion', 'false'),
    ageColumn,
  ],
  'discovery.k8s.io/endpointslices': [
    textColumn('AddressType', 'addressType'),
    column(
      'Ports',
      (object) =>
        listAt(object, 'ports')
          .map((port) => textAt(port, 'port'))
          .join(',') || '<unset>',
    ),
    column(
      'Endpoints',
      (object) =>
        listAt(object, 'endpoints')
          .flatMap(({ addresses }) => addresses as string[])
          .join(',') || '<unset>',
    ),
    ageColumn,
  ],
  'apiextensions.k8s.io/customresourcedefinitions': [
    column('Created At', ({ metadata }) => metadata.creationTimestamp, { type: 'date' }),
  ],
};
