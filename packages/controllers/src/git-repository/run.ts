import { findToolkitError, formatRevision, parseDuration } from '@gitops-toolkit/core';
import { packArchive } from '@gitops-toolkit/core/node';
import type { GitRepository } from '@gitops-toolkit/api';
import {
  conditions,
  type DelayedProgress,
  type ReconcileContext,
  requeueAfter,
  type Result,
} from '@gitops-toolkit/runtime';
import type {
  FetchedTree,
  GitFetcher,
  GitFetchOptions,
  GitRevision,
  GitSource,
} from '@gitops-toolkit/source';
import { failingAs, ReconcileFailure } from '../reconcile-failure.ts';
import { artifactContent, isContentConfigObserved, observeContentConfig } from './content.ts';
import { type GitAccess, readAccess } from './access.ts';
import { areIncludesCurrent, fetchIncludes, findIncludes, type Include } from './include.ts';
import type { GitRepositoryOptions } from './options.ts';
import { artifactOwner } from './owner.ts';
import { refuseUnsupported } from './supported.ts';

/** The condition that a failure of each step is shown in, beside `Ready`. */
type FailureCondition = 'FetchFailed' | 'StorageOperationFailed' | 'IncludeUnavailable';

/** What one run works on. */
export interface GitRepositoryRunInput {
  readonly object: GitRepository;
  readonly context: ReconcileContext;
  readonly options: GitRepositoryOptions & { readonly fetcher: GitFetcher };
  /** Shows the status as it is by now. */
  readonly progress: Pick<DelayedProgress, 'report'>;
}

/** One run of the reconciler over one object. */
export class GitRepositoryRun {
  readonly #input: GitRepositoryRunInput;
  #step: FailureCondition = 'FetchFailed';

  constructor(input: GitRepositoryRunInput) {
    this.#input = input;
  }

  /** Look, compare, fetch, store: each step ends the run with the reason it fails for. */
  async execute(): Promise<Result> {
    const { object } = this.#input;
    try {
      refuseUnsupported(object);
      await this.#checkStoredArtifact();
      const access = await this.#access();
      const revision = await this.#resolve(access);
      const includes = this.#includes();
      if (!this.#isCurrent(revision, includes)) {
        this.#announce(revision);
        const fetched = await this.#fetch(revision, access);
        await this.#store(revision, fetched, includes);
      }
      return this.#succeed();
    } catch (error) {
      return this.#fail(error);
    }
  }

  /** An artifact that vanished or was tampered with is no artifact: it is made anew. */
  async #checkStoredArtifact(): Promise<void> {
    const { object, context, options } = this.#input;
    const artifact = object.status?.artifact;
    if (!artifact || (await options.storage.verify(artifact, { signal: context.signal }))) {
      // The address may be another than when the artifact was stored.
      if (artifact) artifact.url = options.storage.urlOf(artifact.path);
      return;
    }
    delete object.status?.artifact;
    conditions.remove(object, 'ArtifactInStorage');
    context.events.warning(
      object,
      'ArtifactVerificationFailed',
      `artifact ${artifact.path} disappeared from storage or does not match its digest`,
    );
  }

  #access(): Promise<GitAccess> {
    const { object, context } = this.#input;
    return failingAs('AuthenticationFailed', () => readAccess(object, context.client, context.signal));
  }

  #resolve(access: GitAccess): Promise<GitRevision> {
    const { object, options } = this.#input;
    return this.#remote((limits) => options.fetcher.resolve(sourceOf(object), { ...access, ...limits }));
  }

  #fetch(revision: GitRevision, access: GitAccess): Promise<FetchedTree> {
    const { options } = this.#input;
    return this.#remote((limits) => options.fetcher.fetch(revision, { ...access, ...limits }));
  }

  async #remote<T>(operation: (limits: GitFetchOptions) => Promise<T>): Promise<T> {
    const { object, context } = this.#input;
    const timeoutMs = parseDuration(object.spec.timeout ?? '60s');
    const timeouts = { connectMs: timeoutMs, firstByteMs: timeoutMs, idleMs: timeoutMs, totalMs: timeoutMs };
    try {
      return await operation({ timeouts, signal: context.signal });
    } catch (cause) {
      const isEmpty = findToolkitError(cause)?.code === 'GIT_EMPTY_REPOSITORY';
      throw new ReconcileFailure(isEmpty ? 'EmptyGitRepository' : 'GitOperationFailed', {
        cause,
        prefix: 'failed to checkout and determine revision: ',
      });
    }
  }

  #includes(): Include[] {
    const { object, context, options } = this.#input;
    this.#step = 'IncludeUnavailable';
    const includes = findIncludes(object, context, options.requeueDependencyMs);
    this.#step = 'FetchFailed';
    return includes;
  }

  #isCurrent(revision: GitRevision, includes: readonly Include[]): boolean {
    const { object } = this.#input;
    return (
      object.status?.artifact?.revision === formatRevision(revision) &&
      isContentConfigObserved(object) &&
      areIncludesCurrent(object, includes)
    );
  }

  #announce(revision: GitRevision): void {
    const { object, context, progress } = this.#input;
    const text = `new upstream revision '${formatRevision(revision)}'`;
    conditions.markTrue(object, 'ArtifactOutdated', 'NewRevision', text, context);
    conditions.markProgressing(object, 'Progressing', `building artifact: ${text}`, {
      clock: context.clock,
      drift: true,
    });
    progress.report();
  }

  async #store(revision: GitRevision, fetched: FetchedTree, includes: readonly Include[]): Promise<void> {
    const { object, context, options } = this.#input;
    const included = await failingAs('NoArtifact', () =>
      fetchIncludes(includes, options.trees, context.signal),
    );
    const content = await failingAs('GitOperationFailed', () =>
      artifactContent(object, fetched.tree, included),
    );
    this.#step = 'StorageOperationFailed';
    const owner = artifactOwner(object);
    const artifact = await failingAs('ArchiveOperationFailed', () =>
      options.storage.store(owner, {
        revision: formatRevision(revision),
        file: `${revision.hash}.tar.gz`,
        content: packArchive(content),
        signal: context.signal,
      }),
    );
    const before = object.status?.artifact?.digest;
    const status = (object.status ??= {});
    status.artifact = artifact;
    if (includes.length > 0) status.includedArtifacts = includes.map((include) => include.artifact);
    else delete status.includedArtifacts;
    observeContentConfig(object);
    conditions.markTrue(
      object,
      'ArtifactInStorage',
      'Succeeded',
      `stored artifact for revision '${formatRevision(revision)}'`,
      context,
    );
    this.#tellStored(fetched, before !== artifact.digest);
    for (const warning of fetched.warnings) context.events.trace(object, 'SourceWarning', warning);
  }

  #tellStored(fetched: FetchedTree, isNew: boolean): void {
    const { object, context } = this.#input;
    const artifact = object.status?.artifact;
    if (!isNew || !artifact) return;
    const subject = shorten(fetched.commit?.message.split('\n', 1)[0] ?? '');
    context.events.normal(object, 'NewArtifact', `stored artifact for commit '${subject}'`, {
      'source.toolkit.fluxcd.io/revision': artifact.revision,
      'source.toolkit.fluxcd.io/digest': artifact.digest,
    });
    context.log.info('stored artifact', {
      revision: artifact.revision,
      digest: artifact.digest,
      bytes: artifact.size,
    });
  }

  async #succeed(): Promise<Result> {
    const { object, context, options } = this.#input;
    const recovered =
      conditions.isTrue(object, 'FetchFailed') || conditions.isTrue(object, 'StorageOperationFailed');
    for (const type of [
      'FetchFailed',
      'StorageOperationFailed',
      'IncludeUnavailable',
      'ArtifactOutdated',
      'Stalled',
      'Reconciling',
    ]) {
      conditions.remove(object, type);
    }
    const text =
      conditions.messageOf(object, 'ArtifactInStorage') ??
      `stored artifact for revision '${object.status?.artifact?.revision}'`;
    for (const type of ['ArtifactInStorage', 'Ready'])
      conditions.markTrue(object, type, 'Succeeded', text, context);
    if (object.metadata.generation !== undefined)
      (object.status ??= {}).observedGeneration = object.metadata.generation;
    if (recovered) context.events.normal(object, 'Succeeded', text);
    if (object.status?.artifact)
      await options.storage.collectGarbage(artifactOwner(object), object.status.artifact, context);
    return requeueAfter(parseDuration(object.spec.interval), { jitterPercent: options.jitterPercent });
  }

  /** Shows the failure; thrown on, unless nothing but a change of the object can help, so that retries grow apart. */
  #fail(error: unknown): Result {
    const { object, context } = this.#input;
    if (context.signal.aborted) throw error;
    const failure =
      error instanceof ReconcileFailure ? error : new ReconcileFailure('Failed', { cause: error });
    const news = conditions.messageOf(object, 'Ready') !== failure.message;
    conditions.markTrue(object, this.#step, failure.reason, failure.message, context);
    if (failure.stalled) conditions.markStalled(object, failure.reason, failure.message, context);
    else conditions.markReconciling(object, 'ProgressingWithRetry', failure.message, context);
    conditions.markFalse(object, 'Ready', failure.reason, failure.message, context);
    if (failure.stalled && object.metadata.generation !== undefined)
      (object.status ??= {}).observedGeneration = object.metadata.generation;
    if (news) context.events.warning(object, failure.reason, failure.message);
    if (failure.stalled) return {};
    if (failure.requeueAfterMs !== undefined) return requeueAfter(failure.requeueAfterMs);
    // Retries grow apart whatever the cause: a branch may be made, a password changed, without a change of the object.
    context.log.error(failure.message, { error: failure.cause });
    return { requeue: true };
  }
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
