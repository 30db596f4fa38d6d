import type { KubeObject } from '@gitops-toolkit/core';

import {
  ageColumn,
  at,
  labelsText,
  listAt,
  selectorText,
  textAt,
  textColumn,
  textsAt,
  withMore,
} from '../cells.ts';
import { column, type Column } from '../column.ts';

/** As many entries of a list as a cell shows. */
const SHOWN = 3;

function servicePorts(service: KubeObject): string {
  const ports = listAt(service, 'spec.ports').map((port) => {
    const nodePort = textAt(port, 'nodePort');
    return `${textAt(port, 'port')}${nodePort === '' ? '' : `:${nodePort}`}/${textAt(port, 'protocol')}`;
  });
  return ports.join(',') || '<none>';
}

/** Addresses of a load balancer, each once and in order. */
function balancerAddresses(object: KubeObject): string[] {
  const addresses = listAt(object, 'status.loadBalancer.ingress').map(
    (point) => textAt(point, 'ip') || textAt(point, 'hostname'),
  );
  return [...new Set(addresses)].filter((address) => address !== '').sort();
}

function externalAddress(service: KubeObject): string {
  const given = textsAt(service, 'spec.externalIPs');
  switch (textAt(service, 'spec.type')) {
    case 'ClusterIP':
    case 'NodePort':
      return given.join(',') || '<none>';
    case 'LoadBalancer':
      return [...balancerAddresses(service), ...given].join(',') || '<pending>';
    case 'ExternalName':
      return textAt(service, 'spec.externalName');
    default:
      return '<unknown>';
  }
}

function ingressHosts(ingress: KubeObject): string {
  const rules = listAt(ingress, 'spec.rules');
  const named = rules.map((rule) => textAt(rule, 'host')).filter((host) => host !== '');
  if (named.length === 0) return '*';
  const hosts = named.slice(0, SHOWN).join(',');
  return named.length > SHOWN ? `${hosts} + ${rules.length - SHOWN} more...` : hosts;
}

function endpointAddresses(endpoints: KubeObject): string {
  const subsets = listAt(endpoints, 'subsets');
  if (subsets.length === 0) return '<none>';
  const all = subsets.flatMap((subset) => {
    const addresses = listAt(subset, 'addresses').map((address) => textAt(address, 'ip'));
    const ports = listAt(subset, 'ports');
    if (ports.length === 0) return addresses;
    return ports.flatMap((port) => addresses.map((address) => hostPort(address, textAt(port, 'port'))));
  });
  return withMore(all, SHOWN);
}

const hostPort = (host: string, port: string): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;

function parameters(ingressClass: KubeObject): string {
  if (at(ingressClass, 'spec.parameters') === undefined) return '<none>';
  const group = textAt(ingressClass, 'spec.parameters.apiGroup');
  const kind = textAt(ingressClass, 'spec.parameters.kind') + (group === '' ? '' : `.${group}`);
  return `${kind}/${textAt(ingressClass, 'spec.parameters.name')}`;
}

function parentReference(address: KubeObject): string {
  if (at(address, 'spec.parentRef') === undefined) return '<none>';
  const part = (name: string): string => textAt(address, `spec.parentRef.${name}`);
  const resource = part('group') === '' ? part('resource') : `${part('resource')}.${part('group')}`;
  const place = part('namespace') === '' ? '' : `/${part('namespace')}`;
  return `${resource.toLowerCase()}${place}/${part('name')}`;
}

export const networkColumns: Readonly<Record<string, readonly Column[]>> = {
  '/services': [
    textColumn('Type', 'spec.type'),
    textColumn('Cluster-IP', 'spec.clusterIP', '<none>'),
    column('External-IP', externalAddress),
    column('Port(s)', servicePorts),
    ageColumn,
    column('Selector', (object) => labelsText(at(object, 'spec.selector')), { wide: true }),
  ],
  '/endpoints': [column('Endpoints', endpointAddresses), ageColumn],
  'discovery.k8s.io/endpointslices': [
    textColumn('AddressType', 'addressType'),
    column('Ports', (object) => {
      const ports = listAt(object, 'ports').map((port) => textAt(port, 'port') || textAt(port, 'name', '*'));
      return withMore(ports, SHOWN) || '<unset>';
    }),
    column('Endpoints', (object) => {
      const addresses = listAt(object, 'endpoints').flatMap((endpoint) => textsAt(endpoint, 'addresses'));
      return withMore(addresses, SHOWN) || '<unset>';
    }),
    ageColumn,
  ],
  'networking.k8s.io/ingresses': [
    textColumn('Class', 'spec.ingressClassName', '<none>'),
    column('Hosts', ingressHosts),
    column('Address', (object) => balancerAddresses(object).join(',')),
    column('Ports', (object) => (listAt(object, 'spec.tls').length > 0 ? '80, 443' : '80')),
    ageColumn,
  ],
  'networking.k8s.io/networkpolicies': [
    column('Pod-Selector', (object) => selectorText(at(object, 'spec.podSelector'))),
    ageColumn,
  ],
  'networking.k8s.io/ingressclasses': [
    textColumn('Controller', 'spec.controller'),
    column('Parameters', parameters),
    ageColumn,
  ],
  'networking.k8s.io/servicecidrs': [
    column('CIDRs', (object) => textsAt(object, 'spec.cidrs').join(',')),
    ageColumn,
  ],
  'networking.k8s.io/ipaddresses': [column('ParentRef', parentReference), ageColumn],
};
