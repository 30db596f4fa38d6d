import { getOwn, type KubeObject } from '@gitops-toolkit/core';

import type { Engine } from '../engine.ts';
import type { AccessAttributes, Authorizer, PolicyRule, UserRules } from './authorizer.ts';
import { allowKnown } from './authorizer.ts';
import { MASTERS, type UserInfo } from './user.ts';

const RBAC = 'rbac.authorization.k8s.io';

interface Subject {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

/** Decides by the roles and bindings that the server stores. Members of `system:masters` may do everything. */
export function rbacAuthorizer(engine: Engine): Authorizer {
  return {
    allows: (user, attributes) =>
      isMaster(user) || rules(engine, user, attributes.namespace).some((rule) => covers(rule, attributes)),
    allowsPath: (user, verb, path) =>
      isMaster(user) || rules(engine, user, '').some((rule) => coversPath(rule, verb, path)),
    rulesFor: (user, namespace) =>
      isMaster(user) ? allowKnown.rulesFor(user, namespace) : split(rules(engine, user, namespace)),
  };
}

const isMaster = (user: UserInfo): boolean => user.groups.includes(MASTERS);

function split(all: readonly PolicyRule[]): UserRules {
  return {
    resourceRules: all.filter((rule) => rule.nonResourceURLs === undefined),
    nonResourceRules: all.filter((rule) => rule.nonResourceURLs !== undefined),
  };
}

/** The rules bound to a user everywhere, and in the namespace. */
function rules(engine: Engine, user: UserInfo, namespace: string): PolicyRule[] {
  const clusterWide = engine.list(`${RBAC}/clusterrolebindings`);
  const local = namespace === '' ? [] : engine.list(`${RBAC}/rolebindings`, namespace);
  return [...clusterWide, ...local]
    .filter((binding) => subjectsOf(binding).some((subject) => isSubject(user, subject, binding)))
    .flatMap((binding) => rulesOf(engine, binding));
}

function subjectsOf(binding: KubeObject): Subject[] {
  return (binding['subjects'] ?? []) as Subject[];
}

function isSubject(user: UserInfo, subject: Subject, binding: KubeObject): boolean {
  switch (subject.kind) {
    case 'User':
      return subject.name === user.name;
    case 'Group':
      return user.groups.includes(subject.name);
    case 'ServiceAccount': {
      const namespace = subject.namespace ?? binding.metadata.namespace ?? '';
      return user.name === `system:serviceaccount:${namespace}:${subject.name}`;
    }
    default:
      return false;
  }
}

function rulesOf(engine: Engine, binding: KubeObject): PolicyRule[] {
  const name = String(getOwn(binding['roleRef'], 'name'));
  const role =
    getOwn(binding['roleRef'], 'kind') === 'Role'
      ? engine.find(`${RBAC}/roles`, binding.metadata.namespace, name)
      : engine.find(`${RBAC}/clusterroles`, undefined, name);
  return (role?.['rules'] ?? []) as PolicyRule[];
}

const has = (list: readonly string[] | undefined, value: string): boolean =>
  list?.includes('*') === true || list?.includes(value) === true;

function covers(rule: PolicyRule, { verb, group, resource, name }: AccessAttributes): boolean {
  if (!has(rule.verbs, verb) || !has(rule.apiGroups, group)) return false;
  const part = resource.includes('/') ? `*/${resource.slice(resource.indexOf('/') + 1)}` : undefined;
  if (!has(rule.resources, resource) && !(part !== undefined && rule.resources?.includes(part))) return false;
  return (
    rule.resourceNames === undefined || rule.resourceNames.length === 0 || rule.resourceNames.includes(name)
  );
}

function coversPath(rule: PolicyRule, verb: string, path: string): boolean {
  if (!has(rule.verbs, verb)) return false;
  return (rule.nonResourceURLs ?? []).some((url) => {
    if (url === '*' || url === path) return true;
    return url.endsWith('*') && path.startsWith(url.slice(0, -1));
  });
}
