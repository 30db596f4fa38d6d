import { isEqual, type KubeObject } from '@gitops-toolkit/core';
import type { FieldError } from '@gitops-toolkit/schema';

import { child, type Draft, maybeChild } from '../draft.ts';
import { forbiddenField, immutable, invalidValue, required } from '../field-errors.ts';
import type { Strategy } from '../strategy.ts';

const KEY = /^[-._a-zA-Z0-9]+$/;

/** Neither data nor the mark itself may change once an object is marked as immutable. */
function immutableErrors(object: KubeObject, old: KubeObject, fields: readonly string[]): FieldError[] {
  if (old['immutable'] !== true) return [];
  const errors: FieldError[] = [];
  if (object['immutable'] !== true)
    errors.push(forbiddenField('immutable', 'field is immutable when `immutable` is set'));
  for (const field of fields) {
    if (!isEqual(object[field] ?? {}, old[field] ?? {})) {
      errors.push(forbiddenField(field, 'field is immutable when `immutable` is set'));
    }
  }
  return errors;
}

function keyErrors(object: KubeObject, field: string): FieldError[] {
  return Object.keys(maybeChild(object, field) ?? {})
    .filter((key) => !KEY.test(key) || key.length > 253 || key === '.' || key === '..')
    .map((key) =>
      invalidValue(
        `${field}[${key}]`,
        key,
        "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')",
      ),
    );
}

export const configMap: Partial<Strategy> = {
  updateErrorsFirst: true,
  validate: (object) => [...keyErrors(object, 'data'), ...keyErrors(object, 'binaryData')],
  validateUpdate: (object, old) => immutableErrors(object, old, ['data', 'binaryData']),
};

/** Keys that a type of Secret has to have. */
const REQUIRED_KEYS: Readonly<Record<string, readonly string[]>> = {
  'kubernetes.io/tls': ['tls.crt', 'tls.key'],
  'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
  'kubernetes.io/ssh-auth': ['ssh-privatekey'],
};

export const secret: Partial<Strategy> = {
  updateErrorsFirst: true,
  defaults(draft) {
    draft['type'] ??= 'Opaque';
    const plain = maybeChild(draft, 'stringData');
    if (!plain) return;
    const data = child(draft, 'data');
    for (const [key, value] of Object.entries(plain))
      data[key] = Buffer.from(String(value), 'utf8').toString('base64');
    delete draft['stringData'];
  },
  validate(object) {
    const data: Draft = maybeChild(object, 'data') ?? {};
    const errors = keyErrors(object, 'data');
    for (const key of REQUIRED_KEYS[String(object['type'])] ?? []) {
      if (!Object.hasOwn(data, key)) errors.push(required(`data[${key}]`));
    }
    return errors;
  },
  validateUpdate(object, old) {
    const errors = immutableErrors(object, old, ['data']);
    if (object['type'] !== old['type']) errors.push(immutable('type', object['type']));
    return errors;
  },
};
