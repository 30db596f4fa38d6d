import type { FileTree } from '@gitops-toolkit/core';
import { unpackArchive, type UnpackLimits } from '@gitops-toolkit/core/node';
import { OciError } from '../errors.ts';
import type { Descriptor } from '../model.ts';
import type { OciRepository } from '../repository.ts';
import { selectLayer } from './select-layer.ts';

/** What of an artifact is pulled. */
export interface PullArtifactOptions {
  /** The first layer of this type. @default the first layer */
  readonly mediaType?: string;
  /** Bytes of the layer as it is sent. @default 100 MiB */
  readonly maxLayerBytes?: number;
  readonly limits?: UnpackLimits;
  readonly signal?: AbortSignal;
}

/** An artifact that was found, by digest. */
export interface PulledArtifact {
  /** Of the manifest. */
  readonly digest: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly layer: Descriptor;
}

const MAX_LAYER_BYTES = 100 * 1024 * 1024;

/**
 * Pulls an artifact and unpacks its layer, a `tar.gz`, into memory: files and folders alone.
 *
 * @param reference a tag or a digest; everything else is asked for by digest
 * @throws {@link OciError}; the `ARCHIVE_` codes of core; the reason of the signal
 *
 * @example
 * ```ts no-run
 * import { OciClient, pullArtifact } from '@gitops-toolkit/oci';
 * await using client = new OciClient();
 * const { tree, digest } = await pullArtifact(client.repository('ghcr.io/stefanprodan/manifests/podinfo'), 'latest');
 * console.log(digest, tree.size);
 * ```
 */
export async function pullArtifact(
  repository: OciRepository,
  reference: string,
  options: PullArtifactOptions = {},
): Promise<PulledArtifact & { readonly tree: FileTree }> {
  const { signal, limits } = options;
  const found = await findLayer(repository, reference, options);
  const pieces = repository.blob(found.layer, signal ? { signal } : {});
  return { ...found, tree: await unpackArchive(pieces, { ...limits, ...(signal ? { signal } : {}) }) };
}

/** Pulls a layer of an artifact as it is. */
export async function pullLayer(
  repository: OciRepository,
  reference: string,
  options: PullArtifactOptions = {},
): Promise<PulledArtifact & { readonly bytes: Uint8Array }> {
  const { signal } = options;
  const found = await findLayer(repository, reference, options);
  // It takes memory as it fills: not for what the registry merely states.
  const bytes = Buffer.allocUnsafeSlow(found.layer.size);
  let length = 0;
  for await (const piece of repository.blob(found.layer, signal ? { signal } : {})) {
    bytes.set(piece, length);
    length += piece.length;
  }
  return { ...found, bytes };
}

async function findLayer(
  repository: OciRepository,
  reference: string,
  { mediaType, maxLayerBytes = MAX_LAYER_BYTES, signal }: PullArtifactOptions,
): Promise<PulledArtifact> {
  const fetched = await repository.manifest(reference, signal ? { signal } : {});
  const layer = selectLayer(fetched, mediaType);
  if (layer.size > maxLayerBytes) {
    throw new OciError(
      'OCI_LIMIT',
      `the layer ${layer.digest} has ${layer.size} bytes, more than ${maxLayerBytes}`,
      {
        hint: 'Raise maxLayerBytes, or leave out what need not be in the artifact.',
      },
    );
  }
  const { digest } = fetched.descriptor;
  return { digest, annotations: fetched.manifest.annotations ?? {}, layer };
}
