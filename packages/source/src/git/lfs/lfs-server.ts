import { mask } from '@gitops-toolkit/core';
import type { HttpClient, HttpResponse, Proxy, Timeouts, TlsIdentity } from '@gitops-toolkit/core/http';
import { createHash } from 'node:crypto';
import { SourceError } from '../../errors.ts';
import { withCodes } from '../../http-failure.ts';
import { authorizationHeader, type GitCredentials, secretsOf } from '../remote/credentials.ts';
import { GIT_HTTP_CODES } from '../remote/git-http.ts';
import { type LfsDownload, parseBatch } from './batch-answer.ts';
import type { LfsPointer } from './pointer.ts';

const MEDIA_TYPE = 'application/vnd.git-lfs+json';
/** A hundred objects, each with the longest URL and headers that clouds sign. */
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;

/** How a server of large files is spoken to. */
export interface LfsServerOptions {
  readonly client: HttpClient;
  /** Those of the repository: shown to its origin alone. */
  readonly credentials?: GitCredentials;
  readonly tls?: TlsIdentity;
  readonly proxy?: Proxy;
  readonly timeouts?: Timeouts;
  readonly signal?: AbortSignal;
}

/** The large files of one repository, by the batch API of Git LFS. */
export class LfsServer {
  readonly #endpoint: URL;
  readonly #options: LfsServerOptions;

  /** @param repository The URL of the repository, next to which its large files are. */
  constructor(repository: URL, options: LfsServerOptions) {
    const base = repository.href.replace(/\/+$/, '');
    this.#endpoint = new URL(`${base}${base.endsWith('.git') ? '' : '.git'}/info/lfs/objects/batch`);
    this.#options = options;
  }

  /** Asks where objects are; up to a hundred at a time. */
  async locate(objects: readonly LfsPointer[]): Promise<LfsDownload[]> {
    const body = JSON.stringify({
      operation: 'download',
      transfers: ['basic'],
      objects: objects.map(({ oid, size }) => ({ oid, size })),
      hash_algo: 'sha256',
    });
    const authorization = authorizationHeader(this.#options.credentials);
    return withCodes(GIT_HTTP_CODES, async () => {
      const response = await this.#options.client.request({
        ...this.#common(),
        url: this.#endpoint,
        method: 'POST',
        headers: { accept: MEDIA_TYPE, 'content-type': MEDIA_TYPE },
        ...(authorization === undefined ? {} : { secretHeaders: { authorization } }),
        ...(this.#options.tls && { tls: this.#options.tls }),
        body: Buffer.from(body),
        maxBytes: MAX_ANSWER_BYTES,
      });
      this.#checkStatus(response, 'the server of large files');
      const answer = Buffer.from(await response.bytes()).toString('utf8');
      return parseBatch(answer, objects, this.#endpoint, this.#mask);
    });
  }

  /**
   * Brings one object, and gives it out only where it is what its pointer says.
   *
   * @throws `GIT_OBJECT_MISMATCH`, and what an exchange fails with.
   */
  async download({ oid, size, url, headers, isAuthenticated }: LfsDownload): Promise<Uint8Array> {
    const { client, tls, credentials } = this.#options;
    const isOwnOrigin = url.origin === this.#endpoint.origin;
    // What the server signs for this download wins over what is known of the repository.
    const isOwnLogin = isOwnOrigin && !isAuthenticated && headers['authorization'] === undefined;
    const authorization = isOwnLogin ? authorizationHeader(credentials) : undefined;
    return withCodes(GIT_HTTP_CODES, async () => {
      const response = await client.request({
        ...this.#common(),
        url,
        secretHeaders: { ...headers, ...(authorization === undefined ? {} : { authorization }) },
        ...(tls && { tls: isOwnOrigin ? tls : withoutClientCertificate(tls) }),
        maxBytes: size,
      });
      this.#checkStatus(response, `the large file ${oid}`);
      const data = await response.bytes();
      if (data.length === size && createHash('sha256').update(data).digest('hex') === oid) return data;
      throw new SourceError(
        'GIT_OBJECT_MISMATCH',
        `${url.host} has another content than the pointer to ${oid} says`,
        { retry: 'backoff', hint: 'The server of large files, or the way to it, is damaged.' },
      );
    });
  }

  #common(): Pick<LfsServerOptions, 'proxy' | 'timeouts' | 'signal'> {
    const { proxy, timeouts, signal } = this.#options;
    return { ...(proxy && { proxy }), ...(timeouts && { timeouts }), ...(signal && { signal }) };
  }

  readonly #mask = (text: string): string => mask(text, secretsOf(this.#options.credentials));

  #checkStatus(response: HttpResponse, what: string): void {
    const { status, url } = response;
    if (status === 200) return;
    response.discard();
    const message = `${url.host} answers ${status} for ${what}`;
    if (status === 401 || status === 403)
      throw new SourceError('GIT_AUTHENTICATION_FAILED', message, {
        retry: 'backoff',
        hint: 'Check that the credentials of the repository may read its large files.',
      });
    throw new SourceError('GIT_LFS_FAILED', message, {
      retry: 'backoff',
      ...(status === 404 && { hint: 'Check that Git LFS is enabled for the repository.' }),
    });
  }
}

function withoutClientCertificate({ cert: _cert, key: _key, ...rest }: TlsIdentity): TlsIdentity {
  return rest;
}
