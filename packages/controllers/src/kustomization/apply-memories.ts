import type { Kustomization } from '@gitops-toolkit/api';
import { ApplyMemory } from '@gitops-toolkit/apply';
import { hasReconcileRequest } from '@gitops-toolkit/runtime';

/**
 * What the API server said of the objects of each Kustomization. It counts for one state of the
 * spec, and until somebody asks for a run: that one looks at everything.
 */
export class ApplyMemories {
  readonly #entries = new Map<string, { readonly generation: number; readonly memory: ApplyMemory }>();

  /** The memory for a run of the object. */
  of(object: Kustomization): ApplyMemory {
    const { uid = '', generation = 0 } = object.metadata;
    const entry = this.#entries.get(uid);
    if (entry?.generation === generation && !hasReconcileRequest(object)) return entry.memory;
    const memory = new ApplyMemory();
    this.#entries.set(uid, { generation, memory });
    return memory;
  }

  /** Forgets an object that is gone. */
  delete(object: Kustomization): void {
    this.#entries.delete(object.metadata.uid ?? '');
  }
}
