import { SourceError } from '../../errors.ts';

/** What a repository has in place of a large file. */
export interface LfsPointer {
  /** The SHA-256 of the content, in hex. */
  readonly oid: string;
  /** Bytes of the content. */
  readonly size: number;
}

/** A pointer is shorter; what is longer need not be looked at. */
export const MAX_POINTER_BYTES = 1023;

const VERSION = 'version https://git-lfs.github.com/spec/v1';

/**
 * Reads a pointer of Git LFS, version 1 of its specification; `undefined` for all other content.
 *
 * @throws `GIT_LFS_FAILED` for a pointer whose content only an extension on somebody's machine can make.
 */
export function parsePointer(data: Uint8Array): LfsPointer | undefined {
  if (data.length > MAX_POINTER_BYTES || data[0] !== VERSION.charCodeAt(0)) return undefined;
  const [version, ...lines] = Buffer.from(data).toString('utf8').trimEnd().split('\n');
  if (version !== VERSION) return undefined;
  const values = new Map(
    lines.map((line) => [line.split(' ', 1)[0] ?? '', line.slice(line.indexOf(' ') + 1)]),
  );
  const oid = /^sha256:([0-9a-f]{64})$/.exec(values.get('oid') ?? '')?.[1];
  const size = values.get('size') ?? '';
  if (oid === undefined || !/^\d{1,15}$/.test(size)) return undefined;
  const extension = [...values.keys()].find((key) => key.startsWith('ext-'));
  if (extension !== undefined)
    throw new SourceError('GIT_LFS_FAILED', `a file was stored by an extension of Git LFS: ${extension}`, {
      hint: 'Only files that are stored as they are can be fetched.',
    });
  return { oid, size: Number(size) };
}
