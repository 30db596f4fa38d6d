import type { FieldError } from '@gitops-toolkit/schema';

import { type Draft, items, maybeChild, text } from './draft.ts';
import { forbiddenField, invalidValue, required } from './field-errors.ts';
import { labelValueError, qualifiedNameErrors } from './names.ts';

/** What is wrong with a LabelSelector. */
export function labelSelectorErrors(selector: Draft | undefined, path: string): FieldError[] {
  const errors: FieldError[] = [];
  for (const [key, value] of Object.entries(maybeChild(selector, 'matchLabels') ?? {})) {
    const at = `${path}.matchLabels`;
    for (const message of qualifiedNameErrors(key)) errors.push(invalidValue(at, key, message));
    const message = labelValueError(String(value));
    if (message) errors.push(invalidValue(at, value, message));
  }
  items(selector, 'matchExpressions').forEach((expression, i) =>
    errors.push(...expressionErrors(expression, `${path}.matchExpressions[${i}]`)),
  );
  return errors;
}

function expressionErrors(expression: Draft, path: string): FieldError[] {
  const { key, values } = expression;
  const count = Array.isArray(values) ? values.length : 0;
  return [
    ...operatorErrors(text(expression, 'operator'), count, path),
    ...qualifiedNameErrors(typeof key === 'string' ? key : '').map((message) =>
      invalidValue(`${path}.key`, key ?? '', message),
    ),
  ];
}

function operatorErrors(operator: string, count: number, path: string): FieldError[] {
  switch (operator) {
    case 'In':
    case 'NotIn':
      return count > 0
        ? []
        : [required(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'")];
    case 'Exists':
    case 'DoesNotExist':
      return count === 0
        ? []
        : [
            forbiddenField(
              `${path}.values`,
              "may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
            ),
          ];
    default:
      return [invalidValue(`${path}.operator`, operator, 'not a valid selector operator')];
  }
}
