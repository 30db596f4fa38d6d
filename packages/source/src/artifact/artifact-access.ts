import type { TlsIdentity } from '@gitops-toolkit/core/http';
import type { ArtifactToken } from './artifact-token.ts';

/** What a server of artifacts wants of those who fetch. It is shown to this server alone, whatever URLs artifacts have. */
export interface ArtifactAccess {
  /** Scheme, host and port of the server, such as `https://source-controller:9090`. */
  readonly origin: string;
  /** Goes as `Authorization: Bearer …`, without white space around it. A function is asked for each fetch, for a token that is replaced. */
  readonly token?: ArtifactToken;
  /** For a server with an authority of its own, or one that wants certificates. */
  readonly tls?: TlsIdentity;
}

/** What a fetch from a URL has to show: nothing to any other server than the one of this access. */
export function accessTo(
  url: URL,
  access: ArtifactAccess | undefined,
): Pick<ArtifactAccess, 'tls' | 'token'> {
  if (!access || url.origin !== new URL(access.origin).origin) return {};
  const { token, tls } = access;
  return { ...(token !== undefined && { token }), ...(tls && { tls }) };
}
