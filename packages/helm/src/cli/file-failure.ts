import { UsageError } from '@gitops-toolkit/core/node';

/** What Go says where Node has a code. */
const WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or directory',
  EISDIR: 'is a directory',
  EACCES: 'permission denied',
  ENOTDIR: 'not a directory',
};

/** A file that cannot be read, in the words of Go behind a prefix; other failures as they are. */
export function fileFailure(error: unknown, path: string, prefix: string): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const words = WORDS[code];
  if (words === undefined) return error;
  const isRemote = /^[a-z][a-z0-9+.-]*:\/\//i.test(path);
  const hint = isRemote ? '; nothing is fetched here: download it, and give the file' : '';
  return new UsageError(`${prefix}${code === 'EISDIR' ? 'read' : 'open'} ${path}: ${words}${hint}`);
}
