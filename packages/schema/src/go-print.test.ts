import { NumberLiteral } from '@gitops-toolkit/core';
import { describe, expect, it } from 'vitest';
import { printFloat, printJson, printNumber, printValue, quote } from './go-print.ts';

describe('printNumber', () => {
  it.each([
    [0, '0'],
    [-1, '-1'],
    [1_000_000, '1000000'],
    [1.5, '1.5'],
    [0.0001, '0.0001'],
    [0.00001, '1e-05'],
    [1234567.5, '1.2345675e+06'],
    [1e21, '1e+21'],
    [1e300, '1e+300'],
  ])('%d is %s', (value, text) => {
    expect(printNumber(value)).toBe(text);
  });

  it('gives an integer an exponent where it is a float in Go', () => {
    expect(printFloat(10_000_000)).toBe('1e+07');
    expect(printFloat(100_000)).toBe('100000');
  });
});

describe('printValue', () => {
  it('quotes texts and prints the rest as JSON', () => {
    expect(printValue('a "b"\n')).toBe('"a \\"b\\"\\n"');
    expect(printValue(true)).toBe('true');
    expect(printValue(null)).toBe('null');
    expect(printValue({ b: [1], a: '<x>' })).toBe('{"a":"\\u003cx\\u003e","b":[1]}');
    expect(printValue(new NumberLiteral('9007199254740993'))).toBe('9007199254740993');
    expect(printValue(new NumberLiteral('1.50'))).toBe('1.5');
  });
});

describe('quote', () => {
  it.each([
    ['é😀', '"é😀"'],
    ['\u0000\u0007\t\v', '"\\x00\\a\\t\\v"'],
    ['\u00a0\u200b', '"\\u00a0\\u200b"'],
    ['\u{e0001}', '"\\U000e0001"'],
    ['a\\b', '"a\\\\b"'],
  ])('%j', (text, quoted) => {
    expect(quote(text)).toBe(quoted);
  });
});

describe('printJson', () => {
  it('sorts keys and keeps every digit', () => {
    expect(printJson({ z: new NumberLiteral('12345678901234567890'), a: { c: 1, b: '\u2028' } })).toBe(
      '{"a":{"b":"\\u2028","c":1},"z":12345678901234567890}',
    );
  });
});
