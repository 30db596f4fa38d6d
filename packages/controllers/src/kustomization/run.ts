import { formatDuration, kubeTime, parseDuration, refOf, type Resource } from '@gitops-toolkit/core';
import type { Kustomization } from '@gitops-toolkit/api';
import {
  addToInventory,
  ApplyError,
  type ApplyMemory,
  applyResources,
  type ChangeSet,
  createInventory,
  type Inventory,
  inventoryRefs,
} from '@gitops-toolkit/apply';
import type { KubeClient } from '@gitops-toolkit/kube';
import {
  conditions,
  type DelayedProgress,
  hasReconcileRequest,
  type ReconcileContext,
  recordHistory,
  requeueAfter,
  type Result,
} from '@gitops-toolkit/runtime';
import { failingAs, ReconcileFailure } from '../reconcile-failure.ts';
import type { BuildCache } from './build-cache.ts';
import type { BuiltKustomization } from './builder.ts';
import { changedSubjects } from './change-text.ts';
import { requireDependencies } from './dependencies.ts';
import { addFallbackNamespace } from './fallback-namespace.ts';
import { checkHealth, wantsHealthCheck } from './health.ts';
import { clientFor } from './impersonation.ts';
import { isFirstRun, type InterruptedRuns } from './interrupted-runs.ts';
import { ownerOf } from './owner.ts';
import { pruneStale } from './prune.ts';
import type { KustomizationOptions } from './options.ts';
import { requireSource, type SourceArtifact } from './source.ts';
import { refuseUnsupported } from './supported.ts';
import { loadVariables } from './variables.ts';

/** Flux's limit on the text of a condition. */
const MAX_MESSAGE = 20_000;

/** What one run works on. */
export interface KustomizationRunInput {
  readonly object: Kustomization;
  readonly context: ReconcileContext;
  readonly options: KustomizationOptions;
  readonly builds: BuildCache;
  /** What the API server said of the objects before. */
  readonly memory: ApplyMemory;
  /** Shows the status as it is by now. */
  readonly progress: Pick<DelayedProgress, 'report' | 'write'>;
  readonly interrupted: InterruptedRuns;
}

/** One run of the reconciler over one object. */
export class KustomizationRun {
  readonly #input: KustomizationRunInput;
  readonly #started: number;
  readonly #isFirst: boolean;
  #artifact: SourceArtifact | undefined;
  #built: BuiltKustomization | undefined;
  #changed = false;

  constructor(input: KustomizationRunInput) {
    this.#input = input;
    this.#started = input.context.clock.monotonic();
    this.#isFirst = isFirstRun(input.object);
  }

  /** Source, dependencies, build, apply, prune, health: each step ends the run with the reason it fails for. */
  async execute(): Promise<Result> {
    const { object, context } = this.#input;
    try {
      refuseUnsupported(object);
      const artifact = await this.#requireInputs();
      this.#announce(artifact);
      await using applier = await failingAs('ReconciliationFailed', () =>
        clientFor(object, context.client, { ...this.#input.options, signal: context.signal }),
      );
      await this.#recover(applier.client);
      const built = await this.#build(artifact);
      const changes = await this.#apply(applier.client, built);
      await this.#prune(applier.client, changes);
      await this.#checkHealth(applier.client, changes, artifact);
      return this.#succeed(artifact, built);
    } catch (error) {
      return this.#fail(error);
    }
  }

  async #requireInputs(): Promise<SourceArtifact> {
    const { object, context, options } = this.#input;
    const artifact = await requireSource(object, context, options);
    this.#artifact = artifact;
    await requireDependencies(object, {
      find: (namespace, name) =>
        context.client.find({ ...object, namespace, name }, { signal: context.signal }),
      revision: artifact.revision,
      requeueAfterMs: options.requeueDependencyMs,
    });
    return artifact;
  }

  /** Tells that work has begun, where there is something new to do: a routine run writes nothing. */
  #announce(artifact: SourceArtifact): void {
    const { object, progress } = this.#input;
    const status = (object.status ??= {});
    const routine =
      conditions.isReady(object) &&
      status.observedGeneration === object.metadata.generation &&
      status.lastAppliedRevision === artifact.revision &&
      !hasReconcileRequest(object);
    if (routine) return;
    this.#changed = true;
    conditions.markProgressing(object, 'Progressing', `Building manifests for revision ${artifact.revision}`);
    conditions.markUnknown(object, 'Ready', 'Progressing', 'Reconciliation in progress');
    status.lastAttemptedRevision = artifact.revision;
    progress.report();
  }

  /** What a run has made that was cut off is ours, too. */
  async #recover(client: KubeClient): Promise<void> {
    const { object, context, options, interrupted } = this.#input;
    const { fieldManager } = options;
    await failingAs('ReconciliationFailed', () =>
      interrupted.record(object, client, { fieldManager, signal: context.signal }),
    );
  }

  async #build(artifact: SourceArtifact): Promise<BuiltKustomization> {
    const { object, context, options, builds } = this.#input;
    const variables = await failingAs('BuildFailed', () =>
      loadVariables(object, context.client, context.signal),
    );
    const inputs = { artifactDigest: artifact.digest, variables };
    this.#built = await failingAs('BuildFailed', () =>
      builds.get(object, inputs, async () => {
        const tree = await failingAs('ArtifactFailed', () =>
          artifact.fetch({ ...options, signal: context.signal }),
        );
        const { strictSubstitution } = options;
        return options.builder.build(object, { tree, variables, strictSubstitution }, context.signal);
      }),
    );
    return this.#built;
  }

  async #apply(client: KubeClient, built: BuiltKustomization): Promise<ChangeSet> {
    const { object, context, options, memory } = this.#input;
    const changes = await failingAs('ReconciliationFailed', async () => {
      const { fallbackNamespace } = options;
      const resources = fallbackNamespace
        ? await addFallbackNamespace(built.resources, client, fallbackNamespace)
        : built.resources;
      return this.#recorded(resources, (inventory) =>
        applyResources(client, resources, {
          owner: ownerOf(object, options.fieldManager),
          inventory,
          memory,
          force: object.spec.force ?? false,
          ...(object.spec.ignore ? { ignoreRules: object.spec.ignore } : {}),
          overrideManagers: options.overrideManagers,
          concurrency: options.concurrentApplies,
          signal: context.signal,
        }),
      );
    });
    const text = changedSubjects(changes);
    if (text !== '') {
      this.#changed = true;
      this.#event('normal', 'Progressing', text);
      context.log.info('server-side apply completed', { output: text.split('\n') });
    }
    return changes;
  }

  /**
   * Puts what is about to be made on record first, and waits until the record is written: an object that was made
   * just before this process was killed would otherwise be nobody's, and never be deleted. Of a first run, the next
   * process finds all by their labels: that nobody came to a verdict tells it to look.
   */
  async #recorded(
    resources: readonly Resource[],
    apply: (before: Inventory) => Promise<ChangeSet>,
  ): Promise<ChangeSet> {
    const { object, progress } = this.#input;
    const status = (object.status ??= {});
    const before = status.inventory ?? { entries: [] };
    const recorded = addToInventory(
      before,
      resources.map((resource) => refOf(resource.object)),
    );
    if (recorded.entries.length > before.entries.length) {
      status.inventory = recorded;
      if (!this.#isFirst || before.entries.length > 0) await progress.write();
    }
    try {
      return await apply(before);
    } catch (error) {
      const applied = appliedBeforeRefusal(error);
      // Where a request was lost, nobody knows what became of it: all stays on record.
      if (applied) status.inventory = addToInventory(before, inventoryRefs(createInventory(applied)));
      throw error;
    }
  }

  async #prune(client: KubeClient, changes: ChangeSet): Promise<void> {
    const { object, context, options } = this.#input;
    const { fieldManager } = options;
    const text = await pruneStale(object, client, changes, { fieldManager, signal: context.signal });
    if (text === '') return;
    this.#changed = true;
    this.#event('normal', 'Progressing', text);
    context.log.info('garbage collection completed', { output: text.split('\n') });
  }

  async #checkHealth(client: KubeClient, changes: ChangeSet, artifact: SourceArtifact): Promise<void> {
    const { object, context, options, progress } = this.#input;
    if (!wantsHealthCheck(object)) return conditions.remove(object, 'Healthy');
    const known = conditions.isTrue(object, 'Healthy') && !this.#changed;
    await checkHealth(object, client, changes, {
      revision: artifact.revision,
      pollMs: options.healthPollMs,
      failFast: options.failFast,
      signal: context.signal,
      ...(options.cancelHealthCheckOnNewRevision ? { superseded: context.superseded } : {}),
      clock: context.clock,
      onWaiting: () => progress.report(),
      known,
    });
    if (!known) this.#event('normal', 'Progressing', conditions.messageOf(object, 'Healthy') ?? '');
  }

  #succeed(artifact: SourceArtifact, built: BuiltKustomization): Result {
    const { object, context, options } = this.#input;
    const status = (object.status ??= {});
    conditions.remove(object, 'Stalled');
    conditions.remove(object, 'Reconciling');
    conditions.markTrue(
      object,
      'Ready',
      'ReconciliationSucceeded',
      `Applied revision: ${artifact.revision}`,
      context,
    );
    status.lastAppliedRevision = artifact.revision;
    status.lastAttemptedRevision = artifact.revision;
    if (artifact.originRevision) status.lastAppliedOriginRevision = artifact.originRevision;
    if (object.metadata.generation !== undefined) status.observedGeneration = object.metadata.generation;
    const intervalMs = parseDuration(object.spec.interval);
    if (this.#changed) {
      this.#record(built, 'ReconciliationSucceeded');
      const text = `Reconciliation finished in ${this.#took()}, next run in ${formatDuration(intervalMs)}`;
      this.#event('normal', 'ReconciliationSucceeded', text, {
        'kustomize.toolkit.fluxcd.io/commit_status': 'update',
      });
    }
    return requeueAfter(intervalMs, { jitterPercent: options.jitterPercent });
  }

  #fail(error: unknown): Result {
    const { object, context } = this.#input;
    if (context.signal.aborted) throw error;
    const failure =
      error instanceof ReconcileFailure
        ? error
        : new ReconcileFailure('ReconciliationFailed', { cause: error });
    const patienceMs = this.#patienceLeft(failure);
    if (patienceMs > 0) return requeueAfter(patienceMs);
    const text = failure.message.slice(0, MAX_MESSAGE);
    if (failure.stalled) {
      conditions.markStalled(object, failure.reason, text, context);
      if (object.metadata.generation !== undefined)
        (object.status ??= {}).observedGeneration = object.metadata.generation;
    } else {
      conditions.markReconciling(object, 'ProgressingWithRetry', text, context);
    }
    const news =
      conditions.reasonOf(object, 'Ready') !== failure.reason ||
      conditions.messageOf(object, 'Ready') !== text;
    conditions.markFalse(object, 'Ready', failure.reason, text, context);
    if (this.#built && news) this.#record(this.#built, failure.reason);
    if (!failure.quiet && (news || !failure.expected))
      this.#event(failure.expected ? 'normal' : 'warning', failure.reason, text);
    context.log.error(text, { error: failure.cause, revision: this.#artifact?.revision });
    if (failure.stalled) return {};
    const { interval, retryInterval = interval } = object.spec;
    return requeueAfter(failure.requeueAfterMs ?? parseDuration(retryInterval));
  }

  /** Milliseconds in which an object that was made with its source a moment ago has nothing to tell of it. */
  #patienceLeft({ patienceMs }: ReconcileFailure): number {
    const { object, context } = this.#input;
    if (object.status?.conditions?.length) return 0;
    const ageMs = context.clock.now() - Date.parse(object.metadata.creationTimestamp ?? '');
    // The clock of the API server may be another.
    return Math.abs(ageMs) < patienceMs ? Math.min(patienceMs - ageMs, patienceMs) : 0;
  }

  #record(built: BuiltKustomization, outcome: string): void {
    const { object, context } = this.#input;
    const status = (object.status ??= {});
    status.history = recordHistory(status.history, {
      digest: built.digest,
      status: outcome,
      time: kubeTime(context.clock.now()),
      duration: this.#took(),
      metadata: this.#revisions(),
    });
  }

  #event(type: 'normal' | 'warning', reason: string, text: string, more: Record<string, string> = {}): void {
    const metadata: Record<string, string> = { ...more };
    for (const [key, value] of Object.entries(this.#revisions()))
      metadata[`kustomize.toolkit.fluxcd.io/${key}`] = value;
    this.#input.context.events[type](this.#input.object, reason, text, metadata);
  }

  #revisions(): Record<string, string> {
    const { revision, originRevision } = this.#artifact ?? {};
    return { ...(revision ? { revision } : {}), ...(originRevision ? { originRevision } : {}) };
  }

  #took(): string {
    return formatDuration(Math.round(this.#input.context.clock.monotonic() - this.#started));
  }
}

/** What was applied before the API server refused the rest, where it is certain that the rest was not. */
function appliedBeforeRefusal(error: unknown): ChangeSet | undefined {
  if (!(error instanceof ApplyError) || error.code !== 'APPLY_DRY_RUN_FAILED') return undefined;
  return error.changes;
}
