import type { Clock, KubeObject } from '@gitops-toolkit/core';

import type { KindCache } from '../watch/kind-cache.ts';
import type { HealthChecks } from './health-checks.ts';

/**
 * A check for every watched kind, by names such as `watch-Deployment.apps`: it fails where the kind is not here yet,
 * or where the server has not been heard of for too long, bookmarks included, in one of its selections.
 */
export function watchChecks(
  kinds: readonly KindCache<KubeObject>[],
  options: { readonly limitMs: number; readonly clock: Clock },
): HealthChecks {
  const namesakes = (name: string): readonly KindCache<KubeObject>[] =>
    kinds.filter((cache) => nameOf(cache) === name);
  return Object.fromEntries(
    kinds.map(nameOf).map((name) => [name, () => namesakes(name).forEach((cache) => check(cache, options))]),
  );
}

function nameOf({ kind: { group, kind } }: KindCache<KubeObject>): string {
  return `watch-${kind}${group === '' ? '' : `.${group}`}`;
}

function check(cache: KindCache<KubeObject>, { limitMs, clock }: { limitMs: number; clock: Clock }): void {
  const { kind, lastError: cause, synced, reflectors } = cache;
  if (!synced) throw new Error(`${kind.kind} is not complete`, { cause });
  const heardAt = Math.min(...reflectors.map((reflector) => reflector.lastEventAt ?? -Infinity));
  const silentMs = clock.monotonic() - heardAt;
  if (silentMs > limitMs) throw new Error(`nothing came of ${kind.kind} for ${silentMs} ms`, { cause });
}
