import { readFileSync } from 'node:fs';
import path from 'node:path';
import { errorMessage } from '@gitops-toolkit/core';
import { describe, expect, it } from 'vitest';
import { KustomizeError } from '../errors.ts';
import { replaceCutCharacters } from './bytes.ts';
import { expandText } from './expand.ts';

// What Flux's own package answers, recorded by tools/flux-vectors.
type Answer = readonly [value: string, error: string];
type Line = readonly [text: string, value: string, error: string, strictValue?: string, strictError?: string];

const file = path.join(import.meta.dirname, '../testdata/substitution/expressions.jsonl');
const [first = '', ...lines] = readFileSync(file, 'utf8').trimEnd().split('\n');
const variables = new Map(Object.entries(JSON.parse(first) as Record<string, string>));
const vectors = lines.map((line) => JSON.parse(line) as Line);

function answer(text: string, isStrict: boolean): Answer {
  try {
    const value = expandText(text, (name) => variables.get(name) ?? (isStrict ? undefined : ''));
    // The answers are JSON, which has no parts of characters.
    return [replaceCutCharacters(value), ''];
  } catch (error) {
    if (error instanceof KustomizeError) return ['', errorMessage(error)];
    throw error;
  }
}

describe('expressions', () => {
  it('are many', () => expect(vectors.length).toBeGreaterThan(4000));

  it.each([false, true])('have the values and failures of envsubst, strict: %s', (isStrict) => {
    const differing = vectors.flatMap(([text, value, error, strictValue, strictError]) => {
      const expected: Answer =
        isStrict && strictValue !== undefined ? [strictValue, strictError ?? ''] : [value, error];
      const actual = answer(text, isStrict);
      const isSame = actual[0] === expected[0] && actual[1] === expected[1];
      return isSame ? [] : [{ text, expected, actual }];
    });
    expect(differing).toEqual([]);
  });
});
