import { OciError } from '../errors.ts';
import { type Descriptor, isIndex, MEDIA_TYPES } from '../model.ts';
import { parseManifest } from './parse-manifest.ts';
import type { RepositorySession } from '../repository-session.ts';
import { fetchManifest } from './manifests.ts';
import { nextPage } from './tags.ts';

const MAX_PAGE_BYTES = 4 * 1024 * 1024;
const MAX_REFERRERS = 1000;

/** What is looked for. */
export interface ReferrerOptions {
  /** Only those of this type. */
  readonly artifactType?: string;
  readonly signal?: AbortSignal;
}

/**
 * The manifests that say that they belong to another: signatures, attestations, bills of materials. A registry without
 * the API (404) keeps them in an index under a tag; any other failure is one, and never "there are none".
 *
 * @throws {@link OciError}
 */
export async function listReferrers(
  session: RepositorySession,
  digest: string,
  options: ReferrerOptions = {},
): Promise<readonly Descriptor[]> {
  const { artifactType, signal } = options;
  const found = (await fromApi(session, digest, options)) ?? (await fromTag(session, digest, signal));
  // A registry need not filter, and one that says it did is not believed.
  return artifactType === undefined ? found : found.filter((item) => item.artifactType === artifactType);
}

/** The tag that stands in for the API (distribution spec 1.1, "Referrers tag schema"). */
export function referrersTag(digest: string): string {
  return digest.replace(':', '-').slice(0, 128);
}

async function fromApi(
  session: RepositorySession,
  digest: string,
  { artifactType, signal }: ReferrerOptions,
): Promise<Descriptor[] | undefined> {
  const query = artifactType === undefined ? '' : `?artifactType=${encodeURIComponent(artifactType)}`;
  let path: string | undefined = `/v2/${session.name}/referrers/${digest}${query}`;
  const seen = new Set<string>();
  const found: Descriptor[] = [];
  while (path !== undefined) {
    if (seen.has(path)) throw tooMany(session, digest);
    seen.add(path);
    const request = { path, headers: { accept: MEDIA_TYPES.ociIndex }, maxBytes: MAX_PAGE_BYTES, signal };
    const response = await session.send(request, [200, 404]);
    if (response.status === 404) {
      response.discard();
      if (seen.size === 1) return undefined;
      throw new OciError('OCI_ANSWER_INVALID', `${session.registry} lost a page of referrers`, {
        retry: 'backoff',
      });
    }
    const index = parseManifest(await response.bytes(), MEDIA_TYPES.ociIndex);
    if (isIndex(index)) found.push(...index.manifests);
    if (found.length > MAX_REFERRERS) throw tooMany(session, digest);
    path = nextPage(session, path, response.headers['link']);
  }
  return found;
}

async function fromTag(
  session: RepositorySession,
  digest: string,
  signal: AbortSignal | undefined,
): Promise<readonly Descriptor[]> {
  try {
    const { manifest } = await fetchManifest(session, referrersTag(digest), signal);
    const found = isIndex(manifest) ? manifest.manifests : [];
    if (found.length > MAX_REFERRERS) throw tooMany(session, digest);
    return found;
  } catch (error) {
    if (error instanceof OciError && error.code === 'OCI_NOT_FOUND') return [];
    throw error;
  }
}

function tooMany(session: RepositorySession, digest: string): OciError {
  return new OciError(
    'OCI_LIMIT',
    `${session.registry}/${session.name} names more than ${MAX_REFERRERS} referrers of ${digest}`,
  );
}
