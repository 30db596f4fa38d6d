import { formatApiVersion, type KubeObject } from '@gitops-toolkit/core';
import { type BuiltinResource, builtinResources, builtinSchema } from '@gitops-toolkit/schema';

import { selectableFieldsOf } from '../selectors/builtin-fields.ts';
import { builtinStrategy } from '../strategy/builtin-strategies.ts';
import { conversionOf } from './conversion.ts';
import type { Registry } from './registry.ts';
import type { ServedResource, Subresource } from './served-resource.ts';

/** Adds the resources that every server has. Schemas are read when a kind is first written. */
export function addBuiltinResources(registry: Registry): void {
  for (const resource of builtinResources()) registry.add(servedBuiltin(resource));
}

const DEPRECATED: Readonly<Record<string, string>> = {
  'v1/endpoints': 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
  'v1/componentstatuses': 'v1 ComponentStatus is deprecated in v1.19+',
};

function servedBuiltin(builtin: BuiltinResource): ServedResource {
  const { group, version, kind, plural, singular, namespaced, verbs, shortNames, categories } = builtin;
  const apiVersion = formatApiVersion(group, version);
  const conversion = conversionOf(group, version, plural);
  const deprecation = DEPRECATED[`${apiVersion}/${plural}`];
  return {
    group,
    version,
    apiVersion,
    kind,
    listKind: builtin.listKind ?? `${kind}List`,
    plural,
    singular,
    namespaced,
    verbs,
    shortNames,
    categories,
    subresources: builtin.subresources.map((part) => servedPart(builtin, part)),
    storage: conversion?.storage ?? `${group}/${plural}`,
    strategy: builtinStrategy(
      group,
      plural,
      builtin.subresources.some(({ name }) => name === 'status'),
    ),
    selectable: selectableFieldsOf(group, plural),
    ...(deprecation === undefined ? {} : { deprecation }),
    schema: () => builtinSchema({ group, version, kind }),
    fromStorage: conversion?.fromStorage ?? identity,
    toStorage: conversion?.toStorage ?? identity,
  };
}

function servedPart(resource: BuiltinResource, part: BuiltinResource['subresources'][number]): Subresource {
  const { name, kind, group, version, verbs } = part;
  const isOwn = group === resource.group && version === resource.version;
  return { name, kind, verbs, ...(isOwn ? {} : { group, version }) };
}

const identity = (object: KubeObject): KubeObject => object;
