import { isRecord, NumberLiteral } from '@gitops-toolkit/core';
import { YamlError } from '../errors.ts';
import { formatNumber } from './number-format.ts';

/** Writes what is neither a string nor a collection with entries. */
export function otherScalar(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (typeof value === 'number' || typeof value === 'bigint' || value instanceof NumberLiteral) {
    return formatNumber(value);
  }
  if (Array.isArray(value)) return '[]';
  if (isRecord(value)) return '{}';
  throw new YamlError('YAML_UNSUPPORTED_VALUE', `cannot write a ${kindOf(value)} as YAML`, {
    hint: 'Values are null, booleans, numbers, strings, arrays and records.',
  });
}

function kindOf(value: unknown): string {
  return typeof value === 'object' && value !== null ? value.constructor.name : typeof value;
}
