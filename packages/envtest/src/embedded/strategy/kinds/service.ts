import type { KubeObject } from '@gitops-toolkit/core';
import type { FieldError } from '@gitops-toolkit/schema';

import { child, type Draft, items, maybeChild, setDefaults, text } from '../draft.ts';
import { duplicateValue, invalidValue, oneOf, portNumberErrors, required } from '../field-errors.ts';
import { nameErrors } from '../names.ts';
import type { Strategy, StrategyContext } from '../strategy.ts';
import { targetErrors } from './probe-validation.ts';

/** Addresses of the range 10.96.0.0/16 that are given out; the first ones are for the cluster's own services. */
const FIRST_ADDRESS = 100;
const LAST_ADDRESS = 65_534;
const FIRST_NODE_PORT = 30_000;
const LAST_NODE_PORT = 32_767;

const typeOf = (spec: Draft): string => text(spec, 'type') || 'ClusterIP';
const isOutside = (spec: Draft): boolean => ['NodePort', 'LoadBalancer'].includes(typeOf(spec));

export const service: Partial<Strategy> = {
  defaults(draft) {
    const spec = child(draft, 'spec');
    setDefaults(spec, { sessionAffinity: 'None', type: 'ClusterIP' });
    if (spec['sessionAffinity'] === 'ClientIP') {
      child(child(spec, 'sessionAffinityConfig'), 'clientIP')['timeoutSeconds'] ??= 10_800;
    }
    for (const port of items(spec, 'ports')) {
      port['protocol'] ??= 'TCP';
      if (port['targetPort'] === undefined || port['targetPort'] === 0 || port['targetPort'] === '') {
        port['targetPort'] = port['port'];
      }
    }
    if (typeOf(spec) !== 'ExternalName') spec['internalTrafficPolicy'] ??= 'Cluster';
    if (isOutside(spec)) spec['externalTrafficPolicy'] ??= 'Cluster';
    if (typeOf(spec) === 'LoadBalancer') spec['allocateLoadBalancerNodePorts'] ??= true;
  },
  prepareCreate(draft, context) {
    draft['status'] = { loadBalancer: {} };
    allocate(child(draft, 'spec'), context);
  },
  prepareUpdate(draft, old, context) {
    const spec = child(draft, 'spec');
    const before = maybeChild(old, 'spec') ?? {};
    if (typeOf(spec) !== 'ExternalName' && typeOf(before) !== 'ExternalName') {
      for (const field of ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy']) {
        if (spec[field] === undefined && before[field] !== undefined) spec[field] = before[field];
      }
      if (isOutside(spec)) keepNodePorts(spec, before);
    }
    dropForeign(spec);
    allocate(spec, context);
  },
  validate,
  validateUpdate(object, old) {
    const spec = maybeChild(object, 'spec') ?? {};
    const before = maybeChild(old, 'spec') ?? {};
    const isKept = typeOf(spec) !== 'ExternalName' && typeOf(before) !== 'ExternalName';
    if (!isKept || spec['clusterIP'] === before['clusterIP']) return [];
    return [invalidValue('spec.clusterIPs[0]', spec['clusterIPs'], 'may not change once set')];
  },
};

/** What the type that a service had before needed, and the one that it has now does not know. */
function dropForeign(spec: Draft): void {
  if (!isOutside(spec)) delete spec['externalTrafficPolicy'];
  if (typeOf(spec) === 'ExternalName') delete spec['internalTrafficPolicy'];
  if (typeOf(spec) !== 'LoadBalancer') delete spec['allocateLoadBalancerNodePorts'];
}

/** Gives addresses and node ports to a service that has none of its own. */
function allocate(spec: Draft, context: StrategyContext): void {
  if (typeOf(spec) === 'ExternalName') {
    for (const field of ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy']) delete spec[field];
    return;
  }
  if ((spec['clusterIP'] ?? '') === '') spec['clusterIP'] = freeAddress(context);
  // What is headless and without a selector may be reached in any way.
  const isAnything = spec['clusterIP'] === 'None' && spec['selector'] === undefined;
  setDefaults(spec, {
    clusterIPs: [spec['clusterIP']],
    ipFamilies: isAnything ? ['IPv4', 'IPv6'] : ['IPv4'],
    ipFamilyPolicy: isAnything ? 'RequireDualStack' : 'SingleStack',
  });
  if (!isOutside(spec)) {
    for (const port of items(spec, 'ports')) delete port['nodePort'];
    return;
  }
  if (spec['allocateLoadBalancerNodePorts'] === false && typeOf(spec) === 'LoadBalancer') return;
  const taken = usedNodePorts(context);
  for (const port of items(spec, 'ports')) {
    port['nodePort'] ??= pick(FIRST_NODE_PORT, LAST_NODE_PORT, (candidate) => taken.has(candidate), context);
    taken.add(port['nodePort'] as number);
  }
}

/** Ports that are written without their node port keep the one they had. */
function keepNodePorts(spec: Draft, before: Draft): void {
  for (const port of items(spec, 'ports')) {
    const same = items(before, 'ports').find(
      (candidate) => candidate['port'] === port['port'] && candidate['protocol'] === port['protocol'],
    );
    if (same?.['nodePort'] !== undefined) port['nodePort'] ??= same['nodePort'];
  }
}

function freeAddress(context: StrategyContext): string {
  const taken = new Set(context.list('/services').map((other) => maybeChild(other, 'spec')?.['clusterIP']));
  const address = (n: number): string => `10.96.${n >> 8}.${n & 255}`;
  return address(pick(FIRST_ADDRESS, LAST_ADDRESS, (n) => taken.has(address(n)), context));
}

function usedNodePorts(context: StrategyContext): Set<number> {
  const ports = context.list('/services').flatMap((other) => items(maybeChild(other, 'spec'), 'ports'));
  return new Set(ports.map((port) => port['nodePort'] as number));
}

/** A number of the range that is not taken: from a random one on, so that deleted ones are not reused at once. */
function pick(
  first: number,
  last: number,
  isTaken: (n: number) => boolean,
  { random }: StrategyContext,
): number {
  const size = last - first + 1;
  const start = Math.floor(random() * size);
  for (let i = 0; i < size; i++) {
    const candidate = first + ((start + i) % size);
    if (!isTaken(candidate)) return candidate;
  }
  return first;
}

const TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];
const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];

function validate(object: KubeObject): FieldError[] {
  const spec = maybeChild(object, 'spec') ?? {};
  const ports = items(spec, 'ports');
  const errors: FieldError[] = [];
  const isHeadless = spec['clusterIP'] === 'None';
  if (ports.length === 0 && !isHeadless && typeOf(spec) !== 'ExternalName')
    errors.push(required('spec.ports'));
  if (typeOf(spec) === 'ExternalName' && (spec['externalName'] ?? '') === '')
    errors.push(required('spec.externalName'));
  errors.push(
    ...portsErrors(ports),
    ...oneOf('spec.sessionAffinity', spec['sessionAffinity'], ['ClientIP', 'None']),
  );
  errors.push(...oneOf('spec.type', spec['type'], TYPES));
  return isOutside(spec) ? [...errors, ...nodePortErrors(ports)] : errors;
}

function portsErrors(ports: readonly Draft[]): FieldError[] {
  const names = new Set<string>();
  return ports.flatMap((port, i) => {
    const at = `spec.ports[${i}]`;
    const name = text(port, 'name');
    const errors: FieldError[] = [];
    if (name === '' && ports.length > 1) errors.push(required(`${at}.name`));
    const problems = name === '' ? [] : nameErrors('label', name);
    errors.push(...problems.map((message) => invalidValue(`${at}.name`, name, message)));
    if (name !== '' && names.has(name)) errors.push(duplicateValue(`${at}.name`, name));
    names.add(name);
    return [
      ...errors,
      ...portNumberErrors(`${at}.port`, port['port']),
      ...oneOf(`${at}.protocol`, port['protocol'], PROTOCOLS),
      ...targetErrors(port['targetPort'], `${at}.targetPort`),
    ];
  });
}

function nodePortErrors(ports: readonly Draft[]): FieldError[] {
  const range = `The range of valid ports is ${FIRST_NODE_PORT}-${LAST_NODE_PORT}`;
  return ports.flatMap((port, i) => {
    const number = port['nodePort'];
    const isGood = typeof number !== 'number' || (number >= FIRST_NODE_PORT && number <= LAST_NODE_PORT);
    const text = `provided port is not in the valid range. ${range}`;
    return isGood ? [] : [invalidValue(`spec.ports[${i}].nodePort`, number, text)];
  });
}
