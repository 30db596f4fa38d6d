import { isEqual } from '@gitops-toolkit/core';
import { compilePattern as compile } from '@gitops-toolkit/schema/pattern';
import { isMultiple } from './decimal-multiple.ts';
import { quoted, shownNumber, shownValue } from './failure.ts';
import { FORMATS } from './formats.ts';
import type { Frame } from './frame.ts';
import { SchemaFault } from './schema-fault.ts';

/** The types in the order in which messages name them. */
const TYPES = ['null', 'boolean', 'number', 'integer', 'string', 'array', 'object'];

/** The JSON type of a value. */
export function typeName(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value;
}

/** `type`, `const`, `enum` and `format`: the first that fails is all that is told. */
export function checkKind({ schema, draft, checksFormats }: Frame, value: unknown): string | undefined {
  return (
    checkType(schema['type'], value) ??
    (draft >= 6 && Object.hasOwn(schema, 'const') ? checkConst(schema['const'], value) : undefined) ??
    checkEnum(schema['enum'], value) ??
    (checksFormats ? checkFormat(schema['format'], value) : undefined)
  );
}

function checkType(type: unknown, value: unknown): string | undefined {
  if (type === undefined || isOfType(value, type)) return undefined;
  const all: readonly unknown[] = Array.isArray(type) ? type : [type];
  const known = TYPES.filter((each) => all.includes(each));
  return known.length === 0 ? undefined : `got ${typeName(value)}, want ${known.join(' or ')}`;
}

/** Whether a value is of the type that a schema has, or of one of them. */
export function isOfType(value: unknown, type: unknown): boolean {
  const got = typeName(value);
  const isOf = (wanted: unknown): boolean =>
    wanted === got || (wanted === 'integer' && Number.isInteger(value));
  return Array.isArray(type) ? type.some(isOf) : isOf(type);
}

const isPlain = (value: unknown): boolean => typeof value !== 'object' || value === null;

function checkConst(wanted: unknown, value: unknown): string | undefined {
  if (isEqual(value, wanted)) return undefined;
  return isPlain(wanted) ? `value must be ${shownValue(wanted)}` : "'const' failed";
}

function checkEnum(wanted: unknown, value: unknown): string | undefined {
  if (!Array.isArray(wanted) || wanted.some((each) => isEqual(each, value))) return undefined;
  if (!wanted.every(isPlain)) return "'enum' failed";
  const shown = wanted.map(shownValue).join(', ');
  return wanted.length === 1 ? `value must be ${shown}` : `value must be one of ${shown}`;
}

function checkFormat(format: unknown, value: unknown): string | undefined {
  if (typeof format !== 'string' || typeof value !== 'string') return undefined;
  const fault = FORMATS.get(format)?.(value);
  return fault === undefined ? undefined : `${quoted(value)} is not valid ${format}: ${fault}`;
}

/** A count that a keyword gives. */
export function countOf(schema: Readonly<Record<string, unknown>>, key: string): number | undefined {
  const count = schema[key];
  return typeof count === 'number' && Number.isInteger(count) ? count : undefined;
}

/** A least or greatest count. */
export function checkCount(frame: Frame, got: number, least: string, most: string): void {
  const [min, max] = [countOf(frame.schema, least), countOf(frame.schema, most)];
  if (min !== undefined && got < min)
    frame.add(`${least}: got ${shownNumber(got)}, want ${shownNumber(min)}`);
  if (max !== undefined && got > max) frame.add(`${most}: got ${shownNumber(got)}, want ${shownNumber(max)}`);
}

/** The keywords for strings. */
export function checkString(frame: Frame, value: string): void {
  const { schema } = frame;
  if (Object.hasOwn(schema, 'minLength') || Object.hasOwn(schema, 'maxLength')) {
    checkCount(frame, Array.from(value).length, 'minLength', 'maxLength');
  }
  const { pattern } = schema;
  if (typeof pattern === 'string' && !compilePattern(pattern).test(value)) {
    frame.add(`${quoted(value)} does not match pattern ${quoted(pattern)}`);
  }
}

/** A pattern, which runs in linear time. @throws SchemaFault */
export function compilePattern(pattern: string): { test(text: string): boolean } {
  const compiled = compile(pattern);
  if (compiled.error === undefined) return compiled;
  throw new SchemaFault(`invalid regex ${JSON.stringify(pattern)}: ${compiled.error}`);
}

/** The keywords for numbers. In the fourth draft the exclusive ones are booleans. */
export function checkNumber(frame: Frame, value: number): void {
  const { schema } = frame;
  const numberOf = (key: string): number | undefined =>
    typeof schema[key] === 'number' ? (schema[key] as number) : undefined;
  const told = (key: string, want: number): void =>
    frame.add(`${key}: got ${shownNumber(value)}, want ${shownNumber(want)}`);
  const bounds = { minimum: numberOf('minimum'), maximum: numberOf('maximum') };
  let { minimum, maximum } = bounds;
  let above = numberOf('exclusiveMinimum');
  let below = numberOf('exclusiveMaximum');
  if (schema['exclusiveMinimum'] === true) [above, minimum] = [minimum, undefined];
  if (schema['exclusiveMaximum'] === true) [below, maximum] = [maximum, undefined];
  if (minimum !== undefined && value < minimum) told('minimum', minimum);
  if (maximum !== undefined && value > maximum) told('maximum', maximum);
  if (above !== undefined && value <= above) told('exclusiveMinimum', above);
  if (below !== undefined && value >= below) told('exclusiveMaximum', below);
  const factor = numberOf('multipleOf');
  if (factor !== undefined && Number.isFinite(value) && !isMultiple(value, factor))
    told('multipleOf', factor);
}
