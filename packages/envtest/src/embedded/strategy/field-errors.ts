import type { FieldError } from '@gitops-toolkit/schema';

export const required = (field: string, detail = ''): FieldError => ({
  type: 'FieldValueRequired',
  field,
  message: detail === '' ? 'Required value' : `Required value: ${detail}`,
});

export const invalidValue = (field: string, value: unknown, detail: string): FieldError => ({
  type: 'FieldValueInvalid',
  field,
  message: `Invalid value: ${shown(value)}: ${detail}`,
});

export const forbiddenField = (field: string, detail: string): FieldError => ({
  type: 'FieldValueForbidden',
  field,
  message: `Forbidden: ${detail}`,
});

export const duplicateValue = (field: string, value: unknown): FieldError => ({
  type: 'FieldValueDuplicate',
  field,
  message: `Duplicate value: ${shown(value)}`,
});

export const notSupported = (field: string, value: unknown, supported: readonly string[]): FieldError => ({
  type: 'FieldValueNotSupported',
  field,
  message: `Unsupported value: ${shown(value)}: supported values: ${supported.map((text) => `"${text}"`).join(', ')}`,
});

export const tooMany = (field: string, actual: number, max: number): FieldError => ({
  type: 'FieldValueTooMany',
  field,
  message: `Too many: ${actual}: must have at most ${max} items`,
});

const shown = (value: unknown): string => (value === undefined ? 'null' : JSON.stringify(value));

/** Says that a field may not change. */
export const immutable = (field: string, value: unknown): FieldError =>
  invalidValue(field, value, 'field is immutable');

/** Refers to something that is not there. */
export const notFoundValue = (field: string, value: unknown): FieldError => ({
  type: 'FieldValueNotFound',
  field,
  message: `Not found: ${shown(value ?? '')}`,
});

/** Counts and times below zero. Fields that are not set are no error. */
export function nonNegative(field: string, value: unknown): FieldError[] {
  return typeof value === 'number' && value < 0
    ? [invalidValue(field, value, 'must be greater than or equal to 0')]
    : [];
}

/** Anything but a number that a port can have. */
export function portNumberErrors(field: string, value: unknown): FieldError[] {
  const isPort = typeof value === 'number' && value >= 1 && value <= 65_535;
  return isPort ? [] : [invalidValue(field, value ?? 0, 'must be between 1 and 65535, inclusive')];
}

/** A text of a few that are known. What is not set is no error. */
export function oneOf(field: string, value: unknown, supported: readonly string[]): FieldError[] {
  const isKnown = value === undefined || supported.includes(value as string);
  return isKnown ? [] : [notSupported(field, value, supported)];
}
