import { hash } from 'node:crypto';
import { deflateSync, inflateSync } from 'node:zlib';
import type { GitHashAlgorithm, GitObjectType, ObjectDatabase, StoredObject } from './object-database.ts';

const TYPE_NUMBERS: Readonly<Record<GitObjectType, number>> = { commit: 1, tree: 2, blob: 3, tag: 4 };
const TYPE_NAMES: readonly (GitObjectType | undefined)[] = [undefined, 'commit', 'tree', 'blob', 'tag'];
const OFFSET_DELTA = 6;
const ID_DELTA = 7;

/** Writes a pack: every object in full. */
export function writePack(objects: readonly StoredObject[], algorithm: GitHashAlgorithm): Buffer {
  const header = Buffer.alloc(12);
  header.write('PACK', 'latin1');
  header.writeUInt32BE(2, 4);
  header.writeUInt32BE(objects.length, 8);
  const entries = objects.flatMap(({ type, data }) => [
    writeEntryHeader(TYPE_NUMBERS[type], data.length),
    deflateSync(data, { level: 1 }),
  ]);
  const pack = Buffer.concat([header, ...entries]);
  return Buffer.concat([pack, hash(algorithm, pack, 'buffer')]);
}

function writeEntryHeader(type: number, size: number): Buffer {
  const bytes = [(type << 4) | (size & 15)];
  for (let rest = Math.floor(size / 16); rest > 0; rest = Math.floor(rest / 128)) {
    bytes[bytes.length - 1]! |= 0x80;
    bytes.push(rest & 0x7f);
  }
  return Buffer.from(bytes);
}

/**
 * Takes the objects of a pack into a database. Bases of deltas may be in the database already.
 *
 * @throws Error where the pack is damaged; nothing of it is taken then.
 */
export function readPack(pack: Buffer, database: ObjectDatabase): void {
  const { algorithm } = database;
  const idSize = algorithm === 'sha1' ? 20 : 32;
  const end = pack.length - idSize;
  if (end < 12 || pack.toString('latin1', 0, 4) !== 'PACK') throw new Error('not a pack');
  if (hash(algorithm, pack.subarray(0, end), 'hex') !== pack.toString('hex', end))
    throw new Error('wrong pack checksum');
  const found = new Map<number, StoredObject>();
  const byId = new Map<string, StoredObject>();
  const waiting: { offset: number; base: number | string; delta: Buffer }[] = [];
  const take = (offset: number, object: StoredObject) => {
    found.set(offset, object);
    const whole = Buffer.concat([Buffer.from(`${object.type} ${object.data.length}\0`), object.data]);
    byId.set(hash(algorithm, whole, 'hex'), object);
  };
  let at = 12;
  for (let count = pack.readUInt32BE(8); count > 0; count--) {
    const entry = readEntry(pack, at, idSize);
    const type = TYPE_NAMES[entry.type];
    if (type !== undefined) take(at, { type, data: entry.data });
    else waiting.push({ offset: at, base: entry.base, delta: entry.data });
    at = entry.end;
  }
  while (waiting.length > 0) {
    const ready = waiting.findIndex(({ base }) =>
      typeof base === 'number' ? found.has(base) : byId.has(base) || database.has(base),
    );
    const [delta] = ready < 0 ? [] : waiting.splice(ready, 1);
    if (!delta) throw new Error('unresolved deltas');
    const base =
      typeof delta.base === 'number'
        ? found.get(delta.base)
        : (byId.get(delta.base) ?? database.get(delta.base));
    if (base) take(delta.offset, { type: base.type, data: patch(base.data, delta.delta) });
  }
  for (const object of found.values()) database.put(object.type, object.data);
}

function readEntry(
  pack: Buffer,
  start: number,
  idSize: number,
): { type: number; base: number | string; data: Buffer; end: number } {
  let at = start;
  let byte = pack.readUInt8(at++);
  const type = (byte >> 4) & 7;
  let size = byte & 15;
  for (let scale = 16; byte & 0x80; scale *= 128) {
    byte = pack.readUInt8(at++);
    size += (byte & 0x7f) * scale;
  }
  let base: number | string = '';
  if (type === OFFSET_DELTA) {
    byte = pack.readUInt8(at++);
    let distance = byte & 0x7f;
    while (byte & 0x80) {
      byte = pack.readUInt8(at++);
      distance = (distance + 1) * 128 + (byte & 0x7f);
    }
    base = start - distance;
  } else if (type === ID_DELTA) {
    base = pack.toString('hex', at, at + idSize);
    at += idSize;
  }
  const inflate = inflateSync as unknown as (
    data: Buffer,
    options: object,
  ) => { buffer: Buffer; engine: { bytesWritten: number } };
  const { buffer, engine } = inflate(pack.subarray(at), { info: true, maxOutputLength: Math.max(size, 1) });
  if (buffer.length !== size) throw new Error('wrong object size');
  return { type, base, data: buffer, end: at + engine.bytesWritten };
}

function patch(base: Buffer, delta: Buffer): Buffer {
  let at = 0;
  const readSize = () => {
    let size = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = delta.readUInt8(at++);
      size += (byte & 0x7f) * scale;
      if ((byte & 0x80) === 0) return size;
    }
  };
  if (readSize() !== base.length) throw new Error('wrong delta base');
  const size = readSize();
  const parts: Buffer[] = [];
  while (at < delta.length) {
    const command = delta.readUInt8(at++);
    if ((command & 0x80) === 0) {
      parts.push(delta.subarray(at, at + command));
      at += command;
      continue;
    }
    const number = (bits: readonly number[]) =>
      bits.reduce((value, bit, i) => value + (command & bit ? delta.readUInt8(at++) * 256 ** i : 0), 0);
    const offset = number([1, 2, 4, 8]);
    const length = number([16, 32, 64]) || 0x10000;
    parts.push(base.subarray(offset, offset + length));
  }
  const result = Buffer.concat(parts);
  if (result.length !== size) throw new Error('wrong delta result');
  return result;
}
