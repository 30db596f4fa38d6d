import { describe, expect, it } from 'vitest';
import { Sized } from '../value/sized.ts';
import { formatFloat } from './format-float.ts';
import { sprintf } from './sprintf.ts';

describe('sprintf', () => {
  const cases: readonly (readonly [format: string, values: readonly unknown[], output: string])[] = [
    [
      '%5d|%-5d|%05d|%+d|%x|%X|%o|%b|%c|%q|%U',
      [42n, 42n, 42n, 42n, 255n, 255n, 8n, 5n, 65n, 65n, 65n],
      "   42|42   |00042|+42|ff|FF|10|101|A|'A'|U+0041",
    ],
    [
      '%6.2f|%e|%g|%G|%.3g|%08.3f|%+.1f',
      [3.14159, 1234.5, 1e21, 1e-7, 1234.5, -3.14159, 2],
      '  3.14|1.234500e+03|1e+21|1E-07|1.23e+03|-003.142|+2.0',
    ],
    [
      '%s|%10s|%-10s|%.2s|%q|%x|% x',
      ['a', 'é', 'b', 'héllo', 'a"\n', 'hi', 'hi'],
      'a|         é|b         |hé|"a\\"\\n"|6869|68 69',
    ],
    [
      '%v|%v|%+v|%#v|%T',
      [['a', 1], { b: null }, { a: 1 }, ['x'], { a: 1 }],
      '[a 1]|map[b:<nil>]|map[a:1]|[]interface {}{"x"}|map[string]interface {}',
    ],
    ['%t|%v|%d', [true, null, 'x'], 'true|<nil>|%!d(string=x)'],
    ['%d %d', [1n], '1 %!d(MISSING)'],
    ['%d', [1n, 'x'], '1%!(EXTRA string=x)'],
    ['%[2]d %[1]d|%[9]d|%!|%', [1n, 2n], '2 1|%!d(BADINDEX)|%!!(int=2)|%!(NOVERB)'],
    ['%*d|%-*d|%.*f', [5n, 42n, 5n, 42n, 2n, 3.14159], '   42|42   |3.14'],
    ['%z %%', [1n], '%!z(int=1) %'],
    ['%d %v', [new Sized('uint8', 200n), new Sized('int64', -5n)], '200 -5'],
  ];

  it.each(cases)('%s', (format, values, output) => {
    expect(sprintf(format, values)).toBe(output);
  });
});

describe('formatFloat', () => {
  it('rounds half to even, with every digit', () => {
    const fixed = (value: number, precision: number) => formatFloat(value, { verb: 'f', precision });
    expect([fixed(0.5, 0), fixed(1.5, 0), fixed(2.5, 0), fixed(2.675, 2), fixed(1e23, 0)]).toEqual([
      '0',
      '2',
      '2',
      '2.67',
      '99999999999999991611392',
    ]);
  });

  it('writes as few digits as tell numbers apart', () => {
    const shortest = (value: number, bits: 32 | 64 = 64) =>
      formatFloat(value, { verb: 'g', precision: -1, bits });
    expect([
      shortest(0.1),
      shortest(123_456_789),
      shortest(1e-5),
      shortest(Math.fround(0.1), 32),
      shortest(-0),
    ]).toEqual(['0.1', '1.23456789e+08', '1e-05', '0.1', '-0']);
  });

  it('writes hexadecimal and binary', () => {
    expect(formatFloat(1.5, { verb: 'x', precision: -1 })).toBe('0x1.8p+00');
    expect(formatFloat(1, { verb: 'b', precision: -1 })).toBe('4503599627370496p-52');
  });
});
