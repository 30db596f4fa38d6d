import {
  createHasher,
  createIgnoreMatcher,
  type IgnorePattern,
  normalizePath,
  parseIgnoreFile,
  SOURCE_IGNORE_FILE,
} from '@gitops-toolkit/core';
import { SourceError } from '../errors.ts';
import type { BucketObject } from './bucket-client.ts';
import { type BucketLimits, withDefaultLimits } from './bucket-source.ts';

/** The objects that are wanted, with their entity tags. */
export type BucketIndex = ReadonlyMap<string, string>;

const MAX_KEY_BYTES = 1024;

/**
 * The objects of a list that are wanted: not folders, not the ignore file, nothing that is ignored. Flux's default patterns
 * do not apply to buckets.
 *
 * @throws SourceError `BUCKET_KEY_INVALID` for a key that is no path of a file, `BUCKET_LIMIT`
 */
export async function indexObjects(
  objects: AsyncIterable<BucketObject>,
  patterns: readonly IgnorePattern[],
  limits?: BucketLimits,
): Promise<Map<string, string>> {
  const { maxObjects, maxFiles, maxFileBytes, maxBytes } = withDefaultLimits(limits);
  const matcher = createIgnoreMatcher(patterns);
  const index = new Map<string, string>();
  let [listed, bytes] = [0, 0];
  for await (const { key, etag, size } of objects) {
    if (++listed > maxObjects) throw tooMany(`more than ${maxObjects} objects`, 'maxObjects');
    if (key.endsWith('/') || key === SOURCE_IGNORE_FILE || matcher.ignores(key, false)) continue;
    checkKey(key);
    bytes += size;
    index.set(key, etag);
    if (index.size > maxFiles) throw tooMany(`more than ${maxFiles} files`, 'maxFiles');
    if (size > maxFileBytes) throw tooMany(`a file of ${size} bytes (${quoted(key)})`, 'maxFileBytes');
    if (bytes > maxBytes) throw tooMany(`more than ${maxBytes} bytes`, 'maxBytes');
  }
  checkFolders(index);
  return index;
}

/** The patterns of a bucket's ignore file, and those that win over them. */
export function bucketPatterns(file: Uint8Array | undefined, ignore: string | undefined): IgnorePattern[] {
  const inBucket = file ? parseIgnoreFile(new TextDecoder().decode(file)) : [];
  return [...inBucket, ...parseIgnoreFile(ignore ?? '')];
}

/** SHA-256 over the lines `key etag`, sorted by the bytes of the keys: Flux's revision of a bucket, in hex. */
export function hashIndex(index: BucketIndex): string {
  const hasher = createHasher('sha256');
  const lines = [...index].map(([key, etag]) => [Buffer.from(key), etag] as const);
  lines.sort(([a], [b]) => Buffer.compare(a, b));
  for (const [key, etag] of lines) hasher.update(Buffer.concat([key, Buffer.from(` ${etag}\n`)]));
  return hasher.hex();
}

/** Keys are paths of files, written as such: anything else might be written, or looked for, elsewhere. */
function checkKey(key: string): void {
  const isPath = normalizePath(key) === key && key !== '' && !/[\\\p{Cc}]/u.test(key);
  if (isPath && Buffer.byteLength(key) <= MAX_KEY_BYTES) return;
  throw new SourceError('BUCKET_KEY_INVALID', `the key ${quoted(key)} is no path of a file`, {
    hint: 'Rename the object, or leave it out with `.sourceignore` or spec.ignore: to go without it could delete what was applied from it.',
  });
}

function checkFolders(index: BucketIndex): void {
  for (const key of index.keys()) {
    for (let at = key.indexOf('/'); at !== -1; at = key.indexOf('/', at + 1)) {
      const folder = key.slice(0, at);
      if (!index.has(folder)) continue;
      throw new SourceError(
        'BUCKET_KEY_INVALID',
        `the key ${quoted(folder)} is one of a file and, for ${quoted(key)}, of a folder`,
        { hint: 'Rename one of the objects, or leave it out with `.sourceignore` or spec.ignore.' },
      );
    }
  }
}

function tooMany(what: string, limit: string): SourceError {
  return new SourceError('BUCKET_LIMIT', `the bucket has ${what}`, {
    hint: `Leave objects out with a prefix, \`.sourceignore\` or spec.ignore, or raise limits.${limit}.`,
  });
}

function quoted(key: string): string {
  return JSON.stringify(key.slice(0, 300));
}
