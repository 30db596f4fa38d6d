import { describe, expect, it } from 'vitest';
import { codeFrame, locationString, positionOf } from './source-location.ts';

describe('positionOf', () => {
  it('counts lines and columns from 1', () => {
    expect(positionOf('a\nbc\n', 0)).toEqual({ line: 1, column: 1 });
    expect(positionOf('a\nbc\n', 3)).toEqual({ line: 2, column: 2 });
    expect(positionOf('a\nbc\n', 5)).toEqual({ line: 3, column: 1 });
  });
});

describe('locationString', () => {
  it('prints as much as is known', () => {
    expect(locationString({ file: 'a' })).toBe('a');
    expect(locationString({ file: 'a', line: 2 })).toBe('a:2');
    expect(locationString({ file: 'a', line: 2, column: 3 })).toBe('a:2:3');
  });
});

describe('codeFrame', () => {
  it('keeps the caret under its column where the line holds tabs', () => {
    const frame = codeFrame('a:\n\tb: 1\n', { file: 'a', line: 2, column: 2 });
    const [text, caret] = frame.split('\n').slice(1);
    expect(caret?.indexOf('^')).toBe(text?.indexOf('b'));
  });

  it('is empty for a line that is not there', () => {
    expect(codeFrame('a\n', { file: 'a', line: 9 })).toBe('');
  });

  it('cuts long lines', () => {
    expect(
      codeFrame('x'.repeat(500), { file: 'a', line: 1, column: 400 }, { maxWidth: 40 }).length,
    ).toBeLessThan(60);
  });
});
