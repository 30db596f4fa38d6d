import { formatRevision, parseDigest, type Revision } from '@gitops-toolkit/core';
import type { UnpackLimits } from '@gitops-toolkit/core/node';
import {
  findTag,
  HELM_TYPES,
  OciClient,
  type OciClientOptions,
  OciError,
  type OciRepository,
  parseReference,
  pullArtifact,
  type PulledArtifact,
  pullLayer,
  type RepositoryOptions,
} from '@gitops-toolkit/oci';
import type { FetchedTree, FetchOptions, SourceFetcher } from '../source-fetcher.ts';
import { type OciSigner, type OciVerification, verifyArtifact } from './verification.ts';

/** An artifact in a repository of a registry: by the first of digest, range and tag that is given, or the tag `latest`. */
export interface OciSource {
  /** `oci://ghcr.io/org/app`, without a tag. */
  readonly url: string;
  readonly digest?: string;
  /** A range of versions: the tag of the highest one in it. */
  readonly semver?: string;
  /** A regular expression (RE2): only tags with a match count for the range. */
  readonly semverFilter?: string;
  readonly tag?: string;
}

/** The manifest that a reference named when it was resolved. */
export interface OciRevision extends Revision {
  readonly url: string;
  readonly algorithm: string;
  readonly hash: string;
}

/** What belongs to one repository: who asks, and what of an artifact is wanted. */
export interface OciFetchOptions extends FetchOptions, RepositoryOptions {
  /** The first layer of this media type. @default the first layer */
  readonly mediaType?: string;
  /** Bytes of the layer as it is sent. @default 100 MiB */
  readonly maxLayerBytes?: number;
  readonly limits?: UnpackLimits;
  /** Nothing is given out that is not signed as this asks for. @default nothing need be signed */
  readonly verify?: OciVerification;
}

/** A layer as the registry has it. */
export interface FetchedLayer {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
  readonly revision: string;
  /** The annotations of the manifest. */
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Reads artifacts of OCI registries; keeps connections open and tokens in memory. A tag is looked up once: what is
 * verified and pulled afterwards is named by its digest.
 *
 * @example
 * ```ts no-run
 * import { OciFetcher } from '@gitops-toolkit/source/oci';
 * await using fetcher = new OciFetcher();
 * const revision = await fetcher.resolve({ url: 'oci://ghcr.io/stefanprodan/manifests/podinfo', semver: '6.x' });
 * const { tree } = await fetcher.fetch(revision);
 * console.log(revision.name, tree.size);
 * ```
 */
export class OciFetcher implements SourceFetcher<OciSource, OciRevision, OciFetchOptions>, AsyncDisposable {
  readonly #client: OciClient;

  constructor(options: OciClientOptions = {}) {
    this.#client = new OciClient(options);
  }

  /**
   * Finds the manifest that a reference names: one request for a tag, none for a digest.
   *
   * @throws OciError; `SEMVER_CONSTRAINT_INVALID`; the reason of the signal
   */
  async resolve(source: OciSource, options: OciFetchOptions = {}): Promise<OciRevision> {
    const repository = this.#open(source.url, options);
    if (source.digest !== undefined) return revisionOf(source.url, '', source.digest);
    const tag = await tagOf(repository, source, options);
    const { digest } = await repository.resolve(tag, callOf(options));
    return revisionOf(source.url, tag, digest);
  }

  /**
   * Verifies a revision, without fetching it.
   *
   * @throws OciError with the `OCI_SIGNATURE_` codes; the reason of the signal
   */
  verify(
    revision: OciRevision,
    verification: OciVerification,
    options: OciFetchOptions = {},
  ): Promise<OciSigner> {
    const repository = this.#open(revision.url, options);
    return verifyArtifact(repository, digestOf(revision), verification, options.signal);
  }

  /**
   * Brings the files of a layer, a `tar.gz`, without its symlinks.
   *
   * @throws OciError; the `ARCHIVE_` codes of core; the reason of the signal
   */
  async fetch(
    revision: OciRevision,
    options: OciFetchOptions = {},
  ): Promise<FetchedTree & { readonly metadata: FetchedLayer['metadata'] }> {
    const repository = await this.#openVerified(revision, options);
    const { tree, annotations } = await pullArtifact(repository, digestOf(revision), options);
    return { tree, revision: formatRevision(revision), metadata: annotations, warnings: [] };
  }

  /**
   * Brings a layer as it is.
   *
   * @throws OciError; the reason of the signal
   */
  async fetchLayer(revision: OciRevision, options: OciFetchOptions = {}): Promise<FetchedLayer> {
    const repository = await this.#openVerified(revision, options);
    const pulled: PulledArtifact & { bytes: Uint8Array } = await pullLayer(
      repository,
      digestOf(revision),
      options,
    );
    const { bytes, layer, annotations } = pulled;
    return { bytes, mediaType: layer.mediaType, revision: formatRevision(revision), metadata: annotations };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client[Symbol.asyncDispose]();
  }

  async #openVerified(revision: OciRevision, options: OciFetchOptions): Promise<OciRepository> {
    const repository = this.#open(revision.url, options);
    const { verify, signal } = options;
    if (verify) await verifyArtifact(repository, digestOf(revision), verify, signal);
    return repository;
  }

  #open(url: string, options: OciFetchOptions): OciRepository {
    if (!url.startsWith('oci://')) throw invalidUrl(url, 'does not begin with oci://');
    const { tag, digest, ...repository } = parseReference(url);
    if (tag !== undefined) throw invalidUrl(url, `must not have a tag; remove ':${tag}'`);
    if (digest !== undefined) throw invalidUrl(url, `must not have a digest; remove '@${digest}'`);
    return this.#client.repository(repository, options);
  }
}

async function tagOf(
  repository: OciRepository,
  { semver, semverFilter: filter, tag = 'latest' }: OciSource,
  { mediaType, ...options }: OciFetchOptions,
): Promise<string> {
  if (semver === undefined) return tag;
  return findTag(repository, {
    semver,
    ...(filter !== undefined && { filter }),
    chartVersions: mediaType === HELM_TYPES.content,
    ...callOf(options),
  });
}

function revisionOf(url: string, name: string, digest: string): OciRevision {
  const { algorithm, hex } = parseDigest(digest);
  return { url, name, algorithm, hash: hex };
}

function digestOf({ algorithm, hash }: OciRevision): string {
  return `${algorithm}:${hash}`;
}

function callOf({ signal }: FetchOptions): { readonly signal?: AbortSignal } {
  return signal ? { signal } : {};
}

function invalidUrl(url: string, words: string): OciError {
  return new OciError(
    'OCI_REFERENCE_INVALID',
    `the URL ${JSON.stringify(url.slice(0, 300))} of an OCI repository ${words}`,
    {
      hint: 'It is of the form oci://registry/repository; tag, digest and range are fields of their own.',
    },
  );
}
