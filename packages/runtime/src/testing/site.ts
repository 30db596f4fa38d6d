import {
  conditions as conditionsType,
  defineResource,
  object,
  optional,
  type ResourceDefinition,
  string,
} from '@gitops-toolkit/api';
import type { KubeObject } from '@gitops-toolkit/core';
import type { KubeClient } from '@gitops-toolkit/kube';

import { installDefinitions } from '../harness/install-definitions.ts';

/** A resource to test with. */
export interface SiteObject extends KubeObject {
  spec: { domain: string };
}

/** Its definition. */
export const Site: ResourceDefinition<SiteObject> = defineResource({
  group: 'web.example.com',
  version: 'v1',
  kind: 'Site',
  description: 'A site.',
  spec: object('What is wanted.', { domain: string('The host name.') }),
  status: object('What is there.', {
    conditions: optional(conditionsType()),
    lastHandledReconcileAt: optional(string('The last request.')),
    url: optional(string('Where it is served.')),
  }),
});

/** Makes the kind known to a cluster. */
export async function installSite(client: KubeClient): Promise<void> {
  await installDefinitions(client, [Site]);
}
