import type { OCIRepository } from '@gitops-toolkit/api';
import { findToolkitError, formatRevision, isEqual, type FileTree } from '@gitops-toolkit/core';
import { filterTreeAsync, loadIgnoreRulesAsync, packArchive } from '@gitops-toolkit/core/node';
import { conditions } from '@gitops-toolkit/runtime';
import type { OciFetcher, OciFetchOptions, OciRevision, OciSource } from '@gitops-toolkit/source/oci';
import { failingAs, ReconcileFailure } from '../reconcile-failure.ts';
import type { CloudIdentityOptions } from '../source/cloud-identity.ts';
import type { SourceRun, SourceSteps } from '../source/source-run.ts';
import { TimeLimit } from '../source/time-limit.ts';
import { readAccess } from './access.ts';
import type { OciRepositoryOptions } from './options.ts';
import { readVerification, verificationName } from '../source/signature-verification.ts';
import { isVerified } from './verification.ts';

type Run = SourceRun<OCIRepository>;
type Options = OciRepositoryOptions & CloudIdentityOptions & { readonly fetcher: OciFetcher };

/** Look, compare, verify, pull, store. */
export function ociRepositorySteps(options: Options): SourceSteps<OCIRepository> {
  return async (run) => {
    const { object, context } = run;
    const limit = new TimeLimit(object, context);
    const { timeouts, signal } = limit;
    const access = await run.step('FetchFailed', 'AuthenticationFailed', () =>
      limit.during(() => readAccess(object, context.client, { ...options, signal })),
    );
    const fetching: OciFetchOptions = { ...access, timeouts, signal, ...layerOf(object) };
    const remote: Remote = { fetcher: options.fetcher, fetching, limit };
    const revision = await resolve(run, remote);
    const isNew = object.status?.artifact?.revision !== formatRevision(revision);
    if (isNew) run.announce(`new revision '${formatRevision(revision)}' for '${object.spec.url}'`);
    await verify(run, { revision, isNew, remote, options });
    if (!isNew && isContentConfigObserved(object)) return;
    await store(run, revision, await pull(run, revision, remote));
  };
}

/** How the registry is asked. */
interface Remote {
  readonly fetcher: OciFetcher;
  readonly fetching: OciFetchOptions;
  readonly limit: TimeLimit;
}

async function resolve(run: Run, { fetcher, fetching, limit }: Remote): Promise<OciRevision> {
  const { spec } = run.object;
  const source: OciSource = { url: spec.url, ...spec.ref };
  try {
    return await run.step('FetchFailed', 'OCIArtifactPullFailed', () =>
      limit.during(() => fetcher.resolve(source, fetching)),
    );
  } catch (error) {
    if (findToolkitError(error)?.code !== 'OCI_REFERENCE_INVALID') {
      const isLookup = spec.ref?.semver !== undefined && spec.ref.digest === undefined;
      const [reason, what] = isLookup
        ? ['ReadOperationFailed', `the artifact tag for '${spec.url}'`]
        : ['OCIArtifactPullFailed', 'artifact digest'];
      throw new ReconcileFailure(reason, { cause: causeOf(error), prefix: `failed to determine ${what}: ` });
    }
    const prefix = `URL validation failed for '${spec.url}': `;
    throw new ReconcileFailure('URLInvalid', { cause: causeOf(error), prefix, stalled: true });
  }
}

async function verify(
  run: Run,
  {
    revision,
    isNew,
    remote: { fetcher, fetching, limit },
    options,
  }: { revision: OciRevision; isNew: boolean; remote: Remote; options: Options },
): Promise<void> {
  const { object, context } = run;
  const spec = object.spec.verify;
  if (!spec) return conditions.remove(object, 'SourceVerified');
  if (!isNew && isVerified(object)) return;
  await run.step('SourceVerified', 'VerificationError', async () => {
    try {
      const wanted = await readVerification(
        spec,
        { object, ...context },
        { trustedRoot: options.trustedRoot, rootField: 'spec.verify.trustedRootSecretRef' },
      );
      await limit.during(() => fetcher.verify(revision, wanted, fetching));
    } catch (cause) {
      const prefix = `failed to verify the signature using provider '${verificationName(spec)}': `;
      throw new ReconcileFailure('VerificationError', { cause, prefix });
    }
  });
  const text = `verified signature of revision ${formatRevision(revision)}`;
  conditions.markTrue(object, 'SourceVerified', 'Succeeded', text, context);
  context.events.trace(object, 'Succeeded', text);
}

/** The content that is to be stored, and what the artifact says of itself. */
interface Pulled {
  readonly content: AsyncIterable<Uint8Array>;
  readonly metadata: Readonly<Record<string, string>>;
}

function pull(run: Run, revision: OciRevision, { fetcher, fetching, limit }: Remote): Promise<Pulled> {
  const { spec } = run.object;
  return run.step('FetchFailed', 'OCIArtifactLayerOperationFailed', async () => {
    try {
      if (spec.layerSelector?.operation === 'copy') {
        const { bytes, metadata } = await limit.during(() => fetcher.fetchLayer(revision, fetching));
        return { content: once(bytes), metadata };
      }
      const { tree, metadata } = await limit.during(() => fetcher.fetch(revision, fetching));
      return { content: packArchive(await withoutIgnored(tree, spec.ignore)), metadata };
    } catch (cause) {
      const code = findToolkitError(cause)?.code;
      const isPull = code === 'CONTROLLERS_TIMEOUT' || (code?.startsWith('OCI_') && !isLayerError(cause));
      if (!isPull) throw cause;
      const prefix = `failed to pull artifact from '${spec.url}': `;
      throw new ReconcileFailure('OCIArtifactPullFailed', { cause, prefix });
    }
  });
}

async function store(run: Run, revision: OciRevision, { content, metadata }: Pulled): Promise<void> {
  const { object } = run;
  const text = formatRevision(revision);
  await run.store({
    revision: text,
    file: `${revision.algorithm}:${revision.hash}.tar.gz`,
    alias: 'latest.tar.gz',
    content,
    metadata,
    message: `stored artifact for digest '${text}'`,
    event: {
      reason: 'NewArtifact',
      message: `stored artifact with revision '${text}' from '${object.spec.url}'${originOf(metadata)}`,
    },
  });
  const status = (object.status ??= {});
  const { ignore, layerSelector } = object.spec;
  if (ignore === undefined) delete status.observedIgnore;
  else status.observedIgnore = ignore;
  if (layerSelector === undefined) delete status.observedLayerSelector;
  else status.observedLayerSelector = layerSelector;
}

function isContentConfigObserved({ spec, status }: OCIRepository): boolean {
  return spec.ignore === status?.observedIgnore && isEqual(spec.layerSelector, status?.observedLayerSelector);
}

async function withoutIgnored(tree: FileTree, ignore: string | undefined): Promise<FileTree> {
  const rules = await failingAs('SourceIgnoreError', () =>
    loadIgnoreRulesAsync(tree, ignore === undefined ? {} : { ignore }),
  );
  return filterTreeAsync(tree, rules);
}

function originOf(metadata: Readonly<Record<string, string>>): string {
  const source = metadata['org.opencontainers.image.source'];
  const revision = metadata['org.opencontainers.image.revision'];
  return source && revision ? `, origin source '${source}', origin revision '${revision}'` : '';
}

function layerOf({ spec: { layerSelector } }: OCIRepository): Pick<OciFetchOptions, 'mediaType'> {
  return layerSelector?.mediaType ? { mediaType: layerSelector.mediaType } : {};
}

function isLayerError(error: unknown): boolean {
  const code = findToolkitError(error)?.code;
  return code === 'OCI_LAYER_NOT_FOUND' || code === 'OCI_MANIFEST_INVALID' || code === 'OCI_LIMIT';
}

function causeOf(error: unknown): unknown {
  return error instanceof ReconcileFailure ? error.cause : error;
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
