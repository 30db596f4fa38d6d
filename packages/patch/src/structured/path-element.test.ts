import { NumberLiteral } from '@gitops-toolkit/core';
import { describe, expect, it } from 'vitest';

import {
  compareElements,
  elementString,
  fieldElement,
  keyElement,
  parsePathElement,
  pathString,
  sortElements,
  valueElement,
} from './path-element.ts';

describe('path elements', () => {
  it('are written as in fieldsV1', () => {
    expect(fieldElement('replicas')).toBe('f:replicas');
    expect(valueElement('x/y')).toBe('v:"x/y"');
    expect(valueElement(3)).toBe('v:3');
    expect(
      keyElement([
        ['containerPort', 80],
        ['protocol', 'TCP'],
      ]),
    ).toBe('k:{"containerPort":80,"protocol":"TCP"}');
    expect(keyElement([])).toBe('k:{}');
  });

  it('are the same text for the same value', () => {
    expect(valueElement(new NumberLiteral('1.0'))).toBe(valueElement(1));
    expect(valueElement(new NumberLiteral('9007199254740993'))).toBe('v:9007199254740993');
    expect(valueElement({ b: [true, null], a: 1 })).toBe('v:{"a":1,"b":[true,null]}');
  });

  it("escape what Go's encoder escapes", () => {
    expect(valueElement('a<b>&"')).toBe('v:"a\\u003cb\\u003e\\u0026\\""');
    expect(valueElement('a<b')).toBe('v:"a\\u003cb"');
    expect(parsePathElement('v:"a<b"')).toBe('v:"a\\u003cb"');
  });
});

describe('parsePathElement', () => {
  it('reads every kind, in canonical form', () => {
    expect(parsePathElement('f:a.b/c')).toBe('f:a.b/c');
    expect(parsePathElement('k:{"protocol": "TCP", "port": 80.0}')).toBe('k:{"port":80,"protocol":"TCP"}');
    expect(parsePathElement('k:{"name":"web"}')).toBe('k:{"name":"web"}');
    expect(parsePathElement('v: "x"')).toBe('v:"x"');
    expect(parsePathElement('i:03')).toBe('i:3');
  });

  it('does not know kinds of the future', () => {
    expect(parsePathElement('x:whatever')).toBeUndefined();
  });

  it.each(['', 'f', 'fx', 'k:{', 'k:"x"', 'k:[1]', 'v:', 'v:{', 'i:x', 'i:', 'i:1.5'])(
    'refuses %j',
    (text) => {
      expect(() => parsePathElement(text)).toThrow(
        expect.objectContaining({ code: 'PATCH_FIELDS_INVALID' }) as Error,
      );
    },
  );
});

describe('pathString', () => {
  it('reads as the API server writes paths', () => {
    expect(
      pathString([
        'f:spec',
        'f:containers',
        'k:{"name":"web"}',
        'f:ports',
        'k:{"containerPort":80,"protocol":"TCP"}',
      ]),
    ).toBe('.spec.containers[name="web"].ports[containerPort=80,protocol="TCP"]');
    expect(pathString(['f:metadata', 'f:finalizers', 'v:"a/b"'])).toBe('.metadata.finalizers[="a/b"]');
    expect(elementString('i:4')).toBe('[4]');
    expect(pathString([])).toBe('');
  });
});

describe('sortElements', () => {
  it('sorts by kind, then by content', () => {
    const sorted = [
      'f:B',
      'f:a',
      'f:a.b',
      'k:{"a":"x"}',
      'k:{"a":"x","b":1}',
      'k:{"b":2}',
      'k:{"b":10}',
      'v:-1',
      'v:2',
      'v:10',
      'v:"a"',
      'v:"b"',
      'v:false',
      'v:true',
      'v:[1]',
      'v:{"a":1}',
      'v:null',
      'i:2',
      'i:10',
    ];
    expect(sortElements([...sorted].reverse())).toEqual(sorted);
    expect(sorted.map((element) => compareElements(element, element))).toEqual(sorted.map(() => 0));
    const steps = sorted
      .slice(1)
      .map((element, index) => compareElements(element, sorted[index] as string) > 0);
    expect(steps).toEqual(steps.map(() => true));
  });

  it('sorts plain keys as text', () => {
    expect(sortElements(['k:{"name":"b"}', 'v:"a"', 'k:{"name":"a.b"}', 'f:z', 'k:{"name":"a"}'])).toEqual([
      'f:z',
      'k:{"name":"a"}',
      'k:{"name":"a.b"}',
      'k:{"name":"b"}',
      'v:"a"',
    ]);
  });
});
