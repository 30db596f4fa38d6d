import { describe, expect, it } from 'vitest';
import { isEqual } from './equal.ts';
import { parseJson } from './json.ts';
import { NumberLiteral } from './number-literal.ts';
import { cloneValue, createRecord, getOwn, isRecord, setOwn } from './record.ts';

describe('createRecord', () => {
  it('inherits nothing', () => {
    const record = createRecord();
    expect(record['constructor']).toBeUndefined();
    expect(record['__proto__']).toBeUndefined();
    expect('toString' in record).toBe(false);
  });

  it('holds __proto__ as a key like any other', () => {
    const record = createRecord();
    setOwn(record, '__proto__', { polluted: true });
    expect(Object.keys(record)).toEqual(['__proto__']);
    expect(JSON.stringify(record)).toBe('{"__proto__":{"polluted":true}}');
    expect((record as { polluted?: boolean }).polluted).toBeUndefined();
  });
});

describe('getOwn', () => {
  it('never answers with what is inherited', () => {
    expect(getOwn({ a: 1 }, 'a')).toBe(1);
    expect(getOwn({}, 'constructor')).toBeUndefined();
    expect(getOwn([1], '0')).toBeUndefined();
    expect(getOwn(null, 'a')).toBeUndefined();
  });
});

describe('isRecord', () => {
  it('is true of maps alone', () => {
    expect([{}, createRecord(), Object.create(null)].every(isRecord)).toBe(true);
    expect([null, [], 'a', 1, new Date(), new NumberLiteral('1.0', '1')].some(isRecord)).toBe(false);
  });
});

describe('cloneValue', () => {
  it('shares no map and no list, and keeps number literals', () => {
    const literal = new NumberLiteral('1.10', '1.1');
    const value = { a: [{ b: literal }] };
    const copy = cloneValue(value);
    expect(copy).toEqual(value);
    expect(copy.a).not.toBe(value.a);
    expect(copy.a[0]?.b).toBe(literal);
  });

  it('copies __proto__ as data', () => {
    const copy = cloneValue(JSON.parse('{"__proto__":{"x":1}}') as Record<string, unknown>);
    expect(Object.keys(copy)).toEqual(['__proto__']);
    expect(({} as { x?: number }).x).toBeUndefined();
  });
});

describe('isEqual', () => {
  it('compares by value, whatever the order of keys', () => {
    expect(isEqual({ a: 1, b: [1, { c: null }] }, { b: [1, { c: null }], a: 1 })).toBe(true);
    expect(isEqual({ a: 1 }, { a: 1, b: undefined })).toBe(false);
    expect(isEqual([1, 2], [2, 1])).toBe(false);
    expect(isEqual({ a: null }, {})).toBe(false);
    expect(isEqual('1', 1)).toBe(false);
  });

  it('compares numbers by value and long ones by digits', () => {
    expect(isEqual(new NumberLiteral('1.0', '1'), 1)).toBe(true);
    expect(isEqual(new NumberLiteral('9007199254740993'), new NumberLiteral('9007199254740992'))).toBe(false);
  });
});

describe('parseJson', () => {
  it('keeps every digit of a long integer, and prints it again', () => {
    const text = '{"uid":18446744073709551615,"n":1,"f":1.5}';
    const value = parseJson(text) as Record<string, unknown>;
    expect(value['uid']).toBeInstanceOf(NumberLiteral);
    expect(value['n']).toBe(1);
    expect(JSON.stringify(value)).toBe(text);
  });

  it.each(['18446744073709551615', '-9007199254740993', '[9007199254740993]', '[1,\n 9007199254740993 ]'])(
    'finds it wherever it stands: %j',
    (text) => expect(JSON.stringify(parseJson(text))).toBe(text.replaceAll(/\s/g, '')),
  );

  it('leaves floats and digits inside strings alone', () => {
    expect(parseJson('{"a":0.1234567890123456,"b":"12345678901234567890"}')).toEqual({
      a: 0.1234567890123456,
      b: '12345678901234567890',
    });
  });
});
