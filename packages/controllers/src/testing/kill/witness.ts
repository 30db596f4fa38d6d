import type { Kustomization } from '@gitops-toolkit/api';
import { inventoryRefs } from '@gitops-toolkit/apply';
import { type KubeObject, refKey, refOf, refString } from '@gitops-toolkit/core';
import { conditions } from '@gitops-toolkit/runtime';
import { assert } from 'vitest';
import { isFirstRun } from '../../kustomization/interrupted-runs.ts';
import { comparable, readObjects } from './cluster-state.ts';
import type { LastingLine } from './lasting-line.ts';

/** Looks at the cluster after each death, for what must hold whenever controllers die. */
export class Witness {
  readonly #line: LastingLine;
  /** The uid of each object that has been wanted without a break since all was settled. */
  readonly #uids = new Map<string, string>();
  /** What was there when source and Kustomization said that a commit was applied. */
  readonly seen: { readonly commit: string; readonly objects: Record<string, unknown> }[] = [];

  constructor(line: LastingLine) {
    this.#line = line;
  }

  /** Tells that from now on other objects are wanted: those that are not may be made anew. */
  wants(names: ReadonlySet<string>): void {
    for (const name of this.#uids.keys()) if (!names.has(name)) this.#uids.delete(name);
  }

  /** Tells that all is as the newest commit wants it: what is there now stays as long as it is wanted. */
  async settled(): Promise<void> {
    for (const object of await readObjects(this.#line.client)) {
      // It is made anew with each version.
      if (object.metadata.name !== 'sealed')
        this.#uids.set(refString(refOf(object)), object.metadata.uid ?? '');
    }
  }

  /** No object is without a record, and none was made anew without need. */
  async look(): Promise<void> {
    const objects = await readObjects(this.#line.client);
    const kustomization = await this.#line.kustomization();
    // What a first run has made is found by its labels.
    const isFirst = kustomization !== undefined && isFirstRun(kustomization);
    if (!isFirst) {
      assert.deepEqual(unrecorded(objects, kustomization), [], 'objects that nobody would ever prune');
    }
    const found = new Map(objects.map((object) => [refString(refOf(object)), object.metadata.uid]));
    const kept = Object.fromEntries([...this.#uids.keys()].map((name) => [name, found.get(name)]));
    assert.deepEqual(kept, Object.fromEntries(this.#uids), 'the uids of what was there all the time');
    if (kustomization) await this.#remember(objects, kustomization);
  }

  async #remember(objects: readonly KubeObject[], kustomization: Kustomization): Promise<void> {
    if (kustomization.metadata.deletionTimestamp || !conditions.isReady(kustomization)) return;
    const revision = kustomization.status?.lastAppliedRevision;
    // With something newer in the source, everybody can see that there is more to come.
    if (revision !== (await this.#line.source())?.status?.artifact?.revision) return;
    const commit = revision?.split(':').at(-1) ?? '';
    const present = objects.filter(({ metadata }) => !metadata.deletionTimestamp);
    this.seen.push({ commit, objects: comparable(present) });
  }
}

/** The objects of the Kustomization that its inventory does not name. One that is being deleted needs no record. */
function unrecorded(objects: readonly KubeObject[], kustomization: Kustomization | undefined): string[] {
  const recorded = new Set(inventoryRefs(kustomization?.status?.inventory).map(refKey));
  return objects
    .filter(({ metadata }) => metadata.labels?.['kustomize.toolkit.fluxcd.io/name'] !== undefined)
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .map(refOf)
    .filter((ref) => !recorded.has(refKey(ref)))
    .map(refString);
}
