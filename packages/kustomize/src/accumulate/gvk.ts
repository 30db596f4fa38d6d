import { parseApiVersion } from '@gitops-toolkit/core';

/** A group, version and kind; in a selector, an empty part matches anything. */
export interface Gvk {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

export const ANY_GVK: Gvk = { group: '', version: '', kind: '' };

const cache = new Map<string, Map<string, Gvk>>();

/** The same object for the same kind, so that maps and comparisons by identity work. */
export function gvkFrom(apiVersion: string, kind: string): Gvk {
  let kinds = cache.get(apiVersion);
  if (!kinds) {
    // Untrusted input must not grow the cache for ever.
    if (cache.size > 10_000) cache.clear();
    cache.set(apiVersion, (kinds = new Map()));
  }
  let gvk = kinds.get(kind);
  if (!gvk) {
    gvk = { ...parseApiVersion(apiVersion), kind };
    if (kinds.size < 10_000) kinds.set(kind, gvk);
  }
  return gvk;
}

export function sameGvk(a: Gvk, b: Gvk): boolean {
  return a === b || (a.kind === b.kind && a.group === b.group && a.version === b.version);
}

/** Whether a kind passes a selector with exact parts. */
export function isSelectedByGvk(gvk: Gvk, selector: Gvk): boolean {
  return (
    (selector.kind === '' || gvk.kind === selector.kind) &&
    (selector.group === '' || gvk.group === selector.group) &&
    (selector.version === '' || gvk.version === selector.version)
  );
}

/** `Deployment.v1.apps`, as kustomize writes a kind in messages. */
export function gvkString(gvk: Gvk): string {
  return `${gvk.kind || '[noKind]'}.${gvk.version || '[noVer]'}.${gvk.group || '[noGrp]'}`;
}
