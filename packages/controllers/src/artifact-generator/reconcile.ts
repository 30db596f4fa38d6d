import type { ArtifactGenerator } from '@gitops-toolkit/api';
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
import type { ArtifactGeneratorOptions } from './options.ts';
import { FINALIZER, isDisabled } from './well-known.ts';

/** Makes the artifacts that an `ArtifactGenerator` asks for, and announces each by an `ExternalArtifact`. */
export class ArtifactGeneratorReconciler implements Reconciler<ArtifactGenerator> {
  readonly #options: ArtifactGeneratorOptions;

  constructor(options: ArtifactGeneratorOptions) {
    this.#options = options;
  }

  async reconcile(object: ArtifactGenerator, context: ReconcileContext): Promise<Result | void> {
    const { storage, fieldManager } = this.#options;
    const write = { fieldManager, signal: context.signal };
    if (object.metadata.deletionTimestamp) {
      const { removeArtifacts } = await import('./external-artifacts.ts');
      await removeArtifacts(object, new Set(), context, storage);
      await removeFinalizer(context.client, object, FINALIZER, write);
      return;
    }
    await addFinalizer(context.client, object, FINALIZER, write);
    return this.#run(object, context);
  }

  async #run(object: ArtifactGenerator, context: ReconcileContext): Promise<Result | void> {
    const patcher = new SerialPatcher(object, {
      client: context.client,
      fieldManager: this.#options.fieldManager,
      ownedConditions: ['Ready', 'Reconciling', 'Stalled'],
      onWritten: (written) => context.wrote(written),
      clock: context.clock,
    });
    const requested = hasReconcileRequest(object);
    const progress = progressOf(object, patcher, context);
    try {
      if (isDisabled(object)) return leaveAlone(object, context);
      // The engine is loaded with the first run: who only describes a controller does not wait for it.
      const { runGenerator } = await import('./run.ts');
      return await runGenerator({ object, context, options: this.#options, progress });
    } finally {
      progress[Symbol.dispose]();
      if (requested) markReconcileRequestHandled(object);
      if (conditions.isReady(object)) conditions.remove(object, 'Reconciling');
      await patcher.patch(object);
    }
  }
}

function leaveAlone(object: ArtifactGenerator, context: ReconcileContext): void {
  context.log.info('reconciliation is disabled for this object');
  if (conditions.has(object, 'Ready')) return;
  const message = 'Initialized with reconciliation suspended';
  conditions.markTrue(object, 'Ready', 'ReconciliationDisabled', message, context);
}
