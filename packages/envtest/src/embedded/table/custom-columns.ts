import type { PrinterColumn } from '../crd/custom-version.ts';
import { age } from './age.ts';
import { column, type Column } from './column.ts';
import { compileJsonPath } from './json-path.ts';

/** The columns that a CRD defines. Values that are missing, or not of the column's type, are null. */
export function customColumns(columns: readonly PrinterColumn[]): Column[] {
  return columns.map(({ name, type, jsonPath, format = '', description, priority = 0 }) => {
    const read = compileJsonPath(jsonPath);
    const custom = column(name, (object, now) => cellFor(type, read(object)[0], now), {
      type,
      format,
      description: description ?? `Custom resource definition column (in JSONPath format): ${jsonPath}`,
    });
    return { ...custom, definition: { ...custom.definition, priority } };
  });
}

/** Of several values that a path finds, the first is shown. */
function cellFor(type: string, value: unknown, now: number): unknown {
  if (value === undefined || value === null) return null;
  switch (type) {
    case 'integer':
      return typeof value === 'number' ? Math.trunc(value) : null;
    case 'number':
      return typeof value === 'number' ? value : null;
    case 'boolean':
      return typeof value === 'boolean' ? value : null;
    case 'date':
      return typeof value === 'string' ? age(value, now) : null;
    default:
      return typeof value === 'string' ? value : JSON.stringify(value);
  }
}
