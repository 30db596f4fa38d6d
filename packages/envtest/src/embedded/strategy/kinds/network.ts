import { isIP } from 'node:net';

import type { FieldError } from '@gitops-toolkit/schema';

import { child, type Draft, items, maybeChild, setDefaults, text } from '../draft.ts';
import {
  forbiddenField,
  invalidValue,
  notSupported,
  oneOf,
  portNumberErrors,
  required,
} from '../field-errors.ts';
import { nameErrors, portNameErrors } from '../names.ts';
import { labelSelectorErrors } from '../selector-validation.ts';
import type { Strategy } from '../strategy.ts';
import { newestDefault } from './storage.ts';

type Hooks = Partial<Strategy>;

const PATH_TYPES = ['Exact', 'ImplementationSpecific', 'Prefix'];
const POLICY_TYPES = ['Ingress', 'Egress'];
/** What a path that is compared as it stands may not contain or end with. */
const BAD_SEQUENCES = ['//', '/./', '/../', '%2f', '%2F'];
const BAD_ENDINGS = ['/..', '/.'];

export const ingress: Hooks = {
  prepareCreate(draft, context) {
    draft['status'] = { loadBalancer: {} };
    const spec = child(draft, 'spec');
    const isNamed =
      spec['ingressClassName'] !== undefined ||
      draft.metadata.annotations?.['kubernetes.io/ingress.class'] !== undefined;
    if (isNamed) return;
    const classes = context.list('networking.k8s.io/ingressclasses');
    const chosen = newestDefault(classes, 'ingressclass.kubernetes.io/is-default-class');
    if (chosen) spec['ingressClassName'] = chosen.metadata.name;
  },
  validate(object) {
    const spec = maybeChild(object, 'spec');
    const backend = maybeChild(spec, 'defaultBackend');
    const rules = items(spec, 'rules');
    const errors: FieldError[] = [];
    if (rules.length === 0 && !backend)
      errors.push(invalidValue('spec', null, 'either `defaultBackend` or `rules` must be specified'));
    if (backend) errors.push(...backendErrors(backend, 'spec.defaultBackend'));
    rules.forEach((rule, i) => errors.push(...ruleErrors(rule, `spec.rules[${i}]`)));
    items(spec, 'tls').forEach((tls, i) => {
      for (const [j, host] of ((tls['hosts'] ?? []) as string[]).entries())
        errors.push(...hostErrors(host, `spec.tls[${i}].hosts[${j}]`));
    });
    return errors;
  },
};

function ruleErrors(rule: Draft, path: string): FieldError[] {
  const host = text(rule, 'host');
  const http = maybeChild(rule, 'http');
  const paths = items(http, 'paths');
  return [
    ...(host === '' ? [] : hostErrors(host, `${path}.host`)),
    ...(http && paths.length === 0 ? [required(`${path}.http.paths`)] : []),
    ...paths.flatMap((item, i) => pathErrors(item, `${path}.http.paths[${i}]`)),
  ];
}

function hostErrors(host: string, path: string): FieldError[] {
  if (isIP(host) > 0) return [invalidValue(path, host, 'must be a DNS name, not an IP address')];
  const name = host.startsWith('*.') ? host.slice(2) : host;
  return nameErrors('subdomain', name).map((message) => invalidValue(path, host, message));
}

function pathErrors(item: Draft, path: string): FieldError[] {
  const type = item['pathType'];
  if (type === undefined) return [required(`${path}.pathType`, 'pathType must be specified')];
  const value = text(item, 'path');
  const errors: FieldError[] = [];
  if (!PATH_TYPES.includes(type as string)) errors.push(notSupported(`${path}.pathType`, type, PATH_TYPES));
  else if (!value.startsWith('/') && (type !== 'ImplementationSpecific' || value !== ''))
    errors.push(invalidValue(`${path}.path`, value, 'must be an absolute path'));
  if (type === 'Exact' || type === 'Prefix') {
    for (const part of BAD_SEQUENCES.filter((sequence) => value.includes(sequence)))
      errors.push(invalidValue(`${path}.path`, value, `must not contain '${part}'`));
    for (const part of BAD_ENDINGS.filter((ending) => value.endsWith(ending)))
      errors.push(invalidValue(`${path}.path`, value, `cannot end with '${part}'`));
  }
  return [...errors, ...backendErrors(maybeChild(item, 'backend') ?? {}, `${path}.backend`)];
}

function backendErrors(backend: Draft, path: string): FieldError[] {
  const [resource, service] = [maybeChild(backend, 'resource'), maybeChild(backend, 'service')];
  if (resource && service) return [invalidValue(path, '', 'cannot set both resource and service backends')];
  if (resource) return [];
  if (!service) return [invalidValue(path, '', 'resource or service backend is required')];
  const name = text(service, 'name');
  const nameProblems =
    name === ''
      ? [required(`${path}.service.name`)]
      : nameErrors('service', name).map((message) => invalidValue(`${path}.service.name`, name, message));
  return [...nameProblems, ...backendPortErrors(maybeChild(service, 'port'), path)];
}

function backendPortErrors(port: Draft | undefined, path: string): FieldError[] {
  const name = text(port, 'name');
  const number = port?.['number'] ?? 0;
  if (name !== '' && number !== 0) return [invalidValue(path, '', 'cannot set both port name & port number')];
  if (name !== '')
    return portNameErrors(name).map((message) => invalidValue(`${path}.service.port.name`, name, message));
  return number === 0
    ? [required(path, 'port name or number is required')]
    : portNumberErrors(`${path}.service.port.number`, number);
}

export const networkPolicy: Hooks = {
  defaults(draft) {
    const spec = child(draft, 'spec');
    for (const rule of [...items(spec, 'ingress'), ...items(spec, 'egress')]) {
      for (const port of items(rule, 'ports')) port['protocol'] ??= 'TCP';
    }
    child(spec, 'podSelector');
    spec['policyTypes'] ??= items(spec, 'egress').length > 0 ? ['Ingress', 'Egress'] : ['Ingress'];
  },
  validate(object) {
    const spec = maybeChild(object, 'spec');
    const rules = (list: 'ingress' | 'egress', peers: 'from' | 'to'): FieldError[] =>
      items(spec, list).flatMap((rule, i) => [
        ...items(rule, 'ports').flatMap((port, j) =>
          policyPortErrors(port, `spec.${list}[${i}].ports[${j}]`),
        ),
        ...items(rule, peers).flatMap((peer, j) => peerErrors(peer, `spec.${list}[${i}].${peers}[${j}]`)),
      ]);
    return [
      ...labelSelectorErrors(maybeChild(spec, 'podSelector'), 'spec.podSelector'),
      ...rules('ingress', 'from'),
      ...rules('egress', 'to'),
      ...((spec?.['policyTypes'] ?? []) as unknown[]).flatMap((type, i) =>
        oneOf(`spec.policyTypes[${i}]`, type, POLICY_TYPES),
      ),
    ];
  },
};

function policyPortErrors(port: Draft, path: string): FieldError[] {
  const value = port['port'];
  const number = typeof value === 'number' ? portNumberErrors(`${path}.port`, value) : [];
  const name = typeof value === 'string' ? portNameErrors(value) : [];
  return [
    ...oneOf(`${path}.protocol`, port['protocol'], ['TCP', 'UDP', 'SCTP']),
    ...number,
    ...name.map((message) => invalidValue(`${path}.port`, value, message)),
  ];
}

function peerErrors(peer: Draft, path: string): FieldError[] {
  const selectors = ['podSelector', 'namespaceSelector'].filter((field) => maybeChild(peer, field));
  const block = maybeChild(peer, 'ipBlock');
  const errors = selectors.flatMap((field) =>
    labelSelectorErrors(maybeChild(peer, field), `${path}.${field}`),
  );
  if (block) errors.push(...blockErrors(block, `${path}.ipBlock`));
  if (!block && selectors.length === 0) return [required(path, 'must specify a peer')];
  if (block && selectors.length > 0)
    errors.push(forbiddenField(path, 'may not specify both ipBlock and another peer'));
  return errors;
}

function blockErrors(block: Draft, path: string): FieldError[] {
  const cidr = text(block, 'cidr');
  if (cidr === '') return [required(`${path}.cidr`)];
  const except = (Array.isArray(block['except']) ? block['except'] : []) as string[];
  return [
    ...cidrErrors(cidr, `${path}.cidr`),
    ...except.flatMap((part, i) => cidrErrors(part, `${path}.except[${i}]`)),
  ];
}

function cidrErrors(cidr: string, path: string): FieldError[] {
  const [address = '', bits = '', ...rest] = cidr.split('/');
  const longest = { 4: 32, 6: 128 }[isIP(address)] ?? -1;
  const isGood = rest.length === 0 && /^\d+$/.test(bits) && Number(bits) <= longest;
  return isGood
    ? []
    : [invalidValue(path, cidr, 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)')];
}

export const endpoints: Hooks = {
  defaults(draft) {
    for (const subset of items(draft, 'subsets')) {
      for (const port of items(subset, 'ports')) port['protocol'] ??= 'TCP';
    }
  },
};

export const endpointSlice: Hooks = {
  defaults(draft) {
    for (const port of items(draft, 'ports')) setDefaults(port, { name: '', protocol: 'TCP' });
  },
};
