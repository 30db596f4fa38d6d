import { encodeJson, int64, typedMap } from '@gitops-toolkit/go-template';
import { describe, expect, it } from 'vitest';
import { decodeToml } from './decode-toml.ts';
import { encodeToml } from './encode-toml.ts';

describe('encodeToml', () => {
  it('writes tables after what is none, each level indented', () => {
    const value = { z: { y: { x: 1.5 } }, a: 1n, l: [1n, 'x'], t: [{ n: 1n }, { n: 2n }], e: {}, q: 'a"b\n' };
    expect(encodeToml(value)).toBe(
      'a = 1\nl = [1, "x"]\nq = "a\\"b\\n"\n\n[e]\n\n[[t]]\n  n = 1\n\n[[t]]\n  n = 2\n\n[z]\n  [z.y]\n    x = 1.5\n',
    );
  });

  it('leaves nothing out but nil, and quotes keys that need it', () => {
    expect(encodeToml({ 'a b': 1, '': int64(2), n: null })).toBe('"" = 2\n"a b" = 1.0\n');
    expect(encodeToml(typedMap('map[string]interface {}', [['f', 1e6]]))).toBe('f = 1e+06\n');
    expect(() => encodeToml({ l: [1, null] })).toThrow('toml: cannot encode array with nil element');
  });
});

describe('decodeToml', () => {
  it.each([
    ['a = 1\nb.c = "x"\n[t]\nd = [1, 2.5, true]\n', '{"a":1,"b":{"c":"x"},"t":{"d":[1,2.5,true]}}'],
    ['[[a]]\nx = 1\n[[a]]\ny = 0x1F\n[a.b]\nz = 1_000', '{"a":[{"x":1},{"b":{"z":1000},"y":31}]}'],
    ['a = { b = 1, c = [ { d = 2 } ] } # note', '{"a":{"b":1,"c":[{"d":2}]}}'],
    ['a = """\nx\\\n   y"""\nb = \'\'\'\nraw\\n\'\'\'\n"k y" = \'z\'', '{"a":"xy","b":"raw\\\\n","k y":"z"}'],
    ['a = "\\u00e9\\t"', '{"a":"é\\t"}'],
    ['a = 1979-05-27T07:32:00Z\nb = 07:32:00', '{"a":"1979-05-27T07:32:00Z","b":"0000-01-01T07:32:00Z"}'],
    ['__proto__.x = 1', '{"__proto__":{"x":1}}'],
  ])('reads %j', (text, json) => {
    expect(encodeJson(decodeToml(text))).toBe(json);
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });

  it.each([
    ['a', "toml: line 1: unexpected EOF; expected key separator '='"],
    ['a = 1\na = 2', `toml: line 2 (last key "a"): Key 'a' has already been defined.`],
    ['a = 1\n[a]\n', `toml: line 2: Key 'a' has already been defined.`],
    ['a = ', 'toml: line 1 (last key "a"): unexpected EOF; expected value'],
    ['a = x', 'toml: line 1 (last key "a"): expected value but found "x" instead'],
    ['a = "x\n"', 'toml: line 1 (last key "a"): strings cannot contain newlines'],
    ['a = 01', 'toml: line 1 (last key "a"): Invalid integer "01": cannot have leading zeroes'],
    ['a = 9223372036854775808', 'toml: line 1 (last key "a"): 9223372036854775808 is out of range for int64'],
    [
      'a = 1 b',
      `toml: line 1: expected a top-level item to end with a newline, comment, or EOF, but got 'b' instead`,
    ],
    ['a = 1979-13-01', 'toml: line 1 (last key "a"): invalid datetime: "1979-13-01"'],
  ])('refuses %j', (text, message) => {
    expect(() => decodeToml(text)).toThrow(message);
  });
});
