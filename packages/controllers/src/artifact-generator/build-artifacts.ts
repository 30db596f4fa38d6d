import type { Artifact, ArtifactGenerator } from '@gitops-toolkit/api';
import { type FileTree, findToolkitError, loadIgnoreRules, MemoryTree } from '@gitops-toolkit/core';
import { packArchive } from '@gitops-toolkit/core/node';
import type { ReconcileContext } from '@gitops-toolkit/runtime';
import {
  artifactContentHash,
  type ArtifactStorage,
  composeTree,
  expandArtifacts,
  type PlannedArtifact,
} from '@gitops-toolkit/source';
import { ReconcileFailure } from '../reconcile-failure.ts';
import type { SourceArtifacts } from './source-artifacts.ts';
import { ORIGIN_REVISION } from './well-known.ts';

/** An artifact of the spec, with nothing left to be filled in. */
export type Planned = PlannedArtifact<ArtifactGenerator['spec']['artifacts'][number]>;

/** What artifacts are made from. */
export interface BuildInput {
  readonly artifacts: SourceArtifacts;
  readonly trees: ReadonlyMap<string, FileTree>;
}

/** Flux's rules for trees that have none: the ignore files of sources were heeded when these were stored. */
const defaultRules = loadIgnoreRules(MemoryTree.from({}));

/**
 * The artifacts that the spec asks for.
 *
 * @throws ReconcileFailure `BuildFailed`, stalled where only a change of the spec, or of a directory's name, can help
 */
export function planArtifacts({ spec }: ArtifactGenerator, { trees }: BuildInput): Planned[] {
  try {
    const { pathPattern = '' } = spec;
    return expandArtifacts(spec.artifacts, { pathPattern, sources: trees });
  } catch (cause) {
    const prefix = 'failed to expand path pattern: ';
    const stalled = findToolkitError(cause)?.retry === 'terminal';
    throw new ReconcileFailure('BuildFailed', { prefix, cause, stalled });
  }
}

/**
 * Puts an artifact together and stores it.
 *
 * @throws ReconcileFailure `BuildFailed`
 */
export async function buildArtifact(
  planned: Planned,
  { artifacts, trees }: BuildInput,
  { signal }: ReconcileContext,
  { storage, namespace }: { readonly storage: ArtifactStorage; readonly namespace: string },
): Promise<Artifact> {
  const { name, copy } = planned;
  try {
    const tree = await composeTree(copy, { sources: trees, signal });
    const stored = await storage.store(
      { kind: 'ExternalArtifact', namespace, name },
      {
        revision: '',
        file: `${await artifactContentHash(tree, name, signal)}.tar.gz`,
        content: packArchive(tree, { ignore: defaultRules, signal }),
        signal,
      },
    );
    return { ...stored, ...describe(planned, stored.digest, artifacts) };
  } catch (cause) {
    signal.throwIfAborted();
    throw new ReconcileFailure('BuildFailed', { prefix: `${name} build failed: `, cause });
  }
}

/** The revision, and where the content came from. */
function describe(
  { revision, originRevision }: Planned,
  digest: string,
  artifacts: SourceArtifacts,
): Pick<Artifact, 'revision' | 'metadata'> {
  const sourceOf = (reference: string | undefined) =>
    reference ? artifacts.get(reference.replace(/^@/, '')) : undefined;
  const origin = sourceOf(originRevision);
  return {
    revision: sourceOf(revision)?.revision ?? `latest@${digest}`,
    ...(origin ? { metadata: { [ORIGIN_REVISION]: origin.originRevision ?? origin.revision } } : {}),
  };
}
