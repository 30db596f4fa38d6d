import type { ConnectionOptions } from 'node:tls';

/** Certificates for servers with their own authority, and for clients that show one. All in PEM. */
export interface TlsIdentity {
  /** Trusted beside the authorities that the system trusts. */
  readonly ca?: string;
  /** Trusts `ca` in place of the system's authorities. @default false */
  readonly exclusiveCa?: boolean;
  readonly cert?: string;
  readonly key?: string;
  /** The name that the server's certificate must be for. @default the host of the URL */
  readonly serverName?: string;
  /** Accepts any certificate of the server. @default false */
  readonly insecureSkipVerify?: boolean;
}

/** An identity as Node takes it. */
export async function tlsOptions(tls: TlsIdentity): Promise<ConnectionOptions> {
  return {
    // Node takes `ca` in place of its own list; Flux adds to the system's.
    ...(tls.ca === undefined ? {} : { ca: [...(tls.exclusiveCa ? [] : await systemAuthorities()), tls.ca] }),
    ...(tls.cert === undefined ? {} : { cert: tls.cert }),
    ...(tls.key === undefined ? {} : { key: tls.key }),
    ...(tls.serverName === undefined ? {} : { servername: tls.serverName }),
    ...(tls.insecureSkipVerify ? { rejectUnauthorized: false } : {}),
  };
}

async function systemAuthorities(): Promise<readonly string[]> {
  const { getCACertificates, rootCertificates } = await import('node:tls');
  return typeof getCACertificates === 'function' ? getCACertificates('default') : rootCertificates;
}
