import type { ArtifactGenerator } from '@gitops-toolkit/api';
import { conditions, type ReconcileContext } from '@gitops-toolkit/runtime';
import type { ArtifactStorage } from '@gitops-toolkit/source';
import { cachedArtifacts } from './external-artifacts.ts';

/** Why artifacts are made anew, in Flux's words; `undefined` where all is as it was left. */
export async function findDrift(
  object: ArtifactGenerator,
  observedSourcesDigest: string,
  context: ReconcileContext,
  storage: ArtifactStorage,
): Promise<string | undefined> {
  const { spec, status, metadata } = object;
  const inventory = status?.inventory ?? [];
  if (!conditions.isTrue(object, 'Ready')) return 'NotReady';
  if (conditions.get(object, 'Ready')?.observedGeneration !== metadata.generation) return 'GenerationChanged';
  if (status?.observedSourcesDigest !== observedSourcesDigest) return 'SourcesChanged';
  if (!spec.pathPattern && inventory.length !== spec.artifacts.length) return 'ArtifactsChanged';
  const inCluster = new Map(
    cachedArtifacts(object, context).map((each) => [each.metadata.name, each.status?.artifact]),
  );
  if (inCluster.size !== inventory.length) return 'ExternalArtifactsChanged';
  for (const { name, digest } of inventory) {
    const artifact = inCluster.get(name);
    if (artifact?.digest !== digest) return 'ExternalArtifactsChanged';
    // The address of the storage may be another than when the artifact was stored.
    if (artifact.url !== storage.urlOf(artifact.path)) return 'ExternalArtifactsChanged';
  }
  for (const { name, namespace, digest, filename } of inventory) {
    const path = `externalartifact/${namespace}/${name}/${filename}`;
    if (!(await storage.verify({ path, digest }, { signal: context.signal }))) return 'ArtifactMissing';
  }
  return undefined;
}
