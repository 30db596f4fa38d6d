import { isRecord, NumberLiteral } from '@gitops-toolkit/core';
import type { Dialect } from '../parse-options.ts';

/** A value as Go's `%#v` prints it, which is how go-yaml names a key that it does not take. */
export function goSyntax(value: unknown, dialect: Dialect): string {
  if (value === null) return 'interface {}(nil)';
  if (Array.isArray(value))
    return `[]interface {}{${value.map((item) => goSyntax(item, dialect)).join(', ')}}`;
  if (isRecord(value)) {
    const type = dialect === 'yaml11' ? 'map[interface {}]interface {}' : 'map[string]interface {}';
    const keys = Object.keys(value).toSorted();
    return `${type}{${keys.map((key) => `${JSON.stringify(key)}:${goSyntax(value[key], dialect)}`).join(', ')}}`;
  }
  if (typeof value === 'string') return JSON.stringify(value);
  return value instanceof NumberLiteral ? value.json : JSON.stringify(value);
}
