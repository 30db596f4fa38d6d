import { getOwn, type KubeObject } from '@gitops-toolkit/core';

import { badRequest } from '../status-error.ts';

/** What a simulated container has to say: one line for its start. */
export function podLog(pod: KubeObject, query: URLSearchParams): string {
  const containers = (getOwn(pod['spec'], 'containers') ?? []) as { name: string; image?: string }[];
  const wanted = query.get('container') ?? containers[0]?.name;
  const container = containers.find(({ name }) => name === wanted);
  if (!container) throw badRequest(`container ${wanted} is not valid for pod ${pod.metadata.name}`);
  // Nobody has anything to say of a Pod that is nowhere.
  if (getOwn(pod['spec'], 'nodeName') === undefined) return '';
  const phase = getOwn(pod['status'], 'phase');
  if (phase === undefined || phase === 'Pending') {
    throw badRequest(
      `container "${container.name}" in pod "${pod.metadata.name}" is waiting to start: ContainerCreating`,
    );
  }
  return `${container.name}: started ${container.image ?? ''}\n`;
}
