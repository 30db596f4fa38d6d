import { getOwn, type KubeObject } from '@gitops-toolkit/core';

import type { Controller, ControllerContext } from '../controllers/controller.ts';
import type { StoreEvent } from '../store/entry.ts';
import { isReady, PODS } from './pods.ts';
import { ownerReference } from './owned.ts';

const SERVICES = '/services';
const INGRESSES = 'networking.k8s.io/ingresses';
/** Addresses of load balancers, from a range that documentation may use. */
const BALANCER_ADDRESS = '203.0.113.10';

interface ServicePort {
  readonly name?: string;
  readonly port: number;
  readonly targetPort?: number | string;
  readonly protocol?: string;
}

/** Lists the Pods behind Services, and gives addresses to what is reached from outside. */
export class NetworkController implements Controller {
  readonly #context: ControllerContext;

  constructor(context: ControllerContext) {
    this.#context = context;
  }

  observe(resource: string, { type, entry }: StoreEvent): void {
    const { namespace, name = '' } = entry.object.metadata;
    const { queue } = this.#context;
    if (resource === SERVICES && type !== 'DELETED') {
      queue.add(`service/${entry.key}`, () => this.#reconcileService(namespace ?? '', name));
    } else if (resource === INGRESSES && type === 'ADDED') {
      queue.add(`ingress/${entry.key}`, () => this.#balance(entry.object));
    } else if (resource === PODS && namespace !== undefined) {
      queue.add(`services/${namespace}`, () => this.#reconcileNamespace(namespace));
    }
  }

  #reconcileNamespace(namespace: string): void {
    for (const { metadata } of this.#context.engine.list(SERVICES, namespace)) {
      this.#reconcileService(namespace, metadata.name ?? '');
    }
  }

  #reconcileService(namespace: string, name: string): void {
    const service = this.#context.engine.find(SERVICES, namespace, name);
    if (!service || service.metadata.deletionTimestamp !== undefined) return;
    if (getOwn(service['spec'], 'type') === 'LoadBalancer') this.#balance(service);
    const selector = getOwn(service['spec'], 'selector') as Record<string, string> | undefined;
    if (selector) this.#listPods(service, this.#selectPods(namespace, selector));
  }

  #balance(object: KubeObject): void {
    this.#context.client.updateStatus(object, (draft) => {
      const point =
        draft.kind === 'Service' ? { ip: BALANCER_ADDRESS, ipMode: 'VIP' } : { ip: BALANCER_ADDRESS };
      draft['status'] = { ...(draft['status'] as object), loadBalancer: { ingress: [point] } };
    });
  }

  #selectPods(namespace: string, selector: Record<string, string>): KubeObject[] {
    return this.#context.engine.list(PODS, namespace).filter(({ metadata, status }) => {
      const isMatch = Object.entries(selector).every(
        ([key, value]) => getOwn(metadata.labels, key) === value,
      );
      return isMatch && getOwn(status, 'podIP') !== undefined && metadata.deletionTimestamp === undefined;
    });
  }

  #listPods(service: KubeObject, pods: readonly KubeObject[]): void {
    const { namespace = '', name = '' } = service.metadata;
    const ports = (getOwn(service['spec'], 'ports') ?? []) as ServicePort[];
    const slice = {
      addressType: 'IPv4',
      endpoints: pods.map((pod) => endpoint(pod)),
      ports: ports.map((port) => endpointPort(port, pods)),
    };
    const existing = this.#context.engine
      .list('discovery.k8s.io/endpointslices', namespace)
      .find(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === name);
    if (existing) {
      this.#context.client.update(existing, (draft) => void Object.assign(draft, slice));
      return;
    }
    this.#context.client.create({
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: {
        generateName: `${name}-`,
        namespace,
        labels: {
          'kubernetes.io/service-name': name,
          'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
        },
        ownerReferences: [ownerReference(service)],
      },
      ...slice,
    });
  }
}

function endpoint(pod: KubeObject): unknown {
  const ready = isReady(pod);
  const { namespace, name, uid } = pod.metadata;
  return {
    addresses: [getOwn(pod['status'], 'podIP')],
    conditions: { ready, serving: ready, terminating: false },
    nodeName: getOwn(pod['spec'], 'nodeName'),
    targetRef: { kind: 'Pod', namespace, name, uid },
  };
}

/** The number of a port, which a service may name as its Pods do. */
function endpointPort(
  { name = '', port, targetPort = port, protocol = 'TCP' }: ServicePort,
  pods: readonly KubeObject[],
): unknown {
  if (typeof targetPort === 'number') return { name, port: targetPort, protocol };
  const containers = (getOwn(pods[0]?.['spec'], 'containers') ?? []) as {
    ports?: { name?: string; containerPort: number }[];
  }[];
  const named = containers
    .flatMap(({ ports = [] }) => ports)
    .find((candidate) => candidate.name === targetPort);
  return { name, port: named?.containerPort ?? port, protocol };
}
