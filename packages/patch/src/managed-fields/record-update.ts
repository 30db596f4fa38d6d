import { FieldSet } from '../structured/field-set.ts';
import { structuredUpdate } from '../structured/ownership.ts';
import { capUpdateManagers } from './cap-managers.ts';
import { type Managed, managerId } from './entries.ts';
import { type ManagedObject, type ManagedWriteOptions, typedObject, writeRules } from './managed-write.ts';
import { withoutServerFields } from './strip-meta.ts';

/** Stands for the writer, so that what this write changes can be told from what it owned before. */
const CURRENT = 'current-operation';

/** Works out who owns what after an update from one object to another. */
export function recordUpdate(
  from: ManagedObject['object'],
  to: ManagedObject,
  manager: string,
  options: ManagedWriteOptions,
): Managed {
  const { apiVersion } = to.object;
  const owners = new Map(
    structuredUpdate({
      live: typedObject(from, options.schema, 'live'),
      updated: typedObject(to.object, options.schema, 'new'),
      owners: to.managed.owners,
      manager: CURRENT,
      apiVersion,
      ...writeRules(options),
    }),
  );
  const changed = withoutServerFields(owners.get(CURRENT)?.fields ?? FieldSet.EMPTY);
  owners.delete(CURRENT);
  if (changed.isEmpty()) return capUpdateManagers({ owners, times: to.managed.times });
  const { subresource } = options;
  const id = managerId({
    manager: manager || 'unknown',
    operation: 'Update',
    apiVersion,
    ...(subresource ? { subresource } : {}),
  });
  const before = owners.get(id)?.fields ?? FieldSet.EMPTY;
  owners.set(id, { apiVersion, applied: false, fields: changed.union(before) });
  return capUpdateManagers({ owners, times: new Map(to.managed.times).set(id, options.time) });
}
