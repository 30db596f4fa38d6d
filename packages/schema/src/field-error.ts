import type { GroupVersionKind } from '@gitops-toolkit/core';
import { printValue, quote } from './go-print.ts';

/**
 * The machine-readable reason of a {@link FieldError}: what a `Status` carries in
 * `details.causes[].reason`.
 */
export type FieldErrorType =
  | 'FieldValueNotFound'
  | 'FieldValueRequired'
  | 'FieldValueDuplicate'
  | 'FieldValueInvalid'
  | 'FieldValueNotSupported'
  | 'FieldValueForbidden'
  | 'FieldValueTooLong'
  | 'FieldValueTooMany'
  | 'FieldValueTypeInvalid'
  | 'InternalError';

/** One thing that is wrong with an object, worded as the API server words it. */
export interface FieldError {
  readonly type: FieldErrorType;
  /** The path as Kubernetes prints it: `spec.ports[0].name`, `metadata.labels[app.kubernetes.io/name]`. */
  readonly field: string;
  /** The text after the path: `Invalid value: -1: must be greater than or equal to 0`. */
  readonly message: string;
}

const HEADLINES: Readonly<Record<FieldErrorType, string>> = {
  FieldValueNotFound: 'Not found',
  FieldValueRequired: 'Required value',
  FieldValueDuplicate: 'Duplicate value',
  FieldValueInvalid: 'Invalid value',
  FieldValueNotSupported: 'Unsupported value',
  FieldValueForbidden: 'Forbidden',
  FieldValueTooLong: 'Too long',
  FieldValueTooMany: 'Too many',
  FieldValueTypeInvalid: 'Invalid value',
  InternalError: 'Internal error',
};

/** The types whose message does not show the value. */
const WITHOUT_VALUE: ReadonlySet<FieldErrorType> = new Set([
  'FieldValueRequired',
  'FieldValueForbidden',
  'FieldValueTooLong',
  'InternalError',
]);

/**
 * Makes a {@link FieldError} with the message that the API server would give it.
 *
 * @param value what is wrong; left out of the message where the type does not show values.
 *
 * @example
 * ```ts
 * import { fieldError } from '@gitops-toolkit/schema';
 * const error = fieldError('FieldValueInvalid', 'spec.replicas', -1, 'must be greater than or equal to 0');
 * console.log(error.message); // Invalid value: -1: must be greater than or equal to 0
 * ```
 */
export function fieldError(type: FieldErrorType, field: string, value: unknown, detail = ''): FieldError {
  let message = HEADLINES[type];
  if (!WITHOUT_VALUE.has(type)) message += `: ${printValue(value)}`;
  if (detail !== '') message += `: ${detail}`;
  return { type, field, message };
}

/** A value outside of a closed list. Values that are no strings stand as JSON. */
export function notSupported(field: string, value: unknown, supported: readonly unknown[]): FieldError {
  const names = supported.map((item) => quote(typeof item === 'string' ? item : printValue(item)));
  const detail = names.length === 0 ? '' : `supported values: ${names.join(', ')}`;
  return fieldError('FieldValueNotSupported', field, value, detail);
}

/** A value that is too long; the message says by how much, not what it was. */
export function tooLong(field: string, maxLength: number): FieldError {
  return fieldError(
    'FieldValueTooLong',
    field,
    undefined,
    `may not be more than ${maxLength} ${maxLength === 1 ? 'byte' : 'bytes'}`,
  );
}

/** More items than are allowed. */
export function tooMany(field: string, actual: number, max: number): FieldError {
  return fieldError(
    'FieldValueTooMany',
    field,
    actual,
    `must have at most ${max} ${max === 1 ? 'item' : 'items'}`,
  );
}

/** `spec.replicas: Invalid value: -1: …`, as it stands in the message of a `Status`. */
export function fieldErrorText(error: FieldError): string {
  return `${error.field}: ${error.message}`;
}

/**
 * The message of the `Status` that refuses an object: `Deployment.apps "web" is invalid: …`, in
 * brackets where there are several errors; each text stands once.
 *
 * @example
 * ```ts
 * import { fieldError, invalidMessage } from '@gitops-toolkit/schema';
 * const errors = [fieldError('FieldValueRequired', 'spec.url', undefined)];
 * console.log(invalidMessage({ group: 'a.io', version: 'v1', kind: 'Site' }, 'home', errors));
 * // Site.a.io "home" is invalid: spec.url: Required value
 * ```
 */
export function invalidMessage(
  kind: Pick<GroupVersionKind, 'group' | 'kind'> & { readonly version?: string },
  name: string,
  errors: readonly FieldError[],
): string {
  const qualified = kind.group === '' ? kind.kind : `${kind.kind}.${kind.group}`;
  const texts = [...new Set(errors.map(fieldErrorText))];
  const list = texts.length === 1 ? (texts[0] ?? '') : `[${texts.join(', ')}]`;
  return `${qualified} ${quote(name)} is invalid: ${list}`;
}
