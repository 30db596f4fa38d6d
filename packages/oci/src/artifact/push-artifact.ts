import { digestOf, type FileTree, kubeTime } from '@gitops-toolkit/core';
import { packArchive } from '@gitops-toolkit/core/node';
import { type Descriptor, MEDIA_TYPES, type OciManifest } from '../model.ts';
import type { OciRepository } from '../repository.ts';
import { FLUX_TYPES, ORIGIN_ANNOTATIONS } from './flux-types.ts';

/** What an artifact says of itself, and how it is pushed. */
export interface PushArtifactOptions {
  /** @default the digest alone */
  readonly tag?: string;
  /** Where the content is from: the URL of a repository. */
  readonly source?: string;
  /** `main@sha1:<commit>` */
  readonly revision?: string;
  /** Milliseconds since 1970. @default now */
  readonly createdMs?: number;
  readonly annotations?: Readonly<Record<string, string>>;
  /** @default that of Flux's artifacts, a `tar.gz` */
  readonly layerType?: string;
  /** @default that of Flux's artifacts */
  readonly configType?: string;
  readonly signal?: AbortSignal;
}

const CONFIG = Buffer.from('{}');

/**
 * Pushes files as an artifact that Flux's `OCIRepository` reads: one layer, a `tar.gz` that is the same for the same
 * files. Content that is packed already, a chart for example, is pushed as it is.
 *
 * @throws {@link OciError}; the reason of the signal
 *
 * @example
 * ```ts no-run
 * import { MemoryTree } from '@gitops-toolkit/core';
 * import { OciClient, pushArtifact } from '@gitops-toolkit/oci';
 * await using client = new OciClient();
 * const tree = MemoryTree.from({ 'deploy/app.yaml': 'kind: Deployment\n' });
 * const { digest } = await pushArtifact(client.repository('ghcr.io/org/app'), tree, { tag: 'latest' });
 * ```
 */
export async function pushArtifact(
  repository: OciRepository,
  content: FileTree | Uint8Array,
  options: PushArtifactOptions = {},
): Promise<Descriptor> {
  const { signal, tag, layerType = FLUX_TYPES.content, configType = FLUX_TYPES.config } = options;
  const call = signal ? { signal } : {};
  const bytes = content instanceof Uint8Array ? content : await packed(content, signal);
  const layer = { mediaType: layerType, digest: digestOf(bytes), size: bytes.length };
  const config = { mediaType: configType, digest: digestOf(CONFIG), size: CONFIG.length };
  await repository.pushBlob(layer, bytes, call);
  await repository.pushBlob(config, CONFIG, call);
  const manifest: OciManifest = {
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.ociManifest,
    config,
    layers: [layer],
    annotations: annotationsOf(options),
  };
  return repository.pushManifest(manifest, { ...call, ...(tag !== undefined && { tag }) });
}

async function packed(tree: FileTree, signal: AbortSignal | undefined): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of packArchive(tree, signal ? { signal } : {})) pieces.push(piece);
  return Buffer.concat(pieces);
}

function annotationsOf({
  annotations,
  createdMs = Date.now(),
  revision,
  source,
}: PushArtifactOptions): Record<string, string> {
  return {
    [ORIGIN_ANNOTATIONS.created]: kubeTime(createdMs),
    ...(revision !== undefined && { [ORIGIN_ANNOTATIONS.revision]: revision }),
    ...(source !== undefined && { [ORIGIN_ANNOTATIONS.source]: source }),
    ...annotations,
  };
}
