import { createRecord, NumberLiteral } from '@gitops-toolkit/core';
import { describe, expect, it } from 'vitest';
import { emit, emitDocuments, type EmitOptions, YamlError } from './index.ts';

const line = (value: unknown, options?: EmitOptions): string => emit({ k: value }, options).slice(3, -1);

function failure(run: () => unknown): YamlError {
  try {
    run();
  } catch (error) {
    if (error instanceof YamlError) return error;
    throw error;
  }
  throw new Error('did not fail');
}

describe('emit: structure', () => {
  it('writes lists in the column of their key, compactly', () => {
    const value = {
      spec: { ports: [{ port: 80, name: 'http' }, { port: 443 }], args: [['a', 'b'], [[1]], {}, []] },
    };
    expect(emit(value)).toBe(`spec:
  args:
  - - a
    - b
  - - - 1
  - {}
  - []
  ports:
  - name: http
    port: 80
  - port: 443
`);
  });

  it('writes empty collections, null, booleans and scalar documents', () => {
    expect(emit({ a: {}, b: [], c: null, d: true, e: false, f: undefined })).toBe(
      'a: {}\nb: []\nc: null\nd: true\ne: false\n',
    );
    expect(emit('text')).toBe('text\n');
    expect(emit(null)).toBe('null\n');
    expect(emit([])).toBe('[]\n');
    expect(emit({ f: undefined })).toBe('{}\n');
    expect(emit([undefined])).toBe('- null\n');
    expect(emit('a\nb')).toBe('|-\n  a\n  b\n');
  });

  it('sorts keys in natural order', () => {
    const keys = [
      'b10',
      'b2',
      'b1',
      'B',
      'a',
      '_',
      '1',
      '10',
      '2',
      'é',
      'a-b',
      'a.b',
      'a1b',
      'a/b',
      '',
      'a01b',
      'a1',
      'ab',
    ];
    const record = createRecord();
    for (const key of keys) record[key] = 0;
    const sorted = emit(record)
      .split('\n')
      .slice(0, -1)
      .map((entry) => entry.slice(0, -3));
    expect(sorted.join(' ')).toBe(
      '"" _ "1" "2" "10" B a a-b a.b a/b a1 a01b a1b ab b1 b2 b10 é'.replace('a1 a01b a1b', 'a1 a1b a01b'),
    );
  });

  it('writes keys that are long or of several lines behind a question mark', () => {
    const long = 'k'.repeat(129);
    expect(emit({ [long]: { a: 1 }, 'x\ny': ['b'], z: 1 })).toBe(
      `? ${long}\n: a: 1\n? |-\n  x\n  y\n: - b\nz: 1\n`,
    );
    expect(emit({ ['k'.repeat(128)]: 1 })).toBe(`${'k'.repeat(128)}: 1\n`);
    expect(emit({ ['é'.repeat(65)]: 1 })).toMatch(/^\? é/);
  });

  it('quotes keys as strings, and keeps those that JavaScript knows', () => {
    const record = createRecord();
    for (const key of ['yes', 'n', '1.5', 'a: b', '- x', '__proto__', 'constructor', '#']) record[key] = 0;
    expect(emit(record)).toBe(
      '\'#\': 0\n\'- x\': 0\n__proto__: 0\n"1.5": 0\n\'a: b\': 0\nconstructor: 0\n"n": 0\n"yes": 0\n',
    );
  });

  it('separates documents', () => {
    expect(emitDocuments([{ a: 1 }, { b: 2 }, 'c'])).toBe('a: 1\n---\nb: 2\n---\nc\n');
    expect(emitDocuments([])).toBe('');
  });

  it('writes a document longer than its buffers', () => {
    const items = Array.from({ length: 5000 }, (_, i) => ({ name: `item-${i}`, nested: { index: i } }));
    const text = emit({ items });
    expect(text.split('\n')).toHaveLength(5000 * 3 + 2);
    expect(text.endsWith('- name: item-4999\n  nested:\n    index: 4999\n')).toBe(true);
  });

  it('refuses what JSON has no form for', () => {
    for (const value of [() => 1, new Map(), Symbol('x'), new Date(0)]) {
      expect(failure(() => emit({ a: value })).code).toBe('YAML_UNSUPPORTED_VALUE');
    }
    const loop: unknown[] = [];
    loop.push(loop);
    expect(failure(() => emit(loop)).code).toBe('YAML_LIMIT');
  });
});

describe('emit: numbers', () => {
  it.each([
    [0, '0'],
    [-0, '0'],
    [-12, '-12'],
    [1e6, '1000000'],
    [2 ** 53, '9007199254740992'],
    [2 ** 63, '9223372036854776000'],
    [1e20, '1e+20'],
    [1e21, '1e+21'],
    [1.5, '1.5'],
    [0.0001, '0.0001'],
    [0.00001, '1e-05'],
    [1e-7, '1e-07'],
    [100000.5, '100000.5'],
    [1000000.5, '1.0000005e+06'],
    [123456789.123, '1.23456789123e+08'],
    [5e-324, '5e-324'],
    [-1.7976931348623157e308, '-1.7976931348623157e+308'],
    [10n ** 18n, '1000000000000000000'],
  ])('writes %s as %s', (value, text) => {
    expect(line(value)).toBe(text);
  });

  it.each([
    ['1.10', '1.1', '1.1'],
    ['0777', '511', '511'],
    ['1e3', '1000', '1000'],
    ['18446744073709551615', '18446744073709551615', '18446744073709551615'],
    ['18446744073709551616', '18446744073709552000', '1.8446744073709552e+19'],
    ['-0.0', '-0', '0'],
  ])('writes the literal %s (%s) as %s', (text, json, written) => {
    expect(line(new NumberLiteral(text, json))).toBe(written);
  });

  it.each([
    [Infinity, '+Inf'],
    [-Infinity, '-Inf'],
    [Number.NaN, 'NaN'],
  ])('refuses %s', (value, name) => {
    expect(failure(() => emit([value]))).toMatchObject({
      code: 'YAML_UNSUPPORTED_VALUE',
      message: `json: unsupported value: ${name}`,
    });
  });
});

describe('emit: strings', () => {
  it.each([
    'a',
    'a b',
    'a:b',
    'a#b',
    'http://x.example:80/y?z=1#f',
    '/a',
    '_',
    '=',
    '<<',
    'a, b',
    "it's",
    'a"b',
    'x]',
    'nope',
    'yesterday',
    'TrUe',
    '1.2.3',
    '12:30:45x',
    '0x',
    '1-2',
    '-a',
    '?a',
    ':a',
    '--',
    '-1-',
    'é',
    '日本',
    '\u00a0',
    'a\\b',
    '(x)',
    '$(VAR)',
    '.',
    '..',
    '.a',
    'T',
    '2020-13-01',
    '1e400',
    '0.1.0',
    'v1',
    '--flag=x',
    '\ue000',
  ])('writes %j plain', (text) => {
    expect(line(text)).toBe(text);
  });

  it.each([
    '',
    'yes',
    'No',
    'ON',
    'off',
    'y',
    'N',
    'true',
    'False',
    'NULL',
    '~',
    '0',
    '-1',
    '+1',
    '1.5',
    '.5',
    '1.',
    '1e3',
    '0777',
    '0o17',
    '0x1F',
    '0b11',
    '1_000',
    '.inf',
    '-.Inf',
    '.NaN',
    '2020-01-01',
    '2020-01-01T00:00:00Z',
    '12:30:45',
    '1:20',
    '-1:20.5',
    '12345678901234567890123',
  ])('writes %j in double quotes, for it would be no string', (text) => {
    expect(line(text)).toBe(`"${text}"`);
  });

  it.each([
    'a: b',
    'a:',
    'a #b',
    '#a',
    '- a',
    '-',
    '? a',
    '?',
    ': a',
    ':',
    '*a',
    '&a',
    '!a',
    '|',
    '>',
    '%a',
    '@a',
    '`a',
    '"a',
    '[a',
    ']',
    '{a',
    '}',
    ',a',
    ' a',
    'a ',
    ' ',
    '---',
    '--- a',
    '...',
    '... x',
    '---a',
    "'a",
  ])('writes %j in single quotes, for it would be no plain text', (text) => {
    expect(line(text)).toBe(`'${text.replaceAll("'", "''")}'`);
  });

  it.each([
    ['a\tb', String.raw`"a\tb"`],
    ['\r', String.raw`"\r"`],
    ['a\r\nb', String.raw`"a\r\nb"`],
    ['\0\x07\b\v\f\x1b', String.raw`"\0\a\b\v\f\e"`],
    ['\x01"\\', String.raw`"\x01\"\\"`],
    ['a \nb', String.raw`"a \nb"`],
    ['a\nb ', String.raw`"a\nb "`],
    ['😀', String.raw`"\U0001F600"`],
    ['a\ufeff', String.raw`"a\uFEFF"`],
    ['\ufeffa b', String.raw`"\uFEFF\x61\x20\x62"`],
    ['a\u2028\t', String.raw`"a\L\t"`],
    ['\u00a0\t', '"\u00a0\\t"'],
  ])('writes %j with escapes', (text, written) => {
    expect(line(text)).toBe(written);
  });

  it.each([
    ['a\nb', '|-\n  a\n  b'],
    ['a\nb\n', '|\n  a\n  b'],
    ['a\nb\n\n', '|+\n  a\n  b\n'],
    ['a\n\n  b', '|-\n  a\n\n    b'],
    [' a\nb', '|2-\n   a\n  b'],
    ['\na', '|2-\n\n  a'],
    ['\n', '|2+\n'],
    ['# a\n- b: c\n', '|\n  # a\n  - b: c'],
  ])('writes %j as a literal', (text, written) => {
    expect(emit({ k: text })).toBe(`k: ${written}\n`);
  });

  it('writes literals in lists, nested', () => {
    expect(emit([['a\nb\n'], { c: 'd\ne' }])).toBe('- - |\n    a\n    b\n- c: |-\n    d\n    e\n');
  });

  it('takes separator characters for line ends, and indents what follows them', () => {
    expect(line('a\u2028b')).toBe("'a\u2028  b'");
    expect(line('a\n\u2029b\u2028')).toBe('|\n  a\n\u2029  b');
    expect(emit({ k: 'a\nb\u2028', l: 1 })).toBe('k: |\n  a\n  b\u2028l: 1\n');
  });

  it('folds NEL, and refuses other control characters above ASCII, which Go cannot carry through JSON', () => {
    expect(line('a \x85 b')).toBe('a b');
    expect(line('a\x85\x85b')).toBe('|-\n  a\n  b');
    expect(failure(() => emit('\x7f'))).toMatchObject({
      code: 'YAML_UNSUPPORTED_VALUE',
      message: 'control characters are not allowed (U+007F)',
      goMessage: 'yaml: control characters are not allowed',
    });
  });
});

describe('emit: line folding', () => {
  const words = (count: number): string => Array.from({ length: count }, () => 'abcdefg').join(' ');

  it('breaks plain texts at the first space behind column 80', () => {
    expect(emit({ key: words(14) })).toBe(`key: ${words(10)}\n  ${words(4)}\n`);
    expect(emit({ a: { b: [words(11)] } })).toBe(`a:\n  b:\n  - ${words(10)}\n    ${words(1)}\n`);
  });

  it('never breaks where there is no single space', () => {
    const long = 'x'.repeat(200);
    expect(emit({ key: long })).toBe(`key: ${long}\n`);
    expect(emit({ key: `${long}  b` })).toBe(`key: ${long}  b\n`);
  });

  it('breaks single and double quotes', () => {
    expect(emit({ key: `'${words(11)}` })).toBe(`key: '''${words(10)}\n  ${words(1)}'\n`);
    expect(emit({ key: `\t${words(11)}  ${words(2)}` })).toBe(
      `key: "\\t${words(10)}\n  ${words(1)}  ${words(2)}"\n`,
    );
    expect(emit({ key: `\t${words(10)}  b` })).toBe(`key: "\\t${words(10)}\n  \\ b"\n`);
  });

  it('does not break keys', () => {
    expect(emit({ [words(12)]: 1 })).toBe(`${words(12)}: 1\n`);
  });
});

describe("emit: style 'go-yaml-v3'", () => {
  const style = { style: 'go-yaml-v3' } as const;

  it('indents lists and folds nothing', () => {
    expect(emit({ a: [{ b: [1], c: 'x y '.repeat(30) + 'z' }], d: [[2]] }, style)).toBe(
      `a:\n  - b:\n      - 1\n    c: ${'x y '.repeat(30)}z\nd:\n  - - 2\n`,
    );
  });

  it('writes tabs in literals, and letters behind digits first', () => {
    expect(emit({ k: '\ta\nb' }, style)).toBe('k: |-\n  \ta\n  b\n');
    expect(emit({ a00b: 1, a0b: 2 }, style)).toBe('a0b: 2\na00b: 1\n');
    expect(emit({ a00b: 1, a0b: 2 })).toBe('a00b: 1\na0b: 2\n');
  });
});
