import { SourceError } from '../errors.ts';
import type { GitCommit, GitSignature } from '../source-fetcher.ts';
import { isObjectId } from './object-format.ts';

/**
 * Reads a commit.
 *
 * @throws `GIT_PROTOCOL` for a commit without a tree.
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

/** The id and kind of what an annotated tag stands for. */
export function parseTagTarget(raw: Uint8Array): { id: string; type: string } | undefined {
  const { headers } = splitHeaders(raw);
  const id = headers.find(([key]) => key === 'object')?.[1] ?? '';
  const type = headers.find(([key]) => key === 'type')?.[1] ?? '';
  return isObjectId(id) ? { id, type } : undefined;
}

/** The headers up to the first empty line, continuation lines left out, and what follows it. */
function splitHeaders(raw: Uint8Array): { headers: [key: string, value: string][]; message: string } {
  const text = Buffer.from(raw.buffer, raw.byteOffset, raw.length).toString('utf8');
  const end = text.indexOf('\n\n');
  const head = end < 0 ? text : text.slice(0, end);
  const headers = head
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith(' '))
    .map((line): [string, string] => {
      const space = line.indexOf(' ');
      return space < 0 ? [line, ''] : [line.slice(0, space), line.slice(space + 1)];
    });
  return { headers, message: end < 0 ? '' : text.slice(end + 2) };
}

function parseSignature(text: string): GitSignature {
  // Twelve digits are as far as a JavaScript date reaches.
  const [, name = '', email = '', seconds = '0', timezone = '+0000'] =
    /^([^<]*?) ?<([^>]*)>(?: (-?[0-9]{1,12})(?![0-9])(?: ([+-][0-9]{4}))?)?/.exec(text) ?? [];
  return { name, email, seconds: Number(seconds), timezone };
}
