import { formatApiVersion, type KubeObject, type ObjectRef, refOf } from '@gitops-toolkit/core';
import { type KubeClient, KubeError } from '@gitops-toolkit/kube';
import { mapLimited } from './map-limited.ts';
import { isOwnedBy, type Owner, ownerLabels } from './owner.ts';

/** How {@link findOwnedObjects} looks. */
export interface FindOwnedOptions {
  readonly signal?: AbortSignal;
  /** Requests at once. @default 4 */
  readonly concurrency?: number;
}

/**
 * Every object of a cluster that an owner has applied, whatever its kind: by its labels, and by the manager of its
 * fields, since controllers copy labels to what they make. One list for each kind that the cluster serves: for when
 * an inventory is lost. Kinds that may not be listed are passed over.
 *
 * @throws KubeError where the cluster cannot be asked
 */
export async function findOwnedObjects(
  client: KubeClient,
  owner: Owner,
  { signal, concurrency = 4 }: FindOwnedOptions = {},
): Promise<ObjectRef[]> {
  const labelSelector = Object.entries(ownerLabels(owner))
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
  const options = { labelSelector, ...(signal && { signal }) };
  const lists = await mapLimited(await listableKinds(client), concurrency, async (kind) => {
    const found: ObjectRef[] = [];
    try {
      for await (const object of client.listAll<KubeObject>(kind, options)) {
        if (isOwnedBy(object, owner) && isApplied(object, owner)) found.push(refOf({ ...object, ...kind }));
      }
    } catch (error) {
      const isRefused = error instanceof KubeError && [403, 404, 405].includes(error.status ?? 0);
      if (!isRefused) throw error;
    }
    return found;
  });
  return lists.flat();
}

/** Each kind once, in the version that the server prefers. */
async function listableKinds(client: KubeClient): Promise<{ apiVersion: string; kind: string }[]> {
  const kinds = new Map<string, { apiVersion: string; kind: string }>();
  for (const { group, version, kind, verbs } of await client.mapper.resources()) {
    const key = `${group}/${kind}`;
    if (!kinds.has(key) && verbs.includes('list') && verbs.includes('patch')) {
      kinds.set(key, { apiVersion: formatApiVersion(group, version), kind });
    }
  }
  return [...kinds.values()];
}

function isApplied({ metadata }: KubeObject, { fieldManager }: Owner): boolean {
  return (metadata.managedFields ?? []).some(
    ({ manager, operation }) => manager === fieldManager && operation === 'Apply',
  );
}
