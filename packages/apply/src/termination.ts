import { type Clock, type ObjectRef, refString, sleep, systemClock } from '@gitops-toolkit/core';
import { isNoMatch, type KubeClient } from '@gitops-toolkit/kube';
import { signalOf } from './signal-of.ts';
import { ApplyError } from './errors.ts';
import { mapLimited } from './map-limited.ts';
import { pollDelays } from './poll-delays.ts';

/** Options of {@link waitForTermination}. */
export interface WaitForTerminationOptions {
  readonly timeoutMs: number;
  /** The longest time between two looks; the first are closer together. @default 2000 */
  readonly pollMs?: number;
  /** Looked at before and during every request and pause. */
  readonly signal?: AbortSignal;
  readonly clock?: Clock;
}

/**
 * Waits until objects are gone.
 *
 * @throws ApplyError `APPLY_TERMINATION_TIMEOUT` naming the first that is not; errors of the client.
 */
export async function waitForTermination(
  client: KubeClient,
  refs: readonly ObjectRef[],
  options: WaitForTerminationOptions,
): Promise<void> {
  const { timeoutMs, pollMs = 2000, clock = systemClock } = options;
  const deadline = clock.monotonic() + timeoutMs;
  let remaining = refs;
  for (const delayMs of pollDelays(pollMs)) {
    const present = await mapLimited(remaining, 8, (ref) => exists(client, ref, options));
    remaining = remaining.filter((_, i) => present[i]);
    const [first] = remaining;
    if (!first) return;
    const leftMs = deadline - clock.monotonic();
    if (leftMs <= 0) throw timedOut(first, timeoutMs);
    await sleep(Math.min(delayMs, leftMs), { clock, ...signalOf(options) });
  }
}

async function exists(
  client: KubeClient,
  ref: ObjectRef,
  options: WaitForTerminationOptions,
): Promise<boolean> {
  try {
    return (await client.find(ref, signalOf(options))) !== undefined;
  } catch (error) {
    if (isNoMatch(error)) return false;
    throw error;
  }
}

function timedOut(object: ObjectRef, timeoutMs: number): ApplyError {
  return new ApplyError(
    'APPLY_TERMINATION_TIMEOUT',
    `${refString(object)} termination timeout after ${timeoutMs} ms`,
    {
      object,
      retry: 'backoff',
      hint: 'Is a finalizer left whose controller is gone?',
    },
  );
}
