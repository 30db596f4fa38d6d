import {
  type Clock,
  formatApiVersion,
  gvkOf,
  type GroupVersionKind,
  systemClock,
} from '@gitops-toolkit/core';
import { type Ask, discoverAll, discoverVersion, type RestMapping } from './discovery.ts';
import { KubeError } from './errors.ts';
import { RateLimit } from './rate-limit.ts';

export type { RestMapping } from './discovery.ts';

/** A kind by its group and version, or by its `apiVersion`. */
export type KindName = GroupVersionKind | { readonly apiVersion: string; readonly kind: string };

/**
 * Knows where the kinds of a cluster are served. Reads everything once (two requests), and asks
 * for the group and version of a kind that it does not know, so that a new CRD is found at once.
 */
export class RestMapper {
  readonly #ask: Ask;
  readonly #misses: RateLimit;
  #all: Promise<Map<string, RestMapping>> | undefined;
  readonly #asking = new Map<string, Promise<void>>();

  constructor(ask: Ask, options: { readonly clock?: Clock } = {}) {
    this.#ask = ask;
    // Objects of a kind that never comes must not turn into a storm of discovery.
    this.#misses = new RateLimit(2, 20, options.clock ?? systemClock);
  }

  /**
   * The mapping of a kind.
   *
   * @throws KubeError `KUBE_NO_MATCH` (retry `backoff`) when the cluster does not serve it.
   */
  async mapping(kind: KindName): Promise<RestMapping> {
    const gvk = 'apiVersion' in kind ? gvkOf(kind) : kind;
    const key = keyOf(gvk);
    const known = (await this.#load()).get(key);
    if (known) return known;
    await this.#askAgain(gvk);
    const found = (await this.#load()).get(key);
    if (found) return found;
    throw noMatch(gvk);
  }

  /** Every resource, in the server's order of preference: the first of a kind is the preferred one. */
  async resources(): Promise<readonly RestMapping[]> {
    return [...(await this.#load()).values()];
  }

  /** Forgets a kind, whose path turned out not to be served; the next question asks for it anew. */
  forget(kind: KindName): void {
    const key = keyOf('apiVersion' in kind ? gvkOf(kind) : kind);
    void this.#all?.then((map) => map.delete(key)).catch(() => undefined);
  }

  /** Forgets everything; the next question reads it anew. */
  invalidate(): void {
    this.#all = undefined;
  }

  #load(): Promise<Map<string, RestMapping>> {
    if (this.#all) return this.#all;
    const all = discoverAll(this.#ask).then(
      (mappings) => {
        const map = new Map<string, RestMapping>();
        for (const mapping of mappings) if (!map.has(keyOf(mapping))) map.set(keyOf(mapping), mapping);
        return map;
      },
      (error: unknown) => {
        if (this.#all === all) this.#all = undefined;
        throw error;
      },
    );
    this.#all = all;
    return all;
  }

  /** One question for all callers who wait for kinds of the same group and version. */
  #askAgain({ group, version }: GroupVersionKind): Promise<void> {
    const apiVersion = formatApiVersion(group, version);
    const pending = this.#asking.get(apiVersion);
    if (pending) return pending;
    const asking = this.#addVersion(group, version).finally(() => this.#asking.delete(apiVersion));
    this.#asking.set(apiVersion, asking);
    return asking;
  }

  async #addVersion(group: string, version: string): Promise<void> {
    await this.#misses.take();
    const found = await discoverVersion(group, version, this.#ask);
    const map = await this.#load();
    for (const mapping of found) map.set(keyOf(mapping), mapping);
  }
}

function keyOf({ group, version, kind }: GroupVersionKind): string {
  return `${group}/${version}/${kind}`;
}

function noMatch({ group, version, kind }: GroupVersionKind): KubeError {
  const apiVersion = formatApiVersion(group, version);
  return new KubeError('KUBE_NO_MATCH', `no matches for kind "${kind}" in version "${apiVersion}"`, {
    status: 404,
    reason: 'NotFound',
    // Its CRD may be on the way.
    retry: 'backoff',
    hint: `Is the CustomResourceDefinition of ${kind} installed, and does it serve ${version}?`,
  });
}
