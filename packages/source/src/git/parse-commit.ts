import { SourceError } from '../errors.ts';
import type { GitCommit, GitSignature } from '../source-fetcher.ts';
import { isObjectId } from './object-format.ts';

/** Taken apart, headers need many times their bytes. Merges of dozens of signed tags have less. */
export const MAX_HEADER_BYTES: number = 1024 * 1024;

/**
 * Reads a commit.
 *
 * @throws `GIT_PROTOCOL` for a commit without a tree; `GIT_LIMIT` for headers of more than a megabyte.
 */
export function parseCommit(id: string, raw: Uint8Array): GitCommit {
  const { headers, message } = splitHeaders(raw);
  const tree = headers.find(([key]) => key === 'tree')?.[1] ?? '';
  if (!isObjectId(tree)) throw new SourceError('GIT_PROTOCOL', `the commit ${id} names no tree`);
  return {
    id,
    tree,
    parents: headers.filter(([key]) => key === 'parent').map(([, value]) => value),
    author: parseSignature(headers.find(([key]) => key === 'author')?.[1] ?? ''),
    committer: parseSignature(headers.find(([key]) => key === 'committer')?.[1] ?? ''),
    message,
    raw,
  };
}

/** The id and kind of what an annotated tag stands for. @throws `GIT_LIMIT` */
export function parseTagTarget(raw: Uint8Array): { id: string; type: string } | undefined {
  const { headers } = splitHeaders(raw);
  const id = headers.find(([key]) => key === 'object')?.[1] ?? '';
  const type = headers.find(([key]) => key === 'type')?.[1] ?? '';
  return isObjectId(id) ? { id, type } : undefined;
}

/** The headers up to the first empty line, continuation lines left out, and what follows it. */
function splitHeaders(raw: Uint8Array): { headers: [key: string, value: string][]; message: string } {
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.length);
  const found = bytes.indexOf('\n\n');
  const end = found < 0 ? bytes.length : found;
  if (end > MAX_HEADER_BYTES)
    throw new SourceError('GIT_LIMIT', `a commit or tag has more than ${MAX_HEADER_BYTES} bytes of headers`);
  const headers = bytes
    .toString('utf8', 0, end)
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith(' '))
    .map((line): [string, string] => {
      const space = line.indexOf(' ');
      return space < 0 ? [line, ''] : [line.slice(0, space), line.slice(space + 1)];
    });
  return { headers, message: bytes.toString('utf8', end + 2) };
}

function parseSignature(text: string): GitSignature {
  // Twelve digits are as far as a JavaScript date reaches.
  const [, name = '', email = '', seconds = '0', timezone = '+0000'] =
    /^([^<]*?) ?<([^>]*)>(?: (-?[0-9]{1,12})(?![0-9])(?: ([+-][0-9]{4}))?)?/.exec(text) ?? [];
  return { name, email, seconds: Number(seconds), timezone };
}
