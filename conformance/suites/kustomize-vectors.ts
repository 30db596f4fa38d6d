// Vectors in the format of the kustomize corpus: `git-url.jsonl` and `merge2.json`, wherever they are.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { isEqual } from '../../packages/core/src/index.ts';
import { mergeStrategic, parseRemoteUrl, type RemoteUrl } from '../../packages/kustomize/src/index.ts';
import { parse } from '../../packages/yaml/src/index.ts';
import type { ConformanceCase, Suite } from '../suite.ts';

interface UrlVector {
  readonly url: string;
  readonly error?: string;
  readonly cloneSpec?: string;
  readonly host?: string;
  readonly repoPath?: string;
  readonly kustRootPath?: string;
  readonly ref?: string;
  readonly submodules?: boolean;
  readonly timeoutSeconds?: number;
}

interface MergeVector {
  readonly description: string;
  readonly source: string;
  readonly dest: string;
  readonly expectedFormatted: string;
  readonly infer: boolean;
  readonly listIncreaseDirection: string;
}

/** How URLs are read, and strategic merges without a schema. */
export const suite: Suite = {
  name: 'kustomize-vectors',
  *collect(folder) {
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted();
    for (const name of files) {
      const text = (): string => readFileSync(path.join(folder, name), 'utf8');
      if (path.basename(name) === 'git-url.jsonl') yield* urlCases(name, text());
      if (path.basename(name) === 'merge2.json') yield* mergeCases(name, text());
    }
  },
};

function* urlCases(file: string, text: string): Generator<ConformanceCase> {
  for (const [i, line] of text.split('\n').filter(Boolean).entries()) {
    const vector = JSON.parse(line) as UrlVector;
    yield { name: `${file} ${i + 1} ${vector.url}`, run: () => checkUrl(vector) };
  }
}

function checkUrl({ error, url, timeoutSeconds, ...expected }: UrlVector): void {
  let actual: RemoteUrl;
  try {
    actual = parseRemoteUrl(url);
  } catch (failure) {
    if (error !== undefined) return;
    throw failure;
  }
  if (error !== undefined) throw new Error(`read, where kustomize fails: ${error}`);
  const { timeoutMs, ...rest } = actual;
  for (const [field, value] of Object.entries({ ...expected, timeoutMs: (timeoutSeconds ?? 0) * 1000 })) {
    const found = (field === 'timeoutMs' ? timeoutMs : rest[field as keyof typeof rest]) as unknown;
    if (found !== value)
      throw new Error(`${field}: expected ${JSON.stringify(value)}, got ${JSON.stringify(found)}`);
  }
}

function* mergeCases(file: string, text: string): Generator<ConformanceCase> {
  for (const [i, vector] of (JSON.parse(text) as MergeVector[]).entries()) {
    yield { name: `${file} ${i + 1} ${vector.description}`, run: () => checkMerge(vector) };
  }
}

function checkMerge(vector: MergeVector): void {
  const actual = mergeStrategic(parse(vector.dest), parse(vector.source), {
    inferKeys: vector.infer,
    newElements: String(vector.listIncreaseDirection) === '1' ? 'prepend' : 'append',
  });
  const expected = parse(vector.expectedFormatted);
  if (isEqual(actual ?? null, expected)) return;
  throw new Error(`expected ${JSON.stringify(expected)}\ngot      ${JSON.stringify(actual)}`);
}
