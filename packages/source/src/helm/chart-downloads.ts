import type { Proxy, Timeouts, TlsIdentity } from '@gitops-toolkit/core/http';
import type { CredentialStore } from '@gitops-toolkit/oci';
import type { OciVerification } from '../oci/verification.ts';

/** How a repository of charts is got into. */
export interface ChartRepositoryAccess {
  /** A name and a password, sent to the repository's own origin. */
  readonly credentials?: { readonly username: string; readonly password: string };
  /** Sends them, and shows the client's certificate, also to other hosts that the index names. @default false */
  readonly passCredentials?: boolean;
  /** Of a registry: `oci://`. */
  readonly registry?: CredentialStore;
  /** Of a registry: hosts beside its own domain that it may send its clients to for a token. @default none */
  readonly allowedRealms?: readonly string[];
  readonly tls?: TlsIdentity;
  readonly proxy?: Proxy;
  readonly timeouts?: Timeouts;
  /** Of a registry: takes any certificate, or plain HTTP. @default false */
  readonly insecure?: boolean;
  /** Charts of a registry are not given out that are not signed as this asks for. @default nothing need be signed */
  readonly verify?: OciVerification;
}

/** What is downloaded, and how much of it may come. */
export interface ChartDownload {
  readonly kind: 'index' | 'chart' | 'provenance';
  readonly maxBytes: number;
  /** The address of the repository: credentials are for its origin. */
  readonly repository: string;
  readonly signal?: AbortSignal;
}

/** Downloads of one repository: the `ChartFetch` that the functions of `@gitops-toolkit/helm` take. */
export interface ChartDownloads {
  /** `undefined` for a provenance file that is not there. */
  readonly http: (url: string, download: ChartDownload) => Promise<AsyncIterable<Uint8Array> | undefined>;
  /** The layers of a chart under a tag: `oci://registry.example.com/charts/web`. */
  readonly oci: (
    repository: string,
    tag: string,
    download: ChartDownload,
  ) => Promise<{
    readonly chart: AsyncIterable<Uint8Array>;
    readonly provenance?: AsyncIterable<Uint8Array>;
  }>;
  readonly ociTags: (
    repository: string,
    options: Pick<ChartDownload, 'signal'>,
  ) => Promise<readonly string[]>;
}

/** What is known of an index that was fetched before. */
export interface KnownIndex {
  /** The entity tag that the server gave. */
  readonly etag: string;
}

/** An index that came, piece by piece. */
export interface FetchedIndex {
  readonly body: AsyncIterable<Uint8Array>;
  readonly etag?: string;
}
