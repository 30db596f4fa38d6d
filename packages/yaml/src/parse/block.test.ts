import { describe, expect, it } from 'vitest';
import { parse, YamlError } from '../index.ts';

function failure(text: string): YamlError {
  try {
    parse(text, { file: 'f.yaml' });
  } catch (error) {
    if (error instanceof YamlError) return error;
    throw error;
  }
  throw new Error(`did not fail: ${text}`);
}

describe('block collections', () => {
  it('reads lists in the column of their key and further in', () => {
    expect(parse('a:\n- 1\n- 2\nb:\n  - 3\nc: 4\n')).toEqual({ a: [1, 2], b: [3], c: 4 });
  });

  it('reads compact nested collections', () => {
    expect(parse('- - a\n  - b\n- - - c\n- d: 1\n  e: 2\n-\n  f: 3\n')).toEqual([
      ['a', 'b'],
      [['c']],
      { d: 1, e: 2 },
      { f: 3 },
    ]);
  });

  it('reads keys without values, empty items and comments anywhere', () => {
    const text = '# head\na: # why\n  # inside\n  b:\n  c: x # tail\n# between\nd:\n-\n- # note\n  e\n';
    expect(parse(text)).toEqual({ a: { b: null, c: 'x' }, d: [null, 'e'] });
  });

  it('takes # and : for text where no blank makes them indicators', () => {
    expect(parse('url: http://x.example:80/a#b\nimage: repo/app:1.0\n"q:r": a:b\nc#d: -e\n')).toEqual({
      url: 'http://x.example:80/a#b',
      image: 'repo/app:1.0',
      'q:r': 'a:b',
      'c#d': '-e',
    });
  });

  it('reads explicit keys with collections as values', () => {
    expect(parse('? a\n: - x\n  - y\n? |\n  long\n: b: 1\n? c\n')).toEqual({
      a: ['x', 'y'],
      'long\n': { b: 1 },
      c: null,
    });
  });

  it('keeps values behind tabs and trailing blanks', () => {
    expect(parse('a:\tb \t\nc: "d"\t# e\n')).toEqual({ a: 'b', c: 'd' });
  });

  it('takes a block scalar in the column of its key, as go-yaml does', () => {
    expect(parse('a:\n|\n  x\nb: 1\n')).toEqual({ a: 'x\n', b: 1 });
  });
});

describe('syntax errors of blocks', () => {
  it.each([
    ['a missing colon', 'a: 1\nb\nc: 2\n', "could not find expected ':'", 2, 1],
    [
      'a missing colon at the end',
      'kind: Service\nspec:\n  type\n  x: 1\n',
      'mapping values are not allowed in this context',
      4,
      4,
    ],
    ['a quoted text that is no key', 'a: 1\n"b"\n', "could not find expected ':'", 2, 1],
    ['a nested mapping on one line', 'a: b: c\n', 'mapping values are not allowed in this context', 1, 5],
    [
      'a deeper line behind a scalar',
      'a: b\n  c: d\n',
      'mapping values are not allowed in this context',
      2,
      4,
    ],
    ['a deeper line behind a quoted scalar', "a: 'b'\n  c: d\n", 'did not find expected key', 2, 3],
    ['a key that is indented in between', 'a:\n    b: 1\n  c: 2\n', 'did not find expected key', 3, 3],
    ['a list item in the column of a mapping', 'a: 1\n- b\n', 'did not find expected key', 2, 1],
    ['a key in the column of a list', '- a\nb: 1\n', "did not find expected '-' indicator", 2, 1],
    [
      'an item that is indented less',
      '- a\n -b: 1\n',
      'mapping values are not allowed in this context',
      2,
      4,
    ],
    [
      'a list on the line of its key',
      'a: - b\n',
      'block sequence entries are not allowed in this context',
      1,
      4,
    ],
    ['a ? on the line of a key', 'a: ? b\n', 'mapping keys are not allowed in this context', 1, 4],
    ['a tab as indentation', 'a:\n\tb: 1\n', 'found character that cannot start any token', 2, 1],
    ['a tab behind a dash', '-\ta\n', 'found character that cannot start any token', 1, 2],
    ['a tab at the start', '\ta: 1\n', 'found character that cannot start any token', 1, 1],
    [
      'a tab in a scalar of several lines',
      'a: b\n\tc\n',
      'found a tab character that violates indentation',
      2,
      1,
    ],
    ['an at sign', 'a: @b\n', 'found character that cannot start any token', 1, 4],
    ['a backtick', 'a: `b`\n', 'found character that cannot start any token', 1, 4],
    ['a percent sign', 'a: %b\n', 'found character that cannot start any token', 1, 4],
    ['a closing bracket', 'a: ]\n', 'did not find expected node content', 1, 4],
    ['a colon without a key', 'a: 1\n: 2\n', 'did not find expected key', 2, 1],
    ['text behind a quoted value', 'a: "b" c\n', 'did not find expected key', 1, 8],
    ['a colon behind a quoted value', 'a: "b": c\n', 'mapping values are not allowed in this context', 1, 7],
    [
      'text behind the document',
      'b: 1\n  \n c: 1\na: 2\n',
      'mapping values are not allowed in this context',
      3,
      3,
    ],
  ])('finds %s', (_, text, message, line, column) => {
    const error = failure(text);
    expect(error).toMatchObject({ code: 'YAML_SYNTAX', message, source: { file: 'f.yaml', line, column } });
    expect(error.hint).toBeDefined();
  });

  it('passes over a second root as kustomize does, or finds it where that is asked for', () => {
    const text = ' a: 1\nb: 2\n';
    expect(parse(text)).toEqual({ a: 1 });
    expect(() => parse(text, { trailing: 'error' })).toThrow('did not find expected <document start>');
    expect(() => parse(text, { dialect: 'yaml11' })).toThrow('did not find expected <document start>');
    expect(parse(text, { dialect: 'yaml11', documents: 'first' })).toEqual({ a: 1 });
  });

  it('shows the place in a frame', () => {
    expect(failure('kind: Pod\nspec:\n\tname: x\n').frame).toBe(
      ['  1 | kind: Pod', '  2 | spec:', '> 3 |  name: x', '    | ^', '  4 |'].join('\n'),
    );
  });
});

describe('YamlError.goMessage', () => {
  const message = (text: string, dialect: 'kustomize' | 'yaml11'): string => {
    try {
      parse(text, { dialect });
    } catch (error) {
      return (error as YamlError).goMessage;
    }
    return '';
  };

  it.each([
    ['a: 1\nb', "yaml: line 2: could not find expected ':'", "yaml: line 3: could not find expected ':'"],
    [
      'a: [',
      'yaml: line 1: did not find expected node content',
      'yaml: line 1: did not find expected node content',
    ],
    [
      '\ta: 1',
      'yaml: found character that cannot start any token',
      'yaml: found character that cannot start any token',
    ],
    [
      'x: 1\ny: "a\n\n',
      'yaml: line 2: found unexpected end of stream',
      'yaml: line 4: found unexpected end of stream',
    ],
  ])('counts lines as go-yaml v3 and v2 do: %j', (text, v3, v2) => {
    expect(message(text, 'kustomize')).toBe(v3);
    expect(message(text, 'yaml11')).toBe(v2);
  });

  it.each([
    ['- a: x\n  {}', 'yaml: line 1: did not find expected key'],
    ['{ {- x -}', 'yaml: did not find expected node content'],
    ['~: d', 'unsupported map key of type: %!s(<nil>), key: <nil>, value: "d"'],
    [
      'a:\n  ~: {b: [1]}',
      'unsupported map key of type: %!s(<nil>), key: <nil>, value: map[interface {}]interface {}{"b":[]interface {}{1}}',
    ],
  ])('has the words of go-yaml v2: %j', (text, words) => {
    expect(message(text, 'yaml11')).toBe(words);
  });
});
