import { createHash } from 'node:crypto';
import { SourceError } from '../../errors.ts';
import type { GitLimits } from '../limits.ts';
import { type GitObject, type ObjectFormat, objectId, type ObjectStore } from '../object-format.ts';
import { createBreather } from '@gitops-toolkit/core/node';
import { ByteWindow } from './byte-window.ts';
import { applyDelta } from './delta.ts';
import { damaged, type EntryHeader, MAX_ENTRY_HEADER, readEntryHeader } from './entry-header.ts';
import { compressedBound, inflateObject } from './inflate.ts';
import { PackAllowance } from './pack-allowance.ts';

/** An object of the pack, and how many deltas stand between it and a whole one. */
interface PackedObject extends GitObject {
  readonly depth: number;
}

/** A delta whose base has not come yet. */
interface WaitingDelta {
  readonly offset: number;
  readonly delta: Uint8Array;
}

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
  const checksum = createHash(format.algorithm);
  const onConsume = (bytes: Uint8Array): void => {
    allowance.countPackBytes(bytes.length);
    checksum.update(bytes);
  };
  const window = new ByteWindow(source, { onConsume, passing: true });
  const objects = new PackObjects(options, allowance);
  const breathe = createBreather(signal);
  try {
    const count = await readPackHeader(window, allowance);
    for (let i = 0; i < count; i++) {
      await readEntry(window, objects, options);
      await breathe();
    }
    objects.finish();
    await checkTrailer(window, format, () => checksum.digest('hex'));
    return objects.byId;
  } finally {
    await window.close();
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

async function readEntry(window: ByteWindow, objects: PackObjects, options: ParsePackOptions): Promise<void> {
  const offset = window.consumed;
  if (window.available < MAX_ENTRY_HEADER) await window.fill(MAX_ENTRY_HEADER);
  const header = readEntryHeader(window.peek(MAX_ENTRY_HEADER), 0, options.format);
  objects.allowance.countObject(header.size);
  window.consume(header.length);
  // More than any stream of this size takes: one try is enough.
  const bound = compressedBound(header.size);
  await window.fill(bound);
  const inflated = inflateObject(window.peek(bound), header.size);
  if (!inflated) throw damaged('ends in the middle of an object');
  window.consume(inflated.consumed);
  objects.add(offset, header, inflated.data);
}

async function checkTrailer(window: ByteWindow, format: ObjectFormat, digest: () => string): Promise<void> {
  if (!(await window.fill(format.size))) throw damaged('ends before its checksum');
  const computed = digest();
  const stated = Buffer.from(window.peek(format.size)).toString('hex');
  if (computed !== stated) throw damaged(`has the checksum ${computed} and states ${stated}`);
  if (await window.fill(format.size + 1)) throw damaged('goes on after its checksum');
}

/** The objects of a pack, by place while it is read, and by id. */
class PackObjects {
  readonly byId = new Map<string, PackedObject>();
  readonly #byOffset = new Map<number, PackedObject>();
  readonly #waitingForId = new Map<string, WaitingDelta[]>();
  readonly #waitingForOffset = new Map<number, WaitingDelta[]>();
  readonly allowance: PackAllowance;
  readonly #options: ParsePackOptions;
  #waiting = 0;

  constructor(options: ParsePackOptions, allowance: PackAllowance) {
    this.#options = options;
    this.allowance = allowance;
  }

  add(offset: number, header: EntryHeader, data: Uint8Array): void {
    if (header.type === 'offset-delta') {
      const place = offset - header.distance;
      const base = this.#byOffset.get(place);
      if (header.distance === 0 || place < 12) throw damaged('holds a delta without a base');
      // A base that is itself waiting for its own.
      if (!base) this.#wait(this.#waitingForOffset, place, { offset, delta: data });
      else this.#settle({ offset, delta: data }, base);
    } else if (header.type === 'id-delta') {
      const base = this.byId.get(header.base) ?? this.#external(header.base);
      if (!base) this.#wait(this.#waitingForId, header.base, { offset, delta: data });
      else this.#settle({ offset, delta: data }, base);
    } else {
      this.#insert(offset, { type: header.type, data, depth: 0 });
    }
  }

  /** Throws where a delta has still no base. */
  finish(): void {
    if (this.#waiting > 0) throw damaged(`holds ${this.#waiting} deltas without their bases`);
    this.#byOffset.clear();
  }

  #external(id: string): PackedObject | undefined {
    const object = this.#options.bases?.get(id);
    return object && { ...object, depth: 0 };
  }

  #wait<Key>(waiting: Map<Key, WaitingDelta[]>, key: Key, delta: WaitingDelta): void {
    const others = waiting.get(key);
    if (others) others.push(delta);
    else waiting.set(key, [delta]);
    this.#waiting++;
  }

  #settle(delta: WaitingDelta, base: PackedObject): void {
    this.#insert(delta.offset, this.#resolve(delta.delta, base));
  }

  #resolve(delta: Uint8Array, base: PackedObject): PackedObject {
    const { maxDeltaDepth, maxObjectBytes } = this.#options.limits;
    if (base.depth >= maxDeltaDepth) {
      throw new SourceError('GIT_LIMIT', `the pack holds chains of more than ${maxDeltaDepth} deltas`);
    }
    const data = applyDelta(base.data, delta, maxObjectBytes);
    this.allowance.countObject(data.length);
    return { type: base.type, data, depth: base.depth + 1 };
  }

  /** Takes an object in, and whatever waited for it, without recursion. */
  #insert(offset: number, object: PackedObject): void {
    const ready: [offset: number, object: PackedObject][] = [[offset, object]];
    for (let next = ready.pop(); next; next = ready.pop()) {
      const [place, found] = next;
      const id = objectId(this.#options.format, found.type, found.data);
      this.byId.set(id, found);
      this.#byOffset.set(place, found);
      if (this.#waiting === 0) continue;
      const deltas = [...(this.#waitingForId.get(id) ?? []), ...(this.#waitingForOffset.get(place) ?? [])];
      this.#waitingForId.delete(id);
      this.#waitingForOffset.delete(place);
      this.#waiting -= deltas.length;
      for (const delta of deltas) ready.push([delta.offset, this.#resolve(delta.delta, found)]);
    }
  }
}

/** A store over the objects of a pack. */
export function packStore(format: ObjectFormat, objects: ReadonlyMap<string, GitObject>): ObjectStore {
  return { format, get: (id) => objects.get(id) };
}
