import { fieldError, type FieldError, notSupported } from '../field-error.ts';
import type { Schema, ValidationRule } from '../schema.ts';
import { fieldSchema } from '../structural/child-schema.ts';

const REASONS: readonly string[] = [
  'FieldValueDuplicate',
  'FieldValueForbidden',
  'FieldValueInvalid',
  'FieldValueRequired',
];

/** What is wrong with the form of a node's CEL rules. Whether they compile is the evaluator's affair. */
export function celRuleErrors(schema: Schema, path: string): FieldError[] {
  return (schema['x-kubernetes-validations'] ?? []).flatMap((rule, i) =>
    ruleErrors(rule, schema, `${path}.x-kubernetes-validations[${i}]`),
  );
}

function ruleErrors(rule: ValidationRule, schema: Schema, path: string): FieldError[] {
  const errors = textErrors(rule, path);
  if (isBlank(rule.messageExpression)) {
    const detail = 'messageExpression must be non-empty if specified';
    errors.push(fieldError('FieldValueRequired', `${path}.messageExpression`, undefined, detail));
  }
  if (rule.reason !== undefined && !REASONS.includes(rule.reason)) {
    errors.push(notSupported(`${path}.reason`, rule.reason, REASONS));
  }
  errors.push(...fieldPathErrors(rule.fieldPath ?? '', schema, `${path}.fieldPath`));
  return errors;
}

function fieldPathErrors(fieldPath: string, schema: Schema, path: string): FieldError[] {
  if (fieldPath === '') return [];
  const details: string[] = [];
  if (fieldPath.trim() === '') details.push('must be non-empty if specified');
  if (hasNewline(fieldPath)) details.push('must not contain line breaks');
  if (!leadsToField(fieldPath, schema)) details.push('must be a valid path');
  return details.map((detail) => fieldError('FieldValueInvalid', path, fieldPath, detail));
}

const STEP = /\.([^.[\]\s]+)|\['((?:[^'\\]|\\.)*)'\]/y;

/** Whether `.spec.labels['a']` names a field of the schema. Items of lists cannot be named. */
function leadsToField(fieldPath: string, schema: Schema): boolean {
  let node: Schema | undefined = schema;
  STEP.lastIndex = 0;
  while (node && STEP.lastIndex < fieldPath.length) {
    const [step, name, quoted = ''] = STEP.exec(fieldPath) ?? [];
    if (step === undefined) return false;
    node = fieldSchema(node, name ?? quoted.replace(/\\(.)/g, '$1'));
  }
  return node !== undefined;
}

function textErrors(rule: ValidationRule, path: string): FieldError[] {
  const { message = '' } = rule;
  const text = typeof rule.rule === 'string' ? rule.rule.trim() : '';
  if (text === '')
    return [fieldError('FieldValueRequired', `${path}.rule`, undefined, 'rule is not specified')];
  if (isBlank(rule.message)) {
    return [fieldError('FieldValueInvalid', `${path}.message`, message, 'must be non-empty if specified')];
  }
  if (hasNewline(message.trim())) {
    return [fieldError('FieldValueInvalid', `${path}.message`, message, 'must not contain line breaks')];
  }
  if (hasNewline(text) && message.trim() === '') {
    const detail = 'message must be specified if rule contains line breaks';
    return [fieldError('FieldValueRequired', `${path}.message`, undefined, detail)];
  }
  return [];
}

function isBlank(text: string | undefined): boolean {
  return text !== undefined && text !== '' && text.trim() === '';
}

function hasNewline(text: string | undefined): boolean {
  return text !== undefined && /[\r\n]/.test(text);
}
