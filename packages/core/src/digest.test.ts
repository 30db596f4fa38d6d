import { describe, expect, it } from 'vitest';
import {
  createHasher,
  type DigestAlgorithm,
  digestOf,
  isDigest,
  parseDigest,
  sha256Hex,
  verifyDigest,
} from './digest.ts';

const HELLO = new TextEncoder().encode('hello');
const SHA256 = '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824';

describe('digestOf', () => {
  it('names the algorithm before the hexadecimal digits', () => {
    expect(digestOf('hello')).toBe(`sha256:${SHA256}`);
    expect(digestOf(HELLO, 'sha1')).toBe('sha1:aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d');
    expect(sha256Hex('hello')).toBe(SHA256);
  });

  it('hashes text as UTF-8', () => {
    expect(sha256Hex('é')).toBe(sha256Hex(Uint8Array.of(0xc3, 0xa9)));
  });
});

describe('verifyDigest', () => {
  it('accepts the bytes of a digest and no others, for each algorithm', () => {
    for (const algorithm of ['sha1', 'sha256', 'sha384', 'sha512'] as const) {
      const digest = digestOf(HELLO, algorithm);
      expect(verifyDigest(HELLO, digest)).toBe(true);
      expect(verifyDigest(HELLO.subarray(1), digest)).toBe(false);
    }
  });
});

describe('parseDigest', () => {
  it('takes a digest apart', () => {
    expect(parseDigest(`sha256:${SHA256}`)).toEqual({ algorithm: 'sha256', hex: SHA256 });
  });

  it.each([
    ['no algorithm', SHA256],
    ['an unknown algorithm', `md5:${SHA256.slice(32)}`],
    ['a name that every object inherits', `constructor:${SHA256}`],
    ['digits of another algorithm', `sha512:${SHA256}`],
    ['upper-case digits', `sha256:${SHA256.toUpperCase()}`],
    ['something after the digits', `sha256:${SHA256}\n`],
    ['nothing', ''],
  ])('refuses %s', (_what, text) => {
    expect(() => parseDigest(text)).toThrow(expect.objectContaining({ code: 'DIGEST_INVALID' }));
    expect(isDigest(text)).toBe(false);
  });
});

describe('createHasher', () => {
  it('hashes bytes that come in pieces', () => {
    const hasher = createHasher('sha512');
    hasher.update(HELLO.subarray(0, 2));
    hasher.update(HELLO.subarray(2));
    expect(`sha512:${hasher.hex()}`).toBe(digestOf(HELLO, 'sha512'));
  });

  it('knows SHA-256 alone where there is no node:crypto', async () => {
    const original: unknown = Reflect.get(process, 'getBuiltinModule');
    const { vi } = await import('vitest');
    try {
      vi.resetModules();
      Object.assign(process, { getBuiltinModule: undefined });
      const browser = await import('./digest.ts');
      expect(browser.sha256Hex('hello')).toBe(SHA256);
      expect(browser.sha256Hex(HELLO)).toBe(SHA256);
      expect(() => browser.digestOf(HELLO, 'sha512' satisfies DigestAlgorithm)).toThrow(
        expect.objectContaining({ code: 'DIGEST_UNSUPPORTED' }),
      );
    } finally {
      Object.assign(process, { getBuiltinModule: original });
    }
  });
});
