import type { FieldError, Schema } from '@gitops-toolkit/schema';

/**
 * Evaluates the `x-kubernetes-validations` of a schema. The server calls it for objects that are valid
 * otherwise; where none is given, rules are accepted and have no effect.
 */
export interface RuleEvaluator {
  evaluate(schema: Schema, value: unknown, old: unknown): FieldError[];
}
