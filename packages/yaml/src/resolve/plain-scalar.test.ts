import { NumberLiteral } from '@gitops-toolkit/core';
import { describe, expect, it } from 'vitest';
import { resolvePlain } from './plain-scalar.ts';

describe('resolvePlain', () => {
  it.each(['true', 'True', 'TRUE'])('takes %s for true', (text) => {
    expect([resolvePlain(text, 'kustomize'), resolvePlain(text, 'yaml11')]).toEqual([true, true]);
  });

  it.each(['false', 'False', 'FALSE'])('takes %s for false', (text) => {
    expect([resolvePlain(text, 'kustomize'), resolvePlain(text, 'yaml11')]).toEqual([false, false]);
  });

  it.each(['', '~', 'null', 'Null', 'NULL'])('takes %j for null', (text) => {
    expect([resolvePlain(text, 'kustomize'), resolvePlain(text, 'yaml11')]).toEqual([null, null]);
  });

  it.each([
    ['y', true],
    ['Yes', true],
    ['ON', true],
    ['n', false],
    ['No', false],
    ['off', false],
  ])('takes %s for a string, and in dialect yaml11 for a boolean', (text, value) => {
    expect([resolvePlain(text, 'kustomize'), resolvePlain(text, 'yaml11')]).toEqual([text, value]);
  });

  it.each([
    'tRUE',
    'nULL',
    'yEs',
    'oN',
    'truely',
    'constructor',
    '__proto__',
    'toString',
    'x',
    'é',
    '=',
    '<<',
    '-',
    '+',
    '.',
  ])('takes %s for a string', (text) => {
    expect([resolvePlain(text, 'kustomize'), resolvePlain(text, 'yaml11')]).toEqual([text, text]);
  });

  it.each([
    ['.inf', Infinity],
    ['+.Inf', Infinity],
    ['-.INF', -Infinity],
    ['.NaN', Number.NaN],
  ])('takes %s for a number without digits', (text, value) => {
    expect(resolvePlain(text, 'kustomize')).toBe(value);
  });

  it.each(['0', '7', '-1', '123456789012345', '1.5', '-0.25', '1e+21', '0.000001'])(
    'gives a number for %s',
    (text) => {
      expect(resolvePlain(text, 'kustomize')).toBe(Number(text));
    },
  );

  it.each([
    ['+12', '12'],
    ['-0', '0'],
    ['1_000', '1000'],
    ['0777', '511'],
    ['-017', '-15'],
    ['0o17', '15'],
    ['0O17', '15'],
    ['0x1F', '31'],
    ['-0X1f', '-31'],
    ['0b11', '3'],
    ['0x_F', '15'],
    ['08', '8'],
    ['1.0', '1'],
    ['1.', '1'],
    ['.5', '0.5'],
    ['-.5', '-0.5'],
    ['1.50', '1.5'],
    ['-0.0', '-0'],
    ['1e3', '1000'],
    ['12e03', '12000'],
    ['1E-7', '1e-7'],
    ['685_230.15', '685230.15'],
    ['9007199254740993', '9007199254740993'],
    ['-9223372036854775808', '-9223372036854775808'],
    ['18446744073709551615', '18446744073709551615'],
    ['18446744073709551616', '18446744073709552000'],
    ['123456789012345678901234567890', '1.2345678901234568e+29'],
  ])('gives the literal %s, which is %s in JSON', (text, json) => {
    for (const dialect of ['kustomize', 'yaml11'] as const) {
      expect(resolvePlain(text, dialect)).toEqual(new NumberLiteral(text, json));
    }
  });

  it.each([
    '0x',
    '0xG',
    '0o8',
    '0b2',
    '1e',
    'e1',
    '1e400',
    '1.2.3',
    '12:30:45',
    '1-2',
    '1 2',
    '._5',
    '.1.',
    '--1',
    '+-1',
  ])('takes %s for a string', (text) => {
    expect([resolvePlain(text, 'kustomize'), resolvePlain(text, 'yaml11')]).toEqual([text, text]);
  });

  it.each([
    ['2020-01-01', '2020-01-01T00:00:00Z'],
    ['2020-1-2', '2020-01-02T00:00:00Z'],
    ['2024-02-29', '2024-02-29T00:00:00Z'],
    ['2001-12-14T21:59:43.10-05:00', '2001-12-14T21:59:43.1-05:00'],
    ['2001-12-14t21:59:43Z', '2001-12-14T21:59:43Z'],
    ['2001-12-14 1:2:3.000', '2001-12-14T01:02:03Z'],
    ['2001-12-14T01:02:03+00:00', '2001-12-14T01:02:03Z'],
    ['2001-12-14T01:02:03.1234567891Z', '2001-12-14T01:02:03.123456789Z'],
  ])('takes %s for a timestamp, and in dialect yaml11 for a string', (text, timestamp) => {
    expect([resolvePlain(text, 'kustomize'), resolvePlain(text, 'yaml11')]).toEqual([timestamp, text]);
  });

  it.each([
    '2023-02-29',
    '2020-13-01',
    '2020-00-01',
    '2020-01-32',
    '2020-01',
    '2020-01-01T25:00:00Z',
    '2020-01-01T1:2:3',
    '20-01-01',
    '2020-01-01 10:00:00Z',
    '2020-01-01T10:60:00Z',
    '2020-01-01T10:00:00+25:00',
  ])('takes %s for a string', (text) => {
    expect(resolvePlain(text, 'kustomize')).toBe(text);
  });
});
