import { type Clock, systemClock } from '@gitops-toolkit/core';
import {
  type AddressPolicy,
  HttpClient,
  type Proxy,
  type RetryOptions,
  type Timeouts,
  type TlsIdentity,
} from '@gitops-toolkit/core/http';
import { Authorizer } from './auth/authorizer.ts';
import { RegistryMemory } from './auth/registry-memory.ts';
import type { CredentialStore } from './credentials/credential-store.ts';
import { DOCKER_HUB, type OciReference, parseReference } from './reference.ts';
import { RegistryHttp } from './registry-http.ts';
import { OciRepository } from './repository.ts';
import { RepositorySession } from './repository-session.ts';

/** What belongs to the process. */
export interface OciClientOptions {
  /** @default one of its own */
  readonly http?: HttpClient;
  /** Which addresses its own one may dial, for registries and for what these lead to. @default all */
  readonly addresses?: AddressPolicy;
  readonly clock?: Clock;
}

/** What belongs to who asks. */
export interface RepositoryOptions {
  /** @default none: what anybody may read */
  readonly credentials?: CredentialStore;
  /**
   * Takes any certificate of the registry where there is no `tls`, and speaks HTTP, without TLS, where it has no HTTPS.
   * @default false
   */
  readonly insecure?: boolean;
  readonly tls?: TlsIdentity;
  /** Everything goes through it: also tokens, and blobs from elsewhere. @default none */
  readonly proxy?: Proxy;
  readonly timeouts?: Timeouts;
  readonly retries?: RetryOptions;
  /** Hosts beside the registry's own domain that it may send its clients to for a token. */
  readonly allowedRealms?: readonly string[];
}

/** The host that Docker Hub serves images at. */
const DOCKER_HUB_HOST = 'registry-1.docker.io';

/**
 * A client of OCI registries (distribution spec 1.1): connections and tokens are kept between calls.
 *
 * @example
 * ```ts no-run
 * import { OciClient } from '@gitops-toolkit/oci';
 * await using client = new OciClient();
 * const repository = client.repository('ghcr.io/stefanprodan/manifests/podinfo');
 * const { digest } = await repository.resolve('latest');
 * const { manifest } = await repository.manifest(digest);
 * for await (const tag of repository.tags()) console.log(tag);
 * ```
 */
export class OciClient implements AsyncDisposable {
  readonly #http: HttpClient;
  readonly #ownsHttp: boolean;
  readonly #memory: RegistryMemory;

  constructor(options: OciClientOptions = {}) {
    const { addresses, clock = systemClock, http } = options;
    this.#ownsHttp = http === undefined;
    this.#http = http ?? new HttpClient({ clock, ...(addresses && { addresses }) });
    this.#memory = new RegistryMemory(clock);
  }

  /**
   * A repository, for calls to it. Nothing is asked yet.
   *
   * @param reference its tag and digest do not matter
   * @throws {@link OciError} `OCI_REFERENCE_INVALID`
   */
  repository(reference: string | OciReference, options: RepositoryOptions = {}): OciRepository {
    const { registry, repository: name } =
      typeof reference === 'string' ? parseReference(reference) : reference;
    const { credentials, insecure = false, tls, proxy, timeouts, retries, allowedRealms } = options;
    const host = registry === DOCKER_HUB ? DOCKER_HUB_HOST : registry;
    const http = new RegistryHttp({
      client: this.#http,
      base: this.#memory.baseOf(host, insecure),
      ...(tls ? { tls } : insecure && { tls: { insecureSkipVerify: true } }),
      ...(proxy && { proxy }),
      ...(timeouts && { timeouts }),
      ...(retries && { retries }),
    });
    const authorizer = new Authorizer({
      registry: host,
      http,
      memory: this.#memory,
      insecure,
      ...(allowedRealms && { allowedHosts: allowedRealms }),
    });
    return new OciRepository(new RepositorySession({ registry, name, http, authorizer, credentials }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#ownsHttp) await this.#http[Symbol.asyncDispose]();
  }
}
