import { type Clock, cloneValue, type KubeObject, refOf, sleep, systemClock } from '@gitops-toolkit/core';
import { isConflict, type KubeClient } from '@gitops-toolkit/kube';

import { RuntimeError } from '../errors.ts';

/** What a write needs of a client. */
export type PatchClient = Pick<KubeClient, 'get' | 'patch'>;

/** How often, and how long, conflicts are tried again. */
export interface ConflictRetryOptions {
  readonly client: PatchClient;
  readonly clock?: Clock;
  readonly random?: () => number;
  readonly signal?: AbortSignal;
}

const attempts = 5;
const firstDelayMs = 100;

/**
 * Writes on top of a state that may be old: first of the one at hand, and after a conflict of the
 * latest.
 *
 * @throws RuntimeError RUNTIME_PATCH_CONFLICT where others write all the time, and where the name
 * is another object by now
 */
export async function retryOnConflict<T extends KubeObject, R>(
  atHand: T,
  write: (base: T) => Promise<R>,
  options: ConflictRetryOptions,
): Promise<R> {
  const { client, clock = systemClock, signal, random = Math.random } = options;
  const call = signal ? { signal } : {};
  let base = atHand;
  for (let attempt = 1; ; attempt++) {
    try {
      return await write(cloneValue(base));
    } catch (error) {
      if (!isConflict(error)) throw error;
      if (attempt === attempts) throw conflict(atHand, 'it is changed by others all the time', error);
    }
    await sleep(firstDelayMs * attempt * (1 + random()), { clock, ...call });
    base = await client.get<T>(refOf(atHand), call);
    if (base.metadata.uid !== atHand.metadata.uid)
      throw conflict(atHand, 'its name is another object by now');
  }
}

function conflict(object: KubeObject, why: string, cause?: unknown): RuntimeError {
  return new RuntimeError('RUNTIME_PATCH_CONFLICT', `the object was not written: ${why}`, {
    object: refOf(object),
    retry: 'backoff',
    cause,
  });
}
