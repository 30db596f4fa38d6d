import { isEqual } from '@gitops-toolkit/core';
import { describe, expect, it } from 'vitest';
import { emit, emitDocuments, parse, parseDocuments } from './index.ts';

/** A generator with a seed, so that a failure can be seen again. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const PIECES = [
  'a',
  'word',
  'yes',
  'null',
  '~',
  ' ',
  '  ',
  '\n',
  '\n\n',
  ': ',
  ':',
  ' #',
  '#',
  '- ',
  '-',
  '? ',
  "'",
  '"',
  '\\',
  '\t',
  '[',
  ']',
  '{',
  '}',
  ',',
  '&',
  '*',
  '!',
  '|',
  '>',
  '%',
  '@',
  '`',
  '0',
  '12',
  '.',
  'e',
  '+',
  '_',
  '=',
  '2020-01-01',
  '12:30',
  'é',
  '日本',
  '😀',
  '\ufeff',
  '\r',
  '\x01',
  '0x',
  '---',
  '...',
  'true',
  'a somewhat longer run of words ',
  'https://example.com/path ',
  '\u00a0',
];

function randomValue(random: () => number, depth = 0): unknown {
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  const text = (): string => Array.from({ length: Math.floor(random() * 8) }, () => pick(PIECES)).join('');
  const kind = random();
  if (depth > 3 || kind < 0.5)
    return random() < 0.8 ? text() : pick([null, true, false, 0, -1, 1.5, 1e6, 1e21, 1e-7]);
  const length = Math.floor(random() * 5);
  if (kind < 0.75) return Array.from({ length }, () => randomValue(random, depth + 1));
  return Object.fromEntries(Array.from({ length }, () => [text(), randomValue(random, depth + 1)]));
}

describe('parse and emit', () => {
  it('give back any value', () => {
    const random = generator(7);
    for (let i = 0; i < 1500; i++) {
      const value = { v: randomValue(random) };
      const text = emit(value);
      expect(isEqual(parse(text, { dialect: 'yaml11' }), value), `${JSON.stringify(value)}\n${text}`).toBe(
        true,
      );
    }
  });

  it('print what they have printed the same again', () => {
    const random = generator(11);
    const values = Array.from({ length: 300 }, () => ({ v: randomValue(random) }));
    const text = emitDocuments(values);
    const again = emitDocuments(
      parseDocuments(text, { dialect: 'yaml11' }).map((document) => document.value),
    );
    expect(again).toBe(text);
  });

  it('give back texts with separator characters', () => {
    const value = { 'k\u2028': 'a\u2028b', l: ['a \u2029b: c', 'a\nb\u2028  c\nd\n', '\u2028'] };
    expect(parse(emit(value))).toEqual(value);
  });

  it('agree on a manifest in the form that kustomize prints', () => {
    const text = `apiVersion: apps/v1
kind: Deployment
metadata:
  annotations:
    description: A text that is longer than a line may be, so that it goes on in the
      next one.
    multi: |-
      first
        second

      third
    numeric: "0755"
    yes: "on"
  creationTimestamp: null
  name: web
spec:
  replicas: 3
  template:
    spec:
      containers:
      - args:
        - --listen=:8080
        - '*'
        - "true"
        env: []
        image: registry.example/web:1.0
        name: web
        resources: {}
        securityContext:
          defaultMode: 420
`.replace('    yes: "on"', '    "yes": "on"');
    expect(emit(parse(text))).toBe(text);
  });
});
