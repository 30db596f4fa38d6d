import { type Clock, systemClock } from '@gitops-toolkit/core';

/** Reads a file as text. */
export type ReadFile = (path: string) => Promise<string>;

/** The kubelet replaces a token long before it expires; client-go looks as often. */
const MAX_AGE_MS = 60_000;

/** A token source over a file that is rotated: read again after a minute, and at once after a 401. */
export function tokenFile(
  path: string,
  readFile: ReadFile,
  clock: Clock = systemClock,
): (options?: { readonly refresh?: boolean }) => Promise<string> {
  let token: string | undefined;
  let readAt = 0;
  return async (options = {}) => {
    const isFresh = token !== undefined && !options.refresh && clock.monotonic() - readAt < MAX_AGE_MS;
    if (isFresh && token !== undefined) return token;
    try {
      token = (await readFile(path)).trim();
      readAt = clock.monotonic();
    } catch (error) {
      // In the middle of a rotation the last token is still good.
      if (token === undefined) throw error;
    }
    return token;
  };
}
