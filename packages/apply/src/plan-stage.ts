import { type KubeObject, refOf } from '@gitops-toolkit/core';
import { createBreather } from '@gitops-toolkit/core/node';
import type { ApplyRun } from './apply-options.ts';
import { checkNamespace, type LookContext, readLive, tryDryRun } from './look.ts';
import { mapLimited } from './map-limited.ts';
import type { OwnedObjects } from './owned-objects.ts';
import { cleanupOf, decide, type Plan, settled, skipped } from './plan.ts';
import { isSelected } from './selectors.ts';

/** What planning needs to know of its surroundings. */
export interface PlanContext extends LookContext {
  /** What was applied before. */
  readonly owned: OwnedObjects;
  /** Everything that is to be written is dry-run, whatever could be known without. */
  readonly careful: boolean;
}

/** An object that was looked at, and is not as it was left. */
interface Changed {
  readonly desired: KubeObject;
  readonly seen: KubeObject | undefined;
}

/**
 * Plans the objects of a stage: looks at each, asks what an apply would make of it, and compares.
 *
 * Not asked is about what is known to be unchanged, about what is expected to be new, and about a
 * single object that is to be written: where that is refused, the stage is as it was anyway.
 *
 * @throws ApplyError `APPLY_DRY_RUN_FAILED`, `APPLY_READ_FAILED`.
 */
export async function planStage(objects: readonly KubeObject[], context: PlanContext): Promise<Plan[]> {
  const { concurrency, signal } = context.run;
  const breathe = createBreather(signal);
  const looks = await mapLimited(objects, concurrency, async (object) => {
    // What is known or new is planned without a request, at which others would get their turn.
    await breathe();
    return lookAt(object, context);
  });
  const isSingle = looks.filter((look) => !isPlan(look) || look.payload !== undefined).length === 1;
  return mapLimited(looks, concurrency, async (look) => {
    if (isPlan(look)) return look;
    return (isSingle ? planUnchecked(look, context) : undefined) ?? planByDryRun(look, context);
  });
}

/**
 * Plans one object by itself.
 *
 * @throws ApplyError `APPLY_DRY_RUN_FAILED`, `APPLY_READ_FAILED`.
 */
export async function planObject(desired: KubeObject, context: PlanContext): Promise<Plan> {
  const look = await lookAt(desired, context);
  return isPlan(look) ? look : planByDryRun(look, context);
}

function isPlan(look: Plan | Changed): look is Plan {
  return 'action' in look;
}

async function lookAt(desired: KubeObject, context: PlanContext): Promise<Plan | Changed> {
  const { run } = context;
  await checkNamespace(desired, context);
  if (isSelected(desired, run.selectors.exclude)) return skipped(desired, await readLive(desired, context));
  if (!context.careful && (await mayBeNew(desired, run)))
    return { desired, ref: refOf(desired), action: 'created', payload: desired, unchecked: 'absent' };
  if (isSelected(desired, run.selectors.ifNotPresent)) {
    const live = await readLive(desired, context);
    if (live) return skipped(desired, live);
  }
  if (run.memory?.has(desired, run)) {
    const seen = await see(desired, context);
    const isKnown = seen !== undefined && run.memory.confirms(desired, seen, run);
    return isKnown ? { desired, ref: refOf(seen), action: 'unchanged', live: seen } : { desired, seen };
  }
  // The two do not depend on each other; an object that is excluded in the cluster is rare.
  const [seen, dryRun] = await Promise.all([see(desired, context), tryDryRun(desired, context)]);
  return conclude({ desired, seen }, dryRun, context);
}

/** The schemas of built-in kinds are read only by who needs them. */
async function mayBeNew(desired: KubeObject, run: ApplyRun): Promise<boolean> {
  if (!run.installs) return false;
  const { isExpectedNew } = await import('./expected-new.ts');
  return isExpectedNew(desired, run);
}

function see(desired: KubeObject, context: PlanContext): Promise<KubeObject | undefined> {
  return context.owned.covers(desired) ? context.owned.find(desired) : readLive(desired, context);
}

async function planByDryRun(look: Changed, context: PlanContext): Promise<Plan> {
  return conclude(look, await tryDryRun(look.desired, context), context);
}

async function conclude(
  { desired, seen }: Changed,
  dryRun: Awaited<ReturnType<typeof tryDryRun>>,
  context: PlanContext,
): Promise<Plan> {
  const { run, owned } = context;
  if (!owned.covers(desired)) return learned(decide(desired, seen, dryRun, run), context);
  const plan =
    settled(desired, seen, dryRun, run) ?? decide(desired, await readLive(desired, context), dryRun, run);
  return learned(plan, context);
}

function learned(plan: Plan, { run }: PlanContext): Plan {
  if (plan.action === 'unchanged' && plan.live) run.memory?.learn(plan.desired, plan.live, run);
  return plan;
}

/** Written as it is, unless what is sent, or sent before it, depends on what the dry run says. */
function planUnchecked({ desired, seen }: Changed, { run, careful }: PlanContext): Plan | undefined {
  if (careful || !seen) return undefined;
  if (isSelected(seen, run.selectors.exclude)) return skipped(desired, seen);
  const dependsOnIt =
    run.ignoredPaths(desired).length > 0 ||
    run.ignoredPaths(seen).length > 0 ||
    cleanupOf(desired, seen, run) !== undefined;
  if (dependsOnIt) return undefined;
  const ref = refOf(seen);
  return { desired, ref, action: 'configured', payload: desired, live: seen, unchecked: 'live' };
}
