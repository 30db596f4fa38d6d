import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { isEqual, parseJson } from '@gitops-toolkit/core';
import { describe, expect, it } from 'vitest';
import { emit, emitDocuments, type EmitOptions, parse, parseDocuments, YamlError } from './index.ts';

/** What the Go libraries said, as `tools/yaml-vectors` has recorded it. */
interface Answer {
  readonly json?: unknown;
  readonly text?: string;
  readonly error?: string;
}

interface TextVector {
  readonly text: string;
  readonly kustomize: Answer;
  readonly printed: Answer;
  readonly yaml11: Answer;
  readonly strict?: Answer;
}

type ValueVector = Readonly<Record<'compact' | 'pretty' | 'kyaml' | 'wide', Answer>> & {
  readonly value: unknown;
};

const vectors = gunzipSync(readFileSync(new URL('./testdata/vectors.jsonl.gz', import.meta.url)))
  .toString()
  .trimEnd()
  .split('\n')
  .map((line) => parseJson(line) as TextVector | ValueVector);
const texts = vectors.filter((vector) => 'text' in vector);
const values = vectors.filter((vector) => 'value' in vector);

/** What came of it here: a value, or the failure in Go's words. */
function outcome(run: () => unknown): { value: unknown } | { error: string } {
  try {
    return { value: run() };
  } catch (error) {
    if (error instanceof YamlError) return { error: error.goMessage };
    throw error;
  }
}

/** Whether Go and we both refuse, or both give the same. */
function agrees(answer: Answer, run: () => unknown): boolean {
  const ours = outcome(run);
  if ('error' in ours) return answer.error !== undefined;
  return answer.error === undefined && isEqual(plain(ours.value), answer.text ?? answer.json);
}

/** A value as it is behind JSON. */
function plain(value: unknown): unknown {
  return typeof value === 'string' ? value : parseJson(JSON.stringify(value));
}

function differences<T>(list: readonly T[], agree: (vector: T) => boolean, input: (vector: T) => unknown) {
  return list.filter((vector) => !agree(vector)).map(input);
}

const readResources = (text: string) => parseDocuments(text).map((document) => document.value);
const readFirst = (text: string) => parse(text, { dialect: 'yaml11', documents: 'first' });
const readStrictly = (text: string) =>
  parse(text, { dialect: 'yaml11', documents: 'first', duplicateKeys: 'error' });

describe('texts, as Go reads them', () => {
  it('are many', () => {
    expect(texts.length).toBeGreaterThan(2000);
    expect(values.length).toBeGreaterThan(1000);
  });

  it.each([
    ['as kustomize reads resources', 'kustomize', readResources],
    ['as sigs.k8s.io/yaml reads them', 'yaml11', readFirst],
    ['as sigs.k8s.io/yaml reads them strictly', 'strict', readStrictly],
  ] as const)('give the same value or are refused, %s', (_, name, read) => {
    const answerOf = (vector: TextVector) => vector[name] ?? vector.yaml11;
    const differing = differences(
      texts,
      (vector) => agrees(answerOf(vector), () => read(vector.text)),
      ({ text }) => text,
    );
    expect(differing).toEqual([]);
  });

  it('are printed the same by kustomize', () => {
    const differing = differences(
      texts.filter(({ printed }) => printed.text !== undefined || printed.error !== undefined),
      ({ text, printed }) => agrees(printed, () => emitDocuments(readResources(text))),
      ({ text }) => text,
    );
    expect(differing).toEqual([]);
  });

  // Of several faults in a text, Go may name another first: its scanner is some tokens ahead of its parser.
  it('are refused in the same words', () => {
    const failures = texts.flatMap((vector) =>
      (['kustomize', 'yaml11'] as const).map((name) => {
        const ours = outcome(() => (name === 'kustomize' ? readResources : readFirst)(vector.text));
        return [vector[name].error, 'error' in ours ? ours.error : undefined] as const;
      }),
    );
    const refused = failures.filter(([go]) => go !== undefined);
    const same = refused.filter(([go, ours]) => go === ours);
    expect(same.length / refused.length).toBeGreaterThan(0.85);
  });
});

describe('values, as Go prints them', () => {
  it.each<[string, keyof ValueVector, EmitOptions]>([
    ['sigs.k8s.io/yaml', 'compact', {}],
    ['go-yaml v3 with an indent of 2', 'pretty', { style: 'go-yaml-v3' }],
    ['go-yaml v3 as it is', 'wide', { style: 'go-yaml-v3', indent: 4 }],
    ['kyaml', 'kyaml', { style: 'kyaml' }],
  ])('%s', (_, name, options) => {
    const differing = differences(
      values,
      (vector) => agrees(vector[name] as Answer, () => emit(vector.value, options)),
      ({ value }) => value,
    );
    expect(differing).toEqual([]);
  });
});
