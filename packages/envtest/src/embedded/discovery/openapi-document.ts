import { formatApiVersion } from '@gitops-toolkit/core';
import { builtinSchema, type Schema } from '@gitops-toolkit/schema';

import { messageName } from '../go-types/message-types.ts';
import type { ServedResource } from '../registry/served-resource.ts';
import { componentReference, OpenApiComponents } from './openapi-components.ts';

/** The parameters that `kubectl` looks for before it trusts the server to check and to try out writes. */
const WRITE_PARAMETERS = ['dryRun', 'fieldManager', 'fieldValidation', 'force', 'pretty'];

/** Metadata of custom resources is typed whatever their schema says; any built-in kind has its schema. */
const ownMetadata = (): Schema =>
  builtinSchema({ group: '', version: 'v1', kind: 'ConfigMap' })?.properties?.['metadata'] ?? {
    type: 'object',
  };

/** The OpenAPI v3 document of one group and version: structure without prose. */
export function openApiDocument(resources: readonly ServedResource[]): unknown {
  const components = new OpenApiComponents();
  const paths: Record<string, unknown> = {};
  for (const resource of resources) {
    const name = componentName(resource);
    components.add(name, withType(resource), goType(resource));
    paths[objectPath(resource)] = pathItem(resource, name);
  }
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: 'unversioned' },
    paths,
    components: { schemas: components.schemas },
  };
}

/** The Go type of a kind. Of custom ones only the metadata has one. */
const goType = ({ group, version, kind, custom }: ServedResource): string =>
  custom ? 'meta/v1.PartialObjectMetadata' : messageName(formatApiVersion(group, version), kind);

function componentName({ group, version, kind }: ServedResource): string {
  const reversed = group === '' ? 'core' : group.split('.').reverse().join('.');
  return `${reversed}.${version}.${kind}`;
}

function objectPath({ group, version, plural, namespaced }: ServedResource): string {
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  return `${root}/${namespaced ? 'namespaces/{namespace}/' : ''}${plural}/{name}`;
}

function pathItem(resource: ServedResource, name: string): unknown {
  const { group, version, kind } = resource;
  const gvk = { group, version, kind };
  const content = { 'application/json': { schema: { $ref: componentReference(name) } } };
  const operation = (action: string, parameters: readonly string[]): unknown => ({
    operationId: `${action}${group}${version}${kind}`,
    parameters: parameters.map((parameter) => ({ name: parameter, in: 'query', schema: { type: 'string' } })),
    responses: { 200: { description: 'OK', content } },
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': gvk,
  });
  return {
    get: operation('get', ['pretty']),
    ...(resource.verbs.includes('patch') ? { patch: operation('patch', WRITE_PARAMETERS) } : {}),
    ...(resource.verbs.includes('update') ? { put: operation('put', WRITE_PARAMETERS) } : {}),
  };
}

function withType(resource: ServedResource): Schema {
  const { group, version, kind } = resource;
  const schema = resource.schema() ?? { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  const properties = {
    apiVersion: { type: 'string' },
    kind: { type: 'string' },
    ...schema.properties,
    ...(resource.custom || !schema.properties?.['metadata'] ? { metadata: ownMetadata() } : {}),
  } as const;
  return { ...schema, properties, 'x-kubernetes-group-version-kind': [{ group, version, kind }] };
}
