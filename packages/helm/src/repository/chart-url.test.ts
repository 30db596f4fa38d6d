import { describe, expect, it } from 'vitest';
import { fileNameOf, indexUrl, isSameRepository, resolveChartUrl } from './chart-url.ts';

/** What Go's `net/url` makes of them in Helm. */
const RESOLVED: readonly [repository: string, url: string, resolved: string][] = [
  ['https://h.example.com', 'x-1.0.0.tgz', 'https://h.example.com/x-1.0.0.tgz'],
  ['https://h.example.com:443/a/b', 'charts/x.tgz', 'https://h.example.com:443/a/b/charts/x.tgz'],
  ['https://h.example.com/a/b/', '../x.tgz', 'https://h.example.com/a/x.tgz'],
  ['https://h.example.com/a/b/', '../../../x.tgz', 'https://h.example.com/x.tgz'],
  ['https://h.example.com/a/b/', '/x.tgz', 'https://h.example.com/x.tgz'],
  ['https://h.example.com/a', '//o.example.com/x.tgz', 'https://o.example.com/x.tgz'],
  ['https://h.example.com/a', 'https://o.example.com/x.tgz?q=1', 'https://o.example.com/x.tgz?q=1'],
  ['https://h.example.com/a/?t=x&y=%20z', 'x.tgz', 'https://h.example.com/a/x.tgz?t=x&y=%20z'],
  ['https://h.example.com/a', 'x.tgz?sig=1', 'https://h.example.com/a/x.tgz'],
  ['http://u:p@h.example.com/a%2Fb/', './x%20y.tgz#f', 'http://u:p@h.example.com/a%2Fb/x%20y.tgz#f'],
  ['https://h.example.com/a', 'x-1.0.0+b.tgz', 'https://h.example.com/a/x-1.0.0+b.tgz'],
  ['https://h.example.com/a', '', 'https://h.example.com/a/'],
];

describe('resolveChartUrl', () => {
  it.each(RESOLVED)('%s and %s', (repository, url, resolved) => {
    expect(resolveChartUrl(repository, url)).toBe(resolved);
  });

  it('takes what is asked of the repository along to the index', () => {
    expect(indexUrl('https://h.example.com/a?token=x')).toBe('https://h.example.com/a/index.yaml?token=x');
  });
});

describe('fileNameOf', () => {
  it('is the last part of the path', () => {
    expect(fileNameOf('https://h.example.com/a/x-1.0.0%2Bb.tgz?t=/y')).toBe('x-1.0.0+b.tgz');
    expect(fileNameOf('https://h.example.com/a%2Fb/100%.tgz')).toBe('100%.tgz');
  });
});

describe('isSameRepository', () => {
  it.each([
    ['https://h.example.com/a', 'https://h.example.com/a/', true],
    ['https://h.example.com', 'https://h.example.com//', true],
    ['https://h.example.com/a/../b', 'https://h.example.com/b', true],
    ['https://h.example.com/a', 'http://h.example.com/a', false],
    ['https://h.example.com/a', 'https://h.example.com/b', false],
  ])('%s and %s: %s', (a, b, isSame) => {
    expect(isSameRepository(a, b)).toBe(isSame);
  });
});
