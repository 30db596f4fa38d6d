import { formatApiVersion } from '@gitops-toolkit/core';

import { compareVersions } from './version-order.ts';
import type { ServedResource } from './served-resource.ts';

/** One API group with its versions, the preferred one first. */
export interface ServedGroup {
  readonly name: string;
  readonly versions: readonly string[];
}

/** What the server serves: looked up by path, and by kind for the server's own writes. */
export class Registry {
  readonly #byPath: Map<string, ServedResource> = new Map();
  readonly #byKind: Map<string, ServedResource> = new Map();
  /** How many resources a group and version have. */
  readonly #counts: Map<string, number> = new Map();
  #generation = 0;

  /** Raised with each change, so that documents made from the registry can be kept. */
  get generation(): number {
    return this.#generation;
  }

  add(resource: ServedResource): void {
    const path = `${resource.apiVersion}|${resource.plural}`;
    if (!this.#byPath.has(path)) this.#count(resource, 1);
    this.#byPath.set(path, resource);
    this.#byKind.set(`${resource.apiVersion}|${resource.kind}`, resource);
    this.#generation++;
  }

  remove(resource: ServedResource): void {
    if (this.#byPath.delete(`${resource.apiVersion}|${resource.plural}`)) this.#count(resource, -1);
    this.#byKind.delete(`${resource.apiVersion}|${resource.kind}`);
    this.#generation++;
  }

  find(group: string, version: string, plural: string): ServedResource | undefined {
    return this.#byPath.get(`${formatApiVersion(group, version)}|${plural}`);
  }

  findKind(apiVersion: string, kind: string): ServedResource | undefined {
    return this.#byKind.get(`${apiVersion}|${kind}`);
  }

  all(): IterableIterator<ServedResource> {
    return this.#byPath.values();
  }

  /** Whether a path of the group and version exists at all. */
  serves(group: string, version: string): boolean {
    return (this.#counts.get(formatApiVersion(group, version)) ?? 0) > 0;
  }

  #count({ apiVersion }: ServedResource, step: number): void {
    this.#counts.set(apiVersion, (this.#counts.get(apiVersion) ?? 0) + step);
  }

  /** The resources of a group and version by plural name. */
  resources(group: string, version: string): ServedResource[] {
    const apiVersion = formatApiVersion(group, version);
    const found = [...this.#byPath.values()].filter((resource) => resource.apiVersion === apiVersion);
    return found.sort((a, b) => (a.plural < b.plural ? -1 : 1));
  }

  /** All groups: the built-in ones in the order in which they were added, then the others by name. */
  groups(): ServedGroup[] {
    const versions = new Map<string, Set<string>>();
    const custom = new Set<string>();
    for (const resource of this.#byPath.values()) {
      if (resource.custom && !versions.has(resource.group)) custom.add(resource.group);
      const set = versions.get(resource.group) ?? new Set();
      versions.set(resource.group, set.add(resource.version));
    }
    const names = [...versions.keys()];
    const order = [
      ...names.filter((name) => !custom.has(name)),
      ...names.filter((name) => custom.has(name)).sort(),
    ];
    return order.map((name) => ({ name, versions: [...(versions.get(name) ?? [])].sort(compareVersions) }));
  }
}
