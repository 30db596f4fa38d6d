import { cloneValue, createRecord, isEqual, NumberLiteral, parseJson, setOwn } from '@gitops-toolkit/core';
import { describe, expect, it } from 'vitest';

import { randomFrom } from '../testing/random.ts';
import { shareParts } from './share-parts.ts';

/** Maps with the key that names the prototype are never taken for equal. */
function namesPrototype(value: unknown): boolean {
  return JSON.stringify(value).includes('__proto__');
}

describe('shareParts', () => {
  it('keeps equal lists and maps once, and leaves what differs', () => {
    const model = { strategy: { type: 'RollingUpdate' }, args: ['--verbose-logging'], replicas: 1 };
    const fresh = { strategy: { type: 'RollingUpdate' }, args: ['--verbose-logging'], replicas: 2 };
    const shared = shareParts(fresh, model);
    expect(shared).toEqual({ strategy: { type: 'RollingUpdate' }, args: ['--verbose-logging'], replicas: 2 });
    expect(shared.strategy).toBe(model.strategy);
    expect(shared.args).toBe(model.args);
    expect(model.replicas).toBe(1);
  });

  it('gives the model for its equal', () => {
    const model = { spec: { ports: [{ name: 'http', port: 80 }] } };
    expect(shareParts(structuredClone(model), model)).toBe(model);
  });

  it.each([
    ['a field less', { a: 1 }, { a: 1, b: 2 }],
    ['a field more', { a: 1, b: 2 }, { a: 1 }],
    ['an item less', [1], [1, 2]],
    ['an item more', [1, 2], [1]],
    ['undefined and nothing', { a: undefined }, { b: 1 }],
    ['null and a map', { a: null }, { a: {} }],
    ['a list and a map', { a: [] }, { a: {} }],
    ['an inherited name', { constructor: 'a', toString: {} }, { a: 1 }],
    ['numbers beyond doubles', { n: new NumberLiteral('12345678901234567890') }, { n: 2 ** 63 }],
  ])('does not take %s for equal', (_, fresh, model) => {
    const before = JSON.stringify(fresh);
    const modelBefore = JSON.stringify(model);
    expect(shareParts<unknown>(fresh, model)).toBe(fresh);
    expect([JSON.stringify(fresh), JSON.stringify(model)]).toEqual([before, modelBefore]);
  });

  it('leaves keys alone that name the prototype', () => {
    const text = '{"metadata":{"annotations":{"__proto__":{}}}}';
    const model = parseJson(text);
    const fresh = parseJson(text);
    expect(JSON.stringify(shareParts(fresh, model))).toBe(text);
    expect(Object.getPrototypeOf((fresh as { metadata: { annotations: object } }).metadata.annotations)).toBe(
      Object.prototype,
    );
    const record = createRecord();
    setOwn(record, '__proto__', 'x');
    expect(shareParts(record, createRecord())).toBe(record);
  });

  it.each([1, 2, 3])('never changes what a value says, nor its model (seed %i)', (seed) => {
    const random = randomFrom(seed);
    const keys = ['a', 'b', 'constructor', '__proto__', 'hasOwnProperty', ''];
    const value = (depth: number): unknown => {
      const kind = random(depth === 0 ? 4 : 7);
      if (kind === 0) return random(3);
      if (kind === 1) return [null, true, ''][random(3)];
      if (kind === 2) return `a text of some length ${random(3)}`;
      if (kind === 3) return new NumberLiteral(`1234567890123456789${random(2)}`);
      if (kind === 4) return Array.from({ length: random(4) }, () => value(depth - 1));
      const record = createRecord();
      for (let n = random(4); n > 0; n--) setOwn(record, keys[random(keys.length)] ?? '', value(depth - 1));
      return random(2) === 0 ? record : parseJson(JSON.stringify(record));
    };
    for (let n = 0; n < 3000; n++) {
      const [fresh, model] = [value(4), value(4)];
      const [said, modelSaid] = [cloneValue(fresh), JSON.stringify(model)];
      const shared = shareParts(fresh, model);
      expect(isEqual(shared, said)).toBe(true);
      expect(JSON.stringify(model)).toBe(modelSaid);
      expect(shareParts(cloneValue(model), model) === model || namesPrototype(model)).toBe(true);
    }
  });

  it('changes nothing that is frozen', () => {
    const fresh = Object.freeze({ list: Object.freeze([{ name: 'a longer text' }]) });
    expect(shareParts<unknown>(fresh, { list: [{ name: 'a longer text' }] })).toBe(fresh);
  });
});
