import { isEqual, type KubeObject, kubeTime } from '@gitops-toolkit/core';

import { child, items, maybeChild, setDefaults } from '../draft.ts';
import { invalidValue, required } from '../field-errors.ts';
import type { Strategy } from '../strategy.ts';

type Hooks = Partial<Strategy>;

/** By these, volumes and claims stay as long as they are in use. */
export const PVC_PROTECTION = 'kubernetes.io/pvc-protection';
export const PV_PROTECTION = 'kubernetes.io/pv-protection';

function addFinalizer({ metadata }: KubeObject, name: string): void {
  if (!metadata.finalizers?.includes(name)) metadata.finalizers = [...(metadata.finalizers ?? []), name];
}

const RBAC = 'rbac.authorization.k8s.io';

export const namespace: Hooks = {
  defaults(draft) {
    const { name } = draft.metadata;
    if (name) child(draft.metadata, 'labels')['kubernetes.io/metadata.name'] ??= name;
  },
  prepareCreate(draft) {
    child(draft.metadata, 'labels')['kubernetes.io/metadata.name'] = draft.metadata.name;
    draft['spec'] = { finalizers: ['kubernetes'] };
    draft['status'] = { phase: 'Active' };
  },
  prepareUpdate(draft, old) {
    draft['spec'] = old['spec'];
  },
};

export const roleBinding: Hooks = {
  defaults(draft) {
    const roleRef = child(draft, 'roleRef');
    setDefaults(roleRef, { apiGroup: RBAC });
    for (const subject of items(draft, 'subjects')) {
      if (subject['kind'] === 'User' || subject['kind'] === 'Group') subject['apiGroup'] ??= RBAC;
    }
  },
  validate(object) {
    const name = maybeChild(object, 'roleRef')?.['name'];
    return (name ?? '') === '' ? [required('roleRef.name')] : [];
  },
  validateUpdate(object, old) {
    if (isEqual(object['roleRef'], old['roleRef'])) return [];
    return [invalidValue('roleRef', object['roleRef'], 'cannot change roleRef')];
  },
};

export const persistentVolumeClaim: Hooks = {
  defaults(draft) {
    child(draft, 'spec')['volumeMode'] ??= 'Filesystem';
  },
  prepareCreate(draft) {
    draft['status'] = { phase: 'Pending' };
    addFinalizer(draft, PVC_PROTECTION);
  },
  validate(object) {
    const spec = maybeChild(object, 'spec');
    const errors = [];
    if (!Array.isArray(spec?.['accessModes']))
      errors.push(required('spec.accessModes', 'at least 1 access mode is required'));
    if (maybeChild(maybeChild(spec, 'resources'), 'requests')?.['storage'] === undefined) {
      errors.push(required('spec.resources[storage]'));
    }
    return errors;
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
};

export const limitRange: Hooks = {
  defaults(draft) {
    for (const limit of items(maybeChild(draft, 'spec'), 'limits')) {
      if (limit['type'] !== 'Container') continue;
      const max = maybeChild(limit, 'max');
      if (max) setDefaults(child(limit, 'default'), max);
      const requests = { ...maybeChild(limit, 'min'), ...maybeChild(limit, 'default') };
      if (Object.keys(requests).length > 0) setDefaults(child(limit, 'defaultRequest'), requests);
    }
  },
};

export const node: Hooks = {
  prepareCreate(draft) {
    const spec = child(draft, 'spec');
    const taints = items(spec, 'taints');
    const key = 'node.kubernetes.io/not-ready';
    if (!taints.some((taint) => taint['key'] === key))
      spec['taints'] = [...taints, { key, effect: 'NoSchedule' }];
  },
};

export const networkPolicy: Hooks = {
  defaults(draft) {
    const spec = child(draft, 'spec');
    for (const rule of [...items(spec, 'ingress'), ...items(spec, 'egress')]) {
      for (const port of items(rule, 'ports')) port['protocol'] ??= 'TCP';
    }
    child(spec, 'podSelector');
    spec['policyTypes'] ??= items(spec, 'egress').length > 0 ? ['Ingress', 'Egress'] : ['Ingress'];
  },
};

export const ingress: Hooks = {
  prepareCreate(draft) {
    draft['status'] = { loadBalancer: {} };
  },
  validate(object) {
    const spec = maybeChild(object, 'spec');
    const isEmpty = items(spec, 'rules').length === 0 && maybeChild(spec, 'defaultBackend') === undefined;
    const errors = isEmpty
      ? [invalidValue('spec', null, 'either `defaultBackend` or `rules` must be specified')]
      : [];
    items(spec, 'rules').forEach((rule, i) => {
      items(maybeChild(rule, 'http'), 'paths').forEach((path, j) => {
        if (path['pathType'] === undefined)
          errors.push(required(`spec.rules[${i}].http.paths[${j}].pathType`, 'pathType must be specified'));
      });
    });
    return errors;
  },
};

export const horizontalPodAutoscaler: Hooks = {
  defaults(draft) {
    const spec = child(draft, 'spec');
    spec['minReplicas'] ??= 1;
    if (draft.apiVersion !== 'autoscaling/v2' || items(spec, 'metrics').length > 0) return;
    const target = { type: 'Utilization', averageUtilization: 80 };
    spec['metrics'] = [{ type: 'Resource', resource: { name: 'cpu', target } }];
  },
};

export const podDisruptionBudget: Hooks = {
  prepareCreate(draft) {
    draft['status'] = { currentHealthy: 0, desiredHealthy: 0, disruptionsAllowed: 0, expectedPods: 0 };
  },
};

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

export const storageClass: Hooks = {
  defaults(draft) {
    setDefaults(draft, { reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' });
  },
};

export const priorityClass: Hooks = {
  defaults(draft) {
    setDefaults(draft, { preemptionPolicy: 'PreemptLowerPriority' });
  },
};

export const webhookConfiguration: Hooks = {
  defaults(draft) {
    for (const webhook of items(draft, 'webhooks')) {
      setDefaults(webhook, {
        failurePolicy: 'Fail',
        matchPolicy: 'Equivalent',
        namespaceSelector: {},
        objectSelector: {},
        timeoutSeconds: 10,
      });
      if (draft.kind === 'MutatingWebhookConfiguration') webhook['reinvocationPolicy'] ??= 'Never';
      for (const rule of items(webhook, 'rules')) rule['scope'] ??= '*';
      const service = maybeChild(maybeChild(webhook, 'clientConfig'), 'service');
      if (service) service['port'] ??= 443;
    }
  },
};

export const apiService: Hooks = {
  defaults(draft) {
    const service = maybeChild(maybeChild(draft, 'spec'), 'service');
    if (service) service['port'] ??= 443;
  },
};
