import { parseJson } from '@gitops-toolkit/core';
import { describe, expect, it } from 'vitest';

import { createJsonPatch } from './create-json-patch.ts';
import { applyJsonPatch } from './json-patch.ts';

describe('createJsonPatch', () => {
  it.each([
    [{ a: 1 }, { a: 1 }, []],
    [{ a: 1 }, { a: undefined }, [{ op: 'remove', path: '/a' }]],
    [{}, { 'a/b~c': null }, [{ op: 'add', path: '/a~1b~0c', value: null }]],
    [{ a: { b: 1, c: 2 } }, { a: { b: 1, c: 3 } }, [{ op: 'replace', path: '/a/c', value: 3 }]],
    [{ a: [] }, { a: {} }, [{ op: 'replace', path: '/a', value: {} }]],
    [[1, 2, 3], [0, 1, 2, 3], [{ op: 'add', path: '/0', value: 0 }]],
    [
      [1, 2, 3, 4],
      [1, 4],
      [
        { op: 'remove', path: '/2' },
        { op: 'remove', path: '/1' },
      ],
    ],
    [[{ n: 'a', v: 1 }], [{ n: 'a', v: 2 }], [{ op: 'replace', path: '/0/v', value: 2 }]],
  ])('%j -> %j', (from, to, patch) => {
    expect(createJsonPatch(from, to)).toEqual(patch);
  });

  it('keeps numbers that do not fit a double', () => {
    const patch = createJsonPatch({ n: 1 }, parseJson('{"n": 9007199254740993}'));
    expect(JSON.stringify(patch)).toContain('9007199254740993');
  });

  it('of any document makes any other', () => {
    const random = randomNumbers(7);
    for (let i = 0; i < 2000; i++) {
      const [from, to] = [randomValue(random, 4), randomValue(random, 4)];
      expect(applyJsonPatch(from, createJsonPatch(from, to))).toEqual(to);
      const changed = change(random, from);
      expect(applyJsonPatch(from, createJsonPatch(from, changed))).toEqual(changed);
    }
  });
});

function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

function randomValue(random: () => number, depth: number): unknown {
  const kind = random();
  if (depth === 0 || kind < 0.3) return [null, 1, 'x', true][Math.floor(random() * 4)];
  const size = Math.floor(random() * 4);
  if (kind < 0.6) return Array.from({ length: size }, () => randomValue(random, depth - 1));
  return Object.fromEntries(
    Array.from({ length: size }, () => [
      'abcd~/'[Math.floor(random() * 6)] ?? '',
      randomValue(random, depth - 1),
    ]),
  );
}

/** The same with something of it left out, doubled or replaced. */
function change(random: () => number, value: unknown): unknown {
  if (random() < 0.2) return randomValue(random, 2);
  if (Array.isArray(value)) {
    return value.flatMap((item) =>
      random() < 0.2 ? [] : random() < 0.2 ? [item, item] : [change(random, item)],
    );
  }
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(() => random() > 0.2);
  return Object.fromEntries(kept.map(([key, item]) => [key, change(random, item)]));
}
