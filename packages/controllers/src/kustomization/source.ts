import type { FileTree, KubeObject } from '@gitops-toolkit/core';
import { getOwn, isRecord } from '@gitops-toolkit/core';
import type { Kustomization } from '@gitops-toolkit/api';
import { conditions, type ReconcileContext, referencedNamespace } from '@gitops-toolkit/runtime';
import { fetchArtifact } from '@gitops-toolkit/source';
import { ControllersError } from '../errors.ts';
import { ReconcileFailure } from '../reconcile-failure.ts';
import type { KustomizationOptions } from './options.ts';
import { sourceKinds } from './source-kinds.ts';

/** The artifact that a run builds from. */
export interface SourceArtifact {
  readonly url: string;
  readonly digest: string;
  readonly revision: string;
  /** The revision that the source was itself made from, where it says so. */
  readonly originRevision?: string;
  /** The tree of the artifact, its digest checked. */
  fetch(
    options: Pick<KustomizationOptions, 'trees' | 'fetchRetries' | 'artifactAccess'> & {
      readonly signal: AbortSignal;
    },
  ): Promise<FileTree>;
}

/** Who creates both at a time creates the source within this. */
const MISSING_PATIENCE_MS = 5000;

/**
 * Finds the source of a Kustomization and its artifact.
 *
 * @throws ReconcileFailure `ArtifactFailed` where there is none yet, `AccessDenied` (stalled) where the
 * source may not be used.
 */
export async function requireSource(
  object: Kustomization,
  context: ReconcileContext,
  options: Pick<
    KustomizationOptions,
    'directSourceFetch' | 'externalArtifacts' | 'noCrossNamespaceRefs' | 'requeueDependencyMs'
  >,
): Promise<SourceArtifact> {
  const { kind, name } = object.spec.sourceRef;
  const namespace = namespaceOf(object, options);
  const definition = sourceKinds(options.externalArtifacts).find((each) => each.kind === kind);
  if (!definition) throw notAllowed(`${kind}/${namespace}/${name}`);
  const { cache, client, signal } = context;
  const source = options.directSourceFetch
    ? await client.find({ apiVersion: definition.apiVersion, kind, namespace, name }, { signal })
    : cache.get(definition, { name, namespace });
  if (!source) {
    const text = `Source artifact not found: ${kind}/${namespace}/${name} does not exist`;
    throw new ReconcileFailure('ArtifactFailed', {
      cause: new ControllersError('CONTROLLERS_SOURCE_NOT_READY', text, { retry: 'backoff' }),
      patienceMs: Math.min(MISSING_PATIENCE_MS, options.requeueDependencyMs),
    });
  }
  return artifactOf(source, options.requeueDependencyMs);
}

function notAllowed(source: string): ReconcileFailure {
  const text = `can't access '${source}', ExternalArtifact feature gate is disabled`;
  const cause = new ControllersError('CONTROLLERS_FIELD_UNSUPPORTED', text, {
    hint: 'Start the controller with --feature-gates=ExternalArtifact=true.',
  });
  return new ReconcileFailure('AccessDenied', { cause, stalled: true });
}

function namespaceOf(
  object: Kustomization,
  rule: Pick<KustomizationOptions, 'noCrossNamespaceRefs'>,
): string {
  try {
    return referencedNamespace(object, object.spec.sourceRef, rule);
  } catch (cause) {
    throw new ReconcileFailure('AccessDenied', { cause, stalled: true });
  }
}

function artifactOf(source: KubeObject, requeueAfterMs: number): SourceArtifact {
  const artifact = getOwn(source['status'], 'artifact');
  const [url, digest, revision] = ['url', 'digest', 'revision'].map((key) => getOwn(artifact, key));
  if (typeof url !== 'string' || typeof digest !== 'string' || typeof revision !== 'string') {
    throw new ReconcileFailure('ArtifactFailed', {
      cause: new ControllersError('CONTROLLERS_SOURCE_NOT_READY', 'Source is not ready, artifact not found', {
        retry: 'backoff',
      }),
      requeueAfterMs,
      expected: true,
      quiet: true,
      // One that failed has said so; any other is at work on its first artifact.
      patienceMs: conditions.isFalse(source, 'Ready') ? 0 : requeueAfterMs,
    });
  }
  const metadata = getOwn(artifact, 'metadata');
  const origin = isRecord(metadata) ? getOwn(metadata, 'org.opencontainers.image.revision') : undefined;
  return {
    url,
    digest,
    revision,
    ...(typeof origin === 'string' ? { originRevision: origin } : {}),
    fetch: ({ trees, fetchRetries, artifactAccess, signal }) =>
      fetchArtifact(url, {
        digest,
        cache: trees,
        retries: fetchRetries,
        signal,
        access: artifactAccess,
      }),
  };
}
