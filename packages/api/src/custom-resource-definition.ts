import type { KubeObject } from '@gitops-toolkit/core';
import { checkStructural, fieldErrorText } from '@gitops-toolkit/schema/structural';
import type { PrinterColumn, ResourceDefinition } from './resource-definition.ts';
import { ApiError } from './errors.ts';

/**
 * The CustomResourceDefinition of a resource, with its status as a subresource.
 *
 * @throws ApiError `API_NOT_STRUCTURAL`
 */
export function buildCrd(definition: ResourceDefinition<KubeObject>): KubeObject {
  const name = `${definition.plural}.${definition.group}`;
  const errors = checkStructural(definition.schema);
  if (errors.length > 0) {
    throw new ApiError(
      'API_NOT_STRUCTURAL',
      `the schema of ${name} is not structural: ${errors.map(fieldErrorText).join('; ')}`,
    );
  }
  const { crdAnnotations: annotations } = definition;
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name, ...(Object.keys(annotations).length > 0 ? { annotations: { ...annotations } } : {}) },
    spec: {
      group: definition.group,
      names: names(definition),
      scope: definition.scope,
      versions: [version(definition)],
    },
  };
}

function names(definition: ResourceDefinition<KubeObject>): Record<string, unknown> {
  const { kind, listKind, plural, singular, categories, shortNames } = definition;
  return {
    ...(categories.length > 0 ? { categories: [...categories] } : {}),
    kind,
    listKind,
    plural,
    ...(shortNames.length > 0 ? { shortNames: [...shortNames] } : {}),
    singular,
  };
}

function version(definition: ResourceDefinition<KubeObject>): Record<string, unknown> {
  const columns = definition.printerColumns.map((column: PrinterColumn) => ({ ...column }));
  return {
    ...(columns.length > 0 ? { additionalPrinterColumns: columns } : {}),
    name: definition.version,
    schema: { openAPIV3Schema: definition.schema },
    served: true,
    storage: true,
    subresources: { status: {} },
  };
}
