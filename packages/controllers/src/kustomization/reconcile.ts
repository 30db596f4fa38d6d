import type { Kustomization } from '@gitops-toolkit/api';
import {
  addFinalizer,
  conditions,
  hasFinalizer,
  hasReconcileRequest,
  markReconcileRequestHandled,
  type ReconcileContext,
  type Reconciler,
  type Result,
  SerialPatcher,
} from '@gitops-toolkit/runtime';
import { progressOf } from '../progress.ts';
import type { ApplyMemories } from './apply-memories.ts';
import { BuildCache } from './build-cache.ts';
import { InterruptedRuns } from './interrupted-runs.ts';
import type { KustomizationOptions } from './options.ts';

/** The finalizer of the toolkit's kinds. */
const FINALIZER = 'finalizers.fluxcd.io';

/** Conditions that only this reconciler speaks of. */
const OWNED_CONDITIONS = ['Ready', 'Reconciling', 'Stalled', 'Healthy'];

/**
 * Brings a cluster in line with what a `Kustomization` names: builds it from its source's artifact, applies
 * it on the server, deletes what is no longer in it, and waits until it is healthy.
 */
export class KustomizationReconciler implements Reconciler<Kustomization> {
  readonly #options: KustomizationOptions;
  readonly #builds = new BuildCache();
  #memories: ApplyMemories | undefined;
  readonly #interrupted = new InterruptedRuns();

  constructor(options: KustomizationOptions) {
    this.#options = options;
  }

  async reconcile(object: Kustomization, context: ReconcileContext): Promise<Result | void> {
    const { fieldManager } = this.#options;
    const write = { fieldManager: `gotk-${fieldManager}`, signal: context.signal };
    if (object.metadata.deletionTimestamp) {
      this.#builds.delete(object);
      this.#memories?.delete(object);
      const { finalize } = await import('./finalize.ts');
      const interrupted = this.#interrupted;
      interrupted.meet(object, !hasFinalizer(object, FINALIZER));
      const result = await finalize(object, context, { ...this.#options, finalizer: FINALIZER, interrupted });
      if (!result) interrupted.delete(object);
      return result;
    }
    this.#interrupted.meet(object, !hasFinalizer(object, FINALIZER));
    await addFinalizer(context.client, object, FINALIZER, write);
    if (object.spec.suspend) {
      context.log.info('reconciliation is suspended for this object');
      return;
    }
    const patcher = new SerialPatcher(object, {
      client: context.client,
      fieldManager: write.fieldManager,
      ownedConditions: OWNED_CONDITIONS,
      onWritten: (written) => context.wrote(written),
      clock: context.clock,
    });
    // The engines are loaded with the first run: who only describes a controller does not wait for them.
    const [{ KustomizationRun }, { ApplyMemories }] = await Promise.all([
      import('./run.ts'),
      import('./apply-memories.ts'),
    ]);
    this.#memories ??= new ApplyMemories();
    const progress = progressOf(object, patcher, context);
    const run = new KustomizationRun({
      object,
      context,
      options: this.#options,
      builds: this.#builds,
      memory: this.#memories.of(object),
      progress,
      interrupted: this.#interrupted,
    });
    const requested = hasReconcileRequest(object);
    try {
      return await run.execute();
    } finally {
      progress[Symbol.dispose]();
      if (requested) markReconcileRequestHandled(object);
      if (conditions.isReady(object)) conditions.remove(object, 'Reconciling');
      // Also at shutdown, when the run's own signal is aborted: what was applied must be on record.
      await patcher.patch(object);
    }
  }
}
