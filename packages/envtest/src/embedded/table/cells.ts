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

/** A column with the number at a path. */
export function numberColumn(name: string, path: string, options: ColumnOptions = {}): Column {
  return column(name, (object) => numberAt(object, path), { type: 'integer', ...options });
}

/** A column with the text at a path. */
export function textColumn(name: string, path: string, none = '', options: ColumnOptions = {}): Column {
  return column(name, (object) => textAt(object, path, none), options);
}

/** Columns about the containers of a Pod template, and its selector, for wide output. */
export function templateColumns(template: string, selector: (object: KubeObject) => string): Column[] {
  const containers = (object: KubeObject, field: string): string =>
    listAt(object, `${template}.spec.containers`)
      .map((container) => textAt(container, field))
      .join(',');
  return [
    column('Containers', (object) => containers(object, 'name'), { wide: true }),
    column('Images', (object) => containers(object, 'image'), { wide: true }),
    column('Selector', selector, { wide: true }),
  ];
}
