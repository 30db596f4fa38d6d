import { formatApiVersion, getOwn } from '@gitops-toolkit/core';
import { fieldError, type FieldError, type Schema, validate } from '@gitops-toolkit/schema/structural';
import { brokenRules } from './builder/rules.ts';
import type { Infer, Type } from './builder/type.ts';
import { buildCrd } from './custom-resource-definition.ts';
import type { ResourceDefinition, ResourceInput, ResourceObject } from './resource-definition.ts';
import { checkNames } from './resource-names.ts';

/**
 * Defines a custom resource once: the definition gives the TypeScript type (by inference), the
 * validation at run time, and the CRD.
 *
 * @throws ApiError `API_INVALID_NAME`
 *
 * @example
 * ```ts
 * import { array, conditions, defineResource, object, optional, string } from '@gitops-toolkit/api';
 * const Site = defineResource({
 *   group: 'web.example.com',
 *   version: 'v1',
 *   kind: 'Site',
 *   description: 'A site that is built from a folder.',
 *   spec: object('What is wanted.', { domain: string('The host name.'), aliases: optional(array('More names.', string('A name.'))) }),
 *   status: object('What is there.', { conditions: optional(conditions()) }),
 * });
 * console.log(Site.plural, Site.validate({ apiVersion: Site.apiVersion, kind: 'Site', metadata: { name: 'a' }, spec: {} }));
 * ```
 */
export function defineResource<Spec extends Type<unknown>, Status extends Type<unknown>>(
  input: ResourceInput<Spec, Status>,
): ResourceDefinition<ResourceObject<Infer<Spec>, Infer<Status>>> {
  const { group, version, kind, scope = 'Namespaced', shortNames = [], categories = [] } = input;
  const singular = kind.toLowerCase();
  const plural = input.plural ?? `${singular}s`;
  checkNames({ group, version, kind, plural, shortNames });
  const apiVersion = formatApiVersion(group, version);
  const schema = objectSchema(input);
  const definition: ResourceDefinition<ResourceObject<Infer<Spec>, Infer<Status>>> = {
    group,
    version,
    apiVersion,
    kind,
    listKind: `${kind}List`,
    plural,
    singular,
    scope,
    shortNames,
    categories,
    printerColumns: input.printerColumns ?? [],
    crdAnnotations: input.crdAnnotations ?? {},
    schema,
    is: (object): object is ResourceObject<Infer<Spec>, Infer<Status>> =>
      object.kind === kind && object.apiVersion.startsWith(`${group}/`),
    validate: (object) => validateObject(schema, { apiVersion, kind }, object),
    crd: () => buildCrd(definition),
  };
  return definition;
}

function objectSchema(input: ResourceInput<Type<unknown>, Type<unknown>>): Schema {
  return {
    type: 'object',
    description: input.description,
    properties: {
      apiVersion: { type: 'string', description: 'Group and version of this representation of the object.' },
      kind: { type: 'string', description: 'Kind of the object; it cannot be changed.' },
      metadata: { type: 'object' },
      spec: input.spec.schema,
      status: input.status.schema,
    },
  };
}

function validateObject(
  schema: Schema,
  type: { apiVersion: string; kind: string },
  object: unknown,
): FieldError[] {
  const wrongType = typeErrors(type, object);
  if (wrongType.length > 0) return wrongType;
  const errors = validate(schema, object);
  return errors.length > 0 ? errors : brokenRules(schema, object);
}

function typeErrors(type: { apiVersion: string; kind: string }, object: unknown): FieldError[] {
  return (['kind', 'apiVersion'] as const)
    .filter((field) => getOwn(object, field) !== type[field])
    .map((field) =>
      fieldError('FieldValueInvalid', field, getOwn(object, field) ?? '', `must be ${type[field]}`),
    );
}
