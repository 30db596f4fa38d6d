import type { GitLimits } from '../limits.ts';
import { type GitObject, type ObjectFormat, type ObjectStore, prepareIds } from '../object-format.ts';
import { createBreather } from '@gitops-toolkit/core/node';
import { ByteWindow } from './byte-window.ts';
import { damaged, MAX_ENTRY_HEADER, readEntryHeader } from './entry-header.ts';
import { compressedBound, inflateObject } from './inflate.ts';
import { PackAllowance } from './pack-allowance.ts';
import { PackChecksum } from './pack-checksum.ts';
import { PackObjects } from './pack-objects.ts';

/** How a pack is read. */
export interface ParsePackOptions {
  readonly format: ObjectFormat;
  readonly limits: Required<GitLimits>;
  /** Where bases are looked up that a thin pack leaves out. @default nowhere */
  readonly bases?: ObjectStore;
  /** What is left to this pack of the limits. @default all */
  readonly allowance?: PackAllowance;
  readonly signal?: AbortSignal;
}

/**
 * Reads a pack as it comes in and holds its objects in memory, each under the id computed from its
 * content: a server can make this fail, but cannot pass one object for another.
 *
 * Compressed bytes are let go as soon as they are unpacked. Between pieces of work the event loop
 * gets its turn.
 */
export async function parsePack(
  source: AsyncIterable<Uint8Array>,
  options: ParsePackOptions,
): Promise<ReadonlyMap<string, GitObject>> {
  const { format, signal, allowance = new PackAllowance(options.limits) } = options;
  const checksum = new PackChecksum(format);
  const window = new ByteWindow(counted(source, allowance, checksum), { passing: true });
  const breathe = createBreather(signal);
  const objects = new PackObjects({ ...options, allowance, breathe });
  prepareIds(format);
  try {
    const count = await readPackHeader(window, allowance);
    for (let i = 0; i < count; i++) {
      await readEntry(window, objects, { format, allowance });
      const pause = breathe();
      if (pause) await pause;
    }
    objects.finish();
    await checkTrailer(window, format, checksum);
    return objects.byId;
  } finally {
    await window.close();
  }
}

async function* counted(
  source: AsyncIterable<Uint8Array>,
  allowance: PackAllowance,
  checksum: PackChecksum,
): AsyncGenerator<Uint8Array> {
  for await (const piece of source) {
    allowance.countPackBytes(piece.length);
    checksum.update(piece);
    yield piece;
  }
}

async function readPackHeader(window: ByteWindow, allowance: PackAllowance): Promise<number> {
  if (!(await window.fill(12))) throw damaged('ends before its header does');
  const header = window.peek(12);
  const view = new DataView(header.buffer, header.byteOffset, 12);
  const [magic, version, count] = [view.getUint32(0), view.getUint32(4), view.getUint32(8)];
  if (magic !== 0x5041_434b) throw damaged('does not begin as a pack does');
  if (version !== 2 && version !== 3) throw damaged(`is of version ${version}, which is not known`);
  allowance.countObjects(count);
  window.consume(12);
  return count;
}

async function readEntry(
  window: ByteWindow,
  objects: PackObjects,
  { format, allowance }: { readonly format: ObjectFormat; readonly allowance: PackAllowance },
): Promise<void> {
  const offset = window.consumed;
  if (window.available < MAX_ENTRY_HEADER) await window.fill(MAX_ENTRY_HEADER);
  const header = readEntryHeader(window.peek(MAX_ENTRY_HEADER), 0, format);
  allowance.countObject(header.size);
  window.consume(header.length);
  // More than any stream of this size takes: one try is enough.
  const bound = compressedBound(header.size);
  if (window.available < bound) await window.fill(bound);
  const inflated = inflateObject(window.peek(bound), header.size);
  if (!inflated) throw damaged('ends in the middle of an object');
  window.consume(inflated.consumed);
  const settling = objects.add(offset, header, inflated.data);
  if (settling) await settling;
}

async function checkTrailer(
  window: ByteWindow,
  { size }: ObjectFormat,
  checksum: PackChecksum,
): Promise<void> {
  if (!(await window.fill(size))) throw damaged('ends before its checksum');
  const stated = Buffer.from(window.peek(size)).toString('hex');
  // What is at the end of the stream is the checksum only where the stream ends with it.
  if (await window.fill(size + 1)) throw damaged('goes on after its checksum');
  const computed = checksum.digest();
  if (computed !== stated) throw damaged(`has the checksum ${computed} and states ${stated}`);
}

/** A store over the objects of a pack. */
export function packStore(format: ObjectFormat, objects: ReadonlyMap<string, GitObject>): ObjectStore {
  return { format, get: (id) => objects.get(id) };
}
