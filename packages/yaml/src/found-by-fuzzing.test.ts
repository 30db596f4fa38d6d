import { describe, expect, it } from 'vitest';
import { emit, parse, parseDocuments, YamlError } from './index.ts';

/** Inputs that `tools/fuzz.ts yaml` once found, made small. */
describe('what was found by fuzzing', () => {
  it('ends a node with properties on line after line, however many', () => {
    const text = '!!binary \n    '.repeat(5000);
    expect(() => parseDocuments(text)).not.toThrow(RangeError);
    expect(() => parse(`a:\n ${'&x\n '.repeat(5000)}`)).toThrow(YamlError);
  });

  it('lists thousands of repeated keys without counting lines for each', () => {
    const text = 'a: &a {x: 1}\n'.repeat(2000);
    expect(() => parse(text, { dialect: 'yaml11', duplicateKeys: 'error' })).toThrow(
      'already defined at line 1',
    );
    expect(parse(text, { dialect: 'yaml11' })).toEqual({ a: { x: 1 } });
  });

  it('reads many documents without searching the rest of the text in each', () => {
    const text = 'a: b\n---\n'.repeat(20_000);
    expect(parseDocuments(text)).toHaveLength(20_000);
  });

  it('refuses halves of characters, and writes none', () => {
    expect(() => parse('a: \ud83d\n')).toThrow(expect.objectContaining({ code: 'YAML_ENCODING' }));
    expect(emit({ v: '\ud83d' })).toBe('v: \ufffd\n');
    expect(emit({ v: '\ufeff \ud83d' })).not.toContain('D83D');
    expect(parse('v: 😀\n')).toEqual({ v: '😀' });
  });

  it('refuses keys that JSON cannot carry to YAML', () => {
    expect(() => emit({ 'a\x85b': 1 })).toThrow(expect.objectContaining({ code: 'YAML_UNSUPPORTED_VALUE' }));
    expect(() => emit({ a: 'b\x85--- c' })).toThrow('found unexpected document indicator');
  });
});

describe('styles of go-yaml v3', () => {
  const value = { a: { b: ['x', { c: 1, d: [] }] } };

  it('indents by as much as is asked for', () => {
    expect(emit(value, { style: 'go-yaml-v3', indent: 4 })).toBe(
      'a:\n    b:\n        - x\n        - c: 1\n          d: []\n',
    );
    expect(emit(value, { style: 'go-yaml-v3', indent: 99 })).toBe(emit(value, { style: 'go-yaml-v3' }));
  });

  it('starts lists in the column of their key, as kyaml does', () => {
    expect(emit(value, { style: 'kyaml' })).toBe('a:\n  b:\n  - x\n  - c: 1\n    d: []\n');
  });
});

describe('keys that have no order', () => {
  const keys = ['120000', '1a+0071', '501e31e3', '_+0071'];

  it('are printed alike whatever order they come in', () => {
    const printed = keys.map((_, i) =>
      emit(Object.fromEntries([...keys.slice(i), ...keys.slice(0, i)].map((key) => [key, 1]))),
    );
    expect(new Set(printed).size).toBe(1);
    expect(emit(parse(printed[0] ?? '', { dialect: 'yaml11' }))).toBe(printed[0]);
  });
});

describe('places', () => {
  it('count characters, and line ends that are some to go-yaml alone', () => {
    const [document] = parseDocuments('é😀: x\nb: "y\u2028  z"\nc: 1\n', { file: 'f.yaml' });
    expect(document?.locate(['é😀'])).toEqual({ file: 'f.yaml', line: 1, column: 5 });
    expect(document?.locate(['c'])).toEqual({ file: 'f.yaml', line: 4, column: 4 });
  });
});
