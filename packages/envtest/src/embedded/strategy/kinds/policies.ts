import { isEqual } from '@gitops-toolkit/core';
import type { FieldError } from '@gitops-toolkit/schema';

import { child, type Draft, items, maybeChild, setDefaults, text } from '../draft.ts';
import { forbiddenField, immutable, invalidValue, oneOf, required } from '../field-errors.ts';
import { nameErrors } from '../names.ts';
import { labelSelectorErrors } from '../selector-validation.ts';
import type { Strategy } from '../strategy.ts';

type Hooks = Partial<Strategy>;

/** The highest priority that is not the system's own. */
const HIGHEST_PRIORITY = 1_000_000_000;

export const horizontalPodAutoscaler: Hooks = {
  defaults(draft) {
    const spec = child(draft, 'spec');
    spec['minReplicas'] ??= 1;
    if (draft.apiVersion !== 'autoscaling/v2' || items(spec, 'metrics').length > 0) return;
    const target = { type: 'Utilization', averageUtilization: 80 };
    spec['metrics'] = [{ type: 'Resource', resource: { name: 'cpu', target } }];
  },
  validate(object) {
    const spec = maybeChild(object, 'spec') ?? {};
    const [min, max] = [Number(spec['minReplicas'] ?? 1), Number(spec['maxReplicas'] ?? 0)];
    const errors: FieldError[] = [];
    if (min < 1) errors.push(invalidValue('spec.minReplicas', min, 'must be greater than or equal to 1'));
    if (max < 1) errors.push(invalidValue('spec.maxReplicas', max, 'must be greater than 0'));
    if (max < min)
      errors.push(invalidValue('spec.maxReplicas', max, 'must be greater than or equal to `minReplicas`'));
    return [...errors, ...scaleTargetErrors(maybeChild(spec, 'scaleTargetRef') ?? {}, 'spec.scaleTargetRef')];
  },
};

function scaleTargetErrors(target: Draft, path: string): FieldError[] {
  const errors = ['kind', 'name'].flatMap((field) => {
    const value = text(target, field);
    if (value === '') return [required(`${path}.${field}`)];
    return nameErrors('path-segment', value).map((message) =>
      invalidValue(`${path}.${field}`, value, message),
    );
  });
  const apiVersion = text(target, 'apiVersion');
  const [group = '', version] = apiVersion.split('/');
  // Only kinds of the core group, which scale as well, have no group.
  const isGrouped =
    (group !== '' && version !== undefined) || text(target, 'kind') === 'ReplicationController';
  return isGrouped
    ? errors
    : [...errors, invalidValue(`${path}.apiVersion`, apiVersion, 'apiVersion must specify API group')];
}

export const podDisruptionBudget: Hooks = {
  prepareCreate(draft) {
    draft['status'] = { currentHealthy: 0, desiredHealthy: 0, disruptionsAllowed: 0, expectedPods: 0 };
  },
  validate(object) {
    const spec = maybeChild(object, 'spec') ?? {};
    const { minAvailable: min, maxUnavailable: max, unhealthyPodEvictionPolicy: policy } = spec;
    const errors: FieldError[] = [];
    if (min !== undefined && max !== undefined) {
      // Shown with the names of the Go fields.
      const shown = {
        MinAvailable: min,
        Selector: spec['selector'] ?? null,
        MaxUnavailable: max,
        UnhealthyPodEvictionPolicy: policy ?? null,
      };
      errors.push(invalidValue('spec', shown, 'minAvailable and maxUnavailable cannot be both set'));
    }
    return [
      ...errors,
      ...shareErrors(min, 'spec.minAvailable'),
      ...shareErrors(max, 'spec.maxUnavailable'),
      ...labelSelectorErrors(maybeChild(spec, 'selector'), 'spec.selector'),
      ...oneOf('spec.unhealthyPodEvictionPolicy', policy, ['AlwaysAllow', 'IfHealthyBudget']),
    ];
  },
};

/** A count that is not negative, or a share up to all. */
function shareErrors(value: unknown, path: string): FieldError[] {
  if (typeof value === 'number')
    return value < 0 ? [invalidValue(path, value, 'must be greater than or equal to 0')] : [];
  if (typeof value !== 'string') return [];
  if (!/^[0-9]+%$/.test(value)) {
    const text =
      "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')";
    return [invalidValue(path, value, text)];
  }
  return Number.parseInt(value, 10) > 100 ? [invalidValue(path, value, 'must not be greater than 100%')] : [];
}

export const priorityClass: Hooks = {
  defaults(draft) {
    setDefaults(draft, { preemptionPolicy: 'PreemptLowerPriority' });
  },
  validate(object) {
    const isOwn = object.metadata.name?.startsWith('system-') === true;
    if (isOwn || Number(object['value'] ?? 0) <= HIGHEST_PRIORITY) return [];
    const text = `maximum allowed value of a user defined priority is ${HIGHEST_PRIORITY}`;
    return [forbiddenField('value', text)];
  },
  validateUpdate(object, old) {
    const errors: FieldError[] = [];
    if ((object['value'] ?? 0) !== (old['value'] ?? 0))
      errors.push(forbiddenField('value', 'may not be changed in an update.'));
    if (!isEqual(object['preemptionPolicy'], old['preemptionPolicy']))
      errors.push(immutable('preemptionPolicy', object['preemptionPolicy']));
    return errors;
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
