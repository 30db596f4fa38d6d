import { HttpClient, type HttpClientOptions } from '@gitops-toolkit/core/http';
import { SourceError } from '../../errors.ts';
import type { GitSignature } from '../../source-fetcher.ts';
import { parseGitUrl } from '../git-url.ts';
import { DEFAULT_GIT_LIMITS } from '../limits.ts';
import { isRefName } from '../ref-name.ts';
import { secretsOf } from '../remote/credentials.ts';
import { type Changes, changeTree, type TreeObjects } from './change-tree.ts';
import { httpPlugin, type PushAccess } from './http-plugin.ts';
import { MemoryFs } from './memory-fs.ts';
import { pushFailure } from './push-failure.ts';
import { type CommitSigner, writeCommit } from './write-commit.ts';

const GITDIR = '/repository';

/** A commit to be made. */
export interface CommitToPush {
  /** It has to exist. */
  readonly branch: string;
  /** Contents by path from the root; `null` takes a file, or a folder with all in it, away. */
  readonly changes: Changes;
  readonly message: string;
  readonly author: GitSignature;
  /** @default the author */
  readonly committer?: GitSignature;
  /** @default the commit is not signed */
  readonly signer?: CommitSigner;
}

/** How a commit gets to its repository. */
export interface PushOptions extends PushAccess, Pick<HttpClientOptions, 'addresses'> {
  /** How often the commit is made anew on what somebody else has pushed meanwhile. @default 0 */
  readonly retries?: number;
}

/**
 * Puts a commit on top of a branch: brings its last commit into memory, changes files, and pushes. Never by force: what
 * somebody else has pushed meanwhile stays. Over HTTP alone.
 *
 * @returns the id of the commit; that of the branch's last one where nothing would change.
 * @throws {@link SourceError}: `GIT_PUSH_REJECTED`, `GIT_TREE_UNSAFE`, `GIT_REF_INVALID`, `GIT_REF_NOT_FOUND`, and those of fetching;
 *   RangeError for an author that no commit can have; what the signer throws; the reason of the signal.
 *
 * @example
 * ```ts no-run
 * import { pushCommit } from '@gitops-toolkit/source/git-write';
 * const author = { name: 'Robot', email: 'robot@example.com', seconds: Math.floor(Date.now() / 1000), timezone: '+0000' };
 * const changes = new Map([['app/version.yaml', new TextEncoder().encode('version: 2\n')]]);
 * const commit = { branch: 'main', changes, message: 'Version 2', author };
 * await pushCommit({ url: 'https://git.example.com/org/app' }, commit, { credentials: { bearerToken: 'token' }, retries: 3 });
 * ```
 */
export async function pushCommit(
  source: { readonly url: string },
  commit: CommitToPush,
  options: PushOptions = {},
): Promise<string> {
  const { addresses, retries = 0 } = options;
  const location = parseGitUrl(source.url);
  if (location.kind !== 'http')
    throw new SourceError('GIT_URL_INVALID', 'commits are pushed over HTTP alone', {
      hint: 'Give the https:// URL of the repository.',
    });
  if (!isRefName(commit.branch))
    throw new SourceError('GIT_REF_INVALID', `not the name of a branch: ${JSON.stringify(commit.branch)}`);
  const credentials = options.credentials ?? location.userinfo;
  const access = { ...options, ...(credentials && { credentials }) };
  await using client = new HttpClient(addresses ? { addresses } : {});
  for (let left = retries; ; left--) {
    try {
      return await pushOnce(location.url, commit, access, client);
    } catch (error) {
      options.signal?.throwIfAborted();
      const failure = pushFailure(error, commit.branch, secretsOf(credentials));
      const isBehind = failure instanceof SourceError && failure.code === 'GIT_PUSH_REJECTED';
      if (!isBehind || left <= 0) throw failure;
    }
  }
}

async function pushOnce(
  url: URL,
  { branch, changes, message, author, committer = author, signer }: CommitToPush,
  access: PushAccess,
  client: HttpClient,
): Promise<string> {
  const git = await loadGit();
  const http = httpPlugin(client, url.origin, DEFAULT_GIT_LIMITS.maxPackBytes, access);
  const repository = { fs: new MemoryFs(), gitdir: GITDIR };
  const remote = { ...repository, http, url: url.href };
  await git.init({ ...repository, bare: true, defaultBranch: branch });
  await git.addRemote({ ...repository, remote: 'origin', url: url.href });
  // In full: a tag of the same name would come first.
  const ref = `refs/heads/${branch}`;
  const fetched = await git.fetch({ ...remote, remoteRef: ref, singleBranch: true, depth: 1, tags: false });
  const parent = fetched.fetchHead ?? '';
  const { commit: before } = await git.readCommit({ ...repository, oid: parent });
  const objects: TreeObjects = {
    readTree: async (oid) => (await git.readTree({ ...repository, oid })).tree,
    writeTree: (entries) => git.writeTree({ ...repository, tree: [...entries] }),
    writeBlob: (blob) => git.writeBlob({ ...repository, blob }),
  };
  const tree = (await changeTree(objects, before.tree, changes)) ?? (await objects.writeTree([]));
  if (tree === before.tree) return parent;
  const object = await writeCommit({ tree, parent, author, committer, message }, signer);
  const id = await git.writeObject({ ...repository, type: 'commit', format: 'content', object });
  await git.writeRef({ ...repository, ref, value: id, force: true });
  await git.push({ ...remote, ref, remoteRef: ref });
  return id;
}

/** Only who writes needs it. */
async function loadGit(): Promise<typeof import('isomorphic-git')> {
  try {
    return await import('isomorphic-git');
  } catch (cause) {
    throw new SourceError('GIT_WRITER_MISSING', 'writing to git needs the package isomorphic-git', {
      cause,
      hint: 'Install isomorphic-git.',
    });
  }
}
