import type { FieldError } from '@gitops-toolkit/schema';

import { type Admission, admissionOf } from '../admission/admission.ts';
import { defaultManager, type ApiRequest } from '../http/api-request.ts';
import { badRequest, invalid } from '../status-error.ts';
import { forbiddenField, invalidValue, notSupported, required } from '../strategy/field-errors.ts';
import type { FieldValidation } from './decode.ts';

/** The query parameters of writes, checked. */
export interface WriteOptions {
  readonly dryRun: boolean;
  /** The manager of the fields that are written. */
  readonly manager: string;
  readonly fieldValidation: FieldValidation;
  readonly force: boolean;
  /** Asked before anything is written. */
  readonly admission?: Admission;
}

/**
 * Reads the parameters of a create, update or patch.
 *
 * @throws StatusError 422 about `CreateOptions`, `UpdateOptions` or `PatchOptions`.
 */
export function readWriteOptions(
  request: ApiRequest,
  kind: 'CreateOptions' | 'UpdateOptions' | 'PatchOptions',
  isApply = false,
): WriteOptions {
  const { query } = request;
  const errors: FieldError[] = [];
  const manager = query.get('fieldManager') ?? '';
  const force = query.get('force');
  if (isApply && manager === '') errors.push(required('fieldManager', 'is required for apply patch'));
  if (!isApply && kind === 'PatchOptions' && force !== null) {
    errors.push(forbiddenField('force', 'may not be specified for non-apply patch'));
  }
  errors.push(...dryRunErrors(query.getAll('dryRun')), ...managerErrors(manager));
  const fieldValidation = query.get('fieldValidation') ?? '';
  if (!['', 'Ignore', 'Warn', 'Strict'].includes(fieldValidation)) {
    errors.push(notSupported('fieldValidation', fieldValidation, ['', 'Ignore', 'Strict', 'Warn']));
  }
  if (errors.length > 0) throw invalid({ group: 'meta.k8s.io', kind }, '', errors);
  const dryRun = query.getAll('dryRun').length > 0;
  return {
    dryRun,
    manager: manager === '' ? defaultManager(request.headers) : manager,
    fieldValidation: (fieldValidation || 'Warn') as FieldValidation,
    force: parseBoolean(force),
    ...admissionOf(request, givenOptions(query), dryRun),
  };
}

/** The options as webhooks are told them. */
function givenOptions(query: URLSearchParams): Record<string, unknown> {
  const [manager, validation] = [query.get('fieldManager'), query.get('fieldValidation')];
  return {
    ...(query.has('dryRun') && { dryRun: query.getAll('dryRun') }),
    ...(manager && { fieldManager: manager }),
    ...(validation && { fieldValidation: validation }),
  };
}

export function dryRunErrors(values: readonly string[]): FieldError[] {
  if (values.every((value) => value === 'All')) return [];
  return [notSupported('dryRun', values, ['All'])];
}

function managerErrors(manager: string): FieldError[] {
  const errors: FieldError[] = [];
  if (Buffer.byteLength(manager) > 128) {
    errors.push({
      type: 'FieldValueTooLong',
      field: 'fieldManager',
      message: 'Too long: may not be more than 128 bytes',
    });
  }
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[\u0000-\u001f\u007f]/.test(manager)) {
    errors.push(invalidValue('fieldManager', manager, 'should only contain printable characters'));
  }
  return errors;
}

function parseBoolean(text: string | null): boolean {
  if (text === null) return false;
  if (/^(1|t|T|true|True|TRUE|)$/.test(text)) return true;
  if (/^(0|f|F|false|False|FALSE)$/.test(text)) return false;
  throw badRequest(`strconv.ParseBool: parsing "${text}": invalid syntax`);
}
