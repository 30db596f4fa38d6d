import { SourceError } from '../../errors.ts';
import type { ObjectFormat, ObjectType } from '../object-format.ts';

/** What stands before the compressed bytes of an entry of a pack. */
export interface EntryHeader {
  /** The bytes that the header takes. */
  readonly length: number;
  /** The size of what follows once unpacked: of the object, or of the delta. */
  readonly size: number;
  readonly type: ObjectType | 'offset-delta' | 'id-delta';
  /** How far back the base stands, for `offset-delta`. */
  readonly distance: number;
  /** The id of the base, for `id-delta`. */
  readonly base: string;
}

/** Longer headers say more than any size may be. */
export const MAX_ENTRY_HEADER: number = 10 + 32;

const TYPES: readonly (EntryHeader['type'] | undefined)[] = [
  undefined,
  'commit',
  'tree',
  'blob',
  'tag',
  undefined,
  'offset-delta',
  'id-delta',
];

/** Reads the header of the entry at an offset. */
export function readEntryHeader(data: Uint8Array, offset: number, format: ObjectFormat): EntryHeader {
  let at = offset;
  let byte = data[at++] ?? 0;
  const type = TYPES[(byte >> 4) & 7];
  if (type === undefined) throw damaged('has an entry of an unknown kind');
  let size = byte & 15;
  for (let scale = 16; (byte & 0x80) !== 0; scale *= 128) {
    byte = data[at++] ?? 0;
    size += (byte & 0x7f) * scale;
    if (!Number.isSafeInteger(size)) throw damaged('states an impossible size');
  }
  let distance = 0;
  let base = '';
  if (type === 'offset-delta') {
    byte = data[at++] ?? 0;
    distance = byte & 0x7f;
    while ((byte & 0x80) !== 0) {
      byte = data[at++] ?? 0;
      distance = (distance + 1) * 128 + (byte & 0x7f);
      if (!Number.isSafeInteger(distance)) throw damaged('states an impossible offset');
    }
  } else if (type === 'id-delta') {
    base = Buffer.from(data.buffer, data.byteOffset + at, Math.min(format.size, data.length - at)).toString(
      'hex',
    );
    at += format.size;
  }
  if (at > data.length) throw damaged('ends in the middle of an entry');
  return { length: at - offset, size, type, distance, base };
}

/** The error of a pack that is not what a pack must be. */
export function damaged(words: string, cause?: unknown): SourceError {
  return new SourceError('GIT_PROTOCOL', `the pack ${words}`, { cause, retry: 'backoff' });
}
