import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { KubeObject } from '@gitops-toolkit/core';
import { emit, parse } from '@gitops-toolkit/yaml';
import { describe, expect, it } from 'vitest';
import { KustomizeError } from '../errors.ts';
import { substitute } from './substitute.ts';

/** What `SubstituteVariables` of github.com/fluxcd/pkg/kustomize answers, recorded by tools/flux-vectors. */
interface Vector {
  readonly resource: string;
  readonly variables?: Readonly<Record<string, string>>;
  readonly lenient?: boolean;
  readonly always?: boolean;
  readonly yaml?: string;
  /** The resource stays as it is. */
  readonly same?: boolean;
  readonly error?: string;
}

const file = path.join(import.meta.dirname, '../testdata/substitution/resources.jsonl');
const vectors = readFileSync(file, 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as Vector);

function answer({ resource, variables = {}, lenient, always }: Vector): Omit<Vector, 'resource'> {
  const object = parse(resource) as KubeObject;
  try {
    const options = { strict: !lenient, strategy: always ? 'Always' : 'WithVariables' } as const;
    const [substituted = { object }] = substitute([{ object }], variables, options);
    const yaml = emit(substituted.object);
    return yaml === emit(object) ? { same: true } : { yaml };
  } catch (error) {
    if (error instanceof KustomizeError) return { error: error.summary };
    throw error;
  }
}

describe('substitute', () => {
  it('answers as Flux does', () => {
    expect(vectors.length).toBeGreaterThan(2000);
    const differing = vectors.flatMap((vector) => {
      const { resource: _r, variables: _v, lenient: _l, always: _a, ...expected } = vector;
      const actual = answer(vector);
      const isSame =
        actual.yaml === expected.yaml && actual.same === expected.same && actual.error === expected.error;
      return isSame ? [] : [{ ...vector, actual }];
    });
    // Go prints a text of several lines that starts with a tab in a way that it cannot read itself.
    expect(differing.filter(({ error }) => !error?.startsWith('UnmarshalJSON: yaml: '))).toEqual([]);
    expect(differing.length).toBeLessThan(3);
  });
});
