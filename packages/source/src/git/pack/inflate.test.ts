import { randomBytes } from 'node:crypto';
import { constants, deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { inflateObject } from './inflate.ts';
import { inflateByKeptEngine } from './kept-engine.ts';

const text = Buffer.from(
  Array.from({ length: 500 }, (_, i) => `- name: setting-${(i * 7919) % 512}\n`).join(''),
);
const NEXT = Buffer.from('the next object');

/** Damaged in one bit, or cut, in many places. */
function* broken(stream: Buffer): Generator<Buffer> {
  for (let at = 0; at < stream.length; at += 7) {
    const flipped = Buffer.from(stream);
    flipped[at] = (flipped[at] ?? 0) ^ (1 << (at % 8));
    yield flipped;
    yield stream.subarray(0, at);
  }
}

describe('the engine that is kept', () => {
  const levels = [0, 1, 6, 9].map((level) => ({ level }));
  const strategies = [constants.Z_FIXED, constants.Z_HUFFMAN_ONLY, constants.Z_RLE].map((strategy) => ({
    strategy,
  }));
  it.each([...levels, ...strategies, { windowBits: 9 }])('unpacks what zlib writes with %j', (options) => {
    for (const data of [
      Buffer.alloc(0),
      Buffer.from('x'),
      text,
      randomBytes(100_000),
      Buffer.alloc(1_000_000),
    ]) {
      const stream = deflateSync(data, options);
      const { data: unpacked, consumed } =
        inflateByKeptEngine(Buffer.concat([stream, NEXT]), data.length) ?? {};
      expect(unpacked && data.equals(unpacked)).toBe(true);
      expect(consumed).toBe(stream.length);
    }
  });

  it('is kept from one to the next: this Node is made as is expected', () => {
    const stream = deflateSync(text);
    for (let i = 0; i < 3; i++) expect(inflateByKeptEngine(stream, text.length)?.data).toEqual(text);
  });

  it('takes nothing that is damaged, cut, or of another size, and works again after that', () => {
    const stream = deflateSync(text);
    for (const bad of broken(stream)) {
      const found = inflateByKeptEngine(bad, text.length);
      expect(found === undefined || text.equals(found.data)).toBe(true);
    }
    for (const size of [0, text.length - 1, text.length + 1]) {
      expect(inflateByKeptEngine(stream, size)).toBeUndefined();
    }
    expect(inflateByKeptEngine(stream, text.length)?.consumed).toBe(stream.length);
  });
});

describe('an object', () => {
  it('is not there yet where its bytes end too early', () => {
    expect(inflateObject(deflateSync(text).subarray(0, -1), text.length)).toBeUndefined();
  });

  it.each([
    ['more', text.length - 1],
    [`${text.length}`, text.length + 1],
  ])('is refused where it has %s bytes, and states another number', (words, size) => {
    expect(() => inflateObject(deflateSync(text), size)).toThrow(`for an object that has ${words}`);
  });
});
