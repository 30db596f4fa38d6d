import { isGone, KubeError } from '@gitops-toolkit/kube';

import { RuntimeError } from '../errors.ts';

/** What a reflector does about a failure. */
export type WatchFailure =
  /** Our version is too old: list again. */
  | 'expired'
  /** Our version is from the future of this server: list whatever it has. */
  | 'version-unknown'
  /** The server does not stream initial lists. */
  | 'streaming-refused'
  /** Try again later from where we are. */
  | 'temporary';

/** Classifies what a list or watch threw. */
export function classifyFailure(error: unknown, options: { readonly whileStreaming: boolean }): WatchFailure {
  if (isGone(error)) return 'expired';
  if (isVersionUnknown(error)) return 'version-unknown';
  if (options.whileStreaming && refusesStreaming(error)) return 'streaming-refused';
  return 'temporary';
}

function isVersionUnknown(error: unknown): boolean {
  if (!(error instanceof KubeError)) return false;
  const causes = error.details?.causes ?? [];
  // Servers before 1.19 say it only in the message.
  return (
    causes.some(({ reason }) => reason === 'ResourceVersionTooLarge') ||
    /too large resource version/i.test(error.message)
  );
}

/** Servers that do not know the option refuse the request as such; a plain 403 is about permissions. */
function refusesStreaming(error: unknown): boolean {
  if (!(error instanceof KubeError)) return false;
  if (error.status === 403) return error.message.includes('sendInitialEvents');
  return [400, 405, 406, 422].includes(error.status);
}

/** Whether a watch was given up for its silence. */
export function isSilence(error: unknown): boolean {
  return error instanceof RuntimeError && error.code === 'RUNTIME_WATCH_STALLED';
}

/** Why a watch is given up that nothing comes over. */
export function silence(limitMs: number): RuntimeError {
  return new RuntimeError(
    'RUNTIME_WATCH_STALLED',
    `nothing came over the watch for ${limitMs} ms, not even a bookmark`,
    {
      retry: 'backoff',
    },
  );
}

/** Why a watch that ended in good order has failed all the same. */
export function endedEarly(how: string): RuntimeError {
  return new RuntimeError('RUNTIME_WATCH_ENDED', `the server ended the watch ${how}`, { retry: 'backoff' });
}
