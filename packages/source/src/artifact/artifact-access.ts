import type { TlsIdentity } from '@gitops-toolkit/core/http';

/** What a server of artifacts wants of those who fetch. It is shown to this server alone, whatever URLs artifacts have. */
export interface ArtifactAccess {
  /** Scheme, host and port of the server, such as `https://source-controller:9090`. */
  readonly origin: string;
  /** Goes as `Authorization: Bearer …`. A function is asked for each fetch, for a token that is replaced. */
  readonly token?: string | (() => string | Promise<string>);
  /** For a server with an authority of its own, or one that wants certificates. */
  readonly tls?: TlsIdentity;
}

/** What a fetch from a URL has to show: nothing to any other server than the one of this access. */
export async function accessTo(
  url: URL,
  access: ArtifactAccess | undefined,
): Promise<{ readonly token?: string; readonly tls?: TlsIdentity }> {
  if (!access || url.origin !== new URL(access.origin).origin) return {};
  const { token, tls } = access;
  return {
    ...(token !== undefined && { token: typeof token === 'string' ? token : await token() }),
    ...(tls && { tls }),
  };
}
