import { describe, expect, it } from 'vitest';

import {
  formatLabelSelector,
  fromLabelSelectorObject,
  matchesLabels,
  parseLabelSelector,
} from './label-selector.ts';

describe('parseLabelSelector', () => {
  it.each([
    ['', []],
    ['a=b', [{ key: 'a', operator: 'in', values: ['b'] }]],
    [
      'a==b, c != d',
      [
        { key: 'a', operator: 'in', values: ['b'] },
        { key: 'c', operator: 'notin', values: ['d'] },
      ],
    ],
    [
      'app.kubernetes.io/name in (x, y)',
      [{ key: 'app.kubernetes.io/name', operator: 'in', values: ['x', 'y'] }],
    ],
    ['a notin (b,)', [{ key: 'a', operator: 'notin', values: ['b', ''] }]],
    [
      'a,!b',
      [
        { key: 'a', operator: 'exists', values: [] },
        { key: 'b', operator: '!', values: [] },
      ],
    ],
    ['a=', [{ key: 'a', operator: 'in', values: [''] }]],
    [
      'a>1,b<2',
      [
        { key: 'a', operator: 'gt', values: ['1'] },
        { key: 'b', operator: 'lt', values: ['2'] },
      ],
    ],
  ])('reads %j', (text, requirements) => {
    expect(parseLabelSelector(text)).toEqual(requirements);
  });

  it.each([
    ['a in', "unable to parse requirement: found '' expected: '('"],
    ['=b', "found '=', expected: !, identifier, or 'end of string'"],
    ['a,', "found '', expected: identifier after ','"],
    ['a b', "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"],
    ['a notin (b,', "unable to parse requirement: found '', expected: ',', or identifier"],
    ['a=b c', "found 'c', expected: ',' or 'end of string'"],
  ])('refuses %j in the words of apimachinery', (text, message) => {
    expect(() => parseLabelSelector(text)).toThrow(message);
  });

  it('refuses keys and values that labels cannot have', () => {
    expect(() => parseLabelSelector('-a')).toThrow('<nil>: Invalid value: "-a": name part must consist of');
    expect(() => parseLabelSelector('a=-b-')).toThrow(
      'values[0][a]: Invalid value: "-b-": a valid label must be',
    );
    expect(() => parseLabelSelector('a>x')).toThrow('the value must be an integer');
  });
});

describe('matchesLabels', () => {
  const matches = (text: string, labels?: Record<string, string>): boolean =>
    matchesLabels(parseLabelSelector(text), labels);

  it('needs all conditions', () => {
    expect(matches('a=b,c', { a: 'b', c: '' })).toBe(true);
    expect(matches('a=b,c', { a: 'b' })).toBe(false);
  });

  it('takes a missing label as unequal to everything', () => {
    expect(matches('a!=b')).toBe(true);
    expect(matches('a=b')).toBe(false);
    expect(matches('!a')).toBe(true);
  });

  it('compares numbers', () => {
    expect(matches('a>9', { a: '10' })).toBe(true);
    expect(matches('a<9', { a: '10' })).toBe(false);
    expect(matches('a>9')).toBe(false);
  });

  it('never reads what objects inherit', () => {
    expect(matches('constructor', {})).toBe(false);
  });
});

describe('fromLabelSelectorObject', () => {
  it('joins labels and expressions', () => {
    const selector = fromLabelSelectorObject({
      matchLabels: { b: '2', a: '1' },
      matchExpressions: [
        { key: 'c', operator: 'In', values: ['y', 'x'] },
        { key: 'd', operator: 'DoesNotExist' },
        { key: 'e', operator: 'Exists' },
      ],
    });
    expect(formatLabelSelector(selector)).toBe('a=1,b=2,c in (x,y),!d,e');
  });

  it('is empty for nothing', () => {
    expect(fromLabelSelectorObject(undefined)).toEqual([]);
  });
});
