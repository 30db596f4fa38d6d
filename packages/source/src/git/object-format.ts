import { createHash, hash } from 'node:crypto';

/** How a repository names its objects: by SHA-1, or, where it was made so, by SHA-256. */
export interface ObjectFormat {
  readonly algorithm: 'sha1' | 'sha256';
  /** Bytes of an id. */
  readonly size: number;
}

export const SHA1: ObjectFormat = { algorithm: 'sha1', size: 20 };
export const SHA256: ObjectFormat = { algorithm: 'sha256', size: 32 };

/** The kinds of objects that a repository holds. */
export type ObjectType = 'commit' | 'tree' | 'blob' | 'tag';

/** An object with its content. */
export interface GitObject {
  readonly type: ObjectType;
  readonly data: Uint8Array;
}

/** Where objects are looked up by id. */
export interface ObjectStore {
  readonly format: ObjectFormat;
  get(id: string): GitObject | undefined;
  /** Lets files go that were opened. */
  close?(): void;
}

/** Copying a small object beside its header is cheaper than a second call into the hash. */
const COPY_LIMIT = 4096;
const scratch = Buffer.allocUnsafe(COPY_LIMIT + 32);

/** The id of an object, from its content. */
export function objectId(format: ObjectFormat, type: ObjectType, data: Uint8Array): string {
  const header = `${type} ${data.length}\0`;
  if (data.length > COPY_LIMIT) return createHash(format.algorithm).update(header).update(data).digest('hex');
  const length = scratch.write(header, 0, 'latin1');
  scratch.set(data, length);
  return hash(format.algorithm, scratch.subarray(0, length + data.length), 'hex');
}

/** Whether a text is a full object id of either format. */
export function isObjectId(text: string): boolean {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text);
}
