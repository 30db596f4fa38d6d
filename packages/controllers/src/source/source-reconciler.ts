import {
  addFinalizer,
  conditions,
  hasReconcileRequest,
  markReconcileRequestHandled,
  type ReconcileContext,
  type Reconciler,
  removeFinalizer,
  type Result,
  SerialPatcher,
} from '@gitops-toolkit/runtime';
import { progressOf } from '../progress.ts';
import { ownedConditions } from './source-conditions.ts';
import { artifactOwner, type SourceObject } from './source-object.ts';
import type { SourceOptions } from './source-options.ts';
import type { SourceSteps } from './source-run.ts';

/** The finalizer of the toolkit's kinds. */
const FINALIZER = 'finalizers.fluxcd.io';

/**
 * The frame of the reconcilers of sources: finalizer, deletion, suspension, one run, its outcome in the status.
 *
 * A kind extends it and gives its {@link SourceSteps}, which are loaded with the first run: who only describes a
 * controller does not wait for clients.
 */
export abstract class SourceReconciler<T extends SourceObject> implements Reconciler<T> {
  readonly #options: SourceOptions;

  constructor(options: SourceOptions) {
    this.#options = options;
  }

  /** The steps of the kind; asked for before each run. */
  protected abstract steps(): Promise<SourceSteps<T>>;

  async reconcile(object: T, context: ReconcileContext): Promise<Result | void> {
    if (object.metadata.deletionTimestamp) return this.release(object, context);
    const { fieldManager } = this.#options;
    await addFinalizer(context.client, object, FINALIZER, { fieldManager, signal: context.signal });
    if (object.spec.suspend) {
      context.log.info('reconciliation is suspended for this object');
      return;
    }
    return this.#run(object, context);
  }

  /** Removes all that is stored for an object, and lets go of it. */
  protected async release(object: T, context: ReconcileContext): Promise<void> {
    const { storage, fieldManager } = this.#options;
    await storage.removeAll(artifactOwner(object));
    await removeFinalizer(context.client, object, FINALIZER, { fieldManager, signal: context.signal });
  }

  async #run(object: T, context: ReconcileContext): Promise<Result> {
    const patcher = new SerialPatcher(object, {
      client: context.client,
      fieldManager: this.#options.fieldManager,
      ownedConditions,
      onWritten: (written) => context.wrote(written),
      clock: context.clock,
    });
    const { runSource } = await import('./run-source.ts');
    const steps = await this.steps();
    const requested = hasReconcileRequest(object);
    const progress = progressOf(object, patcher, context);
    try {
      return await runSource({ object, context, options: this.#options, progress }, steps);
    } finally {
      progress[Symbol.dispose]();
      if (requested) markReconcileRequestHandled(object);
      if (conditions.isReady(object)) conditions.remove(object, 'Reconciling');
      await patcher.patch(object);
    }
  }
}
