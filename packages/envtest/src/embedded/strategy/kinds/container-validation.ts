import type { FieldError } from '@gitops-toolkit/schema';

import { compareQuantities } from '../../go-types/quantity.ts';
import { type Draft, items, maybeChild, text } from '../draft.ts';
import {
  duplicateValue,
  invalidValue,
  notFoundValue,
  oneOf,
  portNumberErrors,
  required,
} from '../field-errors.ts';
import { nameErrors, portNameErrors } from '../names.ts';

const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];
const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never'];
const SOURCES = ['fieldRef', 'resourceFieldRef', 'configMapKeyRef', 'secretKeyRef', 'fileKeyRef'];

/** The fields of a Pod that variables can be taken from. */
const FIELD_PATHS = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];

/** What is wrong with a container, but for what it has in common with others. */
export function containerErrors(container: Draft, path: string, volumes: ReadonlySet<unknown>): FieldError[] {
  const name = text(container, 'name');
  return [
    ...(name === '' ? [required(`${path}.name`)] : []),
    ...(name === '' ? [] : nameErrors('label', name)).map((text) => invalidValue(`${path}.name`, name, text)),
    ...((container['image'] ?? '') === '' ? [required(`${path}.image`)] : []),
    ...portErrors(items(container, 'ports'), `${path}.ports`),
    ...items(container, 'env').flatMap((variable, i) => variableErrors(variable, `${path}.env[${i}]`)),
    ...mountErrors(items(container, 'volumeMounts'), `${path}.volumeMounts`, volumes),
    ...oneOf(`${path}.imagePullPolicy`, container['imagePullPolicy'], PULL_POLICIES),
    ...resourceErrors(maybeChild(container, 'resources'), `${path}.resources`),
  ];
}

function portErrors(ports: readonly Draft[], path: string): FieldError[] {
  const names = new Set<string>();
  return ports.flatMap((port, i) => {
    const at = `${path}[${i}]`;
    const name = text(port, 'name');
    const problems = name === '' ? [] : portNameErrors(name);
    const errors = problems.map((message) => invalidValue(`${at}.name`, name, message));
    if (problems.length === 0 && name !== '' && names.has(name))
      errors.push(duplicateValue(`${at}.name`, name));
    names.add(name);
    const number = port['containerPort'] ?? 0;
    errors.push(
      ...(number === 0 ? [required(`${at}.containerPort`)] : portNumberErrors(`${at}.containerPort`, number)),
      ...((port['hostPort'] ?? 0) === 0 ? [] : portNumberErrors(`${at}.hostPort`, port['hostPort'])),
      ...oneOf(`${at}.protocol`, port['protocol'], PROTOCOLS),
    );
    return errors;
  });
}

function variableErrors(variable: Draft, path: string): FieldError[] {
  const source = maybeChild(variable, 'valueFrom');
  return [
    ...((variable['name'] ?? '') === '' ? [required(`${path}.name`)] : []),
    ...(source ? sourceErrors(source, `${path}.valueFrom`, text(variable, 'value') !== '') : []),
  ];
}

function sourceErrors(source: Draft, path: string, hasValue: boolean): FieldError[] {
  const given = SOURCES.filter((name) => maybeChild(source, name));
  const errors: FieldError[] = [];
  const fieldPath = text(maybeChild(source, 'fieldRef'), 'fieldPath');
  if (given.includes('fieldRef')) errors.push(...fieldPathErrors(fieldPath, `${path}.fieldRef.fieldPath`));
  for (const name of given.filter((candidate) => candidate.endsWith('KeyRef'))) {
    if (text(maybeChild(source, name), 'key') === '') errors.push(required(`${path}.${name}.key`));
  }
  if (given.length === 0)
    errors.push(
      invalidValue(
        path,
        '',
        `must specify one of: ${SOURCES.map((name) => `\`${name}\``)
          .join(', ')
          .replace(/, (`fileKeyRef`)$/, ' or $1')}`,
      ),
    );
  else if (hasValue) errors.push(invalidValue(path, '', 'may not be specified when `value` is not empty'));
  else if (given.length > 1)
    errors.push(invalidValue(path, '', 'may not have more than one field specified at a time'));
  return errors;
}

function fieldPathErrors(fieldPath: string, path: string): FieldError[] {
  if (fieldPath === '') return [required(path)];
  if (FIELD_PATHS.includes(fieldPath) || /^metadata\.(labels|annotations)\['[^']+'\]$/.test(fieldPath))
    return [];
  const text = `error converting fieldPath: field label not supported: ${fieldPath}`;
  return [invalidValue(path, fieldPath, text)];
}

function mountErrors(mounts: readonly Draft[], path: string, volumes: ReadonlySet<unknown>): FieldError[] {
  const places = new Set<string>();
  return mounts.flatMap((mount, i) => {
    const at = `${path}[${i}]`;
    const [name, place] = [text(mount, 'name'), text(mount, 'mountPath')];
    const errors: FieldError[] = [];
    if (name === '') errors.push(required(`${at}.name`));
    else if (!volumes.has(name)) errors.push(notFoundValue(`${at}.name`, name));
    if (place === '') errors.push(required(`${at}.mountPath`));
    if (places.has(place)) errors.push(invalidValue(`${at}.mountPath`, place, 'must be unique'));
    places.add(place);
    return errors;
  });
}

function resourceErrors(resources: Draft | undefined, path: string): FieldError[] {
  const [limits, requests] = [maybeChild(resources, 'limits') ?? {}, maybeChild(resources, 'requests') ?? {}];
  const negative = [
    ...negativeErrors(limits, `${path}.limits`),
    ...negativeErrors(requests, `${path}.requests`),
  ];
  const excessive = Object.keys(requests)
    .sort()
    .filter((name) => limits[name] !== undefined && compareQuantities(requests[name], limits[name]) > 0)
    .map((name) =>
      invalidValue(
        `${path}.requests`,
        requests[name],
        `must be less than or equal to ${name} limit of ${String(limits[name])}`,
      ),
    );
  return [...negative, ...excessive];
}

function negativeErrors(quantities: Draft, path: string): FieldError[] {
  return Object.entries(quantities)
    .filter(([, value]) => compareQuantities(value, '0') < 0)
    .map(([name, value]) => invalidValue(`${path}[${name}]`, value, 'must be greater than or equal to 0'));
}
