import { digestOf, isDigest, parseDigest } from '@gitops-toolkit/core';
import type { HttpResponse } from '@gitops-toolkit/core/http';
import { mismatch } from '../content/checked-pieces.ts';
import { OciError } from '../errors.ts';
import { type Descriptor, type FetchedManifest, MEDIA_TYPES } from '../model.ts';
import type { RepositorySession } from '../repository-session.ts';
import { parseManifest } from './parse-manifest.ts';

/** What registries have to take at least (distribution spec 1.1), and what nothing that is meant well exceeds. */
const MAX_MANIFEST_BYTES = 4 * 1024 * 1024;
const ACCEPT = [
  MEDIA_TYPES.ociManifest,
  MEDIA_TYPES.ociIndex,
  MEDIA_TYPES.dockerManifest,
  MEDIA_TYPES.dockerIndex,
].join(', ');

/**
 * Finds out which manifest a tag or a digest stands for, by its head where the registry tells enough there.
 *
 * @throws {@link OciError} `OCI_NOT_FOUND`, and the others
 */
export async function resolveManifest(
  session: RepositorySession,
  reference: string,
  signal?: AbortSignal,
): Promise<Descriptor> {
  const path = `manifests/${reference}`;
  const headers = { accept: ACCEPT };
  const request = { path, method: 'HEAD' as const, headers, maxBytes: MAX_MANIFEST_BYTES, signal };
  // Some registries know no HEAD, or refuse it without a word.
  const response = await session.send(request, [200]).catch((error: unknown) => {
    if (
      error instanceof OciError &&
      (error.code === 'OCI_STATUS' || error.code === 'OCI_AUTHENTICATION_FAILED')
    )
      return undefined;
    throw error;
  });
  response?.discard();
  const found = response && headDescriptor(response);
  if (!found) return (await fetchManifest(session, reference, signal)).descriptor;
  if (isDigest(reference) && found.digest !== reference)
    throw mismatch(reference, `is said to be ${found.digest}`);
  return found;
}

/**
 * Brings a manifest. Its bytes have the digest that was asked for, or that the registry names.
 *
 * @throws {@link OciError} `OCI_NOT_FOUND`, `OCI_DIGEST_MISMATCH`, `OCI_MANIFEST_INVALID`, and the others
 */
export async function fetchManifest(
  session: RepositorySession,
  reference: string,
  signal?: AbortSignal,
): Promise<FetchedManifest> {
  const request = {
    path: `manifests/${reference}`,
    headers: { accept: ACCEPT },
    maxBytes: MAX_MANIFEST_BYTES,
    signal,
  };
  const response = await session.send(request, [200]);
  const bytes = await response.bytes();
  const named = response.headers['docker-content-digest'];
  const expected = isDigest(reference)
    ? reference
    : typeof named === 'string' && isDigest(named)
      ? named
      : undefined;
  const digest = digestOf(bytes, expected ? parseDigest(expected).algorithm : 'sha256');
  if (expected !== undefined && digest !== expected) throw mismatch(expected, `is ${digest}`);
  const mediaType = typeOf(response);
  const manifest = parseManifest(bytes, mediaType);
  const { artifactType, annotations } = manifest;
  return {
    descriptor: {
      mediaType,
      digest,
      size: bytes.length,
      ...(artifactType !== undefined && { artifactType }),
      ...(annotations !== undefined && { annotations }),
    },
    bytes,
    manifest,
  };
}

function headDescriptor(response: HttpResponse): Descriptor | undefined {
  const digest = response.headers['docker-content-digest'];
  const size = Number(response.headers['content-length'] ?? Number.NaN);
  if (typeof digest !== 'string' || !isDigest(digest) || !Number.isSafeInteger(size)) return undefined;
  return { mediaType: typeOf(response), digest, size };
}

function typeOf({ headers }: HttpResponse): string {
  return (headers['content-type'] ?? '').split(';')[0]?.trim() ?? '';
}
