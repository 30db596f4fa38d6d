import type { GitRepository } from '@gitops-toolkit/api';
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
import type { GitFetcher } from '@gitops-toolkit/source';
import type { GitRepositoryOptions } from './options.ts';
import { progressOf } from '../progress.ts';
import { artifactOwner } from './owner.ts';

/** The finalizer of the toolkit's kinds. */
const FINALIZER = 'finalizers.fluxcd.io';

/** Conditions that only this reconciler speaks of. */
const OWNED_CONDITIONS = [
  'Ready',
  'Reconciling',
  'Stalled',
  'ArtifactInStorage',
  'ArtifactOutdated',
  'FetchFailed',
  'IncludeUnavailable',
  'SourceVerified',
  'StorageOperationFailed',
];

/** Keeps an artifact of what a `GitRepository` refers to: looks what the reference points to, and fetches it when that changed. */
export class GitRepositoryReconciler implements Reconciler<GitRepository> {
  readonly #options: GitRepositoryOptions;
  #ownFetcher: GitFetcher | undefined;

  constructor(options: GitRepositoryOptions) {
    this.#options = options;
  }

  /** One for all objects, since it keeps connections. */
  async #fetcher(): Promise<GitFetcher> {
    const { GitFetcher } = await import('@gitops-toolkit/source');
    return (this.#ownFetcher ??= this.#options.fetcher ?? new GitFetcher());
  }

  async reconcile(object: GitRepository, context: ReconcileContext): Promise<Result | void> {
    const write = { fieldManager: this.#options.fieldManager, signal: context.signal };
    if (object.metadata.deletionTimestamp) {
      await this.#options.storage.removeAll(artifactOwner(object));
      await removeFinalizer(context.client, object, FINALIZER, write);
      return;
    }
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
    // The client of git is loaded with the first run: who only describes a controller does not wait for it.
    const { GitRepositoryRun } = await import('./run.ts');
    const options = { ...this.#options, fetcher: await this.#fetcher() };
    const requested = hasReconcileRequest(object);
    const progress = progressOf(object, patcher, context);
    const run = new GitRepositoryRun({ object, context, options, progress });
    try {
      return await run.execute();
    } finally {
      progress[Symbol.dispose]();
      if (requested) markReconcileRequestHandled(object);
      if (conditions.isReady(object)) conditions.remove(object, 'Reconciling');
      await patcher.patch(object);
    }
  }
}
