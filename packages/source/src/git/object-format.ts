import { createHash } from 'node:crypto';
import { SourceError } from '../errors.ts';
import { prepareSha1, type Sha1, sha1 } from './sha1/sha1.ts';

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

/**
 * The id of an object, from its content.
 *
 * @throws SourceError `GIT_COLLISION` for an object made so that another has the same id
 */
export function objectId(format: ObjectFormat, type: ObjectType, data: Uint8Array): string {
  const header = `${type} ${data.length}\0`;
  if (format.algorithm === 'sha256') return createHash('sha256').update(header).update(data).digest('hex');
  return requireUnique(type, sha1(header, data));
}

/** Makes what ids are computed with, for who has to wait before there is an object. */
export function prepareIds({ algorithm }: ObjectFormat): void {
  if (algorithm === 'sha1') prepareSha1();
}

/** The digest of an object, where it says which object that is. */
export function requireUnique(type: ObjectType, { digest, collision }: Sha1): string {
  if (!collision) return digest;
  throw new SourceError('GIT_COLLISION', `the ${type} ${digest} is one of two objects made to have this id`, {
    hint: 'Such an object is an attack: find out who has committed it, and remove it. Git refuses it, too.',
  });
}

/** Whether a text is a full object id of either format. */
export function isObjectId(text: string): boolean {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text);
}
