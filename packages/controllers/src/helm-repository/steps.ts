import type { HelmRepository } from '@gitops-toolkit/api';
import { createBreather } from '@gitops-toolkit/core/node';
import { findToolkitError } from '@gitops-toolkit/core';
import { indexJson, indexUrl, readIndex, type RepositoryIndex } from '@gitops-toolkit/helm/repository';
import type { ChartFetcher, ChartRepositoryAccess } from '@gitops-toolkit/source/helm';
import { ControllersError } from '../errors.ts';
import { ReconcileFailure } from '../reconcile-failure.ts';
import type { CloudIdentityOptions } from '../source/cloud-identity.ts';
import type { SourceRun, SourceSteps } from '../source/source-run.ts';
import { TimeLimit } from '../source/time-limit.ts';
import { readRepositoryAccess } from './access.ts';
import { formatSize } from './format-size.ts';
import type { HelmOptions } from './options.ts';

type Run = SourceRun<HelmRepository>;
type Options = HelmOptions &
  CloudIdentityOptions & {
    readonly fetcher: ChartFetcher;
    /** The entity tags of the indexes that objects have stored. */
    readonly known: Map<string, KnownRevision>;
  };

/** An index that was stored, and what its server calls it. */
export interface KnownRevision {
  readonly url: string;
  readonly etag: string;
  readonly revision: string;
}

/** Look, read, store. */
export function helmRepositorySteps(options: Options): SourceSteps<HelmRepository> {
  return async (run) => {
    const { object, context } = run;
    const url = checkedUrl(object.spec.url);
    const limit = new TimeLimit(object, context);
    const { signal, timeouts } = limit;
    const access = await run.step('FetchFailed', 'AuthenticationFailed', () =>
      limit.during(() => readRepositoryAccess(object, context.client, { ...options, signal })),
    );
    const index = await fetchIndex(run, url, { access: { ...access, timeouts }, limit }, options);
    if (!index || index.digest === run.artifact?.revision) return;
    run.announce(`new index revision '${index.digest}'`);
    await store(run, index, options);
  };
}

function checkedUrl(url: string): string {
  const isValid = URL.canParse(url) && !url.startsWith('oci://');
  if (isValid) return url;
  const what = url.startsWith('oci://')
    ? "'oci' URL scheme cannot be used with 'default' HelmRepository type"
    : `${JSON.stringify(url)} is not a URL`;
  const cause = new ControllersError('CONTROLLERS_SPEC_INVALID', what, {
    hint: 'spec.url is the address of an HTTP repository; a registry needs spec.type: oci.',
  });
  throw new ReconcileFailure('URLInvalid', { cause, prefix: 'invalid Helm repository URL: ', stalled: true });
}

/** The index as the server has it; `undefined` where it is the one that is stored. */
async function fetchIndex(
  run: Run,
  repository: string,
  { access, limit }: { readonly access: ChartRepositoryAccess; readonly limit: TimeLimit },
  { fetcher, known, maxIndexBytes: maxBytes }: Options,
): Promise<RepositoryIndex | undefined> {
  const { object, context, artifact } = run;
  const { uid = '' } = object.metadata;
  const url = indexUrl(repository);
  const before = known.get(uid);
  const isKnown = before?.url === url && before.revision === artifact?.revision;
  try {
    const fetched = await limit.during(() =>
      fetcher.fetchIndex(url, access, {
        ...(isKnown && { known: before }),
        ...(maxBytes !== undefined && { maxBytes }),
        signal: limit.signal,
      }),
    );
    if (!fetched) return undefined;
    const index = await readIndex(limit.pieces(fetched.body), {
      name: repository,
      ...(maxBytes !== undefined && { limits: { indexBytes: maxBytes } }),
      warn: (message) => context.log.info(message),
      signal: context.signal,
    });
    known.delete(uid);
    if (fetched.etag !== undefined) known.set(uid, { url, etag: fetched.etag, revision: index.digest });
    return index;
  } catch (cause) {
    throw indexFailure(cause);
  }
}

function indexFailure(cause: unknown): ReconcileFailure {
  const isFaulty = findToolkitError(cause)?.code === 'HELM_INDEX_INVALID';
  const [reason, prefix] = isFaulty
    ? ['IndexationFailed', 'failed to load Helm repository from index YAML: ']
    : ['Failed', 'failed to fetch Helm repository index: '];
  return new ReconcileFailure(reason, { cause, prefix });
}

async function store(run: Run, index: RepositoryIndex, { indexes }: Options): Promise<void> {
  const hex = index.digest.slice(index.digest.indexOf(':') + 1);
  const artifact = await run.store({
    revision: index.digest,
    file: `index-${hex}.yaml`,
    alias: 'index.yaml',
    content: inTurns(indexJson(index)),
    message: `stored artifact: revision '${index.digest}'`,
    event: {
      reason: 'NewArtifact',
      message: `stored fetched index of size ${formatSize(index.size)} from '${run.object.spec.url}'`,
    },
  });
  indexes?.add(artifact.path, index);
}

/** Lets others go on in between. */
async function* inTurns(pieces: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const breathe = createBreather();
  for (const piece of pieces) {
    await breathe();
    yield piece;
  }
}
