import { SourceError } from '../errors.ts';
import { isObjectId } from './object-format.ts';
import { isRefName } from './ref-name.ts';

/**
 * What of a repository is meant. Where several are given, the first of commit, name, semver, tag,
 * branch counts; where none is, the branch that the repository names as its default.
 */
export interface GitRef {
  readonly branch?: string;
  readonly tag?: string;
  /** A constraint on the versions that tags name: the highest that satisfies it is taken. */
  readonly semver?: string;
  /** A full name, such as `refs/pull/1/head`. */
  readonly name?: string;
  /** A full commit id. Together with a branch, the branch only gives the revision its name. */
  readonly commit?: string;
}

/**
 * Refuses references that are none, before anything is sent anywhere.
 *
 * @throws `GIT_REF_INVALID`.
 */
export function checkRef(ref: GitRef): void {
  const { branch, tag, name, commit } = ref;
  if (commit !== undefined && !isObjectId(commit))
    throw invalid('commit', commit, 'Give the full id, in lower case.');
  if (branch !== undefined && !isRefName(`refs/heads/${branch}`)) throw invalid('branch', branch);
  if (tag !== undefined && !isRefName(`refs/tags/${tag}`)) throw invalid('tag', tag);
  if (name === undefined || name === 'HEAD') return;
  if (!name.startsWith('refs/') || !isRefName(peeledName(name).name)) {
    throw invalid('name', name, 'Give a full name, such as refs/heads/main.');
  }
}

/** Takes `^{}` off, with which a name asks for what an annotated tag stands for. */
export function peeledName(name: string): { name: string; peeled: boolean } {
  return name.endsWith('^{}') ? { name: name.slice(0, -3), peeled: true } : { name, peeled: false };
}

function invalid(field: string, value: string, hint?: string): SourceError {
  const shown = JSON.stringify(value.slice(0, 200));
  return new SourceError(
    'GIT_REF_INVALID',
    `${field} ${shown} is no valid reference`,
    hint === undefined ? {} : { hint },
  );
}
