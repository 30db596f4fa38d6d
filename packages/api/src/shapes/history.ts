import { array, map, object, optional } from '../builder/containers.ts';
import { dateTime, integer, string } from '../builder/scalars.ts';
import type { Type } from '../builder/type.ts';
import type { ResourceInventory, ResourceReference, Snapshot } from '../generated/resource-types.ts';

/** What was reconciled, when, and how it ended: reconciliations with the same result are counted together. */
export function snapshot(description: string): Type<Snapshot> {
  return object(
    description,
    {
      digest: string('Checksum of what was applied.'),
      firstReconciled: dateTime('When it was reconciled for the first time.'),
      lastReconciled: dateTime('When it was reconciled for the last time.'),
      lastReconciledDuration: string('How long the last time took: `1.2s`.'),
      lastReconciledStatus: string('How the last time ended, the reason of the Ready condition.'),
      totalReconciliations: integer('How often it was reconciled.'),
      metadata: optional(map('What else is known of it: the revision.', string('A value.'))),
    },
    {
      about:
        'What was reconciled, when, and how it ended: reconciliations with the same result are counted together.',
      name: 'Snapshot',
    },
  );
}

function resourceReference(description: string): Type<ResourceReference> {
  return object(
    description,
    {
      id: string('Namespace, name, group and kind, with `_` between: `default_web_apps_Deployment`.'),
      v: string('The API version it was applied in, without the group.'),
    },
    { name: 'ResourceReference' },
  );
}

/** The objects that were applied: what is in an old inventory and not in the new one is deleted. */
export function resourceInventory(description: string): Type<ResourceInventory> {
  return object(
    description,
    {
      entries: array(
        'The objects, in the order in which they were applied.',
        resourceReference('An object.'),
      ),
    },
    {
      about: 'The objects that were applied: what is in an old inventory and not in the new one is deleted.',
      name: 'ResourceInventory',
    },
  );
}
