import { fieldError, type FieldError } from '../field-error.ts';
import type { Schema } from '../schema.ts';

/** Where logic speaks of fields and items that the structure beside it does not have. */
export function completenessErrors(schema: Schema, path: string): FieldError[] {
  return logicErrors(schema, schema, path, path);
}

/** @param structure what the logic is about; `undefined` where there is nothing like it. */
function logicErrors(
  logic: Schema,
  structure: Schema | undefined,
  path: string,
  logicPath: string,
): FieldError[] {
  if (!structure) return [missing(path, logicPath)];
  const errors = logic.not ? restrictionErrors(logic.not, structure, path, `${logicPath}.not`) : [];
  for (const junctor of ['allOf', 'anyOf', 'oneOf'] as const) {
    logic[junctor]?.forEach((child, i) => {
      errors.push(...restrictionErrors(child, structure, path, `${logicPath}.${junctor}[${i}]`));
    });
  }
  return errors;
}

function restrictionErrors(
  logic: Schema,
  structure: Schema | undefined,
  path: string,
  logicPath: string,
): FieldError[] {
  if (!structure) return [missing(path, logicPath)];
  const errors = logicErrors(logic, structure, path, logicPath);
  if (logic.items)
    errors.push(...restrictionErrors(logic.items, structure.items, `${path}.items`, `${logicPath}.items`));
  for (const [key, child] of Object.entries(logic.properties ?? {})) {
    const step = `properties[${key}]`;
    const property = structure.properties?.[key];
    errors.push(...restrictionErrors(child, property, `${path}.${step}`, `${logicPath}.${step}`));
  }
  return errors;
}

function missing(path: string, logicPath: string): FieldError {
  return fieldError('FieldValueRequired', path, undefined, `because it is defined in ${logicPath}`);
}
