import { printNumber } from '../go-print.ts';
import type { Schema } from '../schema.ts';

/** The number rules that a value breaks, each as the text after the path. */
export function brokenNumberRules(schema: Schema, value: number): string[] {
  const broken: string[] = [];
  const { multipleOf, maximum, minimum } = schema;
  if (multipleOf !== undefined && !isMultipleOf(value, multipleOf)) {
    broken.push(`should be a multiple of ${printNumber(multipleOf)}`);
  }
  if (minimum !== undefined && (value < minimum || (schema.exclusiveMinimum === true && value === minimum))) {
    const relation = schema.exclusiveMinimum ? 'greater than' : 'greater than or equal to';
    broken.push(`should be ${relation} ${printNumber(minimum)}`);
  }
  if (maximum !== undefined && (value > maximum || (schema.exclusiveMaximum === true && value === maximum))) {
    const relation = schema.exclusiveMaximum ? 'less than' : 'less than or equal to';
    broken.push(`should be ${relation} ${printNumber(maximum)}`);
  }
  return broken;
}

function isMultipleOf(value: number, factor: number): boolean {
  if (Number.isInteger(value) && Number.isInteger(factor)) return value % factor === 0;
  return isNearInteger(factor < 1 ? (1 / factor) * value : value / factor);
}

/** Whether a number is an integer but for a rounding error, as the API server decides it. */
export function isNearInteger(value: number): boolean {
  if (!Number.isFinite(value) || Math.abs(value) > Number.MAX_SAFE_INTEGER) return false;
  const whole = Math.trunc(value);
  return value === whole || (whole !== 0 && Math.abs(value - whole) / Math.abs(value + whole) < 1e-9);
}
