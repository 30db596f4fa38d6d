import { digestOf } from '@gitops-toolkit/core';
import { onTestFinished } from 'vitest';
import { OciClient, type RepositoryOptions } from '../client.ts';
import { type Descriptor, MEDIA_TYPES, type OciManifest } from '../model.ts';
import type { OciRepository } from '../repository.ts';

/** No test waits long for a failure. */
const RETRIES = { retries: 2, minDelayMs: 1 };

/** A repository of a registry on loopback, for one test. */
export function openRepository(host: string, name: string, options: RepositoryOptions = {}): OciRepository {
  const client = new OciClient();
  onTestFinished(() => client[Symbol.asyncDispose]());
  return client.repository(`${host}/${name}`, { insecure: true, retries: RETRIES, ...options });
}

/** Pushes a text as a blob. */
export async function pushText(
  repository: OciRepository,
  text: string,
  mediaType = 'text/plain',
): Promise<Descriptor> {
  const bytes = Buffer.from(text);
  const descriptor = { mediaType, digest: digestOf(bytes), size: bytes.length };
  await repository.pushBlob(descriptor, bytes);
  return descriptor;
}

/** A manifest of these layers, not pushed. */
export async function manifestOf(
  repository: OciRepository,
  layers: readonly Descriptor[],
  more: Partial<OciManifest> = {},
): Promise<OciManifest> {
  const config = await pushText(repository, '{}', 'application/vnd.example.config.v1+json');
  return { schemaVersion: 2, mediaType: MEDIA_TYPES.ociManifest, config, layers, ...more };
}

/** The whole of a blob as text. */
export async function textOf(pieces: AsyncIterable<Uint8Array>): Promise<string> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all).toString('utf8');
}
