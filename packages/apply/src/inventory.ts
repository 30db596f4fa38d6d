import { formatApiVersion, type ObjectRef, parseApiVersion } from '@gitops-toolkit/core';
import type { ChangeSet } from './change-set.ts';
import { ApplyError } from './errors.ts';
import { sortRefs } from './stages.ts';

/** An object in the inventory of a status: its id without the version, and the version. */
export interface InventoryEntry {
  /** `<namespace>_<name>_<group>_<kind>`. */
  id: string;
  v: string;
}

/** The objects that a reconciler has applied, as `status.inventory` holds them. */
export interface Inventory {
  entries: InventoryEntry[];
}

const RBAC = 'rbac.authorization.k8s.io';

/** The inventory of what was applied or skipped, in the order of the work. */
export function createInventory(changes: ChangeSet): Inventory {
  const kept = changes.entries.filter(({ action }) => action !== 'deleted');
  return { entries: kept.map(({ ref }) => inventoryEntry(ref)) };
}

/** The entry of an object. */
export function inventoryEntry(ref: ObjectRef): InventoryEntry {
  return { id: inventoryId(ref), v: parseApiVersion(ref.apiVersion).version };
}

/** The id of an object. Colons, which names of RBAC objects may have, become `__`. */
export function inventoryId({ apiVersion, kind, name, namespace = '' }: ObjectRef): string {
  const { group } = parseApiVersion(apiVersion);
  return `${namespace}_${group === RBAC ? name.replaceAll(':', '__') : name}_${group}_${kind}`;
}

/**
 * The object that an entry names.
 *
 * @throws ApplyError `APPLY_INVENTORY_INVALID` where the id has not four parts.
 */
export function parseInventoryEntry({ id, v }: InventoryEntry): ObjectRef {
  // A name may hold underscores, as `__`; the other parts hold none.
  const match = /^([^_]*)_(.*)_([^_]*)_([^_]+)$/s.exec(id);
  if (!match)
    throw new ApplyError('APPLY_INVENTORY_INVALID', `unable to parse stored object metadata: ${id}`);
  const [, namespace = '', name = '', group = '', kind = ''] = match;
  return {
    apiVersion: formatApiVersion(group, v),
    kind,
    name: name.replaceAll('__', ':'),
    ...(namespace !== '' && { namespace }),
  };
}

/** The objects of an inventory, in apply order. */
export function inventoryRefs(inventory: Inventory | undefined): ObjectRef[] {
  return sortRefs((inventory?.entries ?? []).map(parseInventoryEntry));
}

/** The objects that the first has and the second has not, whatever their version, in apply order. */
export function inventoryDifference(
  before: Inventory | undefined,
  after: Inventory | undefined,
): ObjectRef[] {
  const kept = new Set((after?.entries ?? []).map(({ id }) => id));
  return inventoryRefs({ entries: (before?.entries ?? []).filter(({ id }) => !kept.has(id)) });
}

/** The inventory with more objects, where it does not have them: what could not be deleted is kept so. */
export function addToInventory(inventory: Inventory, refs: readonly ObjectRef[]): Inventory {
  const known = new Set(inventory.entries.map(({ id }) => id));
  const added = refs.map(inventoryEntry).filter(({ id }) => !known.has(id) && known.add(id));
  return { entries: [...inventory.entries, ...added] };
}
