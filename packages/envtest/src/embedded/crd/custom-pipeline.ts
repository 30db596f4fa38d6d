import { cloneValue, createRecord, getOwn, isRecord, type KubeObject, setOwn } from '@gitops-toolkit/core';
import { applyDefaults, type FieldError, prune, type Schema, validate } from '@gitops-toolkit/schema';

import { invalidValue } from '../strategy/field-errors.ts';
import { dropEmpty, withTypeFirst } from '../write/normalize.ts';
import type { CustomScale, CustomVersion, PrinterColumn } from './custom-version.ts';
import type { RuleEvaluator } from './rule-evaluator.ts';

/** A version of a CRD's spec, as far as it matters for writes. */
export interface VersionSpec {
  readonly schema?: { readonly openAPIV3Schema?: Schema };
  readonly subresources?: { readonly status?: unknown; readonly scale?: CustomScale };
  readonly additionalPrinterColumns?: readonly PrinterColumn[];
}

/** Builds what the server does with objects of a version: prune, default, validate, in this order. */
export function customVersion(version: VersionSpec, rules: RuleEvaluator | undefined): CustomVersion {
  const schema: Schema = version.schema?.openAPIV3Schema ?? {
    type: 'object',
    'x-kubernetes-preserve-unknown-fields': true,
  };
  const hasStatus = version.subresources?.status !== undefined && version.subresources.status !== null;
  const scale = version.subresources?.scale;
  return {
    schema,
    hasStatus,
    ...(scale ? { scale } : {}),
    printerColumns: version.additionalPrinterColumns ?? [],
    decode: (object) => decodeCustom(schema, object),
    validate: (object, old) => validateCustom(schema, scale, rules, object, old),
  };
}

function decodeCustom(
  schema: Schema,
  object: KubeObject,
): { object: KubeObject; unknown: readonly string[] } {
  const { value, pruned } = prune(schema, cloneValue(object));
  const { apiVersion, kind } = object;
  const defaulted = applyDefaults(schema, value) as unknown as Record<string, unknown>;
  const typed = withTypeFirst(defaulted, apiVersion, kind);
  // Metadata is typed whatever the CRD says.
  typed.metadata = dropEmpty(typed.metadata, 'metadata') as KubeObject['metadata'];
  return { object: typed, unknown: pruned };
}

function validateCustom(
  schema: Schema,
  scale: CustomScale | undefined,
  rules: RuleEvaluator | undefined,
  object: KubeObject,
  old: KubeObject | undefined,
): FieldError[] {
  const options = old === undefined ? {} : { old };
  // The real server reports in the order of names, whatever the order in which they were sent.
  const found =
    validate(schema, object, options).length > 0 ? validate(schema, sortKeys(object), options) : [];
  // The real server looks for duplicates in lists after all else.
  const duplicates = found.filter(({ type }) => type === 'FieldValueDuplicate');
  const others = found.filter(({ type }) => type !== 'FieldValueDuplicate');
  const errors = [...others, ...(scale ? scaleErrors(scale, object) : []), ...duplicates];
  const hasErrors = errors.length > 0;
  if (!hasErrors) return rules?.evaluate(schema, object, old) ?? [];
  if (hasRules(schema)) errors.push(RULES_SKIPPED);
  return errors;
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => sortKeys(item));
  if (!isRecord(value)) return value;
  const sorted = createRecord();
  for (const key of Object.keys(value).sort()) setOwn(sorted, key, sortKeys(value[key]));
  return sorted;
}

const RULES_SKIPPED: FieldError = {
  type: 'FieldValueInvalid',
  field: '<nil>',
  message:
    'Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation',
};

const withRules = new WeakMap<Schema, boolean>();

/** Whether any part of a schema has rules. */
function hasRules(schema: Schema): boolean {
  let known = withRules.get(schema);
  if (known === undefined) {
    // A CRD's schema is a tree, so its text has every key once.
    known = JSON.stringify(schema).includes('"x-kubernetes-validations"');
    withRules.set(schema, known);
  }
  return known;
}

function scaleErrors({ specReplicasPath }: CustomScale, object: KubeObject): FieldError[] {
  let value: unknown = object;
  for (const step of specReplicasPath.split('.').filter((part) => part !== '')) {
    if (!isRecord(value)) return [];
    value = getOwn(value, step);
  }
  if (value === undefined) return [];
  if (typeof value !== 'number') {
    const type = typeof value;
    return [
      invalidValue(
        specReplicasPath,
        0,
        `${specReplicasPath} accessor error: ${String(value as string)} is of the type ${type}, expected int64`,
      ),
    ];
  }
  if (value < 0) return [invalidValue(specReplicasPath, value, 'should be a non-negative integer')];
  return value > 2_147_483_647
    ? [invalidValue(specReplicasPath, value, 'should be less than or equal to 2147483647')]
    : [];
}
