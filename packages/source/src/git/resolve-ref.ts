import { compareVersions, parseConstraint, tryParseStrictVersion, type Version } from '@gitops-toolkit/core';
import { SourceError } from '../errors.ts';
import { checkRef, type GitRef, peeledName } from './git-ref.ts';
import type { GitRemote, RefList, RemoteRef } from './remote/git-remote.ts';
import { nearNames } from './ref-name.ts';

/** What a reference points to at this moment. */
export interface ResolvedRef {
  /** The name that the revision bears; `''` for a commit alone. */
  readonly name: string;
  /** The commit's id; in the end of tags, where the server tells it. */
  readonly id: string;
  readonly algorithm: string;
  /** The id of the annotated tag that named the commit. */
  readonly tag?: string;
}

/** When commits were made, in seconds: asked only where two tags name equal versions. */
export type CommitTimes = (ids: readonly string[]) => Promise<ReadonlyMap<string, number>>;

/**
 * Finds out what a reference points to, by listing no more references than that takes.
 *
 * @throws `GIT_REF_INVALID`, `GIT_REF_NOT_FOUND` with the closest names, `GIT_EMPTY_REPOSITORY`, and
 * what the remote throws.
 */
export async function resolveRef(
  remote: GitRemote,
  ref: GitRef,
  commitTimes: CommitTimes,
  signal?: AbortSignal,
): Promise<ResolvedRef> {
  checkRef(ref);
  const { commit, name, semver, tag, branch } = ref;
  if (commit !== undefined) {
    return { name: branch ?? '', id: commit, algorithm: commit.length === 40 ? 'sha1' : 'sha256' };
  }
  if (name !== undefined) return resolveFullName(remote, name, signal);
  if (semver !== undefined) return resolveSemver(remote, semver, commitTimes, signal);
  if (tag !== undefined) return resolveIn(remote, 'refs/tags/', tag, signal);
  if (branch !== undefined) return resolveIn(remote, 'refs/heads/', branch, signal);
  return resolveDefault(remote, signal);
}

async function resolveIn(
  remote: GitRemote,
  prefix: string,
  name: string,
  signal?: AbortSignal,
): Promise<ResolvedRef> {
  const list = await remote.listRefs([prefix + name], signal);
  const found = list.refs.get(prefix + name);
  if (!found) throw await notFound(remote, prefix, name, signal);
  return resolved(list, name, found);
}

async function resolveFullName(remote: GitRemote, name: string, signal?: AbortSignal): Promise<ResolvedRef> {
  const { name: bare } = peeledName(name);
  const list = await remote.listRefs([bare], signal);
  const found = list.refs.get(bare);
  if (!found) throw await notFound(remote, '', bare, signal);
  return resolved(list, name, found);
}

async function resolveSemver(
  remote: GitRemote,
  semver: string,
  commitTimes: CommitTimes,
  signal?: AbortSignal,
): Promise<ResolvedRef> {
  const constraint = parseConstraint(semver);
  const list = await remote.listRefs(['refs/tags/'], signal);
  const versions: { tag: string; version: Version; ref: RemoteRef }[] = [];
  for (const [name, ref] of list.refs) {
    if (!name.startsWith('refs/tags/')) continue;
    const tag = name.slice('refs/tags/'.length);
    const version = tryParseStrictVersion(tag.replace(/^v/, ''));
    if (version && constraint.matches(version)) versions.push({ tag, version, ref });
  }
  const highest = versions.reduce<Version | undefined>(
    (max, { version }) => (max && compareVersions(max, version) >= 0 ? max : version),
    undefined,
  );
  if (!highest) {
    await refuseIfEmpty(remote, signal);
    throw new SourceError('GIT_REF_NOT_FOUND', `no tag satisfies ${JSON.stringify(semver)}`, {
      retry: 'backoff',
      hint: 'Tags count that are whole versions, such as v1.2.3. Pre-releases count where the constraint names one.',
    });
  }
  const equal = versions.filter(({ version }) => compareVersions(version, highest) === 0);
  const [newest] = equal.length > 1 ? await inOrderOfTime(equal, commitTimes) : equal;
  if (!newest) throw new RangeError('unreachable: the highest version is among the versions');
  return resolved(list, newest.tag, newest.ref);
}

/** Versions that differ in their metadata alone are told apart by the time of their commits, the newest first. */
async function inOrderOfTime<T extends { tag: string; ref: RemoteRef }>(
  versions: readonly T[],
  commitTimes: CommitTimes,
): Promise<T[]> {
  const idOf = (version: T) => version.ref.peeled ?? version.ref.id;
  const ids = [...new Set(versions.map(idOf))];
  const times = ids.length > 1 ? await commitTimes(ids) : new Map<string, number>();
  return versions.toSorted(
    (a, b) => (times.get(idOf(b)) ?? 0) - (times.get(idOf(a)) ?? 0) || (a.tag < b.tag ? 1 : -1),
  );
}

async function resolveDefault(remote: GitRemote, signal?: AbortSignal): Promise<ResolvedRef> {
  const list = await remote.listRefs(['HEAD'], signal);
  const head = list.refs.get('HEAD');
  if (!head) {
    await refuseIfEmpty(remote, signal);
    const words =
      list.unborn === undefined ? 'has no HEAD' : `has HEAD at ${list.unborn}, which does not exist`;
    throw new SourceError('GIT_REF_NOT_FOUND', `the repository ${words}`, {
      hint: 'Name a branch.',
      retry: 'backoff',
    });
  }
  const branch = head.target?.replace(/^refs\/heads\//, '') ?? 'HEAD';
  return resolved(list, branch, head);
}

function resolved(list: RefList, name: string, ref: RemoteRef): ResolvedRef {
  const { algorithm } = list.format;
  return ref.peeled === undefined
    ? { name, id: ref.id, algorithm }
    : { name, id: ref.peeled, algorithm, tag: ref.id };
}

async function notFound(
  remote: GitRemote,
  prefix: string,
  name: string,
  signal?: AbortSignal,
): Promise<SourceError> {
  const kind = prefix === 'refs/heads/' ? 'branch' : prefix === 'refs/tags/' ? 'tag' : 'reference';
  const list = await remote.listRefs(['refs/heads/', 'refs/tags/'], signal);
  if (list.refs.size === 0) return emptyRepository();
  const names = [...list.refs.keys()]
    .filter((full) => full.startsWith(prefix))
    .map((full) => full.slice(prefix.length));
  const near = nearNames(name, names);
  const other = otherKind(list, prefix, name);
  const hint =
    other ??
    (near.length > 0
      ? `Close to it: ${near.join(', ')}.`
      : names.length === 1
        ? `There is ${names[0]}.`
        : undefined);
  return new SourceError('GIT_REF_NOT_FOUND', `the repository has no ${kind} ${JSON.stringify(name)}`, {
    retry: 'backoff',
    ...(hint === undefined ? {} : { hint }),
  });
}

function otherKind(list: RefList, prefix: string, name: string): string | undefined {
  if (prefix === 'refs/heads/' && list.refs.has(`refs/tags/${name}`)) return `There is a tag of that name.`;
  if (prefix === 'refs/tags/' && list.refs.has(`refs/heads/${name}`))
    return `There is a branch of that name.`;
  return undefined;
}

async function refuseIfEmpty(remote: GitRemote, signal?: AbortSignal): Promise<void> {
  const list = await remote.listRefs(['refs/heads/', 'refs/tags/'], signal);
  if (list.refs.size === 0) throw emptyRepository();
}

function emptyRepository(): SourceError {
  return new SourceError('GIT_EMPTY_REPOSITORY', 'the repository is empty: it has no branch and no tag', {
    retry: 'backoff',
    hint: 'Push a first commit.',
  });
}
