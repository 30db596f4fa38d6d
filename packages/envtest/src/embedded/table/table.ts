import type { KubeObject } from '@gitops-toolkit/core';

import type { ApiRequest } from '../http/api-request.ts';
import { partialMetadata } from '../read/partial-metadata.ts';
import type { ServedResource } from '../registry/served-resource.ts';
import { badRequest } from '../status-error.ts';
import { age } from './age.ts';
import { builtinColumns } from './builtin-columns.ts';
import { column, type Column, type ColumnDefinition } from './column.ts';
import { customColumns } from './custom-columns.ts';

/** A Table without its metadata, which says where its rows come from. */
export interface Table {
  readonly kind: 'Table';
  readonly apiVersion: string;
  readonly columnDefinitions: readonly ColumnDefinition[];
  readonly rows: readonly unknown[];
}

const NAME: Column = column('Name', ({ metadata }) => metadata.name, {
  format: 'name',
  description: 'The name of the object, unique within its namespace.',
});

const AGE: Column = column('Age', ({ metadata }, now) => age(metadata.creationTimestamp, now), {
  description: 'The time since the object was created.',
});

const CREATED: Column = column('Created At', ({ metadata }) => metadata.creationTimestamp, {
  type: 'date',
  description: 'When the object was created.',
});

/** Shows objects as the rows that `kubectl get` prints. */
export function tableFor(
  resource: ServedResource,
  objects: readonly KubeObject[],
  options: { readonly version: string; readonly request: ApiRequest; readonly now: number },
): Table {
  const columns = columnsOf(resource);
  const include = options.request.query.get('includeObject') || 'Metadata';
  if (!['None', 'Metadata', 'Object'].includes(include)) {
    throw badRequest(`unrecognized includeObject value: ${JSON.stringify(include)}`);
  }
  return {
    kind: 'Table',
    apiVersion: `meta.k8s.io/${options.version}`,
    columnDefinitions: columns.map(({ definition }) => definition),
    rows: objects.map((object) => ({
      cells: columns.map(({ cell }) => cell(object, options.now) ?? null),
      object: rowObject(object, include, options.version),
    })),
  };
}

function rowObject(object: KubeObject, include: string, version: string): unknown {
  if (include === 'None') return null;
  return include === 'Object' ? object : partialMetadata(object, version);
}

const known = new WeakMap<ServedResource, readonly Column[]>();

function columnsOf(resource: ServedResource): readonly Column[] {
  let columns = known.get(resource);
  if (!columns) {
    columns = [NAME, ...otherColumns(resource)];
    known.set(resource, columns);
  }
  return columns;
}

function otherColumns({ custom, group, plural }: ServedResource): readonly Column[] {
  if (custom) return custom.printerColumns.length > 0 ? customColumns(custom.printerColumns) : [AGE];
  const own = builtinColumns(group, plural);
  return own ?? [CREATED];
}
