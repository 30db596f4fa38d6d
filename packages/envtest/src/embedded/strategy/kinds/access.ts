import { isEqual, type KubeObject } from '@gitops-toolkit/core';
import type { FieldError } from '@gitops-toolkit/schema';

import { child, type Draft, items, maybeChild, setDefaults, text } from '../draft.ts';
import { invalidValue, notSupported, oneOf, required } from '../field-errors.ts';
import { nameErrors } from '../names.ts';
import { labelSelectorErrors } from '../selector-validation.ts';
import type { Strategy } from '../strategy.ts';

type Hooks = Partial<Strategy>;

const RBAC = 'rbac.authorization.k8s.io';

const listOf = (draft: Draft, key: string): unknown[] => {
  const value = draft[key];
  return Array.isArray(value) ? value : [];
};

function ruleErrors(rule: Draft, path: string, namespaced: boolean): FieldError[] {
  const errors: FieldError[] = [];
  const urls = listOf(rule, 'nonResourceURLs');
  if (listOf(rule, 'verbs').length === 0)
    errors.push(required(`${path}.verbs`, 'verbs must contain at least one value'));
  if (urls.length === 0) return [...errors, ...resourceRuleErrors(rule, path)];
  const at = `${path}.nonResourceURLs`;
  if (namespaced) errors.push(invalidValue(at, urls, 'namespaced rules cannot apply to non-resource URLs'));
  if (['apiGroups', 'resources', 'resourceNames'].some((field) => listOf(rule, field).length > 0)) {
    errors.push(invalidValue(at, urls, 'rules cannot apply to both regular resources and non-resource URLs'));
  }
  return errors;
}

function resourceRuleErrors(rule: Draft, path: string): FieldError[] {
  return [
    ['apiGroups', 'api group'],
    ['resources', 'resource'],
  ]
    .filter(([field = '']) => listOf(rule, field).length === 0)
    .map(([field, what]) => required(`${path}.${field}`, `resource rules must supply at least one ${what}`));
}

const rulesErrors = (role: KubeObject, namespaced: boolean): FieldError[] =>
  items(role, 'rules').flatMap((rule, i) => ruleErrors(rule, `rules[${i}]`, namespaced));

export const role: Hooks = { validate: (object) => rulesErrors(object, true) };

export const clusterRole: Hooks = {
  validate(object) {
    const errors = rulesErrors(object, false);
    const aggregation = maybeChild(object, 'aggregationRule');
    if (!aggregation) return errors;
    const path = 'aggregationRule.clusterRoleSelectors';
    const selectors = items(aggregation, 'clusterRoleSelectors');
    if (selectors.length === 0)
      errors.push(required(path, 'at least one clusterRoleSelector required if aggregationRule is non-nil'));
    return [...errors, ...selectors.flatMap((selector, i) => labelSelectorErrors(selector, `${path}[${i}]`))];
  },
};

function subjectErrors(subject: Draft, path: string, namespaced: boolean): FieldError[] {
  const errors: FieldError[] = [];
  const [kind, name, group] = ['kind', 'name', 'apiGroup'].map((field) => text(subject, field));
  if (name === '') errors.push(required(`${path}.name`));
  switch (kind) {
    case 'ServiceAccount':
      for (const message of name ? nameErrors('subdomain', name) : [])
        errors.push(invalidValue(`${path}.name`, name, message));
      if (group !== '') errors.push(notSupported(`${path}.apiGroup`, group, ['']));
      if (!namespaced && text(subject, 'namespace') === '') errors.push(required(`${path}.namespace`));
      return errors;
    case 'User':
    case 'Group':
      return [...errors, ...oneOf(`${path}.apiGroup`, group, [RBAC])];
    default:
      return [...errors, notSupported(`${path}.kind`, kind, ['ServiceAccount', 'User', 'Group'])];
  }
}

function binding(namespaced: boolean): Hooks {
  return {
    defaults(draft) {
      setDefaults(child(draft, 'roleRef'), { apiGroup: RBAC });
      for (const subject of items(draft, 'subjects')) {
        if (subject['kind'] === 'User' || subject['kind'] === 'Group') subject['apiGroup'] ??= RBAC;
      }
    },
    validate(object) {
      const ref = maybeChild(object, 'roleRef') ?? {};
      const name = text(ref, 'name');
      return [
        ...oneOf('roleRef.apiGroup', text(ref, 'apiGroup'), [RBAC]),
        ...oneOf('roleRef.kind', text(ref, 'kind'), namespaced ? ['Role', 'ClusterRole'] : ['ClusterRole']),
        ...(name === '' ? [required('roleRef.name')] : []),
        ...nameErrors('path-segment', name).map((message) => invalidValue('roleRef.name', name, message)),
        ...items(object, 'subjects').flatMap((subject, i) =>
          subjectErrors(subject, `subjects[${i}]`, namespaced),
        ),
      ];
    },
    validateUpdate(object, old) {
      if (isEqual(object['roleRef'], old['roleRef'])) return [];
      const ref = maybeChild(object, 'roleRef');
      // Shown with the names of the Go fields.
      const shown = { APIGroup: text(ref, 'apiGroup'), Kind: text(ref, 'kind'), Name: text(ref, 'name') };
      return [invalidValue('roleRef', shown, 'cannot change roleRef')];
    },
  };
}

export const roleBinding: Hooks = binding(true);
export const clusterRoleBinding: Hooks = binding(false);
