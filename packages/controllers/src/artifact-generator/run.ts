import type { ArtifactGenerator, ExternalArtifactReference } from '@gitops-toolkit/api';
import { baseName, errorMessage } from '@gitops-toolkit/core';
import {
  conditions,
  type DelayedProgress,
  type ReconcileContext,
  requeueAfter,
  type Result,
} from '@gitops-toolkit/runtime';
import { failingAs, ReconcileFailure } from '../reconcile-failure.ts';
import { buildArtifact, planArtifacts } from './build-artifacts.ts';
import { findDrift } from './drift.ts';
import { announce, removeArtifacts } from './external-artifacts.ts';
import type { ArtifactGeneratorOptions } from './options.ts';
import { fetchSources, observeSources, sourcesDigest } from './source-artifacts.ts';
import { validateSpec } from './validate.ts';

/** What a run works on. */
export interface GeneratorRunInput {
  readonly object: ArtifactGenerator;
  readonly context: ReconcileContext;
  readonly options: ArtifactGeneratorOptions;
  /** Shows the status as it is by now. */
  readonly progress: Pick<DelayedProgress, 'report'>;
}

const IN_PROGRESS = 'Reconciliation in progress';

/** Makes the artifacts anew where something changed, and shows how that ended. */
export async function runGenerator(input: GeneratorRunInput): Promise<Result> {
  try {
    return await generate(input);
  } catch (error) {
    return showFailure(input, error);
  }
}

async function generate({ object, context, options, progress }: GeneratorRunInput): Promise<Result> {
  const { storage, intervalMs, jitterPercent } = options;
  validateSpec(object, options);
  const artifacts = await observeSources(object, context, options);
  const observed = sourcesDigest(artifacts);
  const drift = await findDrift(object, observed, context, storage);
  if (drift === undefined) {
    const count = object.status?.inventory?.length ?? 0;
    context.log.info(`no drift detected, ${count} artifacts up to date`);
    return requeueAfter(intervalMs, { jitterPercent });
  }
  context.log.info('artifacts are made', { reason: drift });
  conditions.markProgressing(object, 'Progressing', IN_PROGRESS, { clock: context.clock, drift: true });
  progress.report();
  const build = { artifacts, trees: await fetchSources(artifacts, context, options) };
  const inventory: ExternalArtifactReference[] = [];
  for (const planned of planArtifacts(object, build)) inventory.push(await make(planned, build));
  await tidyUp(object, inventory, context, options);
  showSuccess(object, inventory, observed, context);
  return requeueAfter(intervalMs, { jitterPercent });

  async function make(
    planned: ReturnType<typeof planArtifacts>[number],
    from: Parameters<typeof buildArtifact>[1],
  ): Promise<ExternalArtifactReference> {
    const { name, labels } = planned;
    const { namespace = '' } = object.metadata;
    const artifact = await buildArtifact(planned, from, context, { storage, namespace });
    await reconciling(name, () => announce(object, { name, artifact, labels }, context, options), context);
    return { name, namespace, digest: artifact.digest, filename: baseName(artifact.path) };
  }
}

async function reconciling<T>(
  name: string,
  work: () => Promise<T>,
  { signal }: ReconcileContext,
): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    signal.throwIfAborted();
    throw new ReconcileFailure('ReconciliationFailed', { prefix: `${name} reconcile failed: `, cause });
  }
}

/** Removes artifacts that are asked for no more, and old files of those that are. */
async function tidyUp(
  object: ArtifactGenerator,
  inventory: readonly ExternalArtifactReference[],
  context: ReconcileContext,
  { storage }: ArtifactGeneratorOptions,
): Promise<void> {
  const names = new Set(inventory.map(({ name }) => name));
  const removed = await failingAs('ReconciliationFailed', () =>
    removeArtifacts(object, names, context, storage),
  );
  if (removed.length > 0) context.log.info('removed artifacts', { names: removed });
  for (const { namespace, name, filename } of inventory) {
    try {
      const owner = { kind: 'ExternalArtifact', namespace, name };
      const path = `externalartifact/${namespace}/${name}/${filename}`;
      await storage.collectGarbage(owner, { path }, context);
    } catch (error) {
      if (context.signal.aborted) throw error;
      // The artifacts are none the less ready: the next run tries again.
      const text = `garbage collection of artifacts failed: ${errorMessage(error)}`;
      context.events.warning(object, 'GarbageCollectionFailed', text);
    }
  }
}

function showSuccess(
  object: ArtifactGenerator,
  inventory: ExternalArtifactReference[],
  observedSourcesDigest: string,
  context: ReconcileContext,
): void {
  const isNew = ({ name, digest }: ExternalArtifactReference) =>
    !object.status?.inventory?.some((before) => before.name === name && before.digest === digest);
  const changed = inventory.filter(isNew);
  object.status = { ...object.status, inventory, observedSourcesDigest };
  const message = `reconciliation succeeded, generated ${inventory.length} artifact(s)`;
  conditions.remove(object, 'Stalled');
  conditions.markTrue(object, 'Ready', 'Succeeded', message, context);
  if (changed.length === 0) return;
  const list = changed.map(({ namespace, name, digest }) => `${namespace}/${name} (${digest})`);
  context.events.normal(object, 'Ready', `external artifacts reconciled: ${list.join('\n')}`);
}

/** Unless nothing but a change of the object can help, it is tried again: after a time where a source is waited for, else with growing delays. */
function showFailure({ object, context }: GeneratorRunInput, error: unknown): Result {
  if (context.signal.aborted) throw error;
  const failure =
    error instanceof ReconcileFailure
      ? error
      : new ReconcileFailure('ReconciliationFailed', { cause: error });
  const { reason, message, stalled, requeueAfterMs } = failure;
  const isNews = conditions.messageOf(object, 'Ready') !== message;
  if (stalled) conditions.markStalled(object, reason, message, context);
  else conditions.markReconciling(object, 'ProgressingWithRetry', message, context);
  conditions.markFalse(object, 'Ready', reason, message, context);
  if (isNews) context.events.warning(object, reason, message);
  if (stalled) return {};
  context.log.error(message, { error: failure.cause });
  return requeueAfterMs === undefined ? { requeue: true } : requeueAfter(requeueAfterMs);
}
