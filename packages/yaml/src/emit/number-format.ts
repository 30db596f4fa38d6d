import { NumberLiteral } from '@gitops-toolkit/core';
import { YamlError } from '../errors.ts';

const MAX_UINT64 = 2n ** 64n - 1n;
const MIN_INT64 = -(2n ** 63n);

/** A number as Go prints it after its way through JSON: integers by digits, floats as by `%g`. */
export function formatNumber(value: number | bigint | NumberLiteral): string {
  if (typeof value === 'number') {
    // Small integers are nearly all that there is.
    if (Number.isSafeInteger(value)) return String(value);
    if (!Number.isFinite(value)) failAtUnsupported(value);
  }
  const json = value instanceof NumberLiteral ? value.json : String(value);
  if (/^-?\d+$/.test(json)) {
    const integer = BigInt(json);
    if (integer <= MAX_UINT64 && integer >= MIN_INT64) return String(integer);
  }
  return formatGeneral(Number(json));
}

function failAtUnsupported(value: number): never {
  const name = Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
  throw new YamlError('YAML_UNSUPPORTED_VALUE', `json: unsupported value: ${name}`, {
    hint: 'JSON has no such number: quote it where it is meant as text.',
  });
}

/** The shortest digits that make the number; with an exponent below 1e-4 and from 1e6 on, as Go's `%g`. */
export function formatGeneral(value: number): string {
  const [mantissa = '', exponent = '0'] = value.toExponential().split('e');
  const power = Number(exponent);
  if (power >= -4 && power < 6) return String(value);
  return `${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}
