import type { GoMap } from '@gitops-toolkit/go-template';
import { encodeJson } from '@gitops-toolkit/go-template';
import { describe, expect, it } from 'vitest';
import { type SetOptions, setValues } from './set-syntax.ts';

const set = (text: string, options: SetOptions = {}, start: GoMap = {}): string =>
  encodeJson(setValues(start, text, options));

describe('setValues', () => {
  it.each([
    ['a=1,b=1.5,c=true,d=null,e=', '{"a":1,"b":"1.5","c":true,"d":null,"e":""}'],
    ['a.b.c=x,a.b.d=y', '{"a":{"b":{"c":"x","d":"y"}}}'],
    ['a[1]=x,a[0].b=y', '{"a":[{"b":"y"},"x"]}'],
    ['a={x,1,\\,}', '{"a":["x",1,","]}'],
    ['a\\.b=1', '{"a.b":1}'],
    ['a=01,b=9223372036854775808', '{"a":"01","b":"9223372036854775808"}'],
  ])('reads %s', (text, json) => {
    expect(set(text)).toBe(json);
  });

  it('knows the kinds of flags', () => {
    expect(set('a=1,b=true', { kind: 'string' })).toBe('{"a":"1","b":"true"}');
    expect(set('a={"b":[1,"x,y"]},c[1]=2,d=', { kind: 'json' })).toBe(
      '{"a":{"b":[1,"x,y"]},"c":[null,2],"d":null}',
    );
    expect(set('a.b={x},c=\\1', { kind: 'literal' })).toBe('{"a":{"b":"{x},c=\\\\1"}}');
    expect(set('a=x.txt', { kind: 'file', readFile: (path) => `content of ${path}` })).toBe(
      '{"a":"content of x.txt"}',
    );
  });

  it('changes lists and maps that are there', () => {
    expect(set('a[1]=z,m.x=1', {}, { a: ['x', 'y'], m: { y: 2 } })).toBe('{"a":["x","z"],"m":{"x":1,"y":2}}');
  });

  it.each([
    ['a', 'key "a" has no value'],
    ['a,b=1', 'key "a" has no value (cannot end with ,)'],
    ['a.=1', 'key map "a" has no value'],
    ['a[x]=1', 'error parsing index: strconv.Atoi: parsing "x": invalid syntax'],
    ['a[-1]=1', 'negative -1 index not allowed'],
    ['a[99999999]=1', 'index of 99999999 is greater than maximum supported index of 65536'],
    ['a={1', "list must terminate with '}'"],
    [
      'a=1,a.b=2',
      'unable to parse key: interface conversion: interface {} is int64, not map[string]interface {}',
    ],
    [`${'a.'.repeat(31)}b=1`, 'value name nested level is greater than maximum supported nested level of 30'],
  ])('refuses %s', (text, message) => {
    expect(() => set(text)).toThrow(message);
  });

  it('takes the end of the text within an index as the dialect does', () => {
    expect(set('v[0=1', { dialect: 'v4' })).toBe('{}');
    expect(() => set('v[0=1', { dialect: 'v3' })).toThrow('error parsing index: EOF');
  });
});
