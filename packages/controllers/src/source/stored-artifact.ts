import { errorMessage } from '@gitops-toolkit/core';
import { conditions, type ReconcileContext } from '@gitops-toolkit/runtime';
import type { ArtifactStorage } from '@gitops-toolkit/source';
import { artifactOwner, type SourceObject } from './source-object.ts';

/** An artifact that vanished or was tampered with is no artifact: it is made anew. */
export async function checkStoredArtifact(
  object: SourceObject,
  storage: ArtifactStorage,
  context: ReconcileContext,
): Promise<void> {
  const { status } = object;
  const artifact = status?.artifact;
  if (!artifact) return;
  if (await storage.verify(artifact, { signal: context.signal })) {
    // The address may be another than when the artifact was stored.
    artifact.url = storage.urlOf(artifact.path);
    if (status.url !== undefined) status.url = storage.refreshUrl(status.url);
    return;
  }
  delete status.artifact;
  delete status.url;
  conditions.remove(object, 'ArtifactInStorage');
  context.events.warning(
    object,
    'ArtifactVerificationFailed',
    `artifact ${artifact.path} disappeared from storage or does not match its digest`,
  );
}

/** Removes what is not kept any more. That it failed is said, and does not make the source less ready: the next run tries again. */
export async function collectArtifacts(
  object: SourceObject,
  storage: ArtifactStorage,
  context: ReconcileContext,
): Promise<void> {
  const artifact = object.status?.artifact;
  if (!artifact) return;
  try {
    const removed = await storage.collectGarbage(artifactOwner(object), artifact, context);
    if (removed.length > 0) {
      const text = `garbage collected ${removed.length} artifacts`;
      context.events.trace(object, 'GarbageCollectionSucceeded', text);
    }
  } catch (error) {
    if (context.signal.aborted) throw error;
    const text = `garbage collection of artifacts failed: ${errorMessage(error)}`;
    context.events.warning(object, 'GarbageCollectionFailed', text);
  }
}
