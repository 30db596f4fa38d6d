import { type KubeObject, type ObjectRef, refOf, refString, sleep } from '@gitops-toolkit/core';
import { isForbidden, isNoMatch } from '@gitops-toolkit/kube';
import type { ApplyRun } from './apply-options.ts';
import { signalOf } from './signal-of.ts';
import type { Action } from './change-set.ts';
import { cleanupPatch, type PatchOperation } from './cleanup.ts';
import { hasDrifted } from './drift.ts';
import { dryRunError } from './dry-run-error.ts';
import { ApplyError } from './errors.ts';
import { respectIgnored, withoutIgnored } from './ignore-rules.ts';
import { isImmutableError } from './immutable.ts';
import type { OwnedObjects } from './owned-objects.ts';
import { sanitizeError } from './sanitize.ts';
import { isSelected } from './selectors.ts';

/** What is to be done about an object, found without writing anything. */
export interface Plan {
  /** As the cluster names it. */
  readonly ref: ObjectRef;
  readonly action: Action;
  /** What is sent; absent where nothing is to be done. */
  readonly payload?: KubeObject;
  /** The object as it is in the cluster. */
  readonly live?: KubeObject;
  /** The object as it will be. */
  readonly merged?: KubeObject;
  /** To be sent first. */
  readonly cleanup?: readonly PatchOperation[];
  /** To be deleted first. */
  readonly recreates?: boolean;
}

/** What planning needs to know of its surroundings. */
export interface PlanContext {
  readonly run: ApplyRun;
  /** Kinds, as `group/Kind`, that CRDs of the same set define. */
  readonly defined: ReadonlySet<string>;
  /** What was applied before. */
  readonly owned: OwnedObjects;
}

/**
 * Plans an object: reads it, asks what an apply would make of it, and compares.
 *
 * @throws ApplyError `APPLY_DRY_RUN_FAILED`, `APPLY_READ_FAILED`.
 */
export async function planObject(desired: KubeObject, context: PlanContext): Promise<Plan> {
  const { run } = context;
  const { selectors } = run;
  await checkNamespace(desired, context);
  if (isSelected(desired, selectors.exclude)) return skipped(desired, await readLive(desired, context));
  if (isSelected(desired, selectors.ifNotPresent)) {
    const live = await readLive(desired, context);
    if (live) return skipped(desired, live);
  }
  // The two do not depend on each other; an object that is excluded in the cluster is rare.
  const isListed = context.owned.covers(desired);
  const [seen, dryRun] = await Promise.all([
    isListed ? context.owned.find(desired) : readLive(desired, context),
    tryDryRun(desired, context),
  ]);
  if (!isListed) return decide(desired, seen, dryRun, run);
  return (
    settled(desired, seen, dryRun, run) ?? decide(desired, await readLive(desired, context), dryRun, run)
  );
}

/** What a dry run came to. */
type DryRun = { readonly merged: KubeObject } | { readonly error: unknown };

function decide(desired: KubeObject, live: KubeObject | undefined, dryRun: DryRun, run: ApplyRun): Plan {
  if (isSelected(live, run.selectors.exclude)) return skipped(desired, live);
  if ('error' in dryRun) return planRecreation(desired, live, dryRun.error, run);
  return planChange(desired, live, dryRun.merged, run);
}

/** The plan where a list is enough for it: the object is new, or as it should be. All else is read first. */
function settled(
  desired: KubeObject,
  seen: KubeObject | undefined,
  dryRun: DryRun,
  run: ApplyRun,
): Plan | undefined {
  if ('error' in dryRun || isSelected(seen, run.selectors.exclude)) return undefined;
  if (!seen && !isNew(dryRun.merged)) return undefined;
  const plan = planChange(desired, seen, dryRun.merged, run);
  return plan.action === 'configured' ? undefined : plan;
}

/** The API server numbers what it stores; what a dry run would create has no number. */
function isNew(merged: KubeObject): boolean {
  return !merged.metadata.resourceVersion;
}

function planChange(
  desired: KubeObject,
  live: KubeObject | undefined,
  merged: KubeObject,
  run: ApplyRun,
): Plan {
  const ref = refOf(merged);
  if (isNew(merged)) return { ref, action: 'created', payload: desired, merged };
  if (!live) return { ref, action: 'configured', payload: desired, merged };
  const ignored = run.ignoredPaths(merged);
  const isDrifted =
    ignored.length === 0
      ? hasDrifted(live, merged)
      : hasDrifted(withoutIgnored(live, ignored), withoutIgnored(merged, ignored));
  const cleanup = cleanupOf(desired, live, run);
  if (!isDrifted && !cleanup) return { ref, action: 'unchanged', live, merged };
  const payload = respectIgnored(desired, { live, merged }, ignored, run.owner.fieldManager);
  return { ref, action: 'configured', payload, live, merged, ...(cleanup && { cleanup }) };
}

/** The patch that takes over what others left; none where the author wants to share. */
export function cleanupOf(
  desired: KubeObject,
  live: KubeObject,
  run: ApplyRun,
): PatchOperation[] | undefined {
  const { merge } = run.selectors;
  if (isSelected(desired, merge) || isSelected(live, merge)) return undefined;
  return cleanupPatch(live, run.cleanup, run.owner.fieldManager);
}

function planRecreation(
  desired: KubeObject,
  live: KubeObject | undefined,
  error: unknown,
  run: ApplyRun,
): Plan {
  const { force } = run.selectors;
  const mayForce = run.force || isSelected(desired, force) || isSelected(live, force);
  // An object that is not there cannot have refused to change.
  if (!live || !mayForce || !isImmutableError(error)) throw dryRunError(error, desired);
  return { ref: refOf(live), action: 'created', payload: desired, live, recreates: true };
}

function skipped(desired: KubeObject, live: KubeObject | undefined): Plan {
  return { ref: refOf(live ?? desired), action: 'skipped', ...(live && { live }) };
}

/** The object in the cluster; absent where there is none, or where we may not read it. */
async function readLive(desired: KubeObject, context: PlanContext): Promise<KubeObject | undefined> {
  const { run } = context;
  try {
    return await whenServed(desired, context, () => run.client.find(refOf(desired), signalOf(run)));
  } catch (error) {
    // Who may apply and not read applies every time. A kind that is not served fails in the dry run, with its text.
    if (isForbidden(error) || isNoMatch(error)) return undefined;
    run.signal?.throwIfAborted();
    const message = `${refString(refOf(desired))} query failed: ${(error as Error).message}`;
    throw new ApplyError('APPLY_READ_FAILED', message, {
      cause: error,
      object: refOf(desired),
      retry: 'backoff',
    });
  }
}

async function tryDryRun(desired: KubeObject, context: PlanContext): Promise<DryRun> {
  const { run } = context;
  try {
    const { fieldManager } = run.owner;
    const apply = () =>
      run.client.apply(desired, { fieldManager, force: true, dryRun: true, ...signalOf(run) });
    return { merged: await whenServed(desired, context, apply) };
  } catch (error) {
    run.signal?.throwIfAborted();
    return { error: sanitizeError(error, desired) };
  }
}

/** An object of a kind with namespaces must name one: that of our own configuration is not its author's wish. */
async function checkNamespace(desired: KubeObject, context: PlanContext): Promise<void> {
  if (desired.metadata.namespace) return;
  const mapping = await whenServed(desired, context, () => context.run.client.mapping(desired)).catch(
    () => undefined,
  );
  if (!mapping?.namespaced) return;
  const subject = refString(refOf(desired));
  const message = `${subject} namespace not specified: the server could not find the requested resource`;
  throw new ApplyError('APPLY_DRY_RUN_FAILED', message, {
    object: refOf(desired),
    hint: 'Set metadata.namespace, or a namespace for the whole set.',
  });
}

/** A CRD is established a moment before its kind is served. */
const SERVED_WITHIN_MS = 10_000;

async function whenServed<T>(desired: KubeObject, context: PlanContext, call: () => Promise<T>): Promise<T> {
  const { run, defined } = context;
  const started = run.clock.monotonic();
  for (let waitMs = 50; ; waitMs = Math.min(waitMs * 2, 1000)) {
    try {
      return await call();
    } catch (error) {
      const isExpected = isNoMatch(error) && defined.has(groupKind(desired.apiVersion, desired.kind));
      if (!isExpected || run.clock.monotonic() - started > SERVED_WITHIN_MS) throw error;
      await sleep(waitMs, { clock: run.clock, ...signalOf(run) });
    }
  }
}

/** `group/Kind`. */
export function groupKind(apiVersion: string, kind: string): string {
  const slash = apiVersion.indexOf('/');
  return `${slash < 0 ? '' : apiVersion.slice(0, slash)}/${kind}`;
}
