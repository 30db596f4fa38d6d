import { isEqual, type KubeObject } from '@gitops-toolkit/core';

import { child, type Draft, items, maybeChild, setDefaults } from '../draft.ts';
import { forbiddenField, immutable, invalidValue, nonNegative, oneOf, required } from '../field-errors.ts';
import { scheduleError } from '../schedule.ts';
import type { PartStrategy, Strategy } from '../strategy.ts';
import { ephemeralContainers } from './ephemeral-containers.ts';
import { defaultPodSpec, defaultPodTemplate } from './pod-spec.ts';
import { validatePodSpec, validateWorkload } from './pod-validation.ts';

type Hooks = Partial<Strategy>;

const specOf = (object: KubeObject): Draft => child(object, 'spec');
const maybeSpec = (object: KubeObject): Draft | undefined => maybeChild(object, 'spec');

/** Reports a field of the spec that differs from before. */
function fixed(
  object: KubeObject,
  old: KubeObject,
  field: string,
): ReturnType<NonNullable<Strategy['validateUpdate']>> {
  const value = maybeSpec(object)?.[field];
  return isEqual(value, maybeSpec(old)?.[field]) ? [] : [immutable(`spec.${field}`, value)];
}

export const deployment: Hooks = {
  defaults(draft) {
    const spec = specOf(draft);
    setDefaults(spec, { replicas: 1, strategy: {}, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 });
    const strategy = child(spec, 'strategy');
    strategy['type'] ??= 'RollingUpdate';
    if (strategy['type'] === 'RollingUpdate') {
      setDefaults(child(strategy, 'rollingUpdate'), { maxUnavailable: '25%', maxSurge: '25%' });
    }
    defaultPodTemplate(spec);
  },
  statusIgnores: [['metadata', 'labels']],
  prepareStatusUpdate(draft, old) {
    draft.metadata = { ...draft.metadata, ...(old.metadata.labels ? { labels: old.metadata.labels } : {}) };
    if (!old.metadata.labels) delete draft.metadata.labels;
  },
  // Annotations are copied to ReplicaSets, so they count as something to act on.
  changesDesiredState: (object, old) =>
    !isEqual(object['spec'], old['spec']) || !isEqual(object.metadata.annotations, old.metadata.annotations),
  validate(object) {
    const spec = maybeSpec(object);
    const errors = validateWorkload(spec);
    const strategy = maybeChild(spec, 'strategy');
    if (strategy?.['type'] === 'Recreate' && strategy['rollingUpdate'] !== undefined) {
      const text = "may not be specified when strategy `type` is 'Recreate'";
      errors.push(forbiddenField('spec.strategy.rollingUpdate', text));
    }
    return errors;
  },
  validateUpdate: (object, old) => fixed(object, old, 'selector'),
};

export const replicaSet: Hooks = {
  defaults(draft) {
    const spec = specOf(draft);
    spec['replicas'] ??= 1;
    defaultPodTemplate(spec);
  },
  validate: (object) => validateWorkload(maybeSpec(object), 'replicaset'),
  validateUpdate: (object, old) => fixed(object, old, 'selector'),
};

export const replicationController: Hooks = {
  defaults(draft) {
    const spec = specOf(draft);
    spec['replicas'] ??= 1;
    defaultPodTemplate(spec);
    const labels = maybeChild(maybeChild(maybeChild(spec, 'template'), 'metadata'), 'labels');
    if (!labels) return;
    if (Object.keys(maybeChild(spec, 'selector') ?? {}).length === 0) spec['selector'] = { ...labels };
    if (!draft.metadata.labels) draft.metadata.labels = { ...(labels as Record<string, string>) };
  },
};

export const podTemplate: Hooks = {
  defaults: (draft) => defaultPodTemplate(draft as unknown as Draft),
};

const TEMPLATE_GENERATION = 'deprecated.daemonset.template.generation';

export const daemonSet: Hooks = {
  updateErrorsFirst: true,
  defaults(draft) {
    (draft.metadata.annotations ??= {})[TEMPLATE_GENERATION] ??= '0';
    const spec = specOf(draft);
    const strategy = child(spec, 'updateStrategy');
    strategy['type'] ??= 'RollingUpdate';
    if (strategy['type'] === 'RollingUpdate') {
      setDefaults(child(strategy, 'rollingUpdate'), { maxUnavailable: 1, maxSurge: 0 });
    }
    spec['revisionHistoryLimit'] ??= 10;
    defaultPodTemplate(spec);
  },
  prepareCreate(draft) {
    (draft.metadata.annotations ??= {})[TEMPLATE_GENERATION] = '1';
  },
  prepareUpdate(draft, old) {
    const last = Number(old.metadata.annotations?.[TEMPLATE_GENERATION] ?? 0);
    const isSame = isEqual(maybeSpec(draft)?.['template'], maybeSpec(old)?.['template']);
    (draft.metadata.annotations ??= {})[TEMPLATE_GENERATION] = String(isSame ? last : last + 1);
  },
  validate: (object) => validateWorkload(maybeSpec(object), 'daemonset'),
  validateUpdate: (object, old) => fixed(object, old, 'selector'),
};

/** The fields of a StatefulSet's spec that may change. */
const STATEFUL_MUTABLE = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
];

export const statefulSet: Hooks = {
  defaults(draft) {
    const spec = specOf(draft);
    setDefaults(spec, { podManagementPolicy: 'OrderedReady', replicas: 1, revisionHistoryLimit: 10 });
    const strategy = child(spec, 'updateStrategy');
    strategy['type'] ??= 'RollingUpdate';
    if (strategy['type'] === 'RollingUpdate') child(strategy, 'rollingUpdate')['partition'] ??= 0;
    setDefaults(child(spec, 'persistentVolumeClaimRetentionPolicy'), {
      whenDeleted: 'Retain',
      whenScaled: 'Retain',
    });
    defaultPodTemplate(spec);
    for (const claim of items(spec, 'volumeClaimTemplates')) {
      setDefaults(claim, { kind: 'PersistentVolumeClaim', apiVersion: 'v1' });
      child(claim, 'spec')['volumeMode'] ??= 'Filesystem';
      child(claim, 'status')['phase'] ??= 'Pending';
    }
  },
  validate(object) {
    const spec = maybeSpec(object);
    const strategy = maybeChild(spec, 'updateStrategy');
    const rolling = maybeChild(strategy, 'rollingUpdate');
    const errors = validateWorkload(spec, 'statefulset');
    if (strategy?.['type'] !== 'OnDelete' || !rolling) return errors;
    // Shown with the names of the Go fields.
    const shown = { Partition: rolling['partition'] ?? 0, MaxUnavailable: rolling['maxUnavailable'] ?? null };
    const text = "only allowed for updateStrategy 'RollingUpdate'";
    return [invalidValue('spec.updateStrategy.rollingUpdate', shown, text), ...errors];
  },
  validateUpdate(object, old) {
    const spec = maybeSpec(object) ?? {};
    const before = maybeSpec(old) ?? {};
    const changed = [...new Set([...Object.keys(spec), ...Object.keys(before)])].filter(
      (key) => !STATEFUL_MUTABLE.includes(key) && !isEqual(spec[key], before[key]),
    );
    if (changed.length === 0) return [];
    const names = STATEFUL_MUTABLE.map((name) => `'${name}'`);
    const text = `updates to statefulset spec for fields other than ${names.slice(0, -1).join(', ')} and ${names.at(-1)} are forbidden`;
    return [forbiddenField('spec', text)];
  },
};

const JOB_LABELS = [
  'batch.kubernetes.io/controller-uid',
  'batch.kubernetes.io/job-name',
  'controller-uid',
  'job-name',
];

/** Fields that stay as they were created. */
const JOB_FIXED = [
  'completionMode',
  'podFailurePolicy',
  'backoffLimitPerIndex',
  'managedBy',
  'successPolicy',
] as const;

/** Counts and times that are not negative. */
const JOB_COUNTS = [
  'parallelism',
  'completions',
  'activeDeadlineSeconds',
  'backoffLimit',
  'ttlSecondsAfterFinished',
] as const;

export const job: Hooks = {
  // A template gets labels at creation, and a Job without labels of its own those of its template.
  defaultedWhenRead: true,
  defaults(draft) {
    const spec = specOf(draft);
    if (spec['completions'] === undefined && spec['parallelism'] === undefined) spec['completions'] = 1;
    setDefaults(spec, {
      parallelism: 1,
      backoffLimit: 6,
      completionMode: 'NonIndexed',
      suspend: false,
      podReplacementPolicy: spec['podFailurePolicy'] === undefined ? 'TerminatingOrFailed' : 'Failed',
    });
    if (spec['manualSelector'] !== true) spec['manualSelector'] = false;
    defaultPodTemplate(spec);
    const template = maybeChild(maybeChild(spec, 'template'), 'metadata')?.['labels'];
    if (!draft.metadata.labels && template)
      draft.metadata.labels = { ...(template as Record<string, string>) };
  },
  prepareCreate(draft) {
    const spec = specOf(draft);
    if (spec['manualSelector'] === true) return;
    const { uid = '', name = '' } = draft.metadata;
    const labels = child(child(child(spec, 'template'), 'metadata'), 'labels');
    // Labels that were taken over from the template go on following it.
    const isShared = isEqual(draft.metadata.labels, labels);
    const values = [uid, name, uid, name];
    JOB_LABELS.forEach((label, i) => (labels[label] ??= values[i]));
    if (isShared) draft.metadata.labels = { ...(labels as Record<string, string>) };
    spec['selector'] = { matchLabels: { 'batch.kubernetes.io/controller-uid': uid } };
  },
  validate(object) {
    const spec = maybeSpec(object);
    const template = maybeChild(maybeChild(spec, 'template'), 'spec');
    const errors = [
      ...JOB_COUNTS.flatMap((field) => nonNegative(`spec.${field}`, spec?.[field])),
      ...validatePodSpec(template, 'spec.template.spec'),
    ];
    if (template?.['restartPolicy'] === 'Always') {
      const message = 'Required value: valid values: "OnFailure", "Never"';
      errors.push({ type: 'FieldValueRequired', field: 'spec.template.spec.restartPolicy', message });
    }
    return errors;
  },
  validateUpdate: (object, old) => [
    ...(maybeSpec(object)?.['completionMode'] === 'Indexed' ? [] : fixed(object, old, 'completions')),
    ...fixed(object, old, 'selector'),
    ...(maybeSpec(old)?.['suspend'] === true ? [] : fixed(object, old, 'template')),
    ...JOB_FIXED.flatMap((field) => fixed(object, old, field)),
  ],
};

export const cronJob: Hooks = {
  defaults(draft) {
    const spec = specOf(draft);
    setDefaults(spec, {
      concurrencyPolicy: 'Allow',
      suspend: false,
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 1,
    });
    const template = child(spec, 'jobTemplate');
    child(template, 'metadata');
    defaultPodTemplate(child(template, 'spec'));
  },
  validate(object) {
    const spec = maybeSpec(object) ?? {};
    const { schedule, concurrencyPolicy } = spec;
    const why = typeof schedule === 'string' && schedule !== '' ? scheduleError(schedule) : undefined;
    return [
      ...((schedule ?? '') === '' ? [required('spec.schedule')] : []),
      ...(why === undefined ? [] : [invalidValue('spec.schedule', schedule, why)]),
      ...nonNegative('spec.startingDeadlineSeconds', spec['startingDeadlineSeconds']),
      ...oneOf('spec.concurrencyPolicy', concurrencyPolicy, ['Allow', 'Forbid', 'Replace']),
      ...['successfulJobsHistoryLimit', 'failedJobsHistoryLimit'].flatMap((field) =>
        nonNegative(`spec.${field}`, spec[field]),
      ),
    ];
  },
};

/** A Pod's `/binding`: a Pod that has no node yet gets one, and nothing else changes. */
const binding: PartStrategy = {
  prepareUpdate: (draft, old) => ({
    ...old,
    metadata: draft.metadata,
    spec: { ...maybeSpec(old), nodeName: maybeSpec(draft)?.['nodeName'] },
  }),
  validateUpdate: () => [],
};

/** Seconds that a Pod gets to end. */
const DEFAULT_GRACE = 30;

export const pod: Hooks = {
  defaults(draft) {
    const spec = specOf(draft);
    spec['enableServiceLinks'] ??= true;
    defaultPodSpec(spec);
    for (const container of containersOf(spec)) {
      // Requests that are not given are the limits.
      const resources = maybeChild(container, 'resources');
      const limits = maybeChild(resources, 'limits');
      if (resources && limits) setDefaults(child(resources, 'requests'), limits);
    }
  },
  prepareCreate(draft) {
    const spec = specOf(draft);
    spec['preemptionPolicy'] ??= 'PreemptLowerPriority';
    spec['priority'] ??= 0;
    tolerateForAWhile(spec);
    draft['status'] = { phase: 'Pending', qosClass: qosClass(spec) };
  },
  validate: (object) => validatePodSpec(maybeSpec(object), 'spec'),
  validateUpdate(object, old) {
    const mutable = (spec: Draft | undefined): Draft => ({
      ...spec,
      activeDeadlineSeconds: 0,
      terminationGracePeriodSeconds: 0,
      tolerations: 0,
      schedulingGates: 0,
      containers: items(spec, 'containers').map((container) => ({ ...container, image: '' })),
      initContainers: items(spec, 'initContainers').map((container) => ({ ...container, image: '' })),
    });
    if (isEqual(mutable(maybeSpec(object)), mutable(maybeSpec(old)))) return [];
    const text =
      'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';
    return [forbiddenField('spec', text)];
  },
  parts: { ephemeralcontainers: ephemeralContainers, binding },
  gracePeriod(object, requested) {
    const spec = maybeSpec(object);
    const phase = maybeChild(object, 'status')?.['phase'];
    // Nothing runs that would need time to end.
    if ((spec?.['nodeName'] ?? '') === '' || phase === 'Succeeded' || phase === 'Failed') return 0;
    return requested ?? (spec?.['terminationGracePeriodSeconds'] as number | undefined) ?? DEFAULT_GRACE;
  },
};

const containersOf = (spec: Draft): Draft[] => [
  ...items(spec, 'containers'),
  ...items(spec, 'initContainers'),
];

/** Pods stay five minutes on a node that is not ready, unless they say otherwise. */
function tolerateForAWhile(spec: Draft): void {
  const tolerations = items(spec, 'tolerations');
  for (const key of ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']) {
    const isCovered = tolerations.some(
      (toleration) =>
        (toleration['key'] ?? key) === key && (toleration['effect'] ?? 'NoExecute') === 'NoExecute',
    );
    if (!isCovered)
      tolerations.push({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 });
  }
  if (tolerations.length > 0) spec['tolerations'] = tolerations;
}

/** How a Pod ranks when its node runs short, by what its containers ask for. */
function qosClass(spec: Draft): string {
  const resources = containersOf(spec).map((container) => maybeChild(container, 'resources'));
  const has = (kind: string, name: string) => (part: Draft | undefined) =>
    maybeChild(part, kind)?.[name] !== undefined;
  const isGuaranteed = ['cpu', 'memory'].every((name) =>
    resources.every(
      (part) =>
        has('limits', name)(part) &&
        isEqual(maybeChild(part, 'limits')?.[name], maybeChild(part, 'requests')?.[name]),
    ),
  );
  if (resources.length > 0 && isGuaranteed) return 'Guaranteed';
  const asks = resources.some((part) =>
    ['limits', 'requests'].some((kind) => Object.keys(maybeChild(part, kind) ?? {}).length > 0),
  );
  return asks ? 'Burstable' : 'BestEffort';
}
