import { getOwn, type KubeObject } from '@gitops-toolkit/core';

import type { Engine } from '../engine.ts';
import { fromLabelSelectorObject, matchesLabels } from '../selectors/label-selector.ts';
import type { Scope } from '../write/scope.ts';

/** What is done to an object. */
export type Operation = 'CREATE' | 'DELETE' | 'UPDATE';

/** One webhook of a configuration, after its defaults. */
export interface Webhook {
  readonly name: string;
  readonly clientConfig: ClientConfig;
  readonly rules?: readonly Rule[];
  readonly failurePolicy: 'Fail' | 'Ignore';
  readonly namespaceSelector: unknown;
  readonly objectSelector: unknown;
  readonly sideEffects: string;
  readonly timeoutSeconds: number;
  readonly reinvocationPolicy?: 'IfNeeded' | 'Never';
}

/** Where a webhook is, and whom to trust for it. */
export interface ClientConfig {
  readonly url?: string;
  readonly service?: { readonly namespace: string; readonly name: string };
  /** PEM in base64. */
  readonly caBundle?: string;
}

interface Rule {
  readonly apiGroups: readonly string[];
  readonly apiVersions: readonly string[];
  readonly operations: readonly string[];
  readonly resources: readonly string[];
  readonly scope: '*' | 'Cluster' | 'Namespaced';
}

/** The two kinds of configurations. */
export const CONFIGURATIONS = {
  mutating: 'admissionregistration.k8s.io/mutatingwebhookconfigurations',
  validating: 'admissionregistration.k8s.io/validatingwebhookconfigurations',
} as const;

const CRDS = 'apiextensions.k8s.io/customresourcedefinitions';

/** Whether there is any webhook that could be asked. */
export function hasWebhooks(engine: Engine): boolean {
  return (
    Object.values(CONFIGURATIONS).some((resource) => engine.list(resource).length > 0) ||
    engine.list(CRDS).some(({ spec }) => getOwn(getOwn(spec, 'conversion'), 'strategy') === 'Webhook')
  );
}

/** The webhooks of a type that are to be asked about a write, by the names of their configurations. */
export function webhooksFor(
  engine: Engine,
  type: keyof typeof CONFIGURATIONS,
  scope: Scope,
  operation: Operation,
  objects: readonly (KubeObject | undefined)[],
): Webhook[] {
  // Or nobody could ever remove a webhook that refuses everything.
  if (scope.resource.group === 'admissionregistration.k8s.io') return [];
  return engine
    .list(CONFIGURATIONS[type])
    .flatMap((configuration) => (configuration['webhooks'] as Webhook[] | undefined) ?? [])
    .filter(
      (webhook) =>
        webhook.rules?.some((rule) => matchesRule(rule, scope, operation)) === true &&
        matchesNamespace(engine, webhook, scope, objects) &&
        matchesObject(webhook, objects),
    );
}

function matchesRule(rule: Rule, { resource, subresource }: Scope, operation: Operation): boolean {
  const names = (allowed: readonly string[], value: string): boolean =>
    allowed.includes('*') || allowed.includes(value);
  const scope = resource.namespaced ? 'Namespaced' : 'Cluster';
  return (
    names(rule.operations, operation) &&
    names(rule.apiGroups, resource.group) &&
    names(rule.apiVersions, resource.version) &&
    (rule.scope === '*' || rule.scope === scope) &&
    rule.resources.some((pattern) => matchesResource(pattern, resource.plural, subresource))
  );
}

// A pattern is a resource, a resource with a subresource, or an asterisk in place of either.
function matchesResource(pattern: string, plural: string, subresource = ''): boolean {
  const [resource, part = ''] = pattern.split('/');
  return (resource === '*' || resource === plural) && (part === '*' || part === subresource);
}

/** Objects without a namespace always match, but for namespaces, whose labels are their own. */
function matchesNamespace(
  engine: Engine,
  { namespaceSelector }: Webhook,
  { namespace, resource }: Scope,
  [object, old]: readonly (KubeObject | undefined)[],
): boolean {
  const selector = fromLabelSelectorObject(namespaceSelector);
  if (resource.storage === '/namespaces') return matchesLabels(selector, (object ?? old)?.metadata.labels);
  if (!resource.namespaced || namespace === undefined) return true;
  return matchesLabels(selector, engine.find('/namespaces', undefined, namespace)?.metadata.labels);
}

/** Either state will do, so that nobody escapes by a change of labels. */
function matchesObject({ objectSelector }: Webhook, objects: readonly (KubeObject | undefined)[]): boolean {
  const selector = fromLabelSelectorObject(objectSelector);
  if (selector.length === 0) return true;
  return objects.some(
    (object) =>
      object && matchesLabels(selector, getOwn(object.metadata, 'labels') as Record<string, string>),
  );
}
