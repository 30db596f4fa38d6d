import { isEqual, type KubeObject } from '@gitops-toolkit/core';
import type { FieldError } from '@gitops-toolkit/schema';

import { items, maybeChild } from '../draft.ts';
import { forbiddenField } from '../field-errors.ts';
import type { PartStrategy } from '../strategy.ts';

const FIELD = 'spec.ephemeralContainers';

/** A Pod's `/ephemeralcontainers`: containers may be added to a Pod that runs, and nothing else changes. */
export const ephemeralContainers: PartStrategy = {
  prepareUpdate(draft, old) {
    const { ephemeralContainers: _old, ...spec } = maybeChild(old, 'spec') ?? {};
    const added = items(maybeChild(draft, 'spec'), 'ephemeralContainers');
    const { managedFields } = draft.metadata;
    return {
      ...old,
      metadata: { ...old.metadata, ...(managedFields ? { managedFields } : {}) },
      spec: { ...spec, ...(added.length > 0 ? { ephemeralContainers: added } : {}) },
    };
  },
  validateUpdate(object, old) {
    const now = byName(object);
    const errors: FieldError[] = [];
    for (const [name, container] of byName(old)) {
      const what = `existing ephemeral containers ${JSON.stringify(name)} may not be`;
      // The line break is the real server's.
      if (!now.has(name)) errors.push(forbiddenField(FIELD, `${what} removed\n`));
      else if (!isEqual(now.get(name), container)) errors.push(forbiddenField(FIELD, `${what} changed\n`));
    }
    return errors;
  },
};

const byName = (pod: KubeObject): Map<unknown, unknown> =>
  new Map(
    items(maybeChild(pod, 'spec'), 'ephemeralContainers').map((container) => [container['name'], container]),
  );
