import {
  type Clock,
  errorMessage,
  getOwn,
  type KubeObject,
  type ObjectRef,
  parseApiVersion,
  refKey,
  refOf,
  refString,
  sleep,
  systemClock,
} from '@gitops-toolkit/core';
import type { KubeClient } from '@gitops-toolkit/kube';
import { signalOf } from './signal-of.ts';
import { ApplyError } from './errors.ts';
import { readResourceStatus, type ReadStatus, type ResourceStatus } from './health/read-status.ts';
import { mapLimited } from './map-limited.ts';
import { pollDelays } from './poll-delays.ts';

/** Options of {@link waitForHealth}. */
export interface WaitForHealthOptions {
  readonly timeoutMs: number;
  /** The longest time between two looks; the first are closer together. @default 5000 */
  readonly pollMs?: number;
  /** Gives up at the first failed object. Otherwise it waits for the others, too. @default true */
  readonly failFast?: boolean;
  /** Jobs that are deleted once they are done, so that their absence is a success: {@link jobsWithTtl}. */
  readonly jobsWithTtl?: readonly ObjectRef[];
  /** Reads the status of kinds that it knows, in place of the rules of kstatus. */
  readonly readStatus?: ReadStatus;
  /** Gets the status of every object after each look that found a change. */
  readonly onProgress?: (statuses: readonly ResourceStatus[]) => void;
  /** Requests at once. @default 8 */
  readonly concurrency?: number;
  /** Looked at before and during every request and pause. */
  readonly signal?: AbortSignal;
  readonly clock?: Clock;
}

/** Objects that are all healthy. */
export interface HealthResult {
  readonly statuses: readonly ResourceStatus[];
}

/**
 * Waits until all objects are `Current`.
 *
 * @throws ApplyError with `statuses`: `APPLY_HEALTH_FAILED` naming what failed, as soon as something
 * has (or, without `failFast`, when everything is either healthy or failed); `APPLY_HEALTH_TIMEOUT`
 * naming what is not healthy.
 *
 * @example
 * ```ts no-run
 * import { waitForHealth } from '@gitops-toolkit/apply';
 * import { KubeClient, loadKubeconfig } from '@gitops-toolkit/kube';
 *
 * await using client = new KubeClient(await loadKubeconfig());
 * const web = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'web', name: 'frontend' };
 * await waitForHealth(client, [web], { timeoutMs: 60_000 });
 * ```
 */
export async function waitForHealth(
  client: KubeClient,
  refs: readonly ObjectRef[],
  options: WaitForHealthOptions,
): Promise<HealthResult> {
  const { timeoutMs, pollMs = 5000, failFast = true, clock = systemClock } = options;
  const deadline = clock.monotonic() + timeoutMs;
  let statuses: ResourceStatus[] = [];
  for (const delayMs of pollDelays(pollMs)) {
    options.signal?.throwIfAborted();
    const before = statuses;
    statuses = await look(client, refs, before, options);
    if (hasChanged(before, statuses)) options.onProgress?.(statuses);
    const names = new Set(statuses.map(({ status }) => status));
    const isFailed = names.has('Failed');
    if (isFailed && (failFast || isEveryOneOf(names, ['Failed', 'Current']))) throw failedEarly(statuses);
    if (isEveryOneOf(names, ['Current'])) return { statuses };
    const leftMs = deadline - clock.monotonic();
    if (leftMs <= 0) throw timedOut(statuses, timeoutMs);
    await sleep(Math.min(delayMs, leftMs), { clock, ...signalOf(options) });
  }
  return { statuses };
}

/** The Jobs among objects that are deleted some time after they are done. */
export function jobsWithTtl(objects: readonly KubeObject[]): ObjectRef[] {
  const hasTtl = (object: KubeObject): boolean =>
    typeof getOwn(getOwn(object, 'spec'), 'ttlSecondsAfterFinished') === 'number';
  return objects
    .filter(({ apiVersion, kind }) => kind === 'Job' && parseApiVersion(apiVersion).group === 'batch')
    .filter(hasTtl)
    .map(refOf);
}

/**
 * Reads what was not healthy, and everything once more when all are: one that was healthy at first
 * may not be by now.
 */
async function look(
  client: KubeClient,
  refs: readonly ObjectRef[],
  before: readonly ResourceStatus[],
  options: WaitForHealthOptions,
): Promise<ResourceStatus[]> {
  const { clock = systemClock, concurrency = 8, readStatus } = options;
  const mayBeGone = new Set((options.jobsWithTtl ?? []).map(refKey));
  const readOptions = { now: clock.now(), ...(readStatus && { readStatus }), ...signalOf(options) };
  const read = async (ref: ObjectRef): Promise<ResourceStatus> => {
    const status = await readResourceStatus(client, ref, readOptions);
    const isDone = status.status === 'NotFound' && mayBeGone.has(refKey(ref));
    return isDone ? { ref, status: 'Current', message: 'Job was deleted after it was done' } : status;
  };
  const kept = new Map(
    before.filter(({ status }) => status === 'Current').map((status) => [status.ref, status]),
  );
  const statuses = await mapLimited(refs, concurrency, async (ref) => kept.get(ref) ?? read(ref));
  const isDone = statuses.every(({ status }) => status === 'Current');
  return isDone && kept.size > 0 ? mapLimited(refs, concurrency, read) : statuses;
}

function hasChanged(before: readonly ResourceStatus[], after: readonly ResourceStatus[]): boolean {
  return after.some(
    ({ status, message }, i) => before[i]?.status !== status || before[i].message !== message,
  );
}

function isEveryOneOf(names: ReadonlySet<string>, allowed: readonly string[]): boolean {
  return [...names].every((name) => allowed.includes(name));
}

function failedEarly(statuses: readonly ResourceStatus[]): ApplyError {
  const failed = statuses.filter(({ status }) => status === 'Failed');
  return new ApplyError('APPLY_HEALTH_FAILED', `failed early due to stalled resources: [${list(failed)}]`, {
    statuses,
    ...(failed[0] && { object: failed[0].ref }),
    ...hintOf(failed),
    retry: 'backoff',
  });
}

function timedOut(statuses: readonly ResourceStatus[], timeoutMs: number): ApplyError {
  const pending = statuses.filter(({ status }) => status !== 'Current');
  return new ApplyError('APPLY_HEALTH_TIMEOUT', `timeout waiting for: [${list(pending)}]`, {
    statuses,
    ...(pending[0] && { object: pending[0].ref }),
    ...hintOf(pending),
    cause: pending.find(({ error }) => error !== undefined)?.error ?? new Error(`after ${timeoutMs} ms`),
    retry: 'backoff',
  });
}

function list(statuses: readonly ResourceStatus[]): string {
  return statuses.map(describe).join(', ');
}

function describe({ ref, status, error }: ResourceStatus): string {
  const why = error === undefined ? '' : `: ${errorMessage(error)}`;
  return `${refString(ref)} status: '${status}'${why}`;
}

/** Flux's text names the objects; what is wrong with them helps more. */
function hintOf(statuses: readonly ResourceStatus[]): { hint?: string } {
  const [first] = statuses;
  return first?.message ? { hint: `${refString(first.ref)}: ${first.message}` } : {};
}
