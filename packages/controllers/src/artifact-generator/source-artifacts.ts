import {
  type Artifact,
  type ArtifactGenerator,
  Bucket,
  ExternalArtifact,
  GitRepository,
  HelmChart,
  OCIRepository,
} from '@gitops-toolkit/api';
import { type FileTree, getOwn, type KubeObject, sha256Hex } from '@gitops-toolkit/core';
import type { ReconcileContext, ResourceKind } from '@gitops-toolkit/runtime';
import { fetchArtifact } from '@gitops-toolkit/source';
import { ControllersError } from '../errors.ts';
import { failingAs, ReconcileFailure } from '../reconcile-failure.ts';
import type { ArtifactGeneratorOptions } from './options.ts';
import { ORIGIN_REVISION } from './well-known.ts';

/** The kinds that an artifact can be made from. */
export const sourceKinds: readonly ResourceKind[] = [
  GitRepository,
  OCIRepository,
  Bucket,
  HelmChart,
  ExternalArtifact,
];

/** What sources have, by alias. */
export type SourceArtifacts = ReadonlyMap<string, SourceArtifact>;

type SourceArtifact = Pick<Artifact, 'url' | 'digest' | 'revision'> & {
  /** What the source was itself made from, where it says so. */
  readonly originRevision?: string;
};

type Source = ArtifactGenerator['spec']['sources'][number];

/**
 * Finds the artifacts of all sources.
 *
 * @throws ReconcileFailure `SourceFetchFailed` for the first that is not there
 */
export async function observeSources(
  object: ArtifactGenerator,
  context: ReconcileContext,
  options: Pick<ArtifactGeneratorOptions, 'directSourceFetch' | 'requeueDependencyMs'>,
): Promise<SourceArtifacts> {
  const found = new Map<string, SourceArtifact>();
  for (const source of object.spec.sources) {
    const namespace = source.namespace ?? object.metadata.namespace ?? '';
    const artifact = artifactOf(await readSource(source, namespace, context, options.directSourceFetch));
    if (!artifact) {
      const text = `source '${source.kind}/${namespace}/${source.name}' is not ready`;
      throw new ReconcileFailure('SourceFetchFailed', {
        prefix: 'get sources failed: ',
        cause: new ControllersError('CONTROLLERS_SOURCE_NOT_READY', text, { retry: 'backoff' }),
        requeueAfterMs: options.requeueDependencyMs,
      });
    }
    found.set(source.alias, artifact);
  }
  return found;
}

async function readSource(
  { kind, name }: Source,
  namespace: string,
  { cache, client, signal }: ReconcileContext,
  isDirect: boolean,
): Promise<KubeObject | undefined> {
  const definition = sourceKinds.find((each) => each.kind === kind);
  if (!definition) return undefined;
  if (!isDirect) return cache.get(definition, { namespace, name });
  return failingAs('SourceFetchFailed', () =>
    client.find({ apiVersion: definition.apiVersion, kind, namespace, name }, { signal }),
  );
}

function artifactOf(source: KubeObject | undefined): SourceArtifact | undefined {
  const artifact = getOwn(source?.['status'], 'artifact');
  const [url, digest, revision] = ['url', 'digest', 'revision'].map((key) => getOwn(artifact, key));
  if (typeof url !== 'string' || typeof digest !== 'string' || typeof revision !== 'string') return undefined;
  const origin = getOwn(getOwn(artifact, 'metadata'), ORIGIN_REVISION);
  return { url, digest, revision, ...(typeof origin === 'string' ? { originRevision: origin } : {}) };
}

/** Flux's checksum of what was observed, for `status.observedSourcesDigest`. */
export function sourcesDigest(sources: SourceArtifacts): string {
  const parts = [...sources].map(
    ([alias, { digest, revision, url }]) => `${alias}=[digest=${digest},revision=${revision},url=${url}]`,
  );
  return `sha256:${sha256Hex(parts.toSorted().join('|'))}`;
}

/**
 * Fetches the trees of all sources, their digests checked.
 *
 * @throws ReconcileFailure `SourceFetchFailed`
 */
export async function fetchSources(
  sources: SourceArtifacts,
  { signal }: ReconcileContext,
  { trees, fetchRetries, artifactAccess, requeueDependencyMs }: ArtifactGeneratorOptions,
): Promise<ReadonlyMap<string, FileTree>> {
  try {
    return new Map(
      await Promise.all(
        [...sources].map(async ([alias, { url, digest }]): Promise<[string, FileTree]> => {
          const tree = await fetchArtifact(url, {
            digest,
            cache: trees,
            retries: fetchRetries,
            signal,
            access: artifactAccess,
          });
          return [alias, tree];
        }),
      ),
    );
  } catch (cause) {
    signal.throwIfAborted();
    throw new ReconcileFailure('SourceFetchFailed', {
      prefix: 'fetch sources failed: ',
      cause,
      requeueAfterMs: requeueDependencyMs,
    });
  }
}
