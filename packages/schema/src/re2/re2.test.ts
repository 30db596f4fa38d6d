import { describe, expect, it } from 'vitest';
import { re2 as inBrowser } from './browser.ts';
import { re2 } from './node.ts';

describe('re2', () => {
  it('is the same engine in Node and in a browser', () => {
    for (const engine of [re2(), inBrowser()]) {
      expect(engine.compile('^(a|b)+$').test('abba')).toBe(true);
      expect(() => engine.compile('(?=a)')).toThrow('invalid or unsupported Perl syntax');
    }
    expect(re2()).toBe(re2());
  });
});
