import { baseName } from '@gitops-toolkit/core';
import { atPlace, KustomizeError } from '../errors.ts';
import type { ConfigMapArgs } from '../load/kustomization.ts';
import type { Loader } from '../load/loader.ts';
import type { TransformerContext } from '../transform/transformer-context.ts';

/** A key with the bytes under it. */
export interface KeyValue {
  readonly key: string;
  readonly value: Uint8Array;
}

const encoder = new TextEncoder();

/**
 * The entries of a generated ConfigMap or Secret: those of env files, then literals, then files.
 *
 * @throws KustomizeError KUSTOMIZE_INVALID_GENERATOR for a source that cannot be read, or a repeated key.
 */
export function readKeyValues(args: ConfigMapArgs, { loader, place }: TransformerContext): KeyValue[] {
  const each = <T>(field: 'envs' | 'literals' | 'files', read: (source: string) => T): T[] =>
    (args[field] ?? []).map((source, i) =>
      atPlace(
        () => place(field, i),
        () => read(source),
      ),
    );
  const entries = [
    ...each('envs', (path) => readEnvFile(path, loader)).flat(),
    ...each('literals', readLiteral),
    ...each('files', (source) => readFile(source, loader)),
  ];
  const seen = new Set<string>();
  for (const { key } of entries) {
    if (seen.has(key))
      throw generatorError(`configmap ${args.name ?? ''} illegally repeats the key \`${key}\``);
    seen.add(key);
  }
  return entries;
}

export function generatorError(message: string, hint?: string): KustomizeError {
  return new KustomizeError('KUSTOMIZE_INVALID_GENERATOR', message, hint === undefined ? {} : { hint });
}

function readEnvFile(path: string, loader: Loader): KeyValue[] {
  const { bytes } = loader.read(path);
  return [...splitLines(bytes)].flatMap((line, i) => readEnvLine(line, i, path));
}

function* splitLines(bytes: Uint8Array): Generator<Uint8Array> {
  for (let start = 0; start < bytes.length;) {
    const newline = bytes.indexOf(0x0a, start);
    const end = newline < 0 ? bytes.length : newline;
    // A carriage return belongs to the line break.
    yield bytes.subarray(start, end > start && bytes[end - 1] === 0x0d ? end - 1 : end);
    start = end + 1;
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function readEnvLine(line: Uint8Array, index: number, path: string): KeyValue[] {
  let text: string;
  try {
    text = utf8.decode(line);
  } catch {
    throw generatorError(
      `line ${index + 1} of ${path} has invalid utf8 bytes`,
      'Files for `envs` are UTF-8 text; use `files` for others.',
    );
  }
  if (index === 0) text = text.replace(/^\uFEFF/, '');
  text = text.replace(/^[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/, '');
  if (text === '' || text.startsWith('#')) return [];
  const equals = text.indexOf('=');
  const key = equals < 0 ? text : text.slice(0, equals);
  if (key === '') return [];
  return [{ key, value: encoder.encode(equals < 0 ? '' : text.slice(equals + 1)) }];
}

function readLiteral(source: string): KeyValue {
  const equals = source.indexOf('=');
  if (equals < 1) throw generatorError(`invalid literal source ${source}, expected key=value`);
  return { key: source.slice(0, equals), value: encoder.encode(withoutQuotes(source.slice(equals + 1))) };
}

/** Takes off one pair of quotes around the whole. */
function withoutQuotes(text: string): string {
  const isQuoted = text.length >= 2 && text.at(0) === text.at(-1) && /^["']/.test(text);
  return isQuoted ? text.slice(1, -1) : text;
}

function readFile(source: string, loader: Loader): KeyValue {
  const parts = source.split('=');
  if (parts.length > 2) throw generatorError(`source "${source}" key name or file path contains '='`);
  const [first = '', second] = parts;
  if (second === undefined)
    return { key: baseName(source.replace(/\/+$/, '')), value: loader.read(source).bytes };
  if (first === '') throw generatorError(`missing key name for file path "${second}" in source "${source}"`);
  if (second === '') throw generatorError(`missing file path for key name "${first}" in source "${source}"`);
  return { key: first, value: loader.read(second).bytes };
}
