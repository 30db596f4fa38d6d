/**
 * A bearer token, or where the current one comes from. With `refresh` the last one was refused
 * (401), so a cached one must not be given again.
 */
export type TokenSource = string | ((options?: { readonly refresh?: boolean }) => Promise<string>);

/** As whom requests are made; the caller's own identity needs the `impersonate` verb on it. */
export interface Impersonation {
  readonly user: string;
  readonly groups?: readonly string[];
  readonly uid?: string;
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

/** A client certificate with its key, as PEM text. */
export interface ClientCertificate {
  readonly cert: string;
  readonly key: string;
}

/** Gives a client certificate; `refresh` says that the last one was refused. */
export type ClientCertificateSource = (options?: {
  readonly refresh?: boolean;
}) => Promise<ClientCertificate>;

/** How to reach a cluster, and as whom. Certificates and keys are PEM text. */
export interface ClusterConfig {
  /** The address of the API server; a path in it is kept (`https://host/k8s/clusters/c1`). */
  readonly server: string;
  /** The authorities that the server's certificate is checked against. @default the machine's */
  readonly ca?: string;
  /** The client certificate. */
  readonly cert?: string;
  /** The key of the client certificate. */
  readonly key?: string;
  /**
   * Gives the client certificate of now, where it changes: asked before each request, and again after a 401.
   * Goes before `cert` and `key`.
   */
  readonly clientCertificate?: ClientCertificateSource;
  /** Accepts any server certificate: whoever answers gets the credentials. @default false */
  readonly insecureSkipTlsVerify?: boolean;
  /** The name that the server's certificate is checked for, where it is not the address's. */
  readonly tlsServerName?: string;
  readonly token?: TokenSource;
  readonly username?: string;
  readonly password?: string;
  readonly impersonate?: Impersonation;
  /** Where objects go that name no namespace. @default 'default' */
  readonly namespace?: string;
  /** An HTTP proxy, `http://host:port`. Proxies of the environment are not used. */
  readonly proxyUrl?: string;
}
