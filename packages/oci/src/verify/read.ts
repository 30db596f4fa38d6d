import { createHash } from 'node:crypto';

import { errorMessage, isRecord } from '@gitops-toolkit/core';

import { OciError } from '../errors.ts';
import type { ResolvedLimits } from './limits.ts';
import type { SignatureDescriptor, SignatureSource } from './signature-source.ts';

/** A source with its limits and the caller's signal. */
export interface Reader {
  readonly source: SignatureSource;
  readonly limits: ResolvedLimits;
  readonly signal?: AbortSignal | undefined;
}

const signalOf = ({ signal }: Reader): { readonly signal?: AbortSignal } => (signal ? { signal } : {});

/** A manifest by tag or digest; `undefined` only where the registry says that there is none. */
export async function readManifest(
  reader: Reader,
  reference: string,
): Promise<Record<string, unknown> | undefined> {
  let found;
  try {
    found = await reader.source.manifest(reference, signalOf(reader));
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw lookupFailed(reader, error, `cannot read the signature manifest ${reference}`);
  }
  const { bytes } = found;
  if (bytes.length > reader.limits.maxManifestBytes) {
    throw new OciError(
      'OCI_SIGNATURE_LIMIT',
      `The signature manifest ${reference} has ${bytes.length} bytes`,
      {
        hint: `At most ${reader.limits.maxManifestBytes} are read (maxManifestBytes).`,
      },
    );
  }
  if (reference.startsWith('sha256:') && sha256(bytes) !== reference) {
    throw invalid(`The manifest that was answered for ${reference} has another digest`);
  }
  return parseRecord(bytes, `manifest ${reference}`);
}

/** The whole of a blob, whose size and digest are those of its descriptor. */
export async function readBlob(reader: Reader, descriptor: SignatureDescriptor): Promise<Buffer> {
  const { maxPayloadBytes } = reader.limits;
  const tooLarge = (): OciError =>
    new OciError(
      'OCI_SIGNATURE_LIMIT',
      `The signature blob ${descriptor.digest} is larger than ${maxPayloadBytes} bytes`,
    );
  if (!(descriptor.size <= maxPayloadBytes)) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of reader.source.blob(descriptor, signalOf(reader))) {
      size += chunk.length;
      if (size > maxPayloadBytes) throw tooLarge();
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof OciError && error.code === 'OCI_SIGNATURE_LIMIT') throw error;
    throw lookupFailed(reader, error, `cannot read the signature blob ${descriptor.digest}`);
  }
  const content = Buffer.concat(chunks);
  if (sha256(content) !== descriptor.digest) {
    throw invalid(`The content of the signature blob ${descriptor.digest} has another digest`);
  }
  return content;
}

/** What a registry calls the type of a manifest whose `artifactType` it does not read: the media type of its config. */
const EMPTY_TYPE = 'application/vnd.oci.empty.v1+json';

/**
 * The referrers of one artifact type; an empty list where there are none. All are asked for, since some registries take
 * the config's media type for the artifact's type, in their filter too; of those the manifest decides.
 */
export async function readReferrers(
  reader: Reader,
  digest: string,
  artifactType: string,
): Promise<readonly SignatureDescriptor[]> {
  let found: readonly SignatureDescriptor[];
  try {
    found = await reader.source.referrers(digest, signalOf(reader));
  } catch (error) {
    if (isNotFound(error)) return [];
    throw lookupFailed(reader, error, `cannot list the signatures of ${digest}`);
  }
  const possible = found.filter(
    ({ artifactType: type = EMPTY_TYPE }) => type === artifactType || type === EMPTY_TYPE,
  );
  checkCount(reader, possible.length, digest);
  const matching: SignatureDescriptor[] = [];
  for (const one of possible) {
    if (one.artifactType === artifactType || (await typeOf(reader, one)) === artifactType) matching.push(one);
  }
  return matching;
}

async function typeOf(reader: Reader, { digest }: SignatureDescriptor): Promise<unknown> {
  const manifest = await readManifest(reader, digest);
  if (!manifest) throw invalid(`The referrer ${digest} is listed and cannot be found`);
  return manifest['artifactType'];
}

/** Refuses more signatures than the limit: looking at some only would make the verdict a matter of their order. */
export function checkCount({ limits }: Reader, count: number, digest: string): void {
  if (count <= limits.maxSignatures) return;
  throw new OciError(
    'OCI_SIGNATURE_LIMIT',
    `${digest} has ${count} signatures; at most ${limits.maxSignatures} are looked at`,
    {
      hint: 'Remove old signatures or raise maxSignatures.',
    },
  );
}

/** The only layer of a manifest that refers to `digest`; anything else was put there by mistake or on purpose. */
export async function readAttached(
  reader: Reader,
  digest: string,
  referrer: SignatureDescriptor,
): Promise<AttachedBlob> {
  const manifest = await readManifest(reader, referrer.digest);
  if (!manifest) throw invalid(`The signature manifest ${referrer.digest} is listed and cannot be found`);
  const subject = manifest['subject'];
  if (!isRecord(subject) || subject['digest'] !== digest) {
    throw invalid(`The signature manifest ${referrer.digest} refers to another artifact`);
  }
  const layers = layersOf(manifest);
  const [layer] = layers;
  if (!layer || layers.length !== 1) {
    throw invalid(`The signature manifest ${referrer.digest} has ${layers.length} layers, not one`);
  }
  return { layer, content: await readBlob(reader, layer) };
}

export interface AttachedBlob {
  readonly layer: SignatureDescriptor;
  readonly content: Buffer;
}

/** The layers of a manifest, each checked to be a descriptor. */
export function layersOf(manifest: Record<string, unknown>): readonly SignatureDescriptor[] {
  const layers = manifest['layers'];
  if (!Array.isArray(layers) || !layers.every(isDescriptor))
    throw invalid('The signature manifest has no valid layers');
  return layers;
}

function isDescriptor(value: unknown): value is SignatureDescriptor {
  if (!isRecord(value)) return false;
  const { mediaType, digest, size, annotations = {} } = value;
  return (
    typeof mediaType === 'string' &&
    typeof digest === 'string' &&
    /^sha256:[0-9a-f]{64}$/.test(digest) &&
    typeof size === 'number' &&
    isRecord(annotations) &&
    Object.values(annotations).every((text) => typeof text === 'string')
  );
}

/** JSON that is an object, or a failure of the signature. */
export function parseRecord(bytes: Uint8Array, what: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw invalid(`The ${what} is no JSON`, error);
  }
  if (!isRecord(value)) throw invalid(`The ${what} is no JSON object`);
  return value;
}

export const sha256 = (bytes: Uint8Array): string =>
  `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

export const invalid = (message: string, cause?: unknown): OciError =>
  new OciError('OCI_SIGNATURE_INVALID', message, cause === undefined ? {} : { cause });

export const badPolicy = (message: string, cause?: unknown): OciError =>
  new OciError('OCI_SIGNATURE_POLICY', message, cause === undefined ? {} : { cause });

const isNotFound = (error: unknown): boolean =>
  error instanceof Error && (error as { code?: unknown }).code === 'OCI_NOT_FOUND';

function lookupFailed({ signal }: Reader, error: unknown, what: string): unknown {
  if (signal?.aborted) return error;
  return new OciError('OCI_SIGNATURE_LOOKUP_FAILED', `Verification failed: ${what}: ${errorMessage(error)}`, {
    cause: error,
    retry: 'backoff',
    hint: 'Only a registry that says "not found" counts as having no signature.',
  });
}
