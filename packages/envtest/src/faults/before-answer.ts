import { type Clock, sleep } from '@gitops-toolkit/core';
import { faultError } from './fault-status.ts';
import type { Fault } from './fault.ts';

/**
 * Does what a fault has in store for a request before there is an answer: waits, and breaks the connection.
 *
 * @returns whether there is still somebody to answer
 * @throws StatusError that the fault wants as the answer; the reason of the signal
 */
export async function beforeAnswer(
  fault: Fault,
  incoming: { readonly socket: { destroy(): unknown } },
  options: { readonly clock: Clock; readonly signal?: AbortSignal },
): Promise<boolean> {
  if (fault.delayMs !== undefined) await sleep(fault.delayMs, options);
  if (fault.drop === true) {
    incoming.socket.destroy();
    return false;
  }
  if (fault.status) throw faultError(fault.status);
  return true;
}
