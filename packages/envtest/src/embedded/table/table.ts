import type { KubeObject } from '@gitops-toolkit/core';

import type { ApiRequest } from '../http/api-request.ts';
import { partialMetadata } from '../read/partial-metadata.ts';
import type { ServedResource } from '../registry/served-resource.ts';
import { badRequest } from '../status-error.ts';
import { builtinColumns } from './builtin-columns.ts';
import { ageColumn, nameColumn } from './cells.ts';
import { column, type Column, type ColumnDefinition } from './column.ts';
import { customColumns } from './custom-columns.ts';
import { podRowConditions } from './kinds/pod-columns.ts';

/** A Table without its metadata, which says where its rows come from. */
export interface Table {
  readonly kind: 'Table';
  readonly apiVersion: string;
  readonly columnDefinitions: readonly ColumnDefinition[];
  readonly rows: readonly unknown[];
}

const NAME: Column = nameColumn(({ metadata }) => metadata.name ?? '');

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
      ...rowConditions(resource, object),
      object: rowObject(object, include, options.version),
    })),
  };
}

function rowObject(object: KubeObject, include: string, version: string): unknown {
  if (include === 'None') return null;
  return include === 'Object' ? object : partialMetadata(object, version);
}

/** Of Pods a row says by itself that they have ended. */
function rowConditions({ group, plural }: ServedResource, object: KubeObject): { conditions?: unknown } {
  const conditions = group === '' && plural === 'pods' ? podRowConditions(object) : undefined;
  return conditions ? { conditions } : {};
}

const known = new WeakMap<ServedResource, readonly Column[]>();

function columnsOf(resource: ServedResource): readonly Column[] {
  let columns = known.get(resource);
  if (!columns) {
    const own = otherColumns(resource);
    columns = own.some(({ definition }) => definition.name === 'Name') ? own : [NAME, ...own];
    known.set(resource, columns);
  }
  return columns;
}

function otherColumns({ custom, group, plural }: ServedResource): readonly Column[] {
  if (custom) return custom.printerColumns.length > 0 ? customColumns(custom.printerColumns) : [ageColumn];
  const own = builtinColumns(group, plural);
  return own ?? [CREATED];
}
