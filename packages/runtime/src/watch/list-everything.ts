import type { KubeObject } from '@gitops-toolkit/core';
import { isGone } from '@gitops-toolkit/kube';

import type { ListWatch } from './list-watch.ts';

/** A whole state. */
export interface ListedState<T extends KubeObject> {
  readonly objects: readonly T[];
  readonly resourceVersion: string | undefined;
}

const pageSize = 500;

/**
 * Lists in pages. Where a page comes too late, because what the list began with is compacted away,
 * everything is asked for again in one piece.
 */
export async function listEverything<T extends KubeObject>(
  source: ListWatch<T>,
  options: {
    readonly resourceVersion: string;
    readonly signal: AbortSignal;
    /** What to keep of an object while the rest is awaited. */
    readonly prepare: (object: T) => T;
  },
): Promise<ListedState<T>> {
  const { resourceVersion, signal, prepare } = options;
  let page = await source.list({ limit: pageSize, ...versionOf(resourceVersion), signal });
  const objects = page.items.map(prepare);
  while (page.metadata.continue) {
    try {
      page = await source.list({ limit: pageSize, continue: page.metadata.continue, signal });
    } catch (error) {
      if (!isGone(error)) throw error;
      const whole = await source.list({ signal });
      return { objects: whole.items.map(prepare), resourceVersion: whole.metadata.resourceVersion };
    }
    for (const item of page.items) objects.push(prepare(item));
  }
  return { objects, resourceVersion: page.metadata.resourceVersion };
}

function versionOf(resourceVersion: string): { resourceVersion?: string } {
  return resourceVersion === '' ? {} : { resourceVersion };
}
