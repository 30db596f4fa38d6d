import { describe, expect, it } from 'vitest';
import { parse, YamlError } from '../index.ts';

function failure(text: string): YamlError {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof YamlError) return error;
    throw error;
  }
  throw new Error(`did not fail: ${text}`);
}

const value = (text: string): unknown => (parse(`v: ${text}\n`) as { v: unknown }).v;

describe('plain scalars', () => {
  it('folds lines: one line end is a space, more are one less', () => {
    expect(value('a b\n  c\n\n  d  \n\n\n\n  e # f')).toBe('a b c\nd e'.replace('d e', 'd\n\n\ne'));
  });

  it('end at a line that is not indented further, and at comments', () => {
    expect(parse('a: b\n\nc: d\n# x\ne:\n  f\n  # y\n')).toEqual({ a: 'b', c: 'd', e: 'f' });
    expect(parse('- a\n  b\n- c\n')).toEqual(['a b', 'c']);
  });

  it('hold indicators within', () => {
    expect(value('a- b, [c] {d} & * ! | > \' " % @ ?')).toBe('a- b, [c] {d} & * ! | > \' " % @ ?');
  });

  it('may be the whole document', () => {
    expect(parse('hello\nworld\n')).toBe('hello world');
  });

  it('treats a separator character as a line end', () => {
    expect(value('a \u2028 b')).toBe('a\u2028b');
    expect(value('"a \u2029 b"')).toBe('a\u2029b');
  });
});

describe('quoted scalars', () => {
  it('reads single quotes', () => {
    expect(value("''")).toBe('');
    expect(value("'it''s \\n \"x\"'")).toBe('it\'s \\n "x"');
    expect(value("'a\n\n  b\n  c'")).toBe('a\nb c');
  });

  it('reads every escape of double quotes', () => {
    expect(value(String.raw`"\0\a\b\t\n\v\f\r\e\ \"\'\\\N\_\L\P\x41\u263A\U0001F600"`)).toBe(
      '\0\x07\b\t\n\v\f\r\x1b "\'\\\x85\xa0\u2028\u2029A☺😀',
    );
  });

  it('folds lines of double quotes, and joins them at a backslash', () => {
    expect(value('"a  \n  b\n\n\n  c\\\n   d \\\n\n  e"')).toBe('a b\n\ncd \ne');
  });

  it.each([
    [
      'an unterminated double quote',
      'a: 1\nb: "x\nc: 2\n',
      'found unexpected end of stream while scanning the quoted scalar that starts here',
      2,
      4,
    ],
    [
      'an unterminated single quote',
      "a: 'x\n",
      'found unexpected end of stream while scanning the quoted scalar that starts here',
      1,
      4,
    ],
    [
      'a document that starts within quotes',
      'a: "x\n...\n',
      'found unexpected document indicator while scanning the quoted scalar that starts here',
      1,
      4,
    ],
    ['an unknown escape', 'a: "\\d+"\n', 'found unknown escape character', 1, 5],
    ['a short hexadecimal number', 'a: "\\u12"\n', 'did not find expected hexdecimal number', 1, 5],
    ['a surrogate', 'a: "\\uD800"\n', 'found invalid Unicode character escape code', 1, 5],
  ])('refuses %s', (_, text, message, line, column) => {
    expect(failure(text)).toMatchObject({ code: 'YAML_SYNTAX', message, source: { line, column } });
  });

  it('says how far an open quote runs', () => {
    expect(failure('a: "x\nb: 1\nc: 2\n').hint).toBe(
      'The closing quote is missing: the text runs on to line 3.',
    );
  });
});

describe('block scalars', () => {
  it('keeps lines of | and folds those of >', () => {
    expect(value('|\n  a\n   b\n\n  c')).toBe('a\n b\n\nc\n');
    expect(value('>\n  a\n  b\n\n  c\n')).toBe('a b\nc\n');
  });

  it('chomps', () => {
    expect(parse('a: |\n  x\n\nb: |-\n  x\n\nc: |+\n  x\n\n\nd: >+\n  y\n\ne: |+\n\nf: |\n')).toEqual({
      a: 'x\n',
      b: 'x',
      c: 'x\n\n\n',
      d: 'y\n\n\n',
      e: '\n',
      f: '',
    });
    expect(parse('d: >+\n  y\n\n', { dialect: 'yaml11' })).toEqual({ d: 'y\n\n' });
  });

  it('takes an indentation indicator before or after the chomping', () => {
    expect(parse('a: |2\n    x\n   y\nb: |1-\n   z\nc: >-2\n   w\n')).toEqual({
      a: '  x\n y\n',
      b: '  z',
      c: ' w',
    });
  });

  it('finds the indentation behind empty lines, and comments behind the indicator', () => {
    expect(value('| # note\n\n\n   a\n  # b\n')).toBe('\n\na\n');
  });

  it('keeps lines that are indented further as they are in a folded text', () => {
    expect(parse('a: >\n  b\n   c\n\n   d\n  e\n', { dialect: 'yaml11' })).toEqual({ a: 'b\n c\n\n d\ne\n' });
  });

  it('changes such a text as kustomize does when it prints and reads it', () => {
    expect(value('>\n  b\n   c\n  d')).toBe('b\n\n c\nd\n');
    expect(value('>2\n    b\n  c\n  d')).toBe('  b\nc d\n');
    expect(value('>\n  b\n  c')).toBe('b c\n');
  });

  it('has no line end where the text ends without one', () => {
    expect(parse('a: |\n  x')).toEqual({ a: 'x' });
    expect(parse('a: |+\n  x\n  ')).toEqual({ a: 'x\n' });
  });

  it('holds what looks like YAML', () => {
    expect(parse('a: |\n  b: [\n  --- "\n  # c\nd: 1\n')).toEqual({ a: 'b: [\n--- "\n# c\n', d: 1 });
    expect(parse('- |\n x\n- >-\n y\n')).toEqual(['x\n', 'y']);
  });

  it.each([
    [
      'a tab as indentation',
      'a: |\n \tb\n',
      'found a tab character where an indentation space is expected',
      2,
      2,
    ],
    ['text behind the indicator', 'a: | b\n', 'did not find expected comment or line break', 1, 6],
    ['an indentation of 0', 'a: |0\n  b\n', 'found an indentation indicator equal to 0', 1, 5],
  ])('refuses %s', (_, text, message, line, column) => {
    expect(failure(text)).toMatchObject({ code: 'YAML_SYNTAX', message, source: { line, column } });
  });
});
