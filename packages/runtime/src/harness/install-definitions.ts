import { type KubeObject, sleep } from '@gitops-toolkit/core';
import { isAlreadyExists, isNoMatch, isNotFound, type KubeClient } from '@gitops-toolkit/kube';

import { conditions } from '../conditions/conditions.ts';

/** What a definition of `@gitops-toolkit/api` has: its CustomResourceDefinition. */
export interface InstallableDefinition {
  crd(): KubeObject;
}

const POLL_MS = 10;

/**
 * Makes kinds known to a cluster, and waits until it serves them. Those that are there already stay as they are.
 *
 * @param signal ends waiting. @default after 30 s
 */
export async function installDefinitions(
  client: KubeClient,
  definitions: readonly InstallableDefinition[],
  signal: AbortSignal = AbortSignal.timeout(30_000),
): Promise<void> {
  await Promise.all(definitions.map((definition) => install(client, definition.crd(), signal)));
}

async function install(client: KubeClient, crd: KubeObject, signal: AbortSignal): Promise<void> {
  const { apiVersion, kind } = crd;
  const ref = { apiVersion, kind, name: crd.metadata.name ?? '' };
  await client.create(crd, { signal }).catch((error: unknown) => {
    if (!isAlreadyExists(error)) throw error;
  });
  while (!conditions.isTrue(await client.get(ref, { signal }), 'Established'))
    await sleep(POLL_MS, { signal });
  // An established kind may not be among those that discovery tells of yet.
  while (!(await isServed(client, crd, signal))) await sleep(POLL_MS, { signal });
}

async function isServed(client: KubeClient, { spec }: KubeObject, signal: AbortSignal): Promise<boolean> {
  const { group, names, versions } = spec as {
    group: string;
    names: { kind: string };
    versions: { name: string; served: boolean }[];
  };
  const served = versions.filter((version) => version.served);
  try {
    await Promise.all(
      served.map(({ name }) =>
        client.list({ apiVersion: `${group}/${name}`, kind: names.kind }, { limit: 1, signal }),
      ),
    );
    return true;
  } catch (error) {
    if (!isNoMatch(error) && !isNotFound(error)) throw error;
    client.mapper.invalidate();
    return false;
  }
}
