import type { Bucket } from '@gitops-toolkit/api';
import { formatRevision } from '@gitops-toolkit/core';
import { packArchive, unpackArchive } from '@gitops-toolkit/core/node';
import type {
  BucketFetcher,
  BucketFetchOptions,
  BucketIndex,
  BucketSource,
  FetchedBucket,
} from '@gitops-toolkit/source/bucket';
import { ControllersError } from '../errors.ts';
import { ReconcileFailure } from '../reconcile-failure.ts';
import type { CloudIdentityOptions } from '../source/cloud-identity.ts';
import type { SourceRun, SourceSteps } from '../source/source-run.ts';
import { TimeLimit } from '../source/time-limit.ts';
import { readAccess } from './access.ts';
import type { BucketOptions } from './options.ts';

type Run = SourceRun<Bucket>;
type Options = BucketOptions &
  CloudIdentityOptions & {
    readonly fetcher: BucketFetcher;
    /** The objects that the stored artifacts were made of, by the objects' uids. */
    readonly stored: Map<string, StoredIndex>;
  };

/** What an artifact was made of. */
export interface StoredIndex {
  readonly revision: string;
  readonly index: BucketIndex;
}

const PROVIDERS = { generic: 's3', aws: 's3', gcp: 'google', azure: 'azure' } as const;

/** List, compare, fetch what has changed, store. */
export function bucketSteps(options: Options): SourceSteps<Bucket> {
  return async (run) => {
    const { object, context } = run;
    refuseTokenService(object);
    const looking = new TimeLimit(object, context);
    const access = await run.step('FetchFailed', 'AuthenticationFailed', () =>
      looking.during(() => readAccess(object, context.client, { ...options, signal: looking.signal })),
    );
    const looked = await run.step('FetchFailed', 'BucketOperationFailed', () =>
      looking.during(() =>
        options.fetcher.resolve(sourceOf(object), { ...access, ...limitsOf(looking, options) }),
      ),
    );
    const revision = formatRevision(looked);
    if (run.artifact?.revision === revision) {
      remember(object, revision, looked.index, options);
      return observeIgnore(object);
    }
    run.announce(`new upstream revision '${revision}'`);
    const fetched = await run.step('FetchFailed', 'BucketOperationFailed', async () => {
      const previous = await previousContent(run, options);
      // The list has its time, and so have the objects, as in Flux.
      const fetching = new TimeLimit(object, context);
      return fetching.during(() =>
        options.fetcher.fetch(looked, {
          ...access,
          ...limitsOf(fetching, options),
          ...(previous && { previous }),
        }),
      );
    });
    await store(run, fetched, options);
  };
}

/** As the rules of the definition have it, which an older definition may not have. */
function refuseTokenService({ spec: { provider = 'generic', sts } }: Bucket): void {
  const wanted = { generic: 'ldap', aws: 'aws', gcp: undefined, azure: undefined }[provider];
  if (!sts || sts.provider === wanted) return;
  const cause = new ControllersError(
    'CONTROLLERS_SPEC_INVALID',
    `spec.sts.provider: '${sts.provider}' does not go with the provider '${provider}'`,
    { hint: "It is 'aws' for the provider aws, and 'ldap' for the provider generic." },
  );
  throw new ReconcileFailure('InvalidSTSConfiguration', { cause, stalled: true });
}

function sourceOf({ spec }: Bucket): BucketSource {
  const { provider = 'generic', endpoint, bucketName: bucket, region, prefix, ignore, insecure } = spec;
  return {
    provider: PROVIDERS[provider],
    endpoint,
    bucket,
    ...(region && { region }),
    ...(prefix && { prefix }),
    ...(ignore !== undefined && { ignore }),
    ...(insecure && { insecure }),
  };
}

function limitsOf(
  { timeouts, signal }: TimeLimit,
  { limits }: Options,
): Pick<BucketFetchOptions, 'limits' | 'signal' | 'timeouts'> {
  return { timeouts, signal, ...(limits && { limits }) };
}

/** The files of the stored artifact, where it is known which objects they are of: what did not change is not fetched again. */
async function previousContent(
  { object, artifact, context }: Run,
  { storage, stored }: Options,
): Promise<BucketFetchOptions['previous']> {
  const known = stored.get(object.metadata.uid ?? '');
  if (!artifact || known?.revision !== artifact.revision) return undefined;
  await using file = await storage.open(artifact.path);
  if (!file) return undefined;
  return { index: known.index, tree: await unpackArchive(file.read(), { signal: context.signal }) };
}

async function store(run: Run, { tree, found }: FetchedBucket, options: Options): Promise<void> {
  const { object } = run;
  const revision = formatRevision(found);
  await run.store({
    revision,
    file: `${found.hash}.tar.gz`,
    alias: 'latest.tar.gz',
    content: packArchive(tree),
    message: `stored artifact: revision '${revision}'`,
    event: {
      reason: 'NewArtifact',
      message: `stored artifact with ${found.index.size} fetched files from '${object.spec.bucketName}' bucket`,
    },
  });
  remember(object, revision, found.index, options);
  observeIgnore(object);
}

function remember({ metadata }: Bucket, revision: string, index: BucketIndex, { stored }: Options): void {
  stored.set(metadata.uid ?? '', { revision, index });
}

function observeIgnore({ spec: { ignore }, status = {} }: Bucket): void {
  if (ignore === undefined) delete status.observedIgnore;
  else status.observedIgnore = ignore;
}
