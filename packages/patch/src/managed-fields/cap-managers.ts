import type { FieldOwner } from '../structured/ownership.ts';
import { type Managed, managerId, secondsOf } from './entries.ts';

/** More managers than this that update are not told apart. */
const MAX_UPDATE_MANAGERS = 10;
/** Who is said to own what the oldest of them own. */
const ANCIENT = 'ancient-changes';

/**
 * Bounds the entries of managers that update: where there are too many, the oldest of each
 * version are joined. Each `kubectl edit` under another name would else add an entry for good.
 */
export function capUpdateManagers(managed: Managed): Managed {
  const updaters = [...managed.owners.keys()].filter((id) => !managed.owners.get(id)?.applied);
  if (updaters.length <= MAX_UPDATE_MANAGERS) return managed;
  const seconds = (id: string): number => secondsOf(managed.times.get(id));
  updaters.sort((a, b) => seconds(a) - seconds(b) || (a < b ? -1 : 1));

  const owners = new Map(managed.owners);
  const times = new Map(managed.times);
  const oldest = new Map<string, string>();
  let count = updaters.length;
  for (const id of updaters) {
    if (count <= MAX_UPDATE_MANAGERS) break;
    const owner = owners.get(id) as FieldOwner;
    const first = oldest.get(owner.apiVersion);
    if (first === undefined) {
      oldest.set(owner.apiVersion, id);
      continue;
    }
    const bucket = managerId({ manager: ANCIENT, operation: 'Update', apiVersion: owner.apiVersion });
    if (id === bucket) continue;
    const joined = owners.get(bucket) ?? (owners.get(first) as FieldOwner);
    if (!owners.has(bucket)) owners.delete(first);
    owners.delete(id);
    owners.set(bucket, { ...owner, fields: owner.fields.union(joined.fields) });
    const time = managed.times.get(id);
    if (time !== undefined) times.set(bucket, time);
    count--;
  }
  return { owners, times };
}
