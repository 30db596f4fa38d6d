import { describe, expect, it } from 'vitest';

import { formatJsonPointer, parseJsonPointer } from './json-pointer.ts';

describe('parseJsonPointer', () => {
  it('has no steps for the whole document', () => {
    expect(parseJsonPointer('')).toEqual([]);
  });

  it('splits at slashes and keeps empty keys', () => {
    expect(parseJsonPointer('/spec//0/')).toEqual(['spec', '', '0', '']);
  });

  it('decodes each escape once', () => {
    expect(parseJsonPointer('/metadata/labels/app.kubernetes.io~1name')).toEqual([
      'metadata',
      'labels',
      'app.kubernetes.io/name',
    ]);
    expect(parseJsonPointer('/a~01b/~0~1')).toEqual(['a~1b', '~/']);
  });

  it('refuses text that does not start with a slash', () => {
    expect(parseJsonPointer('spec/replicas')).toBeUndefined();
  });
});

describe('formatJsonPointer', () => {
  it('is the reverse of parsing', () => {
    for (const pointer of ['', '/', '/a~1b/0/m~0n', '/spec/containers/-']) {
      expect(formatJsonPointer(parseJsonPointer(pointer) ?? [])).toBe(pointer);
    }
  });

  it('takes positions as numbers', () => {
    expect(formatJsonPointer(['items', 3, 'name'])).toBe('/items/3/name');
  });
});
