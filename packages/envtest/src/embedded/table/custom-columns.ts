import type { PrinterColumn } from '../crd/custom-version.ts';
import { age } from './age.ts';
import { column, type Column } from './column.ts';
import { compileJsonPath } from './json-path.ts';

/** The columns that a CRD defines. Values that are missing, or not of the column's type, are null. */
export function customColumns(columns: readonly PrinterColumn[]): Column[] {
  return columns.map(({ name, type, jsonPath, format = '', description, priority = 0 }) => {
    const read = compileJsonPath(jsonPath);
    const custom = column(name, (object, now) => cellFor(type, read(object), now), {
      type,
      format,
      description: description ?? `Custom resource definition column (in JSONPath format): ${jsonPath}`,
    });
    return { ...custom, definition: { ...custom.definition, priority } };
  });
}

function cellFor(type: string, found: readonly unknown[], now: number): unknown {
  const value = found[0];
  if (value === undefined || value === null) return null;
  switch (type) {
    case 'integer':
    case 'number':
      return typeof value === 'number' || typeof value === 'object' ? value : null;
    case 'boolean':
      return typeof value === 'boolean' ? value : null;
    case 'date':
      return typeof value === 'string' ? age(value, now) : null;
    default:
      if (typeof value === 'string' && found.length === 1) return value;
      // Several values are shown as one text with commas between.
      return found.map((item) => (typeof item === 'string' ? item : JSON.stringify(item))).join(',');
  }
}
