import { SourceError } from '../errors.ts';
import type { GitCommit } from '../source-fetcher.ts';
import type { ObjectStore } from './object-format.ts';
import type { PackAllowance } from './pack/pack-allowance.ts';
import { parseCommit, parseTagTarget } from './parse-commit.ts';
import type { GitRemote } from './remote/git-remote.ts';

/** How a commit's objects are fetched. */
export interface FetchCommitOptions {
  readonly allowance?: PackAllowance;
  readonly signal?: AbortSignal | undefined;
}

/** The objects of one commit; of all history, where the server gives single commits to nobody. */
export async function fetchCommit(
  remote: GitRemote,
  id: string,
  { allowance, signal }: FetchCommitOptions,
): Promise<ObjectStore> {
  const counted = allowance ? { allowance } : {};
  try {
    return await remote.fetchObjects({ wants: [id], depth: 1, ...counted }, signal);
  } catch (error) {
    const isRefused =
      error instanceof SourceError &&
      error.code === 'GIT_REMOTE_ERROR' &&
      /not our ref|unadvertised object|not advertised|no such object/i.test(error.message);
    if (!isRefused) throw error;
    const { refs } = await remote.listRefs(['refs/heads/', 'refs/tags/'], signal);
    const wants = [...new Set([...refs.values()].map((ref) => ref.id))];
    if (wants.length === 0) throw error;
    const store = await remote.fetchObjects({ wants, ...counted }, signal);
    if (store.get(id)) return store;
    store.close?.();
    throw new SourceError('GIT_REF_NOT_FOUND', `the repository has no commit ${id}`, { cause: error });
  }
}

/** The commit under an id; what it stands for, where the id is that of an annotated tag. */
export function readCommit(store: ObjectStore, id: string): GitCommit {
  let at = id;
  for (let depth = 0; depth < 5; depth++) {
    const object = store.get(at);
    if (object?.type === 'commit') return parseCommit(at, object.data);
    const target = object?.type === 'tag' ? parseTagTarget(object.data) : undefined;
    if (!target) break;
    at = target.id;
  }
  throw new SourceError('GIT_OBJECT_MISMATCH', `the object ${at} is no commit, or did not come`, {
    retry: 'backoff',
  });
}
