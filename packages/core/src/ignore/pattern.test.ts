import { describe, expect, it } from 'vitest';
import { parseIgnorePattern } from './pattern.ts';

function ignores(pattern: string, path: string, isDirectory = false): boolean {
  return parseIgnorePattern(pattern).judge(path.split('/'), isDirectory) === 'ignored';
}

describe('parseIgnorePattern', () => {
  it.each([
    ['*.md', 'README.md', true],
    ['*.md', 'docs/intro.md', true],
    ['*.md', 'docs/intro.md/x', true],
    ['docs', 'a/docs/b', true],
    ['/docs', 'docs/b', true],
    ['/docs', 'a/docs/b', false],
    ['a/b', 'a/b/c', true],
    ['a/b', 'x/a/b', false],
    ['**/b', 'x/y/b', true],
    ['**/b', 'b', true],
    ['a/**', 'a/b/c', true],
    ['a/**/c', 'a/c', true],
    ['a/**/c', 'a/x/y/c', true],
    ['a/**/c', 'a/x/y/d', false],
    ['a**/c', 'ax/c', false],
    ['*', 'anything', true],
    ['file?.txt', 'file1.txt', true],
    ['file?.txt', 'file12.txt', false],
    ['[a-c].txt', 'b.txt', true],
    ['[^a-c].txt', 'b.txt', false],
    ['[^a-c].txt', 'd.txt', true],
    ['[é].txt', 'é.txt', true],
    ['a\\*b', 'a*b', true],
    ['a\\*b', 'axb', false],
    ['[a', '[a', false],
    ['a[', 'a[', false],
    ['[]a]', ']', false],
    ['a\\', 'a', false],
    ['*a*b*c*', 'xxaxxbxxcxx', true],
    ['trailing   ', 'trailing', true],
    ['😀?', '😀😀', true],
  ])('%s and %s', (pattern, path, expected) => {
    expect(ignores(pattern, path)).toBe(expected);
  });

  it('takes a slash at the end for folders alone, and for all that is in them', () => {
    expect(ignores('build/', 'build', false)).toBe(false);
    expect(ignores('build/', 'build', true)).toBe(true);
    expect(ignores('build/', 'build/out.o')).toBe(true);
    expect(ignores('/a/build/', 'a/build', false)).toBe(false);
  });

  it('says that a file is kept after an exclamation mark', () => {
    expect(parseIgnorePattern('!keep.md').judge(['keep.md'], false)).toBe('kept');
    expect(parseIgnorePattern('!keep.md').judge(['other.md'], false)).toBe('silent');
  });

  it('says nothing outside of its folder', () => {
    const pattern = parseIgnorePattern('/*.md', ['docs']);
    expect(pattern.judge(['docs', 'a.md'], false)).toBe('ignored');
    expect(pattern.judge(['docs', 'x', 'a.md'], false)).toBe('silent');
    expect(pattern.judge(['a.md'], false)).toBe('silent');
    expect(pattern.judge(['docs'], true)).toBe('silent');
  });

  it('takes no time for stars without end', () => {
    expect(ignores(`${'*a'.repeat(50)}b`, `${'a'.repeat(5000)}c`)).toBe(false);
  });
});
