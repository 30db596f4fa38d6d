import type { KubeObject } from '@gitops-toolkit/core';

import { humanDuration } from '../age.ts';
import { ageColumn, at, listAt, numberAt, numberColumn, size, textAt, textColumn } from '../cells.ts';
import { column, type Column } from '../column.ts';

const webhooks: readonly Column[] = [
  column('Webhooks', (object) => listAt(object, 'webhooks').length, { type: 'integer' }),
  ageColumn,
];

function admissionPolicy(name: string, path: string): readonly Column[] {
  const paramKind = (policy: KubeObject): string => {
    const [apiVersion, kind] = ['apiVersion', 'kind'].map((field) =>
      textAt(policy, `spec.paramKind.${field}`),
    );
    return at(policy, 'spec.paramKind') === undefined ? '<unset>' : `${apiVersion}/${kind}`;
  };
  return [
    column(name, (policy) => size(at(policy, path)), { type: 'integer' }),
    column('ParamKind', paramKind),
    ageColumn,
  ];
}

const policyBinding: readonly Column[] = [
  textColumn('PolicyName', 'spec.policyName'),
  column('ParamRef', (binding) => {
    const name = textAt(binding, 'spec.paramRef.name');
    return name === '' ? '<unset>' : `${textAt(binding, 'spec.paramRef.namespace', '*')}/${name}`;
  }),
  ageColumn,
];

function requestStatus(request: KubeObject): string {
  const types = listAt(request, 'status.conditions').map(({ type }) => type);
  const decision = ['Denied', 'Approved'].find((type) => types.includes(type)) ?? 'Pending';
  const failed = types.includes('Failed') ? ',Failed' : '';
  return `${decision}${failed}${textAt(request, 'status.certificate') === '' ? '' : ',Issued'}`;
}

/** What a quota allows and what is used of it: limits, or all the rest. */
function quotaText(quota: KubeObject, limits: boolean): string {
  const hard = at(quota, 'status.hard') as Record<string, string> | undefined;
  const used = at(quota, 'status.used') as Record<string, string> | undefined;
  return Object.keys(hard ?? {})
    .filter((name) => name.startsWith('limits.') === limits)
    .sort()
    .map((name) => `${name}: ${used?.[name] ?? '0'}/${hard?.[name] ?? '0'}`)
    .join(', ');
}

export const policyColumns: Readonly<Record<string, readonly Column[]>> = {
  'policy/poddisruptionbudgets': [
    textColumn('Min Available', 'spec.minAvailable', 'N/A'),
    textColumn('Max Unavailable', 'spec.maxUnavailable', 'N/A'),
    numberColumn('Allowed Disruptions', 'status.disruptionsAllowed'),
    ageColumn,
  ],
  '/resourcequotas': [
    column('Request', (quota) => quotaText(quota, false)),
    column('Limit', (quota) => quotaText(quota, true)),
    ageColumn,
  ],
  'scheduling.k8s.io/priorityclasses': [
    numberColumn('Value', 'value'),
    column('Global-Default', (object) => at(object, 'globalDefault') === true, { type: 'boolean' }),
    ageColumn,
    textColumn('PreemptionPolicy', 'preemptionPolicy'),
  ],
  'node.k8s.io/runtimeclasses': [textColumn('Handler', 'handler'), ageColumn],
  'coordination.k8s.io/leases': [textColumn('Holder', 'spec.holderIdentity'), ageColumn],
  'admissionregistration.k8s.io/mutatingwebhookconfigurations': webhooks,
  'admissionregistration.k8s.io/validatingwebhookconfigurations': webhooks,
  'admissionregistration.k8s.io/validatingadmissionpolicies': admissionPolicy(
    'Validations',
    'spec.validations',
  ),
  'admissionregistration.k8s.io/mutatingadmissionpolicies': admissionPolicy('Mutations', 'spec.mutations'),
  'admissionregistration.k8s.io/validatingadmissionpolicybindings': policyBinding,
  'admissionregistration.k8s.io/mutatingadmissionpolicybindings': policyBinding,
  'certificates.k8s.io/certificatesigningrequests': [
    ageColumn,
    textColumn('SignerName', 'spec.signerName', '<none>'),
    textColumn('Requestor', 'spec.username'),
    column('RequestedDuration', (request) =>
      at(request, 'spec.expirationSeconds') === undefined
        ? '<none>'
        : humanDuration(numberAt(request, 'spec.expirationSeconds') * 1000),
    ),
    column('Condition', requestStatus),
  ],
  'flowcontrol.apiserver.k8s.io/flowschemas': [
    textColumn('PriorityLevel', 'spec.priorityLevelConfiguration.name'),
    numberColumn('MatchingPrecedence', 'spec.matchingPrecedence', { type: 'string' }),
    textColumn('DistinguisherMethod', 'spec.distinguisherMethod.type', '<none>'),
    ageColumn,
    column('MissingPL', (schema) => {
      const dangling = listAt(schema, 'status.conditions').find(({ type }) => type === 'Dangling');
      return dangling ? textAt(dangling, 'status') : '?';
    }),
  ],
  'flowcontrol.apiserver.k8s.io/prioritylevelconfigurations': [
    textColumn('Type', 'spec.type'),
    column('NominalConcurrencyShares', (level) => numberOrNone(level, 'nominalConcurrencyShares')),
    column('Queues', (level) => numberOrNone(level, 'limitResponse.queuing.queues')),
    column('HandSize', (level) => numberOrNone(level, 'limitResponse.queuing.handSize')),
    column('QueueLengthLimit', (level) => numberOrNone(level, 'limitResponse.queuing.queueLengthLimit')),
    ageColumn,
  ],
};

const numberOrNone = (level: KubeObject, path: string): unknown =>
  at(level, `spec.limited.${path}`) ?? '<none>';
