import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';

/** An entry of a pack, honest or not. */
export interface PackEntryInput {
  /** 1 commit, 2 tree, 3 blob, 4 tag, 6 delta by offset, 7 delta by id. */
  readonly type: number;
  readonly data: Uint8Array;
  /** What the header says, where that is not so. */
  readonly size?: number;
  /** The place of the base among the entries, for type 6; a number below 0 is written as a distance. */
  readonly base?: number | string;
  /** The compressed bytes, where they are not the data's. */
  readonly compressed?: Uint8Array;
}

/** Writes a pack entry by entry. */
export function buildPack(
  entries: readonly PackEntryInput[],
  options: { readonly count?: number; readonly version?: number; readonly trailer?: Uint8Array } = {},
): Buffer {
  const header = Buffer.alloc(12);
  header.write('PACK');
  header.writeUInt32BE(options.version ?? 2, 4);
  header.writeUInt32BE(options.count ?? entries.length, 8);
  const parts: Buffer[] = [header];
  const offsets: number[] = [];
  let at = 12;
  for (const entry of entries) {
    const bytes = entryBytes(entry, at, offsets);
    offsets.push(at);
    at += bytes.length;
    parts.push(bytes);
  }
  const pack = Buffer.concat(parts);
  return Buffer.concat([pack, options.trailer ?? createHash('sha1').update(pack).digest()]);
}

function entryBytes(entry: PackEntryInput, at: number, offsets: readonly number[]): Buffer {
  const { type, data, size = data.length, base, compressed = deflateSync(data) } = entry;
  const head = [(type << 4) | (size & 15)];
  for (let rest = Math.floor(size / 16); rest > 0; rest = Math.floor(rest / 128)) {
    head[head.length - 1]! |= 0x80;
    head.push(rest % 128);
  }
  const reference =
    typeof base === 'number'
      ? encodeDistance(base < 0 ? -base : at - (offsets[base] ?? at))
      : Buffer.from(base ?? '', 'hex');
  return Buffer.concat([Buffer.from(head), reference, compressed]);
}

function encodeDistance(distance: number): Buffer {
  const bytes = [distance & 0x7f];
  for (let rest = Math.floor(distance / 128); rest > 0; rest = Math.floor(rest / 128)) {
    rest--;
    bytes.unshift(0x80 | (rest % 128));
  }
  return Buffer.from(bytes);
}

/** A delta that replaces what follows a common beginning. */
export function buildDelta(base: Uint8Array, keep: number, added: Uint8Array): Buffer {
  const parts = [encodeSize(base.length), encodeSize(keep + added.length)];
  if (keep > 0) parts.push(Buffer.from([0x80 | 0x10 | 0x20, keep & 0xff, (keep >> 8) & 0xff]));
  for (let at = 0; at < added.length; at += 127) {
    const piece = added.subarray(at, at + 127);
    parts.push(Buffer.from([piece.length]), Buffer.from(piece));
  }
  return Buffer.concat(parts);
}

/** A size as deltas write it. */
export function encodeSize(size: number): Buffer {
  const bytes: number[] = [];
  let rest = size;
  do {
    bytes.push((rest % 128) | (rest >= 128 ? 0x80 : 0));
    rest = Math.floor(rest / 128);
  } while (rest > 0);
  return Buffer.from(bytes);
}

/** The id of an object. */
export function idOf(type: string, data: Uint8Array): string {
  return createHash('sha1').update(`${type} ${data.length}\0`).update(data).digest('hex');
}
