import { formatApiVersion, type KubeObject } from '@gitops-toolkit/core';

import type { ClientConfig } from '../admission/webhook-configuration.ts';
import type { ServedResource, Subresource } from '../registry/served-resource.ts';
import { compareVersions } from '../registry/version-order.ts';
import type { Strategy } from '../strategy/strategy.ts';
import { customVersion, type VersionSpec } from './custom-pipeline.ts';
import type { CustomVersion } from './custom-version.ts';
import type { RuleEvaluator } from './rule-evaluator.ts';
import { WebhookConversion } from './webhook-conversion.ts';

/** The spec of a CustomResourceDefinition, after defaults and validation. */
export interface CrdSpec {
  readonly group: string;
  readonly scope: 'Namespaced' | 'Cluster';
  readonly names: {
    readonly plural: string;
    readonly singular: string;
    readonly kind: string;
    readonly listKind: string;
    readonly shortNames?: readonly string[];
    readonly categories?: readonly string[];
  };
  readonly versions: readonly CrdVersion[];
  readonly conversion?: {
    readonly strategy: 'None' | 'Webhook';
    readonly webhook?: { readonly clientConfig: ClientConfig };
  };
}

interface CrdVersion extends VersionSpec {
  readonly name: string;
  readonly served: boolean;
  readonly storage: boolean;
  readonly selectableFields?: readonly { readonly jsonPath: string }[];
  readonly deprecated?: boolean;
  readonly deprecationWarning?: string;
}

const VERBS = ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'];
const PART_VERBS = ['get', 'patch', 'update'];

/**
 * The resources that a definition makes the server serve: one a version.
 *
 * @param stored all objects of the definition
 */
export function servedVersions(
  spec: CrdSpec,
  rules: RuleEvaluator | undefined,
  stored: () => readonly KubeObject[],
): ServedResource[] {
  const conversion = conversionOf(spec, stored);
  const storage = spec.versions.find((version) => version.storage)?.name ?? '';
  return spec.versions
    .filter((version) => version.served)
    .map((version) => servedVersion(spec, version, storage, { rules, conversion }));
}

/** How objects get from one version to another. */
type Conversion = Pick<WebhookConversion, 'fromStorage' | 'toStorage'>;

function conversionOf({ conversion }: CrdSpec, stored: () => readonly KubeObject[]): Conversion {
  const { clientConfig } = conversion?.webhook ?? {};
  if (conversion?.strategy !== 'Webhook' || !clientConfig)
    return { fromStorage: withVersion, toStorage: withVersion };
  return new WebhookConversion(clientConfig, stored);
}

function servedVersion(
  spec: CrdSpec,
  version: CrdVersion,
  storageVersion: string,
  { rules, conversion }: { readonly rules: RuleEvaluator | undefined; readonly conversion: Conversion },
): ServedResource {
  const { group, names, scope } = spec;
  const custom = customVersion(version, rules);
  const apiVersion = formatApiVersion(group, version.name);
  const storageApiVersion = formatApiVersion(group, storageVersion);
  const fields = (version.selectableFields ?? []).map(({ jsonPath }) => jsonPath.replace(/^\./, ''));
  return {
    group,
    version: version.name,
    apiVersion,
    kind: names.kind,
    listKind: names.listKind,
    plural: names.plural,
    singular: names.singular,
    namespaced: scope === 'Namespaced',
    verbs: VERBS,
    shortNames: names.shortNames ?? [],
    categories: names.categories ?? [],
    subresources: subresources(names.kind, custom),
    storage: `${group}/${names.plural}`,
    strategy: strategy(custom),
    selectable: { fields, typed: true },
    ...(version.deprecated === true ? { deprecation: deprecationOf(spec, version) } : {}),
    custom,
    schema: () => custom.schema,
    fromStorage: (object) => conversion.fromStorage(object, apiVersion),
    toStorage: (object) => conversion.toStorage(object, storageApiVersion),
  };
}

/** What is said about a version that is deprecated: the better one to use, if there is one. */
function deprecationOf({ group, names, versions }: CrdSpec, version: CrdVersion): string {
  if (version.deprecationWarning !== undefined) return version.deprecationWarning;
  const better = versions
    .filter(
      ({ name, served, deprecated }) =>
        served && deprecated !== true && compareVersions(name, version.name) < 0,
    )
    .map(({ name }) => name)
    .sort(compareVersions)[0];
  const text = `${group}/${version.name} ${names.kind} is deprecated`;
  return better === undefined ? text : `${text}; use ${group}/${better} ${names.kind}`;
}

function subresources(kind: string, { hasStatus, scale }: CustomVersion): Subresource[] {
  const parts: Subresource[] = [];
  if (hasStatus) parts.push({ name: 'status', kind, verbs: PART_VERBS });
  if (scale)
    parts.push({ name: 'scale', kind: 'Scale', group: 'autoscaling', version: 'v1', verbs: PART_VERBS });
  return parts;
}

function strategy({ hasStatus }: CustomVersion): Strategy {
  return {
    nameRule: 'subdomain',
    managesGeneration: true,
    hasStatus,
    createOnUpdate: false,
    unconditionalUpdate: false,
  };
}

/** The conversion strategy `None` changes nothing but the version. */
function withVersion(object: KubeObject, apiVersion: string): KubeObject {
  return object.apiVersion === apiVersion ? object : { ...object, apiVersion };
}
