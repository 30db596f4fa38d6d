import { OciError } from '../errors.ts';
import type { RepositorySession } from '../repository-session.ts';
import { isTag } from '../reference.ts';

const MAX_PAGE_BYTES = 8 * 1024 * 1024;
const MAX_PAGES = 10_000;

/** What is listed. */
export interface TagOptions {
  /**
   * How many tags are asked for at once. Some registries cut their list there without a word of more.
   * @default what the registry gives
   */
  readonly pageSize?: number;
  /** How many are taken at most: more are an error. @default 100 000 */
  readonly maxTags?: number;
  readonly signal?: AbortSignal;
}

/**
 * The tags of a repository, page by page: a page ends with the address of the next, whatever its length. What is no tag is
 * left out.
 *
 * @throws {@link OciError} `OCI_LIMIT` for pages without an end
 */
export async function* listTags(
  session: RepositorySession,
  options: TagOptions = {},
): AsyncGenerator<string> {
  const { pageSize, maxTags = 100_000, signal } = options;
  const query = pageSize === undefined ? '' : `?n=${pageSize}`;
  const seen = new Set<string>();
  let path: string | undefined = `/v2/${session.name}/tags/list${query}`;
  let count = 0;
  while (path !== undefined) {
    // The same page twice would never end.
    if (seen.has(path) || seen.size >= MAX_PAGES) throw endless(session);
    seen.add(path);
    const response = await session.send({ path, maxBytes: MAX_PAGE_BYTES, signal }, [200]);
    const tags = tagsIn(await response.bytes());
    for (const tag of tags) {
      if (++count > maxTags) throw endless(session);
      if (isTag(tag)) yield tag;
    }
    path = nextPage(session, path, response.headers['link']);
  }
}

/** The path with its query in `Link: <…>; rel="next"`, which must be of the same registry. */
export function nextPage(
  session: RepositorySession,
  fromPath: string,
  header: string | string[] | undefined,
): string | undefined {
  const text = Array.isArray(header) ? header.join(',') : (header ?? '');
  const target = /<([^>]+)>\s*;[^,]*\brel="?next"?/.exec(text)?.[1];
  const from = session.resolve(fromPath);
  if (target === undefined || !URL.canParse(target, from.href)) return undefined;
  const url = new URL(target, from);
  if (url.origin === from.origin) return `${url.pathname}${url.search}`;
  throw new OciError(
    'OCI_ANSWER_INVALID',
    `${session.registry} sends to ${url.host} for the next page of a list`,
  );
}

function tagsIn(bytes: Uint8Array): string[] {
  try {
    const { tags } = JSON.parse(Buffer.from(bytes).toString('utf8')) as { tags?: unknown };
    if (tags === null || tags === undefined) return [];
    if (Array.isArray(tags)) return tags.filter((tag) => typeof tag === 'string');
  } catch {
    // Said below.
  }
  throw new OciError('OCI_ANSWER_INVALID', 'the registry answers with no list of tags', { retry: 'backoff' });
}

function endless(session: RepositorySession): OciError {
  return new OciError(
    'OCI_LIMIT',
    `the list of tags of ${session.registry}/${session.name} has no end, or is too long`,
    {
      hint: 'Name the tag, or raise maxTags.',
    },
  );
}
