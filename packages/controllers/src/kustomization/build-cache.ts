import { sha256Hex } from '@gitops-toolkit/core';
import type { Kustomization } from '@gitops-toolkit/api';
import type { BuiltKustomization } from './builder.ts';

/** What a build depends on: where none of it changed, neither did the result. */
export interface BuildKey {
  readonly artifactDigest: string;
  readonly variables: Readonly<Record<string, string>>;
}

/**
 * The last build of each Kustomization. An object that did not change, of an artifact that did not, with
 * variables that did not, is not built again.
 */
export class BuildCache {
  readonly #entries = new Map<string, { readonly key: string; readonly built: BuiltKustomization }>();

  /** The last build, if it is of the same inputs; otherwise the result of `build`, which is kept. */
  async get(
    object: Kustomization,
    inputs: BuildKey,
    build: () => Promise<BuiltKustomization>,
  ): Promise<BuiltKustomization> {
    const uid = object.metadata.uid ?? '';
    const key = sha256Hex(JSON.stringify([object.spec, inputs.artifactDigest, inputs.variables]));
    const entry = this.#entries.get(uid);
    if (entry?.key === key) return entry.built;
    const built = await build();
    this.#entries.set(uid, { key, built });
    return built;
  }

  /** Forgets an object that is gone. */
  delete(object: Kustomization): void {
    this.#entries.delete(object.metadata.uid ?? '');
  }
}
