import { isDigest } from '@gitops-toolkit/core';
import { OciError } from '../errors.ts';
import { type Descriptor, isIndexType, MEDIA_TYPES, type OciIndex, type OciManifest } from '../model.ts';

/** More than any registry gives out. */
const MAX_ENTRIES = 10_000;

/**
 * Reads the bytes of a manifest. What it says of itself must be what the registry says of it, so that nobody can take
 * one for the other (GHSA-77vh-xpmg-72qh).
 *
 * @throws {@link OciError} `OCI_MANIFEST_INVALID`
 */
export function parseManifest(bytes: Uint8Array, mediaType: string): OciManifest | OciIndex {
  const value = parseJson(bytes);
  const { mediaType: own, manifests, layers, config } = value;
  if (own !== undefined && own !== mediaType)
    throw invalid(`calls itself ${JSON.stringify(own)} and is served as ${mediaType}`);
  if (manifests !== undefined && (layers !== undefined || config !== undefined))
    throw invalid('is an image and a list of images at once');
  if (value['schemaVersion'] !== 2) throw invalid('is not of schema version 2');
  if (isIndexType(mediaType)) {
    checkDescriptors('manifests', manifests);
  } else if (mediaType === MEDIA_TYPES.ociManifest || mediaType === MEDIA_TYPES.dockerManifest) {
    checkDescriptors('config', [config]);
    checkDescriptors('layers', layers);
  } else {
    throw invalid(`is of the unknown type ${JSON.stringify(mediaType.slice(0, 200))}`);
  }
  return value as unknown as OciManifest | OciIndex;
}

function parseJson(bytes: Uint8Array): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
  } catch {
    // Said below.
  }
  throw invalid('is no JSON object');
}

function checkDescriptors(field: string, value: unknown): void {
  if (!Array.isArray(value) || value.length > MAX_ENTRIES)
    throw invalid(`has no list of ${field}, or too long a one`);
  for (const item of value as Partial<Descriptor>[]) {
    const { mediaType, digest, size, annotations } = item ?? {};
    if (typeof mediaType !== 'string' || typeof digest !== 'string' || !isDigest(digest))
      throw invalid(`has an entry in ${field} without a media type or a digest`);
    if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0)
      throw invalid(`has an entry in ${field} with the size ${JSON.stringify(size)}`);
    if (annotations !== undefined && !isTextMap(annotations))
      throw invalid(`has annotations in ${field} that are no texts`);
  }
}

function isTextMap(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).every((text) => typeof text === 'string');
}

function invalid(words: string): OciError {
  return new OciError('OCI_MANIFEST_INVALID', `the manifest ${words}`);
}
