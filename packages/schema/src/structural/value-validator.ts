import { isEqual, isRecord, NumberLiteral } from '@gitops-toolkit/core';
import {
  fieldError,
  fieldErrorText,
  type FieldError,
  notSupported,
  tooLong,
  tooMany,
} from '../field-error.ts';
import { isInt64, quote } from '../go-print.ts';
import type { Schema } from '../schema.ts';
import { NO_OLD, oldField, oldItem } from './correlate.ts';
import { formatCheck } from './formats.ts';
import { compilePattern } from '../pattern/compile-pattern.ts';
import { brokenNumberRules, isNearInteger } from './number-rules.ts';

type JsonType = 'null' | 'boolean' | 'string' | 'integer' | 'number' | 'array' | 'object';

/** What validating one value against one schema gave. */
interface Report {
  errors: FieldError[];
  /** How many checks were passed: of several alternatives that fail, the one that came closest is reported. */
  matches: number;
}

/**
 * One walk over a value and its schema. It asks what kube-openapi's validator asks, in its order,
 * so that an object with several faults is refused with the same list:
 * https://github.com/kubernetes/kube-openapi/tree/master/pkg/validation/validate
 */
export class ValueValidator {
  #report: Report = { errors: [], matches: 0 };
  readonly #path: (string | number)[] = [];
  readonly #prefix: string;

  /** @param prefix the path of the value within its object, `''` for the object itself. */
  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  get errors(): FieldError[] {
    const seen = new Set<string>();
    return this.#report.errors.filter((error) => {
      const text = fieldErrorText(error);
      return !seen.has(text) && seen.add(text);
    });
  }

  /** Validates; errors about a part that is as it was before are forgiven (`old` is not {@link NO_OLD}). */
  validate(schema: Schema, value: unknown, old: unknown): void {
    const before = this.#report.errors.length;
    this.#node(schema, value, old);
    if (this.#report.errors.length > before && old !== NO_OLD && isEqual(value, old)) {
      this.#report.errors.length = before;
    }
  }

  #node(schema: Schema, value: unknown, old: unknown): void {
    const type = jsonTypeOf(value);
    if (type === 'null') return this.#checkNull(schema);
    this.#checkType(schema, type, value);
    this.#checkJunctors(schema, value);
    if (type === 'string') this.#checkString(schema, value as string);
    else if (type === 'integer' || type === 'number')
      this.#checkNumber(schema, value as number | NumberLiteral);
    else if (type === 'array') this.#checkArray(schema, value as unknown[], old);
    this.#checkEnum(schema, value);
    if (type === 'object') this.#checkObject(schema, value as Record<string, unknown>, old);
    // One for each family of checks that looked at the value, and one for the value itself.
    this.#report.matches += type === 'boolean' ? 3 : 4;
  }

  #checkNull(schema: Schema): void {
    const expected = typesOf(schema);
    if (expected.length > 0 && schema.nullable !== true) this.#typeError(expected.join(','), 'null');
    else this.#report.matches++;
    this.#checkEnum(schema, null);
  }

  #checkType(schema: Schema, type: JsonType, value: unknown): void {
    const expected = typesOf(schema);
    const format = schema.format !== undefined && formatCheck(schema.format) ? schema.format : '';
    if (expected.length === 0 && format === '') return;
    this.#report.matches++;
    const numeric = expected.includes('number') || expected.includes('integer');
    const accepted =
      expected.includes(type) ||
      (type === 'integer' && numeric && expected.includes('number')) ||
      (type === 'number' && numeric && isNearInteger(Number(value)));
    if (!accepted && format !== '' && type !== 'string' && type !== 'array') {
      return this.#typeError(format, type === 'integer' ? 'int64' : type === 'number' ? 'float64' : '');
    }
    // A format on a string speaks for the type: the API server lets arrays pass here, too.
    if (!accepted && (numeric || format === '')) return this.#typeError(expected.join(','), type);
    this.#report.matches++;
  }

  #checkString(schema: Schema, value: string): void {
    const { maxLength, minLength, pattern } = schema;
    if (maxLength !== undefined && longerThan(value, maxLength)) {
      this.#push(tooLong(this.#field(), maxLength));
    } else if (minLength !== undefined && shorterThan(value, minLength)) {
      this.#invalid(value, `should be at least ${minLength} chars long`);
    } else if (pattern !== undefined && pattern !== '') {
      this.#checkPattern(pattern, value);
    }
    const check = schema.format === undefined ? undefined : formatCheck(schema.format);
    if (!check) return;
    this.#report.matches++;
    if (!check(value)) {
      const text = `${this.#name()} in body must be of type ${schema.format}: ${quote(value)}`;
      this.#push(fieldError('FieldValueTypeInvalid', this.#field(), value, text));
    }
  }

  #checkPattern(pattern: string, value: string): void {
    const compiled = compilePattern(pattern);
    if (compiled.error !== undefined) {
      this.#invalid(value, `should match '${pattern}, but pattern is invalid: ${compiled.error}'`);
    } else if (!compiled.test(value)) {
      this.#invalid(value, `should match '${pattern}'`);
    }
  }

  #checkNumber(schema: Schema, value: number | NumberLiteral): void {
    const { minimum, maximum, multipleOf } = schema;
    if (minimum !== undefined || maximum !== undefined || multipleOf !== undefined) {
      for (const rule of brokenNumberRules(schema, Number(value), this.#name())) {
        this.#push(fieldError('FieldValueInvalid', this.#field(), rule.value, rule.text));
      }
    }
    this.#report.matches++;
  }

  #checkArray(schema: Schema, array: readonly unknown[], old: unknown): void {
    const { items, minItems, maxItems } = schema;
    if (items) {
      for (let i = 0; i < array.length; i++) {
        this.#path.push(i);
        this.validate(items, array[i], old === NO_OLD ? NO_OLD : oldItem(old, array[i], schema));
        this.#path.pop();
      }
    }
    if (minItems !== undefined && array.length < minItems) {
      this.#invalid(array.length, `should have at least ${minItems} items`);
    }
    if (maxItems !== undefined && array.length > maxItems) {
      this.#push(tooMany(this.#field(), array.length, maxItems));
    }
    if (
      schema.uniqueItems &&
      array.some((item, i) => array.slice(0, i).some((other) => isEqual(item, other)))
    ) {
      this.#invalid('', "shouldn't contain duplicates");
    }
    this.#report.matches++;
  }

  #checkEnum(schema: Schema, value: unknown): void {
    const allowed = schema.enum;
    if (!allowed || allowed.length === 0) return;
    // The API server finds no null in an enum, even where the enum lists it.
    if (value !== null && allowed.some((item) => isEqual(item, value) || isTruncated(value, item))) return;
    this.#push(notSupported(this.#field(), value, allowed));
  }

  #checkObject(schema: Schema, record: Record<string, unknown>, old: unknown): void {
    const keys = Object.keys(record);
    const { minProperties, maxProperties, properties, additionalProperties, required } = schema;
    if (minProperties !== undefined && keys.length < minProperties) {
      this.#invalid(keys.length, `should have at least ${minProperties} properties`);
    }
    if (maxProperties !== undefined && keys.length > maxProperties) {
      this.#push(tooMany(this.#field(), keys.length, maxProperties));
    }
    for (const key of keys) {
      const property = properties && Object.hasOwn(properties, key) ? properties[key] : undefined;
      const child = property ?? additionalProperties;
      if (typeof child === 'object') this.#checkField(child, record, key, old);
      else if (child === false) this.#forbidden(key);
    }
    for (const key of required ?? []) {
      if (Object.hasOwn(record, key)) continue;
      this.#path.push(key);
      this.#push(fieldError('FieldValueRequired', this.#field(), undefined));
      this.#path.pop();
    }
  }

  #checkField(schema: Schema, record: Record<string, unknown>, key: string, old: unknown): void {
    this.#path.push(key);
    this.validate(schema, record[key], old === NO_OLD ? NO_OLD : oldField(old, key));
    this.#path.pop();
  }

  #forbidden(key: string): void {
    const name = this.#name();
    const text = `${name}.${key} in body is a forbidden property`;
    this.#push(fieldError('FieldValueInvalid', this.#field(), key, text));
  }

  #checkJunctors(schema: Schema, value: unknown): void {
    if (schema.anyOf) this.#checkAnyOf(schema.anyOf, value);
    if (schema.oneOf) this.#checkOneOf(schema.oneOf, value);
    if (schema.allOf) this.#checkAllOf(schema.allOf, value);
    if (schema.not && this.#try(schema.not, value).errors.length === 0) {
      this.#composite('must not validate the schema (not)');
    }
    this.#report.matches++;
  }

  #checkAnyOf(schemas: readonly Schema[], value: unknown): void {
    let closest: Report | undefined;
    for (const schema of schemas) {
      const report = this.#try(schema, value);
      if (report.errors.length === 0) return this.#merge(report);
      if (!closest || report.matches > closest.matches) closest = report;
    }
    if (!closest) return;
    this.#composite('must validate at least one schema (anyOf)');
    this.#merge(closest);
  }

  #checkOneOf(schemas: readonly Schema[], value: unknown): void {
    const reports = schemas.map((schema) => this.#try(schema, value));
    const valid = reports.filter((report) => report.errors.length === 0);
    if (valid.length === 1) return this.#merge(valid[0] as Report);
    if (reports.length === 0) return;
    const found = valid.length === 0 ? 'Found none valid' : `Found ${valid.length} valid alternatives`;
    this.#composite(`must validate one and only one schema (oneOf). ${found}`);
    if (valid.length === 0)
      this.#merge(reports.reduce((best, next) => (next.matches > best.matches ? next : best)));
  }

  #checkAllOf(schemas: readonly Schema[], value: unknown): void {
    let valid = 0;
    for (const schema of schemas) {
      const report = this.#try(schema, value);
      if (report.errors.length === 0) valid++;
      this.#merge(report);
    }
    if (valid === schemas.length) return;
    this.#composite(`must validate all the schemas (allOf)${valid === 0 ? '. None validated' : ''}`);
  }

  /** Validates aside. Nothing is forgiven inside of alternatives: that happens where they stand. */
  #try(schema: Schema, value: unknown): Report {
    const outer = this.#report;
    const report: Report = { errors: [], matches: 0 };
    this.#report = report;
    this.validate(schema, value, NO_OLD);
    this.#report = outer;
    return report;
  }

  #merge(report: Report): void {
    this.#report.errors.push(...report.errors);
    this.#report.matches += report.matches;
  }

  #push(error: FieldError): void {
    this.#report.errors.push(error);
  }

  #invalid(value: unknown, rule: string): void {
    this.#push(fieldError('FieldValueInvalid', this.#field(), value, `${this.#name()} in body ${rule}`));
  }

  #typeError(expected: string, actual: string): void {
    const text = `${this.#name()} in body must be of type ${expected}: ${quote(actual)}`;
    this.#push(fieldError('FieldValueTypeInvalid', this.#field(), actual, text));
  }

  /** Junctors report no field: the API server loses it on the way. */
  #composite(text: string): void {
    const field = this.#prefix === '' ? '<nil>' : this.#prefix;
    this.#push(fieldError('FieldValueInvalid', field, '', `${quote(this.#name())} ${text}`));
  }

  /** The path from where the validation started. */
  #name(): string {
    let name = '';
    for (const step of this.#path) {
      if (typeof step === 'number') name += `[${step}]`;
      else name += name === '' ? step : `.${step}`;
    }
    return name;
  }

  #field(): string {
    const name = this.#name();
    if (this.#prefix === '') return name === '' ? '<nil>' : name;
    // The API server puts a dot even before an index.
    return name === '' ? this.#prefix : `${this.#prefix}.${name}`;
  }
}

/** The API server converts a float to the enum's integer before it compares: 2.5 is taken for 2. */
function isTruncated(value: unknown, item: unknown): boolean {
  return typeof value === 'number' && typeof item === 'number' && isInt64(item) && Math.trunc(value) === item;
}

function jsonTypeOf(value: unknown): JsonType {
  switch (typeof value) {
    case 'string':
      return 'string';
    case 'boolean':
      return 'boolean';
    case 'number':
      return isInt64(value) ? 'integer' : 'number';
    default:
      if (Array.isArray(value)) return 'array';
      if (value instanceof NumberLiteral) return isInt64(Number(value)) ? 'integer' : 'number';
      return isRecord(value) ? 'object' : 'null';
  }
}

const INT_OR_STRING: readonly JsonType[] = ['integer', 'string'];
const NO_TYPES: readonly JsonType[] = [];
const SINGLE_TYPES: Readonly<Record<string, readonly JsonType[]>> = {
  boolean: ['boolean'],
  string: ['string'],
  integer: ['integer'],
  number: ['number'],
  array: ['array'],
  object: ['object'],
};

function typesOf(schema: Schema): readonly JsonType[] {
  if (schema['x-kubernetes-int-or-string']) return INT_OR_STRING;
  return schema.type === undefined ? NO_TYPES : (SINGLE_TYPES[schema.type] ?? NO_TYPES);
}

/** Whether a text has more than `limit` characters, counted as Unicode code points. */
function longerThan(text: string, limit: number): boolean {
  return text.length > limit && countCharacters(text, limit + 1) > limit;
}

/** Whether a text has fewer than `limit` characters. */
function shorterThan(text: string, limit: number): boolean {
  return text.length < limit || countCharacters(text, limit) < limit;
}

/** The Unicode code points in a text, counted no further than `enough`. */
function countCharacters(text: string, enough: number): number {
  let count = 0;
  for (let i = 0; i < text.length && count < enough; count++) {
    i += (text.codePointAt(i) ?? 0) > 0xffff ? 2 : 1;
  }
  return count;
}
