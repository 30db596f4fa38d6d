import { isInt64, printFloat } from '../go-print.ts';
import type { Schema } from '../schema.ts';

/** A rule that a number breaks. */
export interface BrokenNumberRule {
  readonly value: number;
  /** The message of the error, but for the value. */
  readonly text: string;
}

/**
 * The number rules that a value breaks.
 *
 * Against integers the API server holds the bounds' integer part: a minimum of 1.5 lets 1 pass.
 *
 * @param name the path of the value.
 */
export function brokenNumberRules(schema: Schema, value: number, name: string): BrokenNumberRule[] {
  const isInteger = isInt64(value);
  const boundOf = (bound: number): number => (isInteger ? Math.trunc(bound) : bound);
  const print = (bound: number): string => (isInteger ? String(bound) : printFloat(bound));
  const broken: BrokenNumberRule[] = [];
  const complain = (rule: string): void =>
    void broken.push({ value, text: `${name} in body should be ${rule}` });

  if (schema.multipleOf !== undefined) {
    const factor = boundOf(schema.multipleOf);
    if (factor <= 0) {
      const text = `factor MultipleOf declared for ${name} must be positive: ${print(factor)}`;
      broken.push({ value: factor, text });
    } else if (!isMultipleOf(value, factor, isInteger)) {
      complain(`a multiple of ${print(factor)}`);
    }
  }
  if (schema.minimum !== undefined) {
    const minimum = boundOf(schema.minimum);
    const isExclusive = schema.exclusiveMinimum === true;
    const relation = isExclusive ? 'greater than' : 'greater than or equal to';
    if (value < minimum || (isExclusive && value === minimum)) complain(`${relation} ${print(minimum)}`);
  }
  if (schema.maximum !== undefined) {
    const maximum = boundOf(schema.maximum);
    const isExclusive = schema.exclusiveMaximum === true;
    const relation = isExclusive ? 'less than' : 'less than or equal to';
    if (value > maximum || (isExclusive && value === maximum)) complain(`${relation} ${print(maximum)}`);
  }
  return broken;
}

function isMultipleOf(value: number, factor: number, isInteger: boolean): boolean {
  if (isInteger) return value % factor === 0;
  return isNearInteger(factor < 1 ? (1 / factor) * value : value / factor);
}

/** Whether a number is an integer but for a rounding error, as the API server decides it. */
export function isNearInteger(value: number): boolean {
  if (!Number.isFinite(value) || Math.abs(value) > Number.MAX_SAFE_INTEGER) return false;
  const whole = Math.trunc(value);
  return value === whole || (whole !== 0 && Math.abs(value - whole) / Math.abs(value + whole) < 1e-9);
}
