import { ask, askJson, malformed, textIn } from '../ask.ts';
import { variable } from '../environment.ts';
import type { IdentityOptions } from '../identity-options.ts';
import { type GoogleToken, SCOPES } from './google-token.ts';

const HOST = 'metadata.google.internal';
const HEADERS = { 'metadata-flavor': 'Google' };

/** The token of the instance's or the pod's service account, from the metadata server. */
export async function metadataToken(options: IdentityOptions): Promise<GoogleToken> {
  const url = `${metadata(options)}instance/service-accounts/default/token?scopes=${SCOPES.join(',')}`;
  return tokenIn(await askJson(options, { url, headers: HEADERS }), url, options);
}

/** The audience that a cluster of GKE has at Google's Security Token Service, and its pool of identities. */
export async function clusterAudience(options: IdentityOptions): Promise<{ pool: string; audience: string }> {
  const read = (path: string): Promise<string> =>
    ask(options, { url: metadata(options) + path, headers: HEADERS });
  const [project, location, name] = await Promise.all(
    ['project/project-id', 'instance/attributes/cluster-location', 'instance/attributes/cluster-name'].map(
      read,
    ),
  );
  if (!project || !location || !name) throw malformed(metadata(options), 'no name of a cluster');
  const pool = `${project}.svc.id.goog`;
  const provider = `https://container.googleapis.com/v1/projects/${project}/locations/${location}/clusters/${name}`;
  return { pool, audience: `identitynamespace:${pool}:${provider}` };
}

/** The token in an answer of Google's. */
export function tokenIn(answer: Record<string, unknown>, url: string, options: IdentityOptions): GoogleToken {
  const seconds = answer['expires_in'];
  if (typeof seconds !== 'number') throw malformed(url, 'no expires_in');
  const now = options.clock?.now() ?? Date.now();
  return { token: textIn(answer, 'access_token', url), expiresAtMs: now + seconds * 1000 };
}

function metadata(options: IdentityOptions): string {
  return `http://${variable(options, 'GCE_METADATA_HOST') ?? HOST}/computeMetadata/v1/`;
}
