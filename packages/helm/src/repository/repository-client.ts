import { HelmError } from '../errors.ts';
import type { ChartFetch } from './chart-fetch.ts';
import { indexUrl } from './chart-url.ts';
import { fetchFailure, noFetch } from './fetch-failure.ts';
import { readIndex, type ReadIndexOptions } from './read-index.ts';
import type { RepositoryIndex } from './repository-index.ts';

/** How the index of a repository is fetched. */
export interface FetchIndexOptions extends Omit<ReadIndexOptions, 'name'> {
  readonly fetch: ChartFetch;
}

const MAX_INDEX_BYTES = 50 * 1024 * 1024;

/**
 * Fetches and reads the index of an HTTP repository.
 *
 * @throws HelmError `HELM_FETCH_FAILED`, `HELM_INDEX_INVALID`, `HELM_LIMIT`; the reason of the signal.
 */
export async function fetchIndex(repository: string, options: FetchIndexOptions): Promise<RepositoryIndex> {
  const { fetch, signal } = options;
  if (!fetch.http || !/^https?:/i.test(repository)) throw noFetch(repository.split(':', 1)[0] ?? '');
  const maxBytes = options.limits?.indexBytes ?? MAX_INDEX_BYTES;
  try {
    const answer = await fetch.http(indexUrl(repository), {
      kind: 'index',
      maxBytes,
      repository,
      ...(signal && { signal }),
    });
    const source = answer instanceof Uint8Array ? [answer] : (answer ?? []);
    return await readIndex(source, { ...options, name: repository });
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof HelmError) throw error;
    throw fetchFailure(
      `looks like ${JSON.stringify(repository)} is not a valid chart repository or cannot be reached`,
      error,
    );
  }
}
