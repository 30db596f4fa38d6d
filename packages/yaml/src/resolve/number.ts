import { NumberLiteral } from '@gitops-toolkit/core';

const DECIMAL = /^(?:0|-?[1-9]\d*)$/;
const FLOAT = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/;
const MAX_UINT64 = 2n ** 64n - 1n;
const MIN_INT64 = -(2n ** 63n);

/**
 * The number that a plain scalar is by Go's rules, `undefined` where it is none.
 *
 * It is a `number` if that prints as it was written, else a `NumberLiteral` with the text and the
 * number in Go's JSON form. Integers keep all digits up to 64 bits; beyond, they become floats.
 */
export function resolveNumber(text: string): number | NumberLiteral | undefined {
  if (DECIMAL.test(text) && text.length <= 15) return asWritten(text, text);
  const plain = text.includes('_') ? text.replaceAll('_', '') : text;
  const integer = parseInteger(plain);
  if (integer !== undefined && fitsInteger(integer)) return asWritten(text, String(integer));
  if (!FLOAT.test(plain)) return undefined;
  const float = Number(plain);
  // Go reports what overflows as an error, and the scalar stays a string.
  if (!Number.isFinite(float)) return undefined;
  return asWritten(text, jsonOf(float));
}

/** A scalar that starts with a dot; go-yaml reads it without the rules for integers and underscores. */
export function resolveDotNumber(text: string): number | NumberLiteral | undefined {
  if (!FLOAT.test(text)) return undefined;
  const float = Number(text);
  return Number.isFinite(float) ? asWritten(text, jsonOf(float)) : undefined;
}

function asWritten(text: string, json: string): number | NumberLiteral {
  const value = Number(json);
  return text === json && String(value) === text ? value : new NumberLiteral(text, json);
}

/** A float in JSON as Go prints it, which is as JavaScript does except for the zero with a sign. */
function jsonOf(float: number): string {
  return Object.is(float, -0) ? '-0' : String(float);
}

/** Whether a scalar that is a number is an integer to Go: `08` and `1e3` are floats, and so is what has more than 64 bits. */
export function isInteger(text: string): boolean {
  const integer = parseInteger(text.replaceAll('_', ''));
  return integer !== undefined && fitsInteger(integer);
}

const PREFIXED = /^([-+]?)0(?:([xX])([\da-fA-F]+)|([bB])([01]+)|([oO]?)([0-7]+))$/;
const SIGNED_DECIMAL = /^([-+]?)(0|[1-9]\d*)$/;

function parseInteger(text: string): bigint | undefined {
  const decimal = SIGNED_DECIMAL.exec(text);
  if (decimal) return withSign(decimal[1], BigInt(decimal[2] ?? 0));
  const match = PREFIXED.exec(text);
  if (!match) return undefined;
  const [, sign, hex, hexDigits, binary, binaryDigits, , octalDigits] = match;
  const digits = hex ? `0x${hexDigits}` : binary ? `0b${binaryDigits}` : `0o${octalDigits}`;
  return withSign(sign, BigInt(digits));
}

function withSign(sign: string | undefined, value: bigint): bigint {
  return sign === '-' ? -value : value;
}

function fitsInteger(value: bigint): boolean {
  return value <= MAX_UINT64 && value >= MIN_INT64;
}
