import type { KubeObject } from '@gitops-toolkit/core';

import { ageColumn, at, listAt, textAt, textColumn } from '../cells.ts';
import { column, type Column } from '../column.ts';

const ROLE_PREFIX = 'node-role.kubernetes.io/';
const ROLE_LABEL = 'kubernetes.io/role';

function nodeStatus(node: KubeObject): string {
  const ready = listAt(node, 'status.conditions').findLast(({ type }) => type === 'Ready');
  const status = ready ? (ready['status'] === 'True' ? 'Ready' : 'NotReady') : 'Unknown';
  return at(node, 'spec.unschedulable') === true ? `${status},SchedulingDisabled` : status;
}

function nodeRoles({ metadata: { labels = {} } }: KubeObject): string {
  const roles = Object.entries(labels).map(([key, value]) =>
    key.startsWith(ROLE_PREFIX) ? key.slice(ROLE_PREFIX.length) : key === ROLE_LABEL ? value : '',
  );
  return [...new Set(roles.filter((role) => role !== ''))].sort().join(',') || '<none>';
}

function address(type: string): (node: KubeObject) => string {
  return (node) => {
    const found = listAt(node, 'status.addresses').find((item) => item['type'] === type);
    return found ? textAt(found, 'address') : '<none>';
  };
}

export const nodeColumns: readonly Column[] = [
  column('Status', nodeStatus),
  column('Roles', nodeRoles),
  ageColumn,
  textColumn('Version', 'status.nodeInfo.kubeletVersion'),
  column('Internal-IP', address('InternalIP'), { wide: true }),
  column('External-IP', address('ExternalIP'), { wide: true }),
  textColumn('OS-Image', 'status.nodeInfo.osImage', '<unknown>', { wide: true }),
  textColumn('Kernel-Version', 'status.nodeInfo.kernelVersion', '<unknown>', { wide: true }),
  textColumn('Container-Runtime', 'status.nodeInfo.containerRuntimeVersion', '<unknown>', { wide: true }),
];
