import { describe, expect, it } from 'vitest';
import { parse, YamlError } from '../index.ts';

function failure(text: string): YamlError {
  try {
    parse(text, { dialect: 'yaml11' });
  } catch (error) {
    if (error instanceof YamlError) return error;
    throw error;
  }
  throw new Error(`did not fail: ${text}`);
}

describe('flow collections', () => {
  it('reads JSON', () => {
    const json = '{"a": [1, -2.5, true, null, "x\\u0041\\n"], "b": {}, "c": [], "d":"e"}';
    expect(parse(json)).toEqual(JSON.parse(json));
  });

  it('reads plain scalars, comments and several lines, whatever their indentation', () => {
    expect(parse('a: [b c, d,\n  e # no\n, f\ng]\nh: {i: j, "k": \'l\'\n}\n')).toEqual({
      a: ['b c', 'd', 'e', 'f g'],
      h: { i: 'j', k: 'l' },
    });
  });

  it('reads single pairs in lists, explicit keys and trailing commas', () => {
    expect(parse('[a: b, {c: d,}, ? e : f, [g,],]')).toEqual([{ a: 'b' }, { c: 'd' }, { e: 'f' }, ['g']]);
  });

  it('takes a colon for a key only before a blank, but always behind quotes', () => {
    expect(parse('{a:b: c, "d":e, f: g:h}')).toEqual({ 'a:b': 'c', d: 'e', f: 'g:h' });
  });

  it('makes of nothing in braces null, and an empty string where kustomize does', () => {
    expect(parse('{a: , b, c: null}', { dialect: 'yaml11' })).toEqual({ a: null, b: null, c: null });
    expect(parse('{a: , b, c: null}')).toEqual({ a: '', b: '', c: null });
  });

  it('may be the values of mappings and stand over several lines', () => {
    expect(parse('a: {\n  b: [\n    1,\n    2\n  ]\n}\nc: 3\n')).toEqual({ a: { b: [1, 2] }, c: 3 });
  });

  it.each([
    ['an unclosed list', 'a: [b, c\n', "did not find expected ',' or ']'"],
    ['an unclosed mapping', 'a: {b: c\n', "did not find expected ',' or '}'"],
    ['a missing comma', 'a: ["b" "c"]\n', "did not find expected ',' or ']'"],
    ['a missing comma in braces', '{a: "b" c: d}\n', "did not find expected ',' or '}'"],
    ['the wrong bracket', '[a}\n', "did not find expected ',' or ']'"],
    ['a list that is opened at the end', 'a: [', 'did not find expected node content'],
    ['a comma without an item', '[,]\n', 'did not find expected node content'],
    ['two commas', '[a,, b]\n', 'did not find expected node content'],
    ['a question mark in a text', '[http://x/?y]\n', "did not find expected ',' or ']'"],
    ['a block list within', '[- a]\n', 'did not find expected node content'],
    ['a key on two lines', '[a\n b: c]\n', "did not find expected ',' or ']'"],
    ['an at sign', '[@a]\n', 'found character that cannot start any token'],
    ['a document marker', 'a: [b,\n---\n', 'did not find expected node content'],
  ])('refuses %s', (_, text, message) => {
    const error = failure(text);
    expect(error).toMatchObject({ code: 'YAML_SYNTAX', message });
    expect(error.hint).toBeDefined();
  });

  it('names the line that the bracket was opened on', () => {
    expect(failure('a:\n  b: [1,\n    2\n  c: 3\n')).toMatchObject({
      source: { line: 4 },
      hint: expect.stringContaining('line 2'),
    });
  });
});
