import { sleep, type Clock } from '@gitops-toolkit/core';

import { StatusError } from '../status-error.ts';

/** What a rule for faults sees of a request. */
export interface FaultRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** The name of the user, after impersonation. */
  readonly user: string;
}

/** What goes wrong with a request. */
export interface Fault {
  /** Time that passes before anything else happens. */
  readonly delayMs?: number;
  /** Ends the connection without an answer. */
  readonly drop?: boolean;
  /** The answer in place of the server's own. */
  readonly status?: {
    readonly code: number;
    readonly reason?: string;
    readonly message?: string;
    /** Sent as `Retry-After` as well. */
    readonly retryAfterSeconds?: number;
  };
}

/** Lets a fault happen; `true` when the connection is to be ended. @throws StatusError the answer of the fault */
export async function suffer(fault: Fault, clock: Clock): Promise<boolean> {
  if (fault.delayMs !== undefined) await sleep(fault.delayMs, { clock });
  if (fault.drop === true) return true;
  if (!fault.status) return false;
  const { code, reason, message = 'injected fault', retryAfterSeconds } = fault.status;
  throw new StatusError(
    code,
    reason,
    message,
    retryAfterSeconds === undefined ? undefined : { retryAfterSeconds },
  );
}
