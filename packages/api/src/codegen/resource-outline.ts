import { isRecord, type KubeObject } from '@gitops-toolkit/core';
import type { Schema } from '@gitops-toolkit/schema';
import { ApiError } from '../errors.ts';
import type { PrinterColumn } from '../resource-definition.ts';

/** One version of a resource, from a definition or from a CRD: what types and documentation are written from. */
export interface ResourceOutline {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly scope: 'Namespaced' | 'Cluster';
  readonly shortNames: readonly string[];
  readonly printerColumns: readonly PrinterColumn[];
  /** Of the whole object. */
  readonly schema: Schema;
}

/** What every object has, whatever its kind. */
const COMMON_FIELDS = new Set(['apiVersion', 'kind', 'metadata']);

/** The fields of an object that are the kind's own: mostly `spec` and `status`. */
export function ownFields({ properties = {} }: Schema): [name: string, field: Schema][] {
  return Object.entries(properties).filter(([name]) => !COMMON_FIELDS.has(name));
}

/**
 * The versions of a CustomResourceDefinition, in its order. Those that are not served are left out.
 *
 * @throws ApiError `API_NOT_A_CRD` where it is none, is of `apiextensions.k8s.io/v1beta1`, or has no schema
 */
export function crdOutlines(crd: KubeObject): ResourceOutline[] {
  const { spec } = crd;
  if (crd.kind !== 'CustomResourceDefinition' || !isRecord(spec) || !isRecord(spec['names'])) {
    throw notCrd(crd, 'it has no spec with names', 'Give a manifest of kind CustomResourceDefinition.');
  }
  if (crd.apiVersion !== 'apiextensions.k8s.io/v1') {
    throw notCrd(
      crd,
      `it is of ${crd.apiVersion}`,
      'Only apiextensions.k8s.io/v1 has a schema for each version.',
    );
  }
  const { names, group, scope } = spec as unknown as CrdSpec;
  // It becomes the name of a type.
  if (!/^[A-Za-z][A-Za-z0-9]*$/.test(names.kind)) {
    throw notCrd(
      crd,
      `its kind is ${JSON.stringify(names.kind)}`,
      'A kind is letters and digits in CamelCase.',
    );
  }
  const versions = Array.isArray(spec['versions']) ? (spec['versions'] as CrdVersion[]) : [];
  return versions
    .filter(({ served }) => served !== false)
    .map((version) => ({
      group,
      scope,
      version: version.name,
      kind: names.kind,
      plural: names.plural,
      shortNames: names.shortNames ?? [],
      printerColumns: version.additionalPrinterColumns ?? [],
      schema: schemaOf(crd, version),
    }));
}

interface CrdSpec {
  readonly group: string;
  readonly scope: 'Namespaced' | 'Cluster';
  readonly names: { readonly kind: string; readonly plural: string; readonly shortNames?: readonly string[] };
}

interface CrdVersion {
  readonly name: string;
  readonly served?: boolean;
  readonly schema?: { readonly openAPIV3Schema?: Schema };
  readonly additionalPrinterColumns?: readonly PrinterColumn[];
}

function schemaOf(crd: KubeObject, { name, schema }: CrdVersion): Schema {
  if (schema?.openAPIV3Schema) return schema.openAPIV3Schema;
  throw notCrd(
    crd,
    `version ${name} has no schema.openAPIV3Schema`,
    'Every version of a CRD needs a schema.',
  );
}

function notCrd(crd: KubeObject, reason: string, hint: string): ApiError {
  const name = crd.metadata?.name ?? 'without a name';
  return new ApiError(
    'API_NOT_A_CRD',
    `${crd.kind} ${name} is no usable CustomResourceDefinition: ${reason}`,
    {
      hint,
    },
  );
}
