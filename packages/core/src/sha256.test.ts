import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Sha256 } from './sha256.ts';

function ours(data: Uint8Array): string {
  return new Sha256().update(data).hex();
}

describe('Sha256', () => {
  it('gives the published values', () => {
    expect(ours(new Uint8Array())).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(ours(new TextEncoder().encode('abc'))).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
  });

  it('agrees with node:crypto around every block boundary', () => {
    for (let length = 0; length < 200; length++) {
      const data = Uint8Array.from({ length }, (_, i) => (i * 31 + length) & 0xff);
      expect(ours(data)).toBe(createHash('sha256').update(data).digest('hex'));
    }
  });

  it('takes its input in pieces of any size', () => {
    const data = Uint8Array.from({ length: 1000 }, (_, i) => i & 0xff);
    const hash = new Sha256();
    for (let at = 0, step = 1; at < data.length; at += step++) hash.update(data.subarray(at, at + step));
    expect(hash.hex()).toBe(ours(data));
  });
});
