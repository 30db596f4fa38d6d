import { getOwn, isRecord } from '@gitops-toolkit/core';
import type { FieldError, Schema, ValidationRule } from '@gitops-toolkit/schema';

/**
 * What must hold between the fields of an object, twice: in CEL for the API server, and in
 * TypeScript for the definition's own `validate`, which has no CEL at hand. Both have to say the
 * same.
 */
export interface Rule<T> {
  /** The CEL expression; `self` is the object. */
  readonly rule: string;
  /** What the user is told. */
  readonly message: string;
  /** The same in TypeScript. It only sees objects that are valid without rules. */
  readonly holds: (self: T) => boolean;
}

type AnyRule = Rule<never>;

const rulesBySchema = new WeakMap<Schema, readonly AnyRule[]>();

/** The rules as a CRD carries them. */
export function schemaRules(rules: readonly AnyRule[]): ValidationRule[] {
  return rules.map(({ rule, message }) => ({ message, rule }));
}

/** Remembers what TypeScript's side of the rules is. */
export function attachRules(schema: Schema, rules: readonly AnyRule[]): void {
  if (rules.length > 0) rulesBySchema.set(schema, rules);
}

/** The rules that a valid value breaks, wherever they stand. */
export function brokenRules(schema: Schema, value: unknown, path = ''): FieldError[] {
  if (Array.isArray(value)) {
    const { items } = schema;
    return items ? value.flatMap((item, i) => brokenRules(items, item, `${path}[${i}]`)) : [];
  }
  if (!isRecord(value)) return [];
  const errors = (rulesBySchema.get(schema) ?? [])
    .filter((rule) => !rule.holds(value as never))
    .map(({ message }): FieldError => ({
      type: 'FieldValueInvalid',
      field: path,
      message: `Invalid value: ${message}`,
    }));
  for (const [key, child] of Object.entries(schema.properties ?? {})) {
    errors.push(...brokenRules(child, getOwn(value, key), path === '' ? key : `${path}.${key}`));
  }
  return errors;
}
