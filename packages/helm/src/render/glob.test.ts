import { describe, expect, it } from 'vitest';
import { compileGlob } from './glob.ts';

describe('compileGlob', () => {
  it.each([
    ['files/*.txt', 'files/a.txt', true],
    ['files/*.txt', 'files/b/a.txt', false],
    ['files/**.txt', 'files/b/a.txt', true],
    ['{a,b}/[!c].txt', 'b/d.txt', true],
    ['{a,b}/[!c].txt', 'b/c.txt', false],
    ['a+(b).txt', 'a+(b).txt', true],
  ])('%s and %s: %s', (pattern, name, matches) => {
    expect(compileGlob(pattern)?.(name)).toBe(matches);
  });

  it.each(['{a', '[', '\\', '[z-a]'])('says that %s is malformed', (pattern) => {
    expect(compileGlob(pattern)).toBeUndefined();
  });

  it('ends soon, however many stars there are', () => {
    expect(compileGlob(`${'*a'.repeat(30)}b`)?.('a'.repeat(2000))).toBe(false);
  });
});
