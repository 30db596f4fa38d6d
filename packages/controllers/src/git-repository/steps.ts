import type { GitRepository } from '@gitops-toolkit/api';
import { findToolkitError, formatRevision } from '@gitops-toolkit/core';
import { packArchive } from '@gitops-toolkit/core/node';
import type {
  FetchedTree,
  GitFetcher,
  GitFetchOptions,
  GitRevision,
  GitSource,
} from '@gitops-toolkit/source';
import { failingAs, ReconcileFailure } from '../reconcile-failure.ts';
import type { SourceRun, SourceSteps } from '../source/source-run.ts';
import { TimeLimit } from '../source/time-limit.ts';
import { type GitAccessOptions, readAccess } from './access.ts';
import { artifactContent, isContentConfigObserved, observeContentConfig, pathsOf } from './content.ts';
import { type WantedPaths, wantedPaths } from './consumers/wanted-paths.ts';
import { areIncludesCurrent, fetchIncludes, findIncludes, type Include } from './include.ts';
import type { GitRepositoryOptions } from './options.ts';
import { requireUrl } from './require-url.ts';
import { isVerified, readVerification, showVerified, verifying } from './verification.ts';

type Run = SourceRun<GitRepository>;
type Options = GitRepositoryOptions & GitAccessOptions & { readonly fetcher: GitFetcher };

/** Look, compare, fetch, store. */
export function gitRepositorySteps(options: Options): SourceSteps<GitRepository> {
  return async (run) => {
    const { object, context } = run;
    requireUrl(object);
    const limit = new TimeLimit(object, context);
    const access = await run.step('FetchFailed', 'AuthenticationFailed', () =>
      limit.during(() => readAccess(object, context.client, { ...options, signal: limit.signal })),
    );
    const verify = await run.step('SourceVerified', 'VerificationError', () =>
      readVerification(object, context.client, context.signal),
    );
    const revision = await remotely(limit, (limits) =>
      options.fetcher.resolve(sourceOf(object), { ...access, ...limits }),
    );
    const includes = await run.step('IncludeUnavailable', 'NotFound', () =>
      findIncludes(object, context, options.requeueDependencyMs),
    );
    const wanted = wantedPaths(object, context.cache, options.consumers ?? []);
    if (isCurrent(object, { revision, includes, wanted }) && isVerified(object)) return;
    run.announce(`new upstream revision '${formatRevision(revision)}'`);
    const paths = pathsOf(object, wanted);
    const fetched = await verifying(run, () =>
      remotely(limit, (limits) =>
        options.fetcher.fetch(revision, {
          ...access,
          ...limits,
          ...(verify && { verify }),
          ...(object.spec.recurseSubmodules && { submodules: true }),
          ...(paths && { paths }),
        }),
      ),
    );
    showVerified(run, fetched);
    await store(run, { revision, fetched, includes, wanted, options });
  };
}

function remotely<T>(limit: TimeLimit, operation: (limits: GitFetchOptions) => Promise<T>): Promise<T> {
  const { timeouts, signal } = limit;
  return limit
    .during(() => operation({ timeouts, signal }))
    .catch((cause: unknown) => {
      const isEmpty = findToolkitError(cause)?.code === 'GIT_EMPTY_REPOSITORY';
      throw new ReconcileFailure(isEmpty ? 'EmptyGitRepository' : 'GitOperationFailed', {
        cause,
        prefix: 'failed to checkout and determine revision: ',
      });
    });
}

/** What an artifact is made of. */
interface Ingredients {
  readonly revision: GitRevision;
  readonly includes: readonly Include[];
  readonly wanted: WantedPaths;
}

function isCurrent(object: GitRepository, { revision, includes, wanted }: Ingredients): boolean {
  return (
    object.status?.artifact?.revision === formatRevision(revision) &&
    isContentConfigObserved(object, wanted) &&
    areIncludesCurrent(object, includes)
  );
}

async function store(
  run: Run,
  parts: Ingredients & { readonly fetched: FetchedTree; readonly options: Options },
): Promise<void> {
  const { object, context } = run;
  const { revision, fetched, includes, wanted, options } = parts;
  const included = await failingAs('NoArtifact', () => fetchIncludes(includes, options, context.signal));
  // What was fetched by paths has nothing else in it.
  const content = pathsOf(object, wanted)
    ? fetched.tree
    : await run.step('FetchFailed', 'GitOperationFailed', () =>
        artifactContent(object, fetched.tree, included, wanted),
      );
  const subject = shorten(fetched.commit?.message.split('\n', 1)[0] ?? '');
  await run.store({
    revision: formatRevision(revision),
    file: `${revision.hash}.tar.gz`,
    content: packArchive(content),
    event: { reason: 'NewArtifact', message: `stored artifact for commit '${subject}'` },
  });
  const status = (object.status ??= {});
  if (includes.length > 0) status.includedArtifacts = includes.map((include) => include.artifact);
  else delete status.includedArtifacts;
  observeContentConfig(object, wanted);
  for (const warning of fetched.warnings) context.events.trace(object, 'SourceWarning', warning);
}

/** Flux's form of a commit's subject: fifty characters at most. */
function shorten(subject: string): string {
  const characters = Array.from(subject);
  return characters.length > 50 ? `${characters.slice(0, 50).join('')}...` : subject;
}

function sourceOf({ spec }: GitRepository): GitSource {
  const { url, ref } = spec;
  // Flux's default, whatever the repository's own is.
  return { url, ...(ref && Object.keys(ref).length > 0 ? ref : { branch: 'master' }) };
}
