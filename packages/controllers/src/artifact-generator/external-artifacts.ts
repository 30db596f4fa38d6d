import { type Artifact, ArtifactGenerator, ExternalArtifact } from '@gitops-toolkit/api';
import { isEqual, type KubeObject } from '@gitops-toolkit/core';
import { isNotFound } from '@gitops-toolkit/kube';
import { conditions, type ReconcileContext } from '@gitops-toolkit/runtime';
import type { ArtifactStorage } from '@gitops-toolkit/source';
import { artifactOwner } from '../source/source-object.ts';
import type { ArtifactGeneratorOptions } from './options.ts';
import { GENERATOR_LABEL } from './well-known.ts';

/** An artifact as it is announced. */
export interface Announcement {
  readonly name: string;
  readonly artifact: Artifact;
  /** What its name and paths were filled in with. */
  readonly labels: Readonly<Record<string, string>>;
}

/** The ExternalArtifacts of a generator, as the watch has them. */
export function cachedArtifacts(object: ArtifactGenerator, { cache }: ReconcileContext): ExternalArtifact[] {
  const { namespace = '', uid = '' } = object.metadata;
  return cache.list(ExternalArtifact, { namespace, labels: { [GENERATOR_LABEL]: uid } });
}

/** Makes the ExternalArtifact of an artifact, or makes it so. What is so already is not written. */
export async function announce(
  object: ArtifactGenerator,
  { name, artifact, labels }: Announcement,
  context: ReconcileContext,
  { fieldManager }: Pick<ArtifactGeneratorOptions, 'fieldManager'>,
): Promise<void> {
  const { namespace = '', uid = '' } = object.metadata;
  const { commonMetadata } = object.spec;
  const identity = {
    apiVersion: ExternalArtifact.apiVersion,
    kind: ExternalArtifact.kind,
    metadata: { name, namespace },
  };
  const { signal } = context;
  const applied = await context.client.apply<ExternalArtifact>(
    {
      ...identity,
      metadata: {
        name,
        namespace,
        labels: {
          ...commonMetadata?.labels,
          ...labels,
          'app.kubernetes.io/managed-by': fieldManager,
          [GENERATOR_LABEL]: uid,
        },
        ...(commonMetadata?.annotations ? { annotations: commonMetadata.annotations } : {}),
      },
      spec: {
        sourceRef: {
          apiVersion: ArtifactGenerator.apiVersion,
          kind: ArtifactGenerator.kind,
          name: object.metadata.name ?? '',
          namespace,
        },
      },
    },
    { fieldManager, force: true, signal },
  );
  const status = statusOf(applied, artifact, context);
  if (isEqual(status, applied.status)) return;
  await context.client.apply(
    { ...identity, spec: applied.spec, status },
    { fieldManager, subresource: 'status', signal },
  );
}

/** The times stay where nothing else changed: consumers need not look at an artifact that is the same. */
function statusOf(
  before: ExternalArtifact,
  artifact: Artifact,
  { clock }: ReconcileContext,
): NonNullable<ExternalArtifact['status']> {
  const { lastUpdateTime: _now, ...content } = artifact;
  const { lastUpdateTime, ...contentBefore } = before.status?.artifact ?? { lastUpdateTime: undefined };
  const isSame = lastUpdateTime !== undefined && isEqual(content, contentBefore);
  const after: KubeObject & { status: NonNullable<ExternalArtifact['status']> } = {
    apiVersion: before.apiVersion,
    kind: before.kind,
    metadata: before.metadata,
    status: {
      artifact: isSame ? { ...artifact, lastUpdateTime } : artifact,
      conditions: [...(before.status?.conditions ?? [])],
    },
  };
  conditions.markTrue(after, 'Ready', 'Succeeded', 'Artifact is ready', { clock });
  return after.status;
}

/**
 * Deletes the ExternalArtifacts of a generator but those to keep, and then their files. It asks the API server for them: a run
 * that was killed may have made some that no status and no watch knows yet. One that another generator has taken over
 * since is left to it.
 */
export async function removeArtifacts(
  object: ArtifactGenerator,
  keep: ReadonlySet<string>,
  context: ReconcileContext,
  storage: ArtifactStorage,
): Promise<string[]> {
  const { namespace = '', uid = '' } = object.metadata;
  const { client, signal } = context;
  const listed = await client.list<ExternalArtifact>(
    { apiVersion: ExternalArtifact.apiVersion, kind: ExternalArtifact.kind },
    { namespace, labelSelector: `${GENERATOR_LABEL}=${uid}`, signal },
  );
  const removed: string[] = [];
  for (const { metadata } of listed.items) {
    const { name = '', uid: artifactUid } = metadata;
    if (keep.has(name)) continue;
    const ref = { apiVersion: ExternalArtifact.apiVersion, kind: ExternalArtifact.kind, namespace, name };
    try {
      await client.delete(ref, { signal, ...(artifactUid ? { preconditions: { uid: artifactUid } } : {}) });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
    await storage.removeAll(artifactOwner({ ...ref, metadata: { namespace, name } }));
    removed.push(name);
  }
  await removeFiles(object, new Set([...keep, ...removed]), context, storage);
  return removed;
}

/** The files of what is in the inventory and is no object any more, whoever deleted it. */
async function removeFiles(
  object: ArtifactGenerator,
  done: ReadonlySet<string>,
  { client, signal }: ReconcileContext,
  storage: ArtifactStorage,
): Promise<void> {
  for (const { name, namespace } of object.status?.inventory ?? []) {
    if (done.has(name)) continue;
    const ref = { apiVersion: ExternalArtifact.apiVersion, kind: ExternalArtifact.kind, namespace, name };
    if (await client.find(ref, { signal })) continue;
    await storage.removeAll(artifactOwner({ ...ref, metadata: { namespace, name } }));
  }
}
