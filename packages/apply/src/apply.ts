import { getOwn, type KubeObject, type Resource } from '@gitops-toolkit/core';
import { createBreather } from '@gitops-toolkit/core/node';
import type { KubeClient } from '@gitops-toolkit/kube';
import { type ApplyResourcesOptions, type ApplyRun, createRun } from './apply-options.ts';
import { signalOf } from './signal-of.ts';
import type { ChangeSet, ChangeSetEntry } from './change-set.ts';
import { ApplyError } from './errors.ts';
import { executePlan, type Outcome } from './execute.ts';
import { computeStatus } from './health/status.ts';
import { mapLimited } from './map-limited.ts';
import { OwnedObjects } from './owned-objects.ts';
import { withOwnerLabels } from './owner.ts';
import type { Plan } from './plan.ts';
import { planStage, type PlanContext } from './plan-stage.ts';
import { runsOfKind } from './runs-of-kind.ts';
import { type Stage, stagesOf } from './stages.ts';
import { waitForHealth } from './wait.ts';

/**
 * Makes a cluster have a set of objects, by server-side apply in stages: definitions first, then
 * classes, then the rest. Of each stage all objects are dry-run before the first is written, so
 * that a refused one leaves the stage as it was; objects that would not change are not written.
 * With an `inventory` and a `memory` that costs one request for most objects instead of three.
 *
 * Fields that kubectl or an earlier manager of ours wrote become ours. Objects that are labelled so
 * are skipped or recreated ({@link Selectors}).
 *
 * @returns what became of each object, in the order of the work.
 * @throws ApplyError with `changes`, what was done before: `APPLY_DRY_RUN_FAILED`, `APPLY_FAILED`,
 * `APPLY_READ_FAILED`, `APPLY_CLEANUP_FAILED`, `APPLY_RECREATE_FAILED`, and for definitions that do
 * not get ready `APPLY_HEALTH_TIMEOUT`, `APPLY_HEALTH_FAILED`.
 *
 * @example
 * ```ts no-run
 * import { applyResources, formatChangeSet } from '@gitops-toolkit/apply';
 * import { KubeClient, loadKubeconfig } from '@gitops-toolkit/kube';
 *
 * await using client = new KubeClient(await loadKubeconfig());
 * const settings = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace: 'web' }, data: { a: '1' } };
 * const owner = { fieldManager: 'portal', group: 'portal.example.com', name: 'web', namespace: 'portal' };
 * console.log(formatChangeSet(await applyResources(client, [{ object: settings }], { owner }))); // ConfigMap/web/settings created
 * ```
 */
export async function applyResources(
  client: KubeClient,
  resources: readonly Resource[],
  options: ApplyResourcesOptions,
): Promise<ChangeSet> {
  options.signal?.throwIfAborted();
  const run = createRun(client, options);
  const objects = await prepare(resources, run);
  const defined = definedKinds(objects);
  const entries: ChangeSetEntry[] = [];
  try {
    for (const stage of stagesOf(objects, options.customStageKinds)) {
      await applyStage(stage, { run, defined, owned: new OwnedObjects(stage.objects, run) }, entries);
      options.onApplied?.({ entries: [...entries] });
    }
  } catch (error) {
    const changes = { entries: [...entries] };
    options.onApplied?.(changes);
    throw error instanceof ApplyError ? error.withChanges(changes) : error;
  }
  run.memory?.keep(objects);
  return { entries };
}

/** The objects as they are sent. The schemas of built-in kinds are read only by who applies. */
export async function prepare(resources: readonly Resource[], run: ApplyRun): Promise<KubeObject[]> {
  const { normalize } = await import('./normalize.ts');
  const breathe = createBreather(run.signal);
  const objects: KubeObject[] = [];
  for (const { object } of resources) {
    await breathe();
    objects.push(withOwnerLabels(normalize(object), run.owner));
  }
  return objects;
}

/** The kinds, as `group/Kind`, that CRDs among the objects define. */
export function definedKinds(objects: readonly KubeObject[]): Set<string> {
  const crds = objects.filter(({ kind }) => kind === 'CustomResourceDefinition');
  return new Set(
    crds.map(
      ({ spec }) => `${String(getOwn(spec, 'group'))}/${String(getOwn(getOwn(spec, 'names'), 'kind'))}`,
    ),
  );
}

async function applyStage(
  stage: Stage,
  context: Omit<PlanContext, 'careful'>,
  entries: ChangeSetEntry[],
): Promise<void> {
  const { run } = context;
  const outcomes = new Map<KubeObject, Outcome>();
  try {
    // What was refused unasked is planned again, and with it all that is not done: nothing more is
    // written before all of that is dry-run.
    for (const careful of [false, true]) {
      const left = stage.objects.filter((object) => !outcomes.has(object));
      if (await executePlans(await planStage(left, { ...context, careful }), outcomes, run)) break;
    }
  } finally {
    // In the order of the plan, whichever was done first: inventories keep it.
    const done = stage.objects.flatMap((object) => outcomes.get(object) ?? []);
    entries.push(...done.map(({ ref, action }) => ({ ref, action })));
  }
  if (stage.waits)
    await waitUntilReady(
      [...outcomes.values()].flatMap(({ object }) => object ?? []),
      run,
    );
}

/** Gives `false` where an unchecked plan was refused; those after it are not begun then. */
async function executePlans(
  plans: readonly Plan[],
  outcomes: Map<KubeObject, Outcome>,
  run: ApplyRun,
): Promise<boolean> {
  let isRefused = false;
  // Objects of one kind do not lean on each other.
  for (const group of runsOfKind(plans, ({ ref }) => ref.kind)) {
    await mapLimited(group, run.concurrency, async (plan) => {
      if (isRefused) return;
      const outcome = await executePlan(plan, run);
      if (outcome) outcomes.set(plan.desired, outcome);
      else isRefused = true;
    });
    if (isRefused) return false;
  }
  return true;
}

/** What the apply has answered tells of most objects that they are ready; the others are waited for. */
async function waitUntilReady(objects: readonly KubeObject[], run: ApplyRun): Promise<void> {
  const { waitTimeoutMs: timeoutMs, waitPollMs: pollMs, readStatus, clock } = run;
  const pending = objects.filter(
    (object) => (readStatus?.(object) ?? computeStatus(object)).status !== 'Current',
  );
  if (pending.length === 0) return;
  const refs = pending.map(({ apiVersion, kind, metadata: { name = '', namespace } }) => ({
    apiVersion,
    kind,
    name,
    ...(namespace && { namespace }),
  }));
  const options = { timeoutMs, pollMs, clock, failFast: false, ...signalOf(run) };
  await waitForHealth(run.client, refs, readStatus ? { ...options, readStatus } : options);
}
