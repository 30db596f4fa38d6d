import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { isEqual, isRecord } from '../../packages/core/src/index.ts';
import {
  emit,
  emitDocuments,
  type EmitStyleName,
  parse,
  parseDocuments,
  type YamlDocument,
  YamlError,
} from '../../packages/yaml/src/index.ts';
import type { FuzzTarget } from './fuzz-target.ts';
import { mutateText } from './yaml/mutate-text.ts';
import { randomValue } from './yaml/random-value.ts';

type Input = { readonly text: string } | { readonly value: unknown };

const STYLES = ['kustomize', 'go-yaml-v3', 'kyaml'] as const satisfies readonly EmitStyleName[];
const MAX_ALIASED = 2000;

const seeds = readSeeds();

/** The parser and the emitter: what is read can be written and read again; nothing fails but as it should. */
export const target: FuzzTarget<Input> = {
  generate(random) {
    if (random.below(3) === 0) return { value: { v: randomValue(random) } };
    return { text: mutateText(random, seeds) };
  },
  check(input) {
    if ('value' in input) for (const style of STYLES) checkWritten(input.value, style);
    else for (const dialect of ['kustomize', 'yaml11'] as const) checkRead(input.text, dialect);
  },
  budgetMs: (input) => 1000 + ('text' in input ? input.text.length / 10 : 1000),
  *smaller(input) {
    if ('text' in input) for (const text of smallerTexts(input.text)) yield { text };
    else for (const value of smallerValues(input.value)) yield { value };
  },
  show: (input) => JSON.stringify('text' in input ? input.text : input.value),
};

/** The texts that the vectors hold, and the inputs that once failed. */
function readSeeds(): string[] {
  const file = new URL('../../packages/yaml/src/testdata/vectors.jsonl.gz', import.meta.url);
  const lines = gunzipSync(readFileSync(file)).toString().trimEnd().split('\n');
  return lines
    .map((line) => (JSON.parse(line) as { text?: string }).text)
    .filter((text) => text !== undefined);
}

function checkRead(text: string, dialect: 'kustomize' | 'yaml11'): void {
  const documents = orRefused(() =>
    parseDocuments(text, { dialect, limits: { maxAliasedNodes: MAX_ALIASED } }),
  );
  if (!documents) return;
  for (const document of documents) checkDocument(document, text);
  const values = documents.map(({ value }) => value);
  for (const style of STYLES) checkRoundTrip(values, style);
}

function checkDocument(document: YamlDocument, text: string): void {
  const paths: (string | number)[][] = [];
  const nodes = collectPaths(document.value, [], paths);
  if (nodes > text.length + MAX_ALIASED + 1) throw new Error(`${nodes} values in ${text.length} characters`);
  for (const path of paths) {
    if (!document.locate(path)) throw new Error(`no place for ${JSON.stringify(path)}`);
  }
}

/** Gathers the paths of the first values, and gives the number of all. */
function collectPaths(value: unknown, path: (string | number)[], paths: (string | number)[][]): number {
  if (paths.length < 50) paths.push(path);
  let nodes = 1;
  if (Array.isArray(value)) {
    for (const [i, item] of value.entries()) nodes += collectPaths(item, [...path, i], paths);
  } else if (isRecord(value)) {
    for (const key of Object.keys(value)) nodes += collectPaths(value[key], [...path, key], paths);
  }
  return nodes;
}

function checkRoundTrip(values: readonly unknown[], style: EmitStyleName): void {
  const written = orRefused(() => emitDocuments(values, { style }));
  if (written === undefined || !values.every((value) => comesBack(value))) return;
  const again = parseDocuments(written, { dialect: 'yaml11' }).map(({ value }) => value);
  if (!isEqual(again, values)) throw new Error(`${style}: another value from\n${written}`);
}

function checkWritten(value: unknown, style: EmitStyleName): void {
  const written = orRefused(() => emit(value, { style }));
  if (written === undefined) return;
  if (!comesBack(value)) return;
  for (const dialect of ['yaml11', 'kustomize'] as const) {
    const again = orRefused(() => parse(written, { dialect, duplicateKeys: 'last' }));
    if (again === undefined && dialect === 'yaml11') throw new Error(`${style}: not read again\n${written}`);
    if (again !== undefined && !isEqual(again, value))
      throw new Error(`${style}: another value from\n${written}`);
  }
  const printed = emit(parse(written, { dialect: 'yaml11' }), { style });
  if (printed !== written) throw new Error(`${style}: not the same again\n${written}\n${printed}`);
}

/**
 * Whether a value is read as it was written: not so where Go does not either. It writes the key `<<` without
 * quotes, U+0085, which JSON does not escape, as the line end that YAML takes it for, and (v3) a text of several
 * lines that starts with a tab in a way that it cannot read. Halves of characters it has none of.
 */
function comesBack(value: unknown): boolean {
  if (typeof value === 'string') return !/\u0085|\p{Surrogate}|^\t[^]*\n/u.test(value);
  if (Array.isArray(value)) return value.every(comesBack);
  if (!isRecord(value)) return true;
  return Object.entries(value).every(([key, entry]) => key !== '<<' && comesBack(key) && comesBack(entry));
}

/** What a function gives; `undefined` where it refuses with an error of the package. */
function orRefused<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    if (error instanceof YamlError && error.message !== '') return undefined;
    throw error;
  }
}

function* smallerTexts(text: string): Iterable<string> {
  for (let size = Math.ceil(text.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < text.length; at += size) yield text.slice(0, at) + text.slice(at + size);
  }
}

function* smallerValues(value: unknown): Iterable<unknown> {
  if (typeof value === 'string') yield* smallerTexts(value);
  if (Array.isArray(value)) {
    for (const i of value.keys()) yield value.toSpliced(i, 1);
    for (const [i, item] of value.entries()) {
      for (const smaller of smallerValues(item)) yield value.with(i, smaller);
    }
  } else if (isRecord(value)) {
    const entries = Object.entries(value);
    for (const [key, entry] of entries) {
      if (entries.length > 1) yield Object.fromEntries(entries.filter(([other]) => other !== key));
      for (const smaller of smallerValues(entry)) yield { ...value, [key]: smaller };
    }
  }
}
