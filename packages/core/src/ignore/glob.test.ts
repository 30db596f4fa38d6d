import { describe, expect, it } from 'vitest';
import { compilePathMatch } from './glob.ts';

describe('compilePathMatch', () => {
  it.each([
    ['templates/*.yaml', 'templates/web.yaml', true],
    ['*.yaml', 'templates/web.yaml', false],
    ['*/*.yaml', 'a/b/web.yaml', false],
    ['*a*b', 'xaxb', true],
    ['a?b', 'a/b', false],
    ['a[^x]b', 'a/b', false],
    ['[a-c]/\\*', 'b/*', true],
  ])('%s and %s: %s', (pattern, path, matches) => {
    expect(compilePathMatch(pattern)?.(path)).toBe(matches);
  });

  it.each(['[', '[]', 'a[b', '\\', '[a-]'])('says that %s is malformed', (pattern) => {
    expect(compilePathMatch(pattern)).toBeUndefined();
  });

  it('ends soon, however many stars there are', () => {
    const matches = compilePathMatch(`${'*a'.repeat(30)}b`);
    expect(matches?.('a'.repeat(5000))).toBe(false);
  });
});
