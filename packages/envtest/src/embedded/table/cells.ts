import { getOwn, isRecord, type KubeObject } from '@gitops-toolkit/core';

import { formatLabelSelector, fromLabelSelectorObject } from '../selectors/label-selector.ts';
import { age } from './age.ts';
import { column, type Column, type ColumnOptions } from './column.ts';

/** The value at a dotted path of an object. */
export function at(object: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((value, step) => getOwn(value, step), object);
}

/** The number at a path, 0 where there is none. */
export function numberAt(object: unknown, path: string): number {
  const value = at(object, path);
  return typeof value === 'number' ? value : 0;
}

/** The text at a path, or what stands for none. */
export function textAt(object: unknown, path: string, none = ''): string {
  const value = at(object, path);
  if (typeof value === 'string') return value === '' ? none : value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : none;
}

/** The maps in the list at a path. */
export function listAt(object: unknown, path: string): Record<string, unknown>[] {
  const value = at(object, path);
  return Array.isArray(value) ? value.filter((item) => isRecord(item)) : [];
}

/** The texts in the list at a path. */
export function textsAt(object: unknown, path: string): string[] {
  const value = at(object, path);
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** How many entries a list or a map has. */
export function size(value: unknown): number {
  if (Array.isArray(value)) return value.length;
  return isRecord(value) ? Object.keys(value).length : 0;
}

/** The first entries of a list, and how many more there are. */
export function withMore(list: readonly string[], shown: number, separator = ','): string {
  const text = list.slice(0, shown).join(separator);
  return list.length > shown ? `${text} + ${list.length - shown} more...` : text;
}

/** The labels at a path as `a=b,c=d`. */
export function labelsText(labels: unknown): string {
  if (!isRecord(labels) || Object.keys(labels).length === 0) return '<none>';
  return Object.keys(labels)
    .sort()
    .map((key) => `${key}=${String(labels[key])}`)
    .join(',');
}

/** A LabelSelector as text. */
export function selectorText(selector: unknown): string {
  return formatLabelSelector(fromLabelSelectorObject(selector)) || '<none>';
}

export const ageColumn: Column = column('Age', ({ metadata }, now) => age(metadata.creationTimestamp, now), {
  description: 'The time since the object was created.',
});

/** The column that links a row to its object, where it is not simply the name in the first place. */
export function nameColumn(cell: (object: KubeObject) => string, options: ColumnOptions = {}): Column {
  return column('Name', cell, { format: 'name', description: NAME_DESCRIPTION, ...options });
}

export const NAME_DESCRIPTION = 'The name of the object, unique within its namespace.';

/** A column with the boolean at a path. */
export function booleanColumn(name: string, path: string, none = false): Column {
  return column(name, (object) => at(object, path) ?? none, { type: 'boolean' });
}

/** A column with the number at a path. */
export function numberColumn(name: string, path: string, options: ColumnOptions = {}): Column {
  return column(name, (object) => numberAt(object, path), { type: 'integer', ...options });
}

/** A column with the text at a path. */
export function textColumn(name: string, path: string, none = '', options: ColumnOptions = {}): Column {
  return column(name, (object) => textAt(object, path, none), options);
}

/** Columns about the containers of a Pod template, and its selector, for wide output. */
export function templateColumns(
  template: string,
  selector: (object: KubeObject) => string,
  options: ColumnOptions = { wide: true },
): Column[] {
  const containers = (object: KubeObject, field: string): string =>
    listAt(object, `${template}.spec.containers`)
      .map((container) => textAt(container, field))
      .join(',');
  return [
    column('Containers', (object) => containers(object, 'name'), options),
    column('Images', (object) => containers(object, 'image'), options),
    column('Selector', selector, options),
  ];
}
