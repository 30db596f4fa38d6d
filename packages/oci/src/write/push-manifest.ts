import { digestOf, isDigest } from '@gitops-toolkit/core';
import { mismatch } from '../content/checked-pieces.ts';
import { OciError } from '../errors.ts';
import { type Descriptor, isIndex, MEDIA_TYPES, type OciIndex, type OciManifest } from '../model.ts';
import { fetchManifest } from '../read/manifests.ts';
import { referrersTag } from '../read/referrers.ts';
import type { RepositorySession } from '../repository-session.ts';

const MAX_ANSWER_BYTES = 64 * 1024;
const ACTION = 'pull,push' as const;

/** A manifest to be pushed, or the bytes of one that must stay as they are. */
export type ManifestContent =
  | OciManifest
  | OciIndex
  | { readonly bytes: Uint8Array; readonly mediaType: string };

/**
 * Pushes a manifest under a tag, or, without one, under its digest. Where it has a subject and the registry keeps no
 * referrers, it is added to the index under the subject's tag.
 *
 * @throws {@link OciError}
 */
export async function pushManifest(
  session: RepositorySession,
  content: ManifestContent,
  options: { readonly tag?: string; readonly signal?: AbortSignal } = {},
): Promise<Descriptor> {
  const { tag, signal } = options;
  const { bytes, mediaType } = 'bytes' in content ? content : encode(content);
  const digest = digestOf(bytes);
  const response = await put(session, tag ?? digest, { bytes, mediaType, signal });
  const named = response.headers['docker-content-digest'];
  if (typeof named === 'string' && isDigest(named) && named.startsWith('sha256:') && named !== digest)
    throw mismatch(digest, `was stored as ${named}`);
  const manifest = 'bytes' in content ? (JSON.parse(Buffer.from(bytes).toString()) as OciManifest) : content;
  const descriptor = describe(manifest, { mediaType, digest, size: bytes.length });
  if (manifest.subject && response.headers['oci-subject'] === undefined)
    await addReferrer(session, manifest.subject.digest, descriptor, signal);
  return descriptor;
}

/** Removes a manifest. */
export async function deleteManifest(
  session: RepositorySession,
  reference: string,
  signal?: AbortSignal,
): Promise<void> {
  const request = {
    path: `manifests/${reference}`,
    method: 'DELETE' as const,
    maxBytes: MAX_ANSWER_BYTES,
    action: 'pull,push,delete' as const,
    signal,
  };
  (await session.send(request, [200, 202, 204, 404])).discard();
}

async function put(
  session: RepositorySession,
  reference: string,
  { bytes, mediaType, signal }: { bytes: Uint8Array; mediaType: string; signal: AbortSignal | undefined },
): Promise<{ headers: Readonly<Record<string, string | string[] | undefined>> }> {
  const response = await session.send(
    {
      path: `manifests/${reference}`,
      method: 'PUT',
      headers: { 'content-type': mediaType },
      body: bytes,
      maxBytes: MAX_ANSWER_BYTES,
      action: ACTION,
      signal,
    },
    [201, 200],
  );
  response.discard();
  return response;
}

/** What referrers are found by (distribution spec 1.1, "Pushing Manifests with Subject"). */
async function addReferrer(
  session: RepositorySession,
  subject: string,
  descriptor: Descriptor,
  signal: AbortSignal | undefined,
): Promise<void> {
  const tag = referrersTag(subject);
  const found = await fetchManifest(session, tag, signal).catch((error: unknown) => {
    if (error instanceof OciError && error.code === 'OCI_NOT_FOUND') return undefined;
    throw error;
  });
  const present = found && isIndex(found.manifest) ? found.manifest.manifests : [];
  if (present.some(({ digest }) => digest === descriptor.digest)) return;
  const manifests = [...present, descriptor];
  const { bytes, mediaType } = encode({ schemaVersion: 2, mediaType: MEDIA_TYPES.ociIndex, manifests });
  await put(session, tag, { bytes, mediaType, signal });
}

/** As an index of referrers lists it: with the type of the artifact and the annotations. */
function describe(manifest: OciManifest | OciIndex, descriptor: Descriptor): Descriptor {
  const config = isIndex(manifest) ? undefined : manifest.config.mediaType;
  const artifactType = manifest.artifactType ?? (config === MEDIA_TYPES.empty ? undefined : config);
  return {
    ...descriptor,
    ...(artifactType !== undefined && { artifactType }),
    ...(manifest.annotations && { annotations: manifest.annotations }),
  };
}

function encode(manifest: OciManifest | OciIndex): { bytes: Uint8Array; mediaType: string } {
  const mediaType =
    manifest.mediaType ?? (isIndex(manifest) ? MEDIA_TYPES.ociIndex : MEDIA_TYPES.ociManifest);
  return { bytes: Buffer.from(JSON.stringify(manifest)), mediaType };
}
