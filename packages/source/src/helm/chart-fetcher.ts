import {
  type AddressPolicy,
  HttpClient,
  type HttpResponse,
  type TlsIdentity,
} from '@gitops-toolkit/core/http';
import { HELM_TYPES, OciClient, OciError, type OciRepository, selectLayer } from '@gitops-toolkit/oci';
import { SourceError } from '../errors.ts';
import { type HttpFailureCodes, piecesWithCodes, withCodes } from '../http-failure.ts';
import { type OciSigner, type OciVerification, verifyArtifact } from '../oci/verification.ts';
import type {
  ChartDownload,
  ChartDownloads,
  ChartRepositoryAccess,
  FetchedIndex,
  KnownIndex,
} from './chart-downloads.ts';

const CODES: HttpFailureCodes = {
  HTTP_ADDRESS_REFUSED: 'HELM_DOWNLOAD_FAILED',
  HTTP_CONNECTION_FAILED: 'HELM_DOWNLOAD_FAILED',
  HTTP_ENCODING_INVALID: 'HELM_DOWNLOAD_FAILED',
  HTTP_LIMIT: 'HELM_DOWNLOAD_LIMIT',
  HTTP_PROXY_FAILED: 'HELM_DOWNLOAD_FAILED',
  HTTP_PROXY_INVALID: 'HELM_DOWNLOAD_FAILED',
  HTTP_REDIRECT_REFUSED: 'HELM_DOWNLOAD_FAILED',
  HTTP_TIMEOUT: 'HELM_DOWNLOAD_TIMEOUT',
  HTTP_URL_INVALID: 'HELM_DOWNLOAD_FAILED',
};
const MAX_INDEX_BYTES = 50 * 1024 * 1024;

/**
 * Fetches indexes and charts over HTTP and from registries, for the functions of `@gitops-toolkit/helm`, which open no
 * connections themselves. Keeps connections and tokens.
 *
 * @example
 * ```ts no-run
 * import { pullChart } from '@gitops-toolkit/helm/repository';
 * import { ChartFetcher } from '@gitops-toolkit/source/helm';
 * await using fetcher = new ChartFetcher();
 * const fetch = fetcher.fetchFor({ credentials: { username: 'robot', password: 'secret' } });
 * const { fileName } = await pullChart({ repository: 'https://charts.example.com', chart: 'web', version: '^1', fetch });
 * console.log(fileName);
 * ```
 */
export class ChartFetcher implements AsyncDisposable {
  readonly #http: HttpClient;
  readonly #registries: OciClient;

  /** @param addresses which addresses may be dialled. @default all */
  constructor({ addresses }: { readonly addresses?: AddressPolicy } = {}) {
    this.#http = new HttpClient(addresses ? { addresses } : {});
    this.#registries = new OciClient({ http: this.#http });
  }

  /** What fetches for one repository. Its functions throw {@link SourceError} with the `HELM_DOWNLOAD_` codes, and OciError. */
  fetchFor(access: ChartRepositoryAccess = {}): ChartDownloads {
    return {
      http: (url, request) => this.#get(url, access, request),
      oci: (repository, tag, request) => this.#pull(repository, tag, access, request),
      ociTags: (repository, { signal }) => this.#tags(repository, access, signal),
    };
  }

  /**
   * Fetches the index of an HTTP repository, unless it is the one that is known: `undefined`.
   *
   * @param url of the index itself: `https://charts.example.com/index.yaml`
   * @throws {@link SourceError} with the `HELM_DOWNLOAD_` codes; the reason of the signal
   */
  async fetchIndex(
    url: string,
    access: ChartRepositoryAccess,
    options: { readonly known?: KnownIndex; readonly maxBytes?: number; readonly signal?: AbortSignal } = {},
  ): Promise<FetchedIndex | undefined> {
    const { known, maxBytes = MAX_INDEX_BYTES, signal } = options;
    const request: ChartDownload = { kind: 'index', maxBytes, repository: url, ...(signal && { signal }) };
    const headers = known ? { 'if-none-match': known.etag } : {};
    const response = await this.#request(url, access, request, headers);
    if (known && response.status === 304) {
      response.discard();
      return undefined;
    }
    if (response.status !== 200) throw refused(url, response);
    const { etag } = response.headers;
    return { body: piecesWithCodes(CODES, response.body), ...(etag !== undefined && { etag }) };
  }

  /**
   * Verifies a chart of a registry, without pulling it.
   *
   * @throws OciError with the `OCI_SIGNATURE_` codes and others; the reason of the signal
   */
  async verify(
    repository: string,
    tag: string,
    access: ChartRepositoryAccess & { readonly verify: OciVerification },
    signal?: AbortSignal,
  ): Promise<OciSigner> {
    const opened = this.#open(repository, access);
    const { digest } = await opened.resolve(tag, signal ? { signal } : {});
    return verifyArtifact(opened, digest, access.verify, signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#registries[Symbol.asyncDispose]();
    await this.#http[Symbol.asyncDispose]();
  }

  async #get(
    url: string,
    access: ChartRepositoryAccess,
    request: ChartDownload,
  ): Promise<AsyncIterable<Uint8Array> | undefined> {
    const response = await this.#request(url, access, request, {});
    if (response.status === 200) return piecesWithCodes(CODES, response.body);
    if (request.kind === 'provenance' && response.status === 404) {
      response.discard();
      return undefined;
    }
    throw refused(url, response);
  }

  #request(
    url: string,
    { credentials, passCredentials = false, tls, proxy, timeouts }: ChartRepositoryAccess,
    { kind, repository, maxBytes, signal }: ChartDownload,
    headers: Record<string, string>,
  ): Promise<HttpResponse> {
    const isTrusted = passCredentials || isSameOrigin(url, repository);
    return withCodes(CODES, () =>
      this.#http.request({
        url,
        maxBytes,
        // Indexes are large, and text.
        ...(kind === 'index' && { maxDecodedBytes: maxBytes }),
        headers: { accept: '*/*', ...headers },
        ...(credentials && isTrusted && { secretHeaders: { authorization: basic(credentials) } }),
        ...(tls && { tls: isTrusted ? tls : withoutClientCertificate(tls) }),
        ...(proxy && { proxy }),
        ...(timeouts && { timeouts }),
        ...(signal && { signal }),
      }),
    );
  }

  async #pull(
    repository: string,
    tag: string,
    access: ChartRepositoryAccess,
    { maxBytes, signal }: ChartDownload,
  ): ReturnType<ChartDownloads['oci']> {
    const opened = this.#open(repository, access);
    const call = signal ? { signal } : {};
    // What is verified and pulled is what the tag stood for, not what it stands for by then.
    const { digest } = await opened.resolve(tag, call);
    if (access.verify) await verifyArtifact(opened, digest, access.verify, signal);
    const manifest = await opened.manifest(digest, call);
    const chart = selectLayer(manifest, HELM_TYPES.content);
    if (chart.size > maxBytes) {
      throw new OciError(
        'OCI_LIMIT',
        `the chart ${repository}:${tag} has ${chart.size} bytes, more than ${maxBytes}`,
        {
          hint: 'Raise the limit if that is meant.',
        },
      );
    }
    const layers = 'layers' in manifest.manifest ? manifest.manifest.layers : [];
    const provenance = layers.find(({ mediaType }) => mediaType === HELM_TYPES.provenance);
    return {
      chart: opened.blob(chart, call),
      ...(provenance && { provenance: opened.blob(provenance, call) }),
    };
  }

  async #tags(
    repository: string,
    access: ChartRepositoryAccess,
    signal: AbortSignal | undefined,
  ): Promise<readonly string[]> {
    const tags: string[] = [];
    for await (const tag of this.#open(repository, access).tags(signal ? { signal } : {})) tags.push(tag);
    return tags;
  }

  #open(
    repository: string,
    { registry: credentials, allowedRealms, tls, proxy, timeouts, insecure }: ChartRepositoryAccess,
  ): OciRepository {
    return this.#registries.repository(repository, {
      ...(credentials && { credentials }),
      ...(allowedRealms && { allowedRealms }),
      ...(tls && { tls }),
      ...(proxy && { proxy }),
      ...(timeouts && { timeouts }),
      ...(insecure && { insecure }),
    });
  }
}

/** Scheme, host and port decide, as for Helm. */
function isSameOrigin(a: string, b: string): boolean {
  return URL.canParse(a) && URL.canParse(b) && new URL(a).origin === new URL(b).origin;
}

function basic({ username, password }: { readonly username: string; readonly password: string }): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

function withoutClientCertificate({ cert: _cert, key: _key, ...rest }: TlsIdentity): TlsIdentity {
  return rest;
}

function refused(url: string, response: HttpResponse): SourceError {
  const { status } = response;
  response.discard();
  const { host, pathname } = new URL(url);
  const isLogin = status === 401 || status === 403;
  return new SourceError('HELM_DOWNLOAD_FAILED', `${host} answers ${status} for ${pathname}`, {
    retry: 'backoff',
    ...(isLogin && {
      hint: 'Check the credentials; those of a repository go to another host only with passCredentials.',
    }),
  });
}
