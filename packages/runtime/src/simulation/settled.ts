import { isEqual, type KubeObject } from '@gitops-toolkit/core';

import type { ResourceKind } from '../resource-kind.ts';
import { stripManagedFields } from '../watch/transform.ts';
import {
  copiedValue,
  Copy,
  type DataObject,
  NAMESPACE,
  OBSERVED,
  Record,
  Source,
  Summary,
  summaryOf,
} from './reconcilers.ts';
import type { Replica } from './replica.ts';
import type { World } from './world.ts';

/** What is not yet as it has to be in the end; nothing where everything has settled. */
export function unsettled(world: World, replicas: readonly Replica[]): string[] {
  const alive = replicas.filter(({ clock }) => clock.isAlive);
  const leaders = alive.filter((replica) => replica.leads);
  if (leaders.length !== 1) return [`${leaders.length} replicas lead`];
  return [
    ...unfinished(world),
    ...alive.flatMap((replica) => staleCaches(world, replica)),
    ...leaders.flatMap((leader) => unreconciled(world, leader)),
  ];
}

/** The world as the controllers are to make it. */
function unfinished(world: World): string[] {
  const sources = sourcesOf(world);
  const names = sources.map(nameOf);
  const copies = objects<DataObject>(world, Copy).filter(hasRole('copy'));
  const records = objects(world, Record).filter(hasRole('record'));
  const summary = objects(world, Summary).find((each) => nameOf(each) === 'summary');
  const extra = [...copies, ...records].filter((each) => !names.includes(nameOf(each)));
  const isSummary = summary?.metadata.annotations?.['copies'] === summaryOf(copies);
  return [
    ...sources.flatMap((source) => incomplete(source, copies, records)),
    ...extra.map((each) => `${each.kind ?? ''} ${nameOf(each)} has no source`),
    ...(isSummary ? [] : ['the summary is not of the copies']),
  ];
}

function incomplete(
  source: DataObject,
  copies: readonly DataObject[],
  records: readonly KubeObject[],
): string[] {
  const { uid, deletionTimestamp, annotations } = source.metadata;
  const name = nameOf(source);
  if (deletionTimestamp !== undefined) return [`source ${name} is not gone`];
  const value = source.data?.['value'];
  const copy = copies.find((each) => nameOf(each) === name);
  const record = records.find((each) => nameOf(each) === name);
  const owners = copy?.metadata.ownerReferences?.map((owner) => owner.uid) ?? [];
  return [
    ...(copiedValue(copy) === value && isEqual(owners, [uid]) ? [] : [`source ${name} has not its copy`]),
    ...(record?.metadata.annotations?.['value'] === value ? [] : [`source ${name} has not its record`]),
    ...(annotations?.[OBSERVED] === value ? [] : [`source ${name} is not observed`]),
  ];
}

/** Each cache against what the server has. */
function staleCaches(world: World, { name, manager }: Replica): string[] {
  return manager.cache.kinds.flatMap(({ kind, selection, store }) => {
    const role = /^role=(.*)$/.exec(selection.labelSelector ?? '')?.[1];
    const there = objects(world, kind, null).filter((each) => role === undefined || hasRole(role)(each));
    const isSame = isEqual(sorted(there.map(stripManagedFields)), sorted(store.list()));
    return isSame ? [] : [`the cache of ${kind.kind} in ${name} is not what the server has`];
  });
}

/** No key stays unreconciled after its object's last change. */
function unreconciled(world: World, { name, runs }: Replica): string[] {
  return sourcesOf(world)
    .filter((source) => runs.reconciled('copier', source) !== source.metadata.resourceVersion)
    .map((source) => `${name} has not reconciled source ${nameOf(source)} as it is`);
}

const sourcesOf = (world: World): DataObject[] =>
  objects<DataObject>(world, Source).filter(hasRole('source'));

function objects<T extends KubeObject>(
  { server }: World,
  kind: ResourceKind<T>,
  namespace: string | null = NAMESPACE,
): T[] {
  return [...server.objects.list(kind, namespace ?? undefined)] as T[];
}

const hasRole =
  (role: string) =>
  ({ metadata }: KubeObject): boolean =>
    metadata.labels?.['role'] === role;

const nameOf = ({ metadata }: KubeObject): string => metadata.name ?? '';

const sorted = (all: readonly KubeObject[]): KubeObject[] => {
  const keyOf = ({ metadata }: KubeObject): string => `${metadata.namespace ?? ''}/${metadata.name ?? ''}`;
  return all.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
};
