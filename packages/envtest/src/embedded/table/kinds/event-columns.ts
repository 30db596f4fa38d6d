import type { KubeObject } from '@gitops-toolkit/core';

import { age } from '../age.ts';
import { at, nameColumn, numberAt, textAt, textColumn } from '../cells.ts';
import { column, type Column } from '../column.ts';

function eventObject(event: KubeObject): string {
  const kind = textAt(event, 'involvedObject.kind').toLowerCase();
  const name = textAt(event, 'involvedObject.name');
  return name === '' ? kind : `${kind}/${name}`;
}

const firstSeen = (event: KubeObject): unknown => at(event, 'firstTimestamp') ?? at(event, 'eventTime');
const lastSeen = (event: KubeObject): unknown =>
  at(event, 'series.lastObservedTime') ?? at(event, 'lastTimestamp') ?? firstSeen(event);

/** Who tells of it: in the older fields, or in the newer ones. */
function eventSource(event: KubeObject): string {
  const older = [textAt(event, 'source.component'), textAt(event, 'source.host')];
  const newer = [textAt(event, 'reportingComponent'), textAt(event, 'reportingInstance')];
  const [component = '', instance = ''] = older[0] === '' ? newer : older;
  return instance === '' ? component : `${component}, ${instance}`;
}

function count(event: KubeObject): number {
  const series = at(event, 'series');
  return series === undefined ? numberAt(event, 'count') || 1 : numberAt(series, 'count');
}

/** The columns of events, with the name last: it says nothing to a reader. */
export const eventColumns: readonly Column[] = [
  column('Last Seen', (event, now) => age(lastSeen(event), now)),
  textColumn('Type', 'type'),
  textColumn('Reason', 'reason'),
  column('Object', eventObject),
  textColumn('Subobject', 'involvedObject.fieldPath', '', { wide: true }),
  column('Source', eventSource, { wide: true }),
  column('Message', (event) => textAt(event, 'message').trim()),
  column('First Seen', (event, now) => age(firstSeen(event), now), { wide: true }),
  column('Count', count, { wide: true }),
  nameColumn(({ metadata }) => metadata.name ?? '', { wide: true }),
];
