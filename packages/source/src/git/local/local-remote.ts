import { SourceError } from '../../errors.ts';
import type { GitLimits } from '../limits.ts';
import type { GitObject, ObjectFormat, ObjectStore } from '../object-format.ts';
import { parseTagTarget } from '../parse-commit.ts';
import { isRefName } from '../ref-name.ts';
import type { GitRemote, RefList, RemoteRef } from '../remote/git-remote.ts';
import { type GitFolder, openGitFolder } from './git-folder.ts';
import { LocalObjects } from './local-objects.ts';
import { readLocalRefs } from './local-refs.ts';

/**
 * Opens a repository in a folder: a work tree with its `.git`, or a bare one. Nothing is written,
 * no program is run, no configuration but the object format is obeyed.
 *
 * @throws `GIT_REPOSITORY_NOT_FOUND`, `GIT_REPOSITORY_INVALID`.
 */
export async function openLocalRemote(path: string, limits: Required<GitLimits>): Promise<GitRemote> {
  return new LocalRemote(await openGitFolder(path), limits);
}

class LocalRemote implements GitRemote {
  readonly #folder: GitFolder;
  readonly #limits: Required<GitLimits>;

  constructor(folder: GitFolder, limits: Required<GitLimits>) {
    this.#folder = folder;
    this.#limits = limits;
  }

  async listRefs(prefixes: readonly string[]): Promise<RefList> {
    const { format } = this.#folder;
    const store = new LocalObjects(this.#folder, this.#limits);
    const found = await readLocalRefs(this.#folder, this.#limits.maxRefs);
    const refs = new Map<string, RemoteRef>();
    let ignored = 0;
    for (const [name, ref] of found.refs) {
      if (!prefixes.some((prefix) => name.startsWith(prefix))) continue;
      if (!isRefName(name)) ignored++;
      else refs.set(name, name.startsWith('refs/tags/') ? peel(store, ref) : ref);
    }
    store.close();
    return { format, refs, ignored, ...(found.unborn === undefined ? {} : { unborn: found.unborn }) };
  }

  async fetchObjects(): Promise<ObjectStore> {
    return new LocalObjects(this.#folder, this.#limits);
  }
}

function peel(
  store: { get(id: string): GitObject | undefined; format: ObjectFormat },
  ref: RemoteRef,
): RemoteRef {
  let id = ref.id;
  for (let depth = 0; depth < 5; depth++) {
    const object = store.get(id);
    if (!object)
      throw new SourceError('GIT_REPOSITORY_INVALID', `the object ${id} is missing in the repository`);
    if (object.type !== 'tag') break;
    const target = parseTagTarget(object.data);
    if (!target) break;
    id = target.id;
  }
  return id === ref.id ? ref : { ...ref, peeled: id };
}
