import { describe, expect, it } from 'vitest';
import { formatRevision, isSameRevision, parseRevision, shortRevision } from './revision.ts';

const SHA = '5394cb7f48332b2de7c17dd8b8384bbc84b7e738';

describe('parseRevision', () => {
  it.each([
    [`main@sha1:${SHA}`, 'main', 'sha1'],
    [`feature/x@y@sha1:${SHA}`, 'feature/x@y', 'sha1'],
    [`refs/heads/main@sha1:${SHA}`, 'refs/heads/main', 'sha1'],
    [`sha1:${SHA}`, '', 'sha1'],
    // Before Flux 2.0.
    [`main/${SHA}`, 'main', 'sha1'],
    [`feature/x/${SHA}`, 'feature/x', 'sha1'],
    [`HEAD/${SHA}`, '', 'sha1'],
    [SHA, '', 'sha1'],
    [`latest/${'0'.repeat(64)}`, 'latest', 'sha256'],
  ])('reads %s', (text, name, algorithm) => {
    expect(parseRevision(text)).toEqual({
      name,
      algorithm,
      hash: text.slice(algorithm === 'sha1' ? -40 : -64),
    });
  });

  it.each(['6.0.1', '1.0.0+build.7', 'main', '', 'a/b'])('takes %j for a name without a hash', (text) => {
    expect(parseRevision(text)).toEqual({ name: text });
  });
});

describe('formatRevision', () => {
  it('writes what it reads', () => {
    for (const text of [`main@sha1:${SHA}`, `sha1:${SHA}`, '6.0.1', `v1@sha256:${'a'.repeat(64)}`]) {
      expect(formatRevision(parseRevision(text))).toBe(text);
    }
  });
});

describe('isSameRevision', () => {
  it('sees through the old form', () => {
    expect(isSameRevision(`main/${SHA}`, `main@sha1:${SHA}`)).toBe(true);
    expect(isSameRevision(`main@sha1:${SHA}`, `dev@sha1:${SHA}`)).toBe(false);
  });
});

describe('shortRevision', () => {
  it('cuts the hash and nothing else', () => {
    expect(shortRevision(`main@sha1:${SHA}`)).toBe('main@sha1:5394cb7f');
    expect(shortRevision('6.0.1')).toBe('6.0.1');
  });
});
