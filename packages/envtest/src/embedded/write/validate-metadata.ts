import { isEqual, isRecord, type KubeObject, type ObjectMeta } from '@gitops-toolkit/core';
import type { FieldError } from '@gitops-toolkit/schema';

import type { ServedResource } from '../registry/served-resource.ts';
import { forbiddenField, immutable, invalidValue, nonNegative, required } from '../strategy/field-errors.ts';
import { jsonKind } from '../go-types/type-errors.ts';
import { labelValueError, type NameRule, nameErrors, qualifiedNameErrors } from '../strategy/names.ts';

/** All annotations of an object together, keys and values. */
const MAX_ANNOTATION_BYTES = 256 * 1024;
const BUILTIN_FINALIZERS = ['foregroundDeletion', 'orphan', 'kubernetes'];

/** What differs between kinds in the validation of metadata. */
export interface MetadataRules {
  readonly nameRule: NameRule;
  readonly namespaced: boolean;
  /** Whether finalizers need no domain. */
  readonly freeFinalizers: boolean;
}

/** The rules for new objects of a resource. */
export const metadataRules = ({ strategy, namespaced, custom }: ServedResource): MetadataRules => ({
  nameRule: strategy.nameRule,
  namespaced,
  freeFinalizers: custom !== undefined || strategy.freeFinalizers === true,
});

/** What is wrong with the metadata of an object that is to be stored. */
export function validateMetadata(object: KubeObject, rules: MetadataRules): FieldError[] {
  const { metadata } = object;
  const errors: FieldError[] = [];
  const name = metadata.name ?? '';
  if (name === '') errors.push(required('metadata.name', 'name or generateName is required'));
  else
    for (const text of nameErrors(rules.nameRule, name))
      errors.push(invalidValue('metadata.name', name, text));
  if (rules.namespaced) {
    for (const text of nameErrors('label', metadata.namespace ?? '')) {
      errors.push(invalidValue('metadata.namespace', metadata.namespace ?? '', text));
    }
  }
  const { generation = 0 } = metadata;
  return [
    ...errors,
    ...nonNegative('metadata.generation', generation),
    ...labelErrors(metadata),
    ...annotationErrors(metadata),
    ...ownerErrors(metadata),
    ...finalizerErrors(metadata, rules.freeFinalizers),
  ];
}

function labelErrors(metadata: ObjectMeta): FieldError[] {
  const errors: FieldError[] = [];
  for (const [key, value] of Object.entries(metadata.labels ?? {})) {
    for (const text of qualifiedNameErrors(key)) errors.push(invalidValue('metadata.labels', key, text));
    const text = labelValueError(value);
    if (text) errors.push(invalidValue('metadata.labels', value, text));
  }
  return errors;
}

function annotationErrors(metadata: ObjectMeta): FieldError[] {
  const errors: FieldError[] = [];
  let size = 0;
  for (const [key, value] of Object.entries(metadata.annotations ?? {})) {
    size += Buffer.byteLength(key) + Buffer.byteLength(value);
    for (const text of qualifiedNameErrors(key.toLowerCase())) {
      errors.push(invalidValue('metadata.annotations', key, text));
    }
  }
  if (size > MAX_ANNOTATION_BYTES) {
    const message = `Too long: may not be more than ${MAX_ANNOTATION_BYTES} bytes`;
    errors.push({ type: 'FieldValueTooLong', field: 'metadata.annotations', message });
  }
  return errors;
}

function ownerErrors(metadata: ObjectMeta): FieldError[] {
  const errors: FieldError[] = [];
  const controllers: string[] = [];
  for (const owner of metadata.ownerReferences ?? []) {
    const path = 'metadata.ownerReferences';
    if (!owner.apiVersion) errors.push(invalidValue(`${path}.apiVersion`, '', 'version must not be empty'));
    for (const field of ['kind', 'name', 'uid'] as const) {
      if (!owner[field]) errors.push(invalidValue(`${path}.${field}`, '', 'must not be empty'));
    }
    if (owner.controller === true) controllers.push(`${owner.kind}/${owner.name}`);
  }
  if (controllers.length > 1) {
    const text = `Only one reference can have Controller set to true. Found "true" in references for ${controllers[0]} and ${controllers[1]}`;
    errors.push(invalidValue('metadata.ownerReferences', metadata.ownerReferences, text));
  }
  return errors;
}

function finalizerErrors(metadata: ObjectMeta, isFree: boolean): FieldError[] {
  const errors: FieldError[] = [];
  for (const [i, finalizer] of (metadata.finalizers ?? []).entries()) {
    for (const text of qualifiedNameErrors(finalizer)) {
      errors.push(invalidValue('metadata.finalizers', finalizer, text));
    }
    if (!isFree && !finalizer.includes('/') && !BUILTIN_FINALIZERS.includes(finalizer)) {
      errors.push(
        invalidValue(
          `metadata.finalizers[${i}]`,
          finalizer,
          'name is neither a standard finalizer name nor is it fully qualified',
        ),
      );
    }
  }
  const both = ['orphan', 'foregroundDeletion'].every((name) => metadata.finalizers?.includes(name));
  if (both) {
    errors.push(
      invalidValue(
        'metadata.finalizers',
        metadata.finalizers,
        'finalizer orphan and foregroundDeletion cannot be both set',
      ),
    );
  }
  return errors;
}

/**
 * What is wrong with the metadata of an update. Several checks of the real server look at the same, each
 * reports it, and its answer lists all reports.
 */
export function validateUpdatedMetadata(
  object: KubeObject,
  old: KubeObject,
  resource: ServedResource,
): FieldError[] {
  const { metadata } = object;
  const again = resource.strategy.revalidatesMetadata === true ? 1 : 0;
  const { freeFinalizers } = metadataRules(resource);
  return [
    ...repeated(2, changeErrors(object, old)),
    ...repeated(3 + again, [
      ...labelErrors(metadata),
      ...annotationErrors(metadata),
      ...ownerErrors(metadata),
    ]),
    ...repeated(1 + again, finalizerErrors(metadata, freeFinalizers)),
  ];
}

const repeated = (times: number, errors: readonly FieldError[]): FieldError[] =>
  Array.from({ length: times }, () => errors).flat();

function changeErrors(object: KubeObject, old: KubeObject): FieldError[] {
  const errors: FieldError[] = [];
  const added = (object.metadata.finalizers ?? []).filter((name) => !old.metadata.finalizers?.includes(name));
  if (old.metadata.deletionTimestamp !== undefined && added.length > 0) {
    const list = `[]string{${added.map((name) => JSON.stringify(name)).join(', ')}}`;
    const text = `no new finalizers can be added if the object is being deleted, found new finalizers ${list}`;
    errors.push(forbiddenField('metadata.finalizers', text));
  }
  for (const field of ['name', 'namespace', 'uid', 'deletionTimestamp'] as const) {
    if (!isEqual(object.metadata[field], old.metadata[field])) {
      errors.push(immutable(`metadata.${field}`, object.metadata[field]));
    }
  }
  return errors;
}

/** Types of metadata that a decoder would refuse: the path and what is expected there. */
export function metadataTypeError(metadata: unknown, kind: string): string | undefined {
  if (metadata === undefined || metadata === null) return undefined;
  if (!isRecord(metadata))
    return `json: cannot unmarshal ${jsonKind(metadata)} into Go struct field ${kind}.metadata of type v1.ObjectMeta`;
  for (const field of ['name', 'generateName', 'namespace', 'uid', 'resourceVersion']) {
    const value = metadata[field];
    if (value !== undefined && value !== null && typeof value !== 'string')
      return unmarshal(value, field, 'string');
  }
  for (const field of ['labels', 'annotations']) {
    const error = stringMapError(metadata[field], field);
    if (error) return error;
  }
  const finalizers = metadata['finalizers'] ?? [];
  if (!Array.isArray(finalizers)) return unmarshal(finalizers, 'finalizers', '[]string');
  const bad: unknown = finalizers.find((item) => typeof item !== 'string');
  if (bad !== undefined) return unmarshal(bad, 'finalizers', 'string');
  for (const field of ['ownerReferences', 'managedFields']) {
    const value = metadata[field] ?? [];
    if (!Array.isArray(value) || !value.every((item) => isRecord(item)))
      return unmarshal(value, field, '[]object');
  }
  return undefined;
}

function stringMapError(map: unknown, field: string): string | undefined {
  if (map === undefined || map === null) return undefined;
  if (!isRecord(map)) return unmarshal(map, field, 'map[string]string');
  const bad = Object.values(map).find((value) => typeof value !== 'string' && value !== null);
  return bad === undefined ? undefined : unmarshal(bad, field, 'string');
}

function unmarshal(value: unknown, field: string, type: string): string {
  return `json: cannot unmarshal ${jsonKind(value)} into Go struct field ObjectMeta.metadata.${field} of type ${type}`;
}
