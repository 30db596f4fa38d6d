import { NumberLiteral } from '@gitops-toolkit/core';
import { describe, expect, it } from 'vitest';
import { type Dialect, parse, type ParseOptions, YamlError } from '../index.ts';

function failure(text: string | Uint8Array, options: ParseOptions = {}): YamlError {
  try {
    parse(text, { file: 'n.yaml', ...options });
  } catch (error) {
    if (error instanceof YamlError) return error;
    throw error;
  }
  throw new Error(`did not fail: ${String(text)}`);
}

describe('anchors and aliases', () => {
  it('gives copies, so that a change at one place is none at the other', () => {
    const value = parse('a: &x {b: [1]}\nc: *x\nd: [*x, *x]\n') as Record<string, { b: number[] }>;
    expect(value).toEqual({ a: { b: [1] }, c: { b: [1] }, d: [{ b: [1] }, { b: [1] }] });
    value['a']?.b.push(2);
    expect(value['c']).toEqual({ b: [1] });
  });

  it('stand before scalars, collections, keys and nothing', () => {
    const text =
      'a: &a\n  x: 1\nb: &b\n- 1\nc: &c "q"\n&k d: *c\ne: &e\nf: [*a, *b, *e]\ng: &l |\n  t\nh: *l\ni:\n  *k : 1\n';
    expect(parse(text)).toEqual({
      a: { x: 1 },
      b: [1],
      c: 'q',
      d: 'q',
      e: null,
      f: [{ x: 1 }, [1], null],
      g: 't\n',
      h: 't\n',
      i: { d: 1 },
    });
  });

  it('stand alone in a list, or above a list in the column of its key', () => {
    expect(parse('- &a\n- b\n- *a\n')).toEqual([null, 'b', null]);
    expect(parse('k: &a\n- b\nl: *a\n')).toEqual({ k: ['b'], l: ['b'] });
  });

  it('may be redefined', () => {
    expect(parse('a: &x 1\nb: *x\nc: &x 2\nd: *x\n')).toEqual({ a: 1, b: 1, c: 2, d: 2 });
  });

  it.each([
    ['an unknown anchor', 'a: *x\n', "unknown anchor 'x' referenced", 4],
    ['an anchor within itself', 'a: &x [*x]\n', "anchor 'x' value contains itself", 8],
  ])('refuses %s', (_, text, message, column) => {
    expect(failure(text)).toMatchObject({ code: 'YAML_ALIAS', message, source: { line: 1, column } });
  });

  it('does not carry anchors from one document to the next', () => {
    expect(failure('a: &x 1\n---\nb: *x\n', { dialect: 'yaml11' }).code).toBe('YAML_ALIAS');
  });

  it.each([
    ['an anchor without a name', 'a: & b\n', 'did not find expected alphabetic or numeric character'],
    ['two anchors', 'a: &b &c d\n', 'did not find expected key'],
    [
      'a text that starts with an asterisk',
      'a: *.js\n',
      'did not find expected alphabetic or numeric character',
    ],
  ])('refuses %s', (_, text, message) => {
    expect(failure(text)).toMatchObject({ code: 'YAML_SYNTAX', message });
  });

  it('bounds what aliases multiply', () => {
    const bomb = Array.from(
      { length: 12 },
      (_, i) => `a${i}: &a${i} [${`*a${i - 1}, `.repeat(i && 9)}x]\n`,
    ).join('');
    expect(failure(bomb)).toMatchObject({
      code: 'YAML_LIMIT',
      message: expect.stringContaining('excessive aliasing'),
      goMessage: 'yaml: document contains excessive aliasing',
    });
    expect(failure('a: &a [1, 2]\nb: [*a, *a]\n', { limits: { maxAliasedNodes: 5 } }).code).toBe(
      'YAML_LIMIT',
    );
  });

  it('bounds merges of one big mapping into many', () => {
    const keys = Array.from({ length: 1000 }, (_, i) => `k${i}: ${i}`).join(', ');
    const text = `a: &a {${keys}}\nb:\n${'- <<: *a\n'.repeat(2000)}`;
    expect(failure(text).code).toBe('YAML_LIMIT');
  });
});

describe('merge keys', () => {
  it('bring what the mapping does not have itself, wherever they stand', () => {
    const text = 'base: &base {a: 1, b: 2}\nx:\n  <<: *base\n  b: 3\ny:\n  b: 3\n  <<: *base\n';
    expect(parse(text)).toMatchObject({ x: { a: 1, b: 3 }, y: { a: 1, b: 3 } });
  });

  it('go over what stands before them in dialect yaml11, as go-yaml v2 has it', () => {
    const text = 'base: &base {a: 1, b: 2}\nz:\n  b: 3\n  <<: *base\n  a: 4\n';
    expect(parse(text, { dialect: 'yaml11' })).toMatchObject({ z: { a: 4, b: 2 } });
  });

  it('repeat keys that are there, to the strict reading of dialect yaml11', () => {
    const text = 'base: &base {a: 1, b: 2}\nz:\n  b: 3\n  <<: *base\n  a: 4\n';
    expect(failure(text, { dialect: 'yaml11', duplicateKeys: 'error' })).toMatchObject({
      code: 'YAML_DUPLICATE_KEY',
      goMessage:
        'yaml: unmarshal errors:\n  line 1: key "b" already set in map\n  line 5: key "a" already set in map',
    });
  });

  it('take lists, of which the first wins', () => {
    const text = 'a: &a {k: 1}\nb: &b {k: 2, l: 3}\nc:\n  <<: [*a, *b, {m: 4}]\n';
    for (const dialect of ['kustomize', 'yaml11'] as const) {
      expect(parse(text, { dialect })).toMatchObject({ c: { k: 1, l: 3, m: 4 } });
    }
  });

  it('are keys like any other in quotes, which kustomize drops all the same', () => {
    expect(parse('"<<": {a: 1}\n', { dialect: 'yaml11' })).toEqual({ '<<': { a: 1 } });
    expect(parse('"<<": {a: 1}\nb: 2\n')).toEqual({ b: 2 });
  });

  it.each([
    ['a scalar', '<<: x\n', 'map merge requires map or sequence of maps as the value'],
    ['a list of scalars', '<<: [1]\n', 'map merge requires map or sequence of maps as the value'],
    ['two of them', '<<: {a: 1}\n<<: {b: 1}\n', 'duplicate merge key'],
  ])('refuse %s', (_, text, message) => {
    expect(failure(text)).toMatchObject({ code: 'YAML_MERGE', message });
  });
});

describe('duplicate keys', () => {
  const text = 'spec:\n  replicas: 1\n  paused: true\n  replicas: 2\n';

  it('are an error that names both lines', () => {
    expect(failure(text)).toMatchObject({
      code: 'YAML_DUPLICATE_KEY',
      message: 'mapping key "replicas" already defined at line 2',
      source: { file: 'n.yaml', line: 4, column: 3 },
      goMessage: 'yaml: unmarshal errors:\n  line 4: mapping key "replicas" already defined at line 2',
    });
  });

  it('are found in braces and in later documents', () => {
    expect(failure('{a: 1, b: 2, a: 3}')).toMatchObject({
      code: 'YAML_DUPLICATE_KEY',
      source: { column: 14 },
    });
    expect(failure('x: 1\n---\na: 1\na: 1\n').message).toBe('mapping key "a" already defined at line 3');
  });

  it('may be allowed, the last counts then; dialect yaml11 allows them', () => {
    expect(parse(text, { duplicateKeys: 'last' })).toEqual({ spec: { replicas: 2, paused: true } });
    expect(parse(text, { dialect: 'yaml11' })).toEqual({ spec: { replicas: 2, paused: true } });
    expect(failure(text, { dialect: 'yaml11', duplicateKeys: 'error' }).code).toBe('YAML_DUPLICATE_KEY');
  });

  it('are told apart from inherited names', () => {
    expect(parse('toString: 1\n__proto__: 2\n')).toBeTypeOf('object');
    expect(failure('__proto__: 1\n__proto__: 2\n').code).toBe('YAML_DUPLICATE_KEY');
  });
});

describe('keys', () => {
  it('become strings in dialect yaml11', () => {
    const text = '1: a\n0x1F: b\ntrue: c\nno: d\n1.50: e\n1e30: f\n.inf: g\n2020-01-01: h\n';
    expect(parse(text, { dialect: 'yaml11' })).toEqual({
      '1': 'a',
      '31': 'b',
      true: 'c',
      false: 'd',
      '1.5': 'e',
      '1e+30': 'f',
      '.inf': 'g',
      '2020-01-01': 'h',
    });
  });

  it('of the outermost mapping stay as they are written where kustomize reads', () => {
    expect(parse('1: a\n0x1F: b\ntrue: c\n2020-01-01: d\n')).toEqual({
      '1': 'a',
      '0x1F': 'b',
      true: 'c',
      '2020-01-01': 'd',
    });
  });

  it.each([
    [
      'data:\n  80: x\n',
      'the mapping key 80 is not a string (json: unsupported type: map[interface {}]interface {})',
      2,
      3,
    ],
    [
      'data:\n  true: x\n',
      'the mapping key true is not a string (json: unsupported type: map[interface {}]interface {})',
      2,
      3,
    ],
    [
      'data: {2020-01-01: x}\n',
      'the mapping key 2020-01-01 is not a string (json: unsupported type: map[interface {}]interface {})',
      1,
      8,
    ],
    [
      '~: x\n',
      'the mapping key null is not a string (json: unsupported type: map[interface {}]interface {})',
      1,
      1,
    ],
  ])('that are no strings are refused: %j', (text, message, line, column) => {
    expect(failure(text)).toMatchObject({ code: 'YAML_KEY', message, source: { line, column } });
  });

  it.each([
    [
      'name: {{ .Values.name }}\n',
      'invalid map key: map[interface {}]interface {}{".Values.name":interface {}(nil)}',
    ],
    ['[a, 1, true, 1.50]: b\n', 'invalid map key: []interface {}{"a", 1, true, 1.5}'],
    [
      'null: b\n',
      'the mapping key null is not a string (unsupported map key of type: %!s(<nil>), key: <nil>)',
    ],
  ])('that are no scalars are refused: %j', (text, message) => {
    expect(failure(text, { dialect: 'yaml11' })).toMatchObject({ code: 'YAML_KEY', message });
  });

  it('are reported after what is wrong with the text', () => {
    expect(failure('a: {{ x }}/y\n').message).toBe('did not find expected key');
  });
});

describe('tags', () => {
  const value = (text: string, dialect: Dialect = 'kustomize'): unknown =>
    (parse(`v: ${text}\n`, { dialect }) as Record<string, unknown>)['v'];

  it('of the core schema convert', () => {
    expect(value('!!str 123')).toBe('123');
    expect(value('!!str')).toBe('');
    expect(value('!!str null')).toBe('null');
    expect(value('!!int "3"')).toBe(3);
    expect(value('!!float 1')).toBe(1);
    expect(value('!!bool "true"')).toBe(true);
    expect(value('!!bool yes', 'yaml11')).toBe(true);
    expect(value('!!null ~')).toBeNull();
    expect(value('!!binary aGk=')).toBe('hi');
    expect(value('!!binary |\n  aG\n  k=')).toBe('hi');
    expect(value('!!timestamp "2020-01-02"')).toBe('2020-01-02T00:00:00Z');
    expect(value('!!timestamp "2020-01-02"', 'yaml11')).toBe('2020-01-02');
    expect(value('!<tag:yaml.org,2002:str> 7')).toBe('7');
    expect(value('!!map {a: 1}')).toEqual({ a: 1 });
    expect(value('!!seq [1]')).toEqual([1]);
  });

  it('that are not known leave scalars as text and collections as they are', () => {
    expect(value('!Ref 12')).toBe('12');
    expect(value('! "12"')).toBe('12');
    expect(value('!local {a: 1}')).toEqual({ a: 1 });
    expect(value('!a\n  b: !c\n  - 1')).toEqual({ b: [1] });
  });

  it('that is ! alone is lost where kustomize prints what it has read', () => {
    expect(parse('v: ! 12\n')).toEqual({ v: 12 });
    expect(parse('v: ! 12\n', { dialect: 'yaml11' })).toEqual({ v: '12' });
  });

  it('may stand before or behind an anchor, and before keys', () => {
    expect(parse('a: !!str &x 1\nb: &y !!str 2\nc: [*x, *y]\n!!str d: e\n!!str 4: f\n')).toEqual({
      a: '1',
      b: '2',
      c: ['1', '2'],
      d: 'e',
      '4': 'f',
    });
  });

  it('are expanded by %TAG', () => {
    const text = '%TAG !y! tag:yaml.org,2002:\n---\na: !y!str 1\n';
    expect(parse(text, { dialect: 'yaml11' })).toEqual({ a: '1' });
  });

  it.each([
    ['!!int x', 'cannot decode !!str `x` as a !!int'],
    ['!!int 1.5', 'cannot decode !!float `1.5` as a !!int'],
    ['!!int 0x1G', 'cannot decode !!str `0x1G` as a !!int'],
    ['!!bool maybe', 'cannot decode !!str `maybe` as a !!bool'],
    ['!!float x', 'cannot decode !!str `x` as a !!float'],
    ['!!timestamp x', 'cannot decode !!str `x` as a !!timestamp'],
    ['!!binary a', '!!binary value contains invalid base64 data'],
  ])('that do not fit are refused: %s', (text, message) => {
    expect(failure(`v: ${text}\n`)).toMatchObject({ code: 'YAML_TAG', message, source: { line: 1 } });
  });

  it.each([
    ['a handle that is not declared', 'a: !x!y z\n', 'found undefined tag handle'],
    ['a tag without a blank behind it', 'a: !x[b]\n', 'did not find expected whitespace or line break'],
  ])('refuse %s', (_, text, message) => {
    expect(failure(text)).toMatchObject({ code: 'YAML_SYNTAX', message });
  });
});

describe('directives', () => {
  it('are read', () => {
    const text = '# c\n%YAML 1.1 # d\n%TAG ! tag:x,2020:\n--- # e\na: !b c\n';
    expect(parse(text, { dialect: 'yaml11' })).toEqual({ a: 'c' });
  });

  it('cannot be read where kustomize cuts the text at --- first', () => {
    expect(failure('%YAML 1.1\n---\na: 1\n').message).toBe('did not find expected <document start>');
  });

  it.each([
    ['an unknown one', '%FOO\n---\na\n', 'found unknown directive name'],
    ['another version', '%YAML 1.2\n---\na\n', 'found incompatible YAML document'],
    ['no version', '%YAML\n---\na\n', 'did not find expected version number'],
    ['a handle without a prefix', '%TAG !x!\n---\na\n', "did not find expected '!'"],
    ['a handle twice', '%TAG !x! a\n%TAG !x! b\n---\na\n', 'found duplicate %TAG directive'],
    ['one without ---', '%YAML 1.1\na: 1\n', 'did not find expected <document start>'],
  ])('refuse %s', (_, text, message) => {
    expect(failure(text, { dialect: 'yaml11' })).toMatchObject({ code: 'YAML_SYNTAX', message });
  });
});

describe('texts', () => {
  it('are decoded from UTF-8 and UTF-16', () => {
    const utf16 = Buffer.from('\uFEFFa: é\n', 'utf16le');
    expect(parse(new Uint8Array(utf16))).toEqual({ a: 'é' });
    expect(parse(new Uint8Array(utf16.swap16()))).toEqual({ a: 'é' });
    expect(parse(new TextEncoder().encode('\uFEFFa: é\n'))).toEqual({ a: 'é' });
  });

  it.each([
    ['bytes that are no UTF-8', Uint8Array.of(0x61, 0x3a, 0x20, 0xff), 'yaml: invalid leading UTF-8 octet'],
    ['a NUL', 'a: b\n\0', 'yaml: control characters are not allowed'],
    ['a DEL', 'a: \x7f\n', 'yaml: control characters are not allowed'],
    ['an escape sequence', 'a: \x1b[31m\n', 'yaml: control characters are not allowed'],
  ])('refuse %s', (_, text, goMessage) => {
    expect(failure(text)).toMatchObject({ code: 'YAML_ENCODING', goMessage });
  });

  it('treat NEL as a line end', () => {
    expect(parse('a: 1\x85b: 2')).toEqual({ a: 1, b: 2 });
  });
});

describe('numbers in documents', () => {
  it('keep what was written where a number does not print so', () => {
    expect(parse('a: [1, 1.10, 0777, 9007199254740993]\n')).toEqual({
      a: [
        1,
        new NumberLiteral('1.10', '1.1'),
        new NumberLiteral('0777', '511'),
        new NumberLiteral('9007199254740993'),
      ],
    });
  });

  it('are refused where JSON has none', () => {
    expect(failure('a:\n- .inf\n')).toMatchObject({
      code: 'YAML_UNSUPPORTED_VALUE',
      message: 'json: unsupported value: +Inf',
      source: { line: 2, column: 3 },
    });
    expect(failure('a: -.inf\n').goMessage).toBe('json: unsupported value: -Inf');
    expect(failure('a: .nan\n', { dialect: 'yaml11' }).goMessage).toBe('json: unsupported value: NaN');
  });
});
