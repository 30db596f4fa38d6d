import { StatusError } from '../embedded/status-error.ts';
import type { FaultStatus } from './fault.ts';

/** The error that the server would have to answer with. */
export function faultError(fault: FaultStatus): StatusError {
  const { code, reason, message = 'injected fault', retryAfterSeconds } = fault;
  return new StatusError(
    code,
    reason,
    message,
    retryAfterSeconds === undefined ? undefined : { retryAfterSeconds },
  );
}

/** The event that tells a watch that its resource version is too old. */
export function expiredEvent(): string {
  const status = new StatusError(410, 'Expired', 'too old resource version (injected fault)');
  return `{"type":"ERROR","object":${JSON.stringify(status.body())}}\n`;
}
