import { SourceError } from '../../errors.ts';

/** Enough for the first reference and the capabilities after it. */
const MAX_LINE_BYTES = 64 * 1024;

/**
 * Looks at how a server names objects, in the first line of its references: `isomorphic-git` takes ids of SHA-256 for
 * something else, and says that there is no branch.
 *
 * @throws `GIT_REPOSITORY_INVALID` for any but SHA-1.
 */
export function requireSha1(advertisement: Uint8Array): void {
  const text = Buffer.from(advertisement.subarray(0, MAX_LINE_BYTES)).toString('latin1');
  const [, capabilities = ''] = /\0([^\n]*)/.exec(text) ?? [];
  const [, format = 'sha1'] = /(?:^| )object-format=([\w-]{1,40})/.exec(capabilities) ?? [];
  if (format === 'sha1') return;
  throw new SourceError(
    'GIT_REPOSITORY_INVALID',
    `the repository names its objects by ${format}; commits are written to repositories of sha1 alone`,
    { hint: 'Repositories of sha256 can be fetched. To write to them, use the git program.' },
  );
}
