import { isEqual, type KubeObject, kubeTime } from '@gitops-toolkit/core';
import type { FieldError } from '@gitops-toolkit/schema';

import { child, type Draft, maybeChild, setDefaults } from '../draft.ts';
import { forbiddenField, immutable, notSupported, oneOf, required } from '../field-errors.ts';
import { labelSelectorErrors } from '../selector-validation.ts';
import type { Strategy } from '../strategy.ts';

type Hooks = Partial<Strategy>;

/** By these, volumes and claims stay as long as they are in use. */
export const PVC_PROTECTION = 'kubernetes.io/pvc-protection';
export const PV_PROTECTION = 'kubernetes.io/pv-protection';

const ACCESS_MODES = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];
const VOLUME_MODES = ['Block', 'Filesystem'];
const POD_ONLY = 'ReadWriteOncePod';

function addFinalizer({ metadata }: KubeObject, name: string): void {
  if (!metadata.finalizers?.includes(name)) metadata.finalizers = [...(metadata.finalizers ?? []), name];
}

function accessModeErrors(spec: Draft | undefined): FieldError[] {
  const given = (Array.isArray(spec?.['accessModes']) ? spec['accessModes'] : []) as string[];
  const errors = given
    .filter((mode) => !ACCESS_MODES.includes(mode))
    .map((mode) => notSupported('spec.accessModes', mode, ACCESS_MODES));
  const isShared = given.some((mode) => mode !== POD_ONLY && ACCESS_MODES.includes(mode));
  if (given.includes(POD_ONLY) && isShared) {
    errors.push(forbiddenField('spec.accessModes', `may not use ${POD_ONLY} with other access modes`));
  }
  return given.length === 0 ? [required('spec.accessModes', 'at least 1 access mode is required')] : errors;
}

export const persistentVolumeClaim: Hooks = {
  defaults(draft) {
    child(draft, 'spec')['volumeMode'] ??= 'Filesystem';
  },
  prepareCreate(draft, context) {
    defaultClass(draft, context.list('storage.k8s.io/storageclasses'));
    draft['status'] = { phase: 'Pending' };
    addFinalizer(draft, PVC_PROTECTION);
  },
  validate(object) {
    const spec = maybeChild(object, 'spec');
    const isSized = maybeChild(maybeChild(spec, 'resources'), 'requests')?.['storage'] !== undefined;
    return [
      ...labelSelectorErrors(maybeChild(spec, 'selector'), 'spec.selector'),
      ...accessModeErrors(spec),
      ...(isSized ? [] : [required('spec.resources[storage]')]),
      ...oneOf('spec.volumeMode', spec?.['volumeMode'], VOLUME_MODES),
    ];
  },
  validateUpdate(object, old) {
    const fixed = (claim: typeof object): unknown => ({
      ...maybeChild(claim, 'spec'),
      resources: undefined,
      volumeName: undefined,
      volumeAttributesClassName: undefined,
    });
    if (isEqual(fixed(object), fixed(old))) return [];
    const text =
      'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims';
    return [{ type: 'FieldValueForbidden', field: 'spec', message: `Forbidden: ${text}` }];
  },
};

/** A claim that names no class gets the cluster's default one, of several the newest. */
function defaultClass(draft: KubeObject, classes: readonly KubeObject[]): void {
  const spec = child(draft, 'spec');
  const annotation = draft.metadata.annotations?.['volume.beta.kubernetes.io/storage-class'];
  if (spec['storageClassName'] !== undefined || annotation !== undefined) return;
  const chosen = newestDefault(classes, 'storageclass.kubernetes.io/is-default-class');
  if (chosen) spec['storageClassName'] = chosen.metadata.name;
}

/** Of the classes that an annotation marks as default the newest; of equally new ones the first by name. */
export function newestDefault(classes: readonly KubeObject[], annotation: string): KubeObject | undefined {
  const rank = ({ metadata }: KubeObject): string => metadata.creationTimestamp ?? '';
  return classes
    .filter(({ metadata }) => metadata.annotations?.[annotation] === 'true')
    .reduce<KubeObject | undefined>(
      (best, candidate) => (best && rank(best) >= rank(candidate) ? best : candidate),
      undefined,
    );
}

export const persistentVolume: Hooks = {
  defaults(draft) {
    const spec = child(draft, 'spec');
    setDefaults(spec, { volumeMode: 'Filesystem', persistentVolumeReclaimPolicy: 'Retain' });
    const hostPath = maybeChild(spec, 'hostPath');
    if (hostPath) hostPath['type'] ??= '';
  },
  prepareCreate(draft, context) {
    draft['status'] = { phase: 'Pending', lastPhaseTransitionTime: kubeTime(context.clock.now()) };
    addFinalizer(draft, PV_PROTECTION);
  },
  validate(object) {
    const spec = maybeChild(object, 'spec');
    const isSized = Object.keys(maybeChild(spec, 'capacity') ?? {}).length > 0;
    return [...accessModeErrors(spec), ...(isSized ? [] : [required('spec.capacity')])];
  },
};

export const storageClass: Hooks = {
  defaults(draft) {
    setDefaults(draft, { reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' });
  },
  validate(object) {
    return (object['provisioner'] ?? '') === '' ? [required('provisioner')] : [];
  },
  validateUpdate(object, old) {
    const errors = ['parameters', 'provisioner', 'reclaimPolicy']
      .filter((field) => !isEqual(object[field], old[field]))
      .map((field) => forbiddenField(field, `updates to ${field} are forbidden.`));
    const mode = object['volumeBindingMode'];
    return mode === old['volumeBindingMode'] ? errors : [...errors, immutable('volumeBindingMode', mode)];
  },
};

export const csiDriver: Hooks = {
  defaults(draft) {
    setDefaults(child(draft, 'spec'), {
      attachRequired: true,
      podInfoOnMount: false,
      storageCapacity: false,
      fsGroupPolicy: 'ReadWriteOnceWithFSType',
      volumeLifecycleModes: ['Persistent'],
      requiresRepublish: false,
      seLinuxMount: false,
    });
  },
};
