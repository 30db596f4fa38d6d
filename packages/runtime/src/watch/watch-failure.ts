import { isGone, KubeError } from '@gitops-toolkit/kube';

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
