import type { Descriptor, FetchedManifest } from './model.ts';
import { fetchBlob } from './read/blob.ts';
import { fetchManifest, resolveManifest } from './read/manifests.ts';
import { listReferrers, type ReferrerOptions } from './read/referrers.ts';
import { listTags, type TagOptions } from './read/tags.ts';
import type { RepositorySession } from './repository-session.ts';
import type { BlobContent } from './write/blob-content.ts';
import { hasBlob, pushBlob, type PushBlobOptions } from './write/push-blob.ts';
import { deleteManifest, type ManifestContent, pushManifest } from './write/push-manifest.ts';

/** What every call takes. */
interface CallOptions {
  readonly signal?: AbortSignal;
}

/**
 * A repository of a registry. `reference` is a tag or a digest; what came for a digest has it. All calls throw
 * {@link OciError}, or the reason of their signal.
 */
export class OciRepository {
  readonly #session: RepositorySession;

  constructor(session: RepositorySession) {
    this.#session = session;
  }

  /** As it is dialled. */
  get registry(): string {
    return this.#session.registry;
  }

  /** Without the registry. */
  get name(): string {
    return this.#session.name;
  }

  /** What a tag stands for now: one request, no content where the registry can. */
  resolve(reference: string, options: CallOptions = {}): Promise<Descriptor> {
    return resolveManifest(this.#session, reference, options.signal);
  }

  /** A manifest of at most 4 MiB. */
  manifest(reference: string, options: CallOptions = {}): Promise<FetchedManifest> {
    return fetchManifest(this.#session, reference, options.signal);
  }

  /** The pieces of a blob; the last comes only where digest and size are right. */
  blob(
    descriptor: Pick<Descriptor, 'digest' | 'size'>,
    options: CallOptions = {},
  ): AsyncGenerator<Uint8Array> {
    return fetchBlob(this.#session, descriptor, options.signal);
  }

  /** All tags, page by page. */
  tags(options: TagOptions = {}): AsyncGenerator<string> {
    return listTags(this.#session, options);
  }

  /** The manifests that belong to another; also of registries that do not keep them. */
  referrers(digest: string, options: ReferrerOptions = {}): Promise<readonly Descriptor[]> {
    return listReferrers(this.#session, digest, options);
  }

  /** Whether the repository has a blob. */
  hasBlob(digest: string, options: CallOptions = {}): Promise<boolean> {
    return hasBlob(this.#session, digest, options.signal);
  }

  /** Pushes a blob, unless it is there; gives whether it was sent. */
  pushBlob(
    descriptor: Pick<Descriptor, 'digest' | 'size'>,
    content: BlobContent,
    options: PushBlobOptions = {},
  ): Promise<boolean> {
    return pushBlob(this.#session, descriptor, content, options);
  }

  /** Pushes a manifest under a tag or its digest. */
  pushManifest(
    manifest: ManifestContent,
    options: CallOptions & { readonly tag?: string } = {},
  ): Promise<Descriptor> {
    return pushManifest(this.#session, manifest, options);
  }

  /** Lets a tag stand for what another tag or a digest stands for. */
  async tag(reference: string, tag: string, options: CallOptions = {}): Promise<Descriptor> {
    const { bytes, descriptor } = await this.manifest(reference, options);
    return this.pushManifest({ bytes, mediaType: descriptor.mediaType }, { ...options, tag });
  }

  /** Removes a manifest; no error where there is none. */
  delete(reference: string, options: CallOptions = {}): Promise<void> {
    return deleteManifest(this.#session, reference, options.signal);
  }
}
