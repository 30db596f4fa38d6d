import type { Schema } from '@gitops-toolkit/schema';

import type { ServedResource } from '../registry/served-resource.ts';

/** The parameters that `kubectl` looks for before it trusts the server to check and to try out writes. */
const WRITE_PARAMETERS = ['dryRun', 'fieldManager', 'fieldValidation', 'force', 'pretty'];

const META: Schema = { type: 'object' };

/** The OpenAPI v3 document of one group and version: structure without prose. */
export function openApiDocument(resources: readonly ServedResource[]): unknown {
  const components = new Components();
  const paths: Record<string, unknown> = {};
  for (const resource of resources) {
    const name = componentName(resource);
    components.add(name, withType(resource));
    paths[objectPath(resource)] = pathItem(resource, name);
  }
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: 'unversioned' },
    paths,
    components: { schemas: components.schemas },
  };
}

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
  const content = { 'application/json': { schema: { $ref: reference(name) } } };
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
    metadata: META,
    ...schema.properties,
  } as const;
  return { ...schema, properties, 'x-kubernetes-group-version-kind': [{ group, version, kind }] };
}

const reference = (name: string): string => `#/components/schemas/${name}`;

/** Schemas by name. Parts that occur more than once, and parts that contain themselves, get a name of their own. */
class Components {
  readonly schemas: Record<string, unknown> = {};
  readonly #names: Map<Schema, string> = new Map();
  readonly #seen: Set<Schema> = new Set();

  add(name: string, schema: Schema): void {
    this.#countParts(schema);
    this.schemas[name] = this.#print(schema, name);
  }

  /** Notes every object that is linked to from two places. */
  #countParts(schema: Schema): void {
    for (const part of parts(schema)) {
      if (this.#seen.has(part) && part.properties) {
        if (!this.#names.has(part)) this.#names.set(part, `shared.${this.#names.size}`);
        continue;
      }
      this.#seen.add(part);
      this.#countParts(part);
    }
  }

  #link(schema: Schema, path: string): unknown {
    const name = this.#names.get(schema);
    if (name === undefined) return this.#print(schema, path);
    if (!Object.hasOwn(this.schemas, name)) {
      this.schemas[name] = null;
      this.schemas[name] = this.#print(schema, name);
    }
    return { $ref: reference(name) };
  }

  #print(schema: Schema, path: string): Record<string, unknown> {
    const printed: Record<string, unknown> = { ...schema };
    if (schema.properties) {
      printed['properties'] = Object.fromEntries(
        Object.entries(schema.properties).map(([key, part]) => [key, this.#link(part, `${path}.${key}`)]),
      );
    }
    if (schema.items) printed['items'] = this.#link(schema.items, `${path}[]`);
    if (typeof schema.additionalProperties === 'object') {
      printed['additionalProperties'] = this.#link(schema.additionalProperties, `${path}{}`);
    }
    return printed;
  }
}

function parts({ properties, items, additionalProperties }: Schema): Schema[] {
  return [
    ...Object.values(properties ?? {}),
    ...(items ? [items] : []),
    ...(typeof additionalProperties === 'object' ? [additionalProperties] : []),
  ];
}
