import type { FieldError } from '@gitops-toolkit/schema';

import { type Draft, items, maybeChild, text } from '../draft.ts';
import {
  duplicateValue,
  forbiddenField,
  invalidValue,
  nonNegative,
  notFoundValue,
  notSupported,
  oneOf,
  required,
} from '../field-errors.ts';
import { nameErrors } from '../names.ts';
import { labelSelectorErrors } from '../selector-validation.ts';
import { containerErrors } from './container-validation.ts';
import { probesErrors } from './probe-validation.ts';
import { checkVolumes } from './volume-validation.ts';

const RESTART_POLICIES = ['Always', 'Never', 'OnFailure'];
const DNS_POLICIES = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'];

/** What is wrong with the spec of a Pod. `claims` are names of volumes that its owner adds to it. */
export function validatePodSpec(
  spec: Draft | undefined,
  path: string,
  claims: readonly unknown[] = [],
): FieldError[] {
  const { errors: volumeErrors, names: own } = checkVolumes(spec, `${path}.volumes`);
  const names = new Set([...own, ...claims]);
  const containers = items(spec, 'containers');
  const initial = items(spec, 'initContainers');
  return [
    ...volumeErrors,
    ...(containers.length === 0 ? [required(`${path}.containers`)] : []),
    ...containersErrors(spec, path, names),
    ...items(spec, 'ephemeralContainers').flatMap((container, i) =>
      validateEphemeral(container, `${path}.ephemeralContainers[${i}]`, [...containers, ...initial]),
    ),
    ...oneOf(`${path}.restartPolicy`, spec?.['restartPolicy'], RESTART_POLICIES),
    ...oneOf(`${path}.dnsPolicy`, spec?.['dnsPolicy'], DNS_POLICIES),
    ...accountErrors(text(spec, 'serviceAccountName'), `${path}.serviceAccountName`),
    ...nonNegative(`${path}.terminationGracePeriodSeconds`, spec?.['terminationGracePeriodSeconds']),
  ];
}

/** Containers of all kinds, whose names have to differ. */
function containersErrors(
  spec: Draft | undefined,
  path: string,
  volumes: ReadonlySet<unknown>,
): FieldError[] {
  const names = new Set<unknown>();
  return ['containers', 'initContainers', 'ephemeralContainers'].flatMap((list) =>
    items(spec, list).flatMap((container, i) => {
      const at = `${path}.${list}[${i}]`;
      const errors = containerErrors(container, at, volumes);
      if (names.has(container['name'])) errors.push(duplicateValue(`${at}.name`, container['name']));
      names.add(container['name']);
      return [...errors, ...probesErrors(container, at)];
    }),
  );
}

function accountErrors(name: string, path: string): FieldError[] {
  return name === '' ? [] : nameErrors('subdomain', name).map((message) => invalidValue(path, name, message));
}

/** What containers for debugging may not have, for nobody would wait for it. */
const NOT_EPHEMERAL = ['ports', 'livenessProbe', 'readinessProbe', 'startupProbe', 'lifecycle'];

function validateEphemeral(container: Draft, path: string, others: readonly Draft[]): FieldError[] {
  const errors = NOT_EPHEMERAL.filter((field) => container[field] !== undefined).map((field) =>
    forbiddenField(`${path}.${field}`, 'cannot be set for an Ephemeral Container'),
  );
  const target = text(container, 'targetContainerName');
  if (target !== '' && !others.some(({ name }) => name === target)) {
    errors.push(notFoundValue(`${path}.targetContainerName`, target));
  }
  return errors;
}

/** What a workload with a selector and a template has to keep to, whose Pods never end by themselves. */
export function validateWorkload(spec: Draft | undefined, kind = 'deployment'): FieldError[] {
  const template = maybeChild(maybeChild(spec, 'template'), 'spec');
  const policy = template?.['restartPolicy'];
  // A StatefulSet gives each of its Pods a volume for each of its claims.
  const claims = items(spec, 'volumeClaimTemplates').map((claim) => maybeChild(claim, 'metadata')?.['name']);
  return [
    ...nonNegative('spec.replicas', spec?.['replicas']),
    ...selectorErrors(spec, kind),
    ...validatePodSpec(template, 'spec.template.spec', claims),
    ...(RESTART_POLICIES.includes(policy as string) && policy !== 'Always'
      ? [notSupported('spec.template.spec.restartPolicy', policy, ['Always'])]
      : []),
    ...(template?.['activeDeadlineSeconds'] === undefined
      ? []
      : [
          forbiddenField(
            'spec.template.spec.activeDeadlineSeconds',
            `activeDeadlineSeconds in ${KIND_NAMES[kind] ?? 'ReplicaSet'} is not Supported`,
          ),
        ]),
    ...nonNegative('spec.minReadySeconds', spec?.['minReadySeconds']),
    ...nonNegative('spec.revisionHistoryLimit', spec?.['revisionHistoryLimit']),
  ];
}

/** How the kinds are called where only a message tells them apart. */
const KIND_NAMES: Readonly<Record<string, string>> = { daemonset: 'DaemonSet', statefulset: 'StatefulSet' };

function selectorErrors(spec: Draft | undefined, kind: string): FieldError[] {
  const selector = maybeChild(spec, 'selector');
  const labels = maybeChild(maybeChild(maybeChild(spec, 'template'), 'metadata'), 'labels') ?? {};
  const wanted = maybeChild(selector, 'matchLabels') ?? {};
  const isEmpty = Object.keys(wanted).length === 0 && items(selector, 'matchExpressions').length === 0;
  const mismatch = invalidValue(
    'spec.template.metadata.labels',
    Object.keys(labels).length === 0 ? null : labels,
    '`selector` does not match template `labels`',
  );
  // No selector matches nothing, which is reported as well.
  if (!selector) return [required('spec.selector'), mismatch];
  const errors = labelSelectorErrors(selector, 'spec.selector');
  if (isEmpty) errors.push(invalidValue('spec.selector', selector, `empty selector is invalid for ${kind}`));
  const differs = ([key, value]: [string, unknown]): boolean =>
    !Object.hasOwn(labels, key) || labels[key] !== value;
  return Object.entries(wanted).some((entry) => differs(entry)) ? [...errors, mismatch] : errors;
}
