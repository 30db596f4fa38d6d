import { describe, expect, it } from 'vitest';
import { checkRef, type GitRef } from './git-ref.ts';
import { isRefName, nearNames } from './ref-name.ts';

describe('isRefName', () => {
  it.each([
    'refs/heads/main',
    'refs/heads/feature/x@y',
    'refs/tags/v1.0.0',
    'HEAD',
    'refs/pull/1/head',
    'refs/heads/ünï',
  ])('SEC-GIT-05: takes %j (legitimate)', (name) => {
    expect(isRefName(name)).toBe(true);
  });

  it.each([
    '',
    '@',
    'refs/heads/../../config',
    'refs/heads/.hidden',
    'refs/heads/x.lock',
    'refs/heads/a.lock/b',
    'refs/heads/a b',
    'refs/heads/a~1',
    'refs/heads/a^',
    'refs/heads/a:b',
    'refs/heads/a?',
    'refs/heads/a*',
    'refs/heads/a[',
    'refs/heads/a\\b',
    'refs/heads/a\nb',
    'refs//heads',
    '/refs/heads/a',
    'refs/heads/a/',
    'refs/heads/a.',
    'refs/heads/a@{1}',
    'refs/heads/-x',
    '--upload-pack=x',
    'refs/heads/\x7f',
    'x'.repeat(2000),
  ])('SEC-GIT-05: refuses %j', (name) => {
    expect(isRefName(name)).toBe(false);
  });
});

describe('checkRef', () => {
  it.each<GitRef>([
    { branch: '--upload-pack=x' },
    { branch: '-x' },
    { branch: '' },
    { branch: 'a b' },
    { tag: '../x' },
    { tag: 'v1\n' },
    { name: 'main' },
    { name: 'refs/heads/../x' },
    { name: '--exec=x' },
    { commit: 'main' },
    { commit: 'abc123' },
    { commit: 'A'.repeat(40) },
    { commit: '-'.repeat(40) },
  ])('refuses %j', (ref) => {
    expect(() => checkRef(ref)).toThrow(expect.objectContaining({ code: 'GIT_REF_INVALID' }));
  });

  it('takes what git takes', () => {
    for (const ref of [
      {},
      { branch: 'feature/x' },
      { tag: 'v1.0.0' },
      { name: 'refs/tags/v1^{}' },
      { name: 'HEAD' },
      { commit: 'a'.repeat(40) },
    ]) {
      expect(() => checkRef(ref)).not.toThrow();
    }
  });
});

describe('nearNames', () => {
  it('finds what was probably meant', () => {
    expect(nearNames('mian', ['main', 'develop', 'release-1'])).toEqual(['main']);
    expect(nearNames('1.2.3', ['v1.2.3', 'v1.2.4', 'main'])[0]).toBe('v1.2.3');
    expect(nearNames('zzz', ['main', 'develop'])).toEqual([]);
  });
});
