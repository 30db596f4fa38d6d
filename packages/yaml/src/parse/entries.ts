import { createRecord, isRecord, NumberLiteral } from '@gitops-toolkit/core';
import { formatGeneral } from '../emit/number-format.ts';
import { isSurelyText, resolvePlain } from '../resolve/plain-scalar.ts';
import { countAliased } from './alias-copy.ts';
import { goSyntax } from './go-syntax.ts';
import type { Reader } from './reader.ts';

/** The key `<<`, where it stands for a merge. */
export const MERGE: unique symbol = Symbol('<<');
/** A key `<<` in quotes, which kustomize drops together with the merges that it has expanded. */
const DROPPED: unique symbol = Symbol('dropped');
/** So much of a mapping or list that is a key by mistake is kept, until the document is read and it fails. */
const MAX_SHOWN_KEY = 200;
/** A key as the parser hands it on. */
export type Key = string | typeof MERGE | typeof DROPPED;

/** Where a key is, for positions and errors. */
export interface KeyPlace {
  readonly key: number;
  readonly colon: number;
}

/** A second value for a key while positions are not recorded: read again to say where the first is. */
export class DuplicateFound extends Error {}

/** A mapping while its entries are read. */
export class MappingBuilder {
  readonly record: Record<string, unknown> = createRecord();
  readonly #reader: Reader;
  /** What `<<` brings, applied last: the mapping's own keys win. */
  #merges: Record<string, unknown>[] | undefined;
  /** Where the keys of a block mapping stand; -1 for one in braces. */
  readonly column: number;
  /** The offset that the mapping starts at. */
  readonly start: number;

  constructor(reader: Reader, { column, start }: { column: number; start: number }) {
    this.#reader = reader;
    this.column = column;
    this.start = start;
  }

  put(key: Key, value: unknown, place: number, colon: number): void {
    if (typeof key !== 'string') {
      if (key === MERGE) this.#merge(value, place, colon);
      return;
    }
    const { record } = this;
    if (this.#reader.keyWithoutValue)
      this.#reader.completeKey(place, goSyntax(value, this.#reader.settings.dialect));
    if (record[key] !== undefined) this.#putAgain(key, place);
    record[key] = value;
    this.#reader.positions?.setKey(record, key, { key: place, colon });
  }

  finish(): Record<string, unknown> {
    for (const source of this.#merges ?? []) {
      for (const key of Object.keys(source)) {
        if (this.record[key] === undefined) this.#adopt(source, key);
      }
    }
    return this.record;
  }

  #putAgain(key: string, offset: number): void {
    const reader = this.#reader;
    const { dialect, duplicateKeys } = reader.settings;
    if (duplicateKeys === 'last') return;
    if (!reader.positions) throw new DuplicateFound();
    const first = reader.positions.keyOf(this.record, key)?.key ?? offset;
    const line = reader.lineOf(first);
    const problem = `mapping key ${JSON.stringify(key)} already defined at line ${line}`;
    const goProblem = dialect === 'yaml11' ? `key ${JSON.stringify(key)} already set in map` : problem;
    reader.failDecoding(problem, offset, goProblem, {
      code: 'YAML_DUPLICATE_KEY',
      hint: `Remove one of the two: the other is on line ${line}.`,
    });
  }

  #merge(value: unknown, offset: number, colon: number): void {
    const sources = mergeSources(this.#reader, value, { offset, colon });
    if (this.#reader.settings.dialect === 'yaml11') this.#mergeNow(sources);
    else if (this.#merges) failAtSecondMerge(this.#reader, offset);
    else this.#merges = sources;
  }

  /** go-yaml v2 merges where `<<` stands, over what is there already. */
  #mergeNow(sources: readonly Record<string, unknown>[]): void {
    for (const source of sources.toReversed()) {
      for (const key of Object.keys(source)) {
        if (this.record[key] !== undefined) this.#putAgain(key, this.#placeIn(source, key));
        this.#adopt(source, key);
      }
    }
  }

  #placeIn(source: Record<string, unknown>, key: string): number {
    return this.#reader.positions?.keyOf(source, key)?.key ?? this.start;
  }

  #adopt(source: Record<string, unknown>, key: string): void {
    const { positions } = this.#reader;
    this.record[key] = source[key];
    const place = positions?.keyOf(source, key);
    if (place) positions?.setKey(this.record, key, place);
  }
}

function mergeSources(reader: Reader, value: unknown, place: MergePlace): Record<string, unknown>[] {
  const sources = Array.isArray(value) ? value : [value];
  for (const source of sources) {
    if (isRecord(source)) countAliased(reader, place.offset);
    else failAtMerge(reader, place);
  }
  return sources.filter(isRecord);
}

interface MergePlace {
  readonly offset: number;
  readonly colon: number;
}

function failAtMerge(reader: Reader, { offset, colon }: MergePlace): void {
  const isAlias = /^:\s*\*/.test(reader.text.slice(colon, colon + 200));
  const problem =
    isAlias && reader.settings.dialect === 'kustomize'
      ? 'invalid map merge: received alias for a non-map value'
      : 'map merge requires map or sequence of maps as the value';
  reader.failLater(problem, offset, {
    code: 'YAML_MERGE',
    goMessage: reader.settings.dialect === 'yaml11' ? `yaml: ${problem}` : problem,
    hint: 'Write <<: *name, or <<: [*one, *two], where the anchors stand for mappings.',
  });
}

function failAtSecondMerge(reader: Reader, offset: number): void {
  reader.failLater('duplicate merge key', offset, {
    code: 'YAML_MERGE',
    goMessage: 'duplicate merge key',
    hint: 'Merge several mappings with one key: <<: [*one, *two].',
  });
}

/** The key that a plain scalar without a tag makes. */
export function plainKey(reader: Reader, text: string, offset: number): Key {
  if (isSurelyText(text)) return text === '<<' ? MERGE : text;
  const value = resolvePlain(text, reader.settings.dialect);
  // A string that is not the text is a timestamp, which is no string to Go.
  if (typeof value === 'string' && value !== text)
    return rootKey(reader, text) ?? failAtScalarKey(reader, text, offset);
  return keyOf(reader, value, { text, offset });
}

/** The key that a value makes: dialect `yaml11` has words for some that are no strings. */
export function keyOf(reader: Reader, value: unknown, written: { text?: string; offset: number }): Key {
  if (typeof value === 'string') {
    return value === '<<' && reader.settings.dialect === 'kustomize' ? DROPPED : value;
  }
  if (Array.isArray(value) || isRecord(value)) return failAtCollectionKey(reader, value, written.offset);
  const key =
    reader.settings.dialect === 'yaml11' || value === null
      ? convertedKey(value)
      : rootKey(reader, written.text);
  return key ?? failAtScalarKey(reader, value, written.offset);
}

/** kustomize reads the outermost mapping into one with string keys, whatever they are. */
function rootKey(reader: Reader, text: string | undefined): string | undefined {
  return reader.depth === 1 ? text : undefined;
}

function convertedKey(value: unknown): string | undefined {
  if (typeof value === 'boolean') return String(value);
  if (typeof value !== 'number' && !(value instanceof NumberLiteral)) return undefined;
  const json = value instanceof NumberLiteral ? value.json : String(value);
  if (/^-?\d+$/.test(json) && BigInt(json) < 2n ** 63n) return json === '-0' ? '0' : json;
  return floatKey(Number(value));
}

/** sigs.k8s.io/yaml prints floats of keys in 32 bits. */
function floatKey(value: number): string {
  if (Number.isNaN(value)) return '.nan';
  if (!Number.isFinite(value)) return value > 0 ? '.inf' : '-.inf';
  const single = Math.fround(value);
  if (!Number.isFinite(single)) return single > 0 ? '.inf' : '-.inf';
  for (let digits = 1; digits < 10; digits++) {
    const text = single.toPrecision(digits);
    if (Math.fround(Number(text)) === single) return formatGeneral(Number(text));
  }
  return formatGeneral(single);
}

function failAtScalarKey(reader: Reader, value: unknown, offset: number): string {
  const shown = value instanceof NumberLiteral ? value.text : String(value);
  const go =
    reader.settings.dialect === 'yaml11'
      ? `unsupported map key of type: %!s(<nil>), key: ${value === null ? '<nil>' : shown}`
      : 'json: unsupported type: map[interface {}]interface {}';
  const fail = reader.settings.dialect === 'yaml11' ? 'failAtKeyLater' : 'failLater';
  reader[fail](`the mapping key ${shown} is not a string (${go})`, offset, {
    code: 'YAML_KEY',
    context: 0,
    goMessage: go,
    hint: `Quote the key: "${shown}".`,
  });
  return shown;
}

function failAtCollectionKey(reader: Reader, value: unknown, offset: number): string {
  const problem = `invalid map key: ${goSyntax(value, reader.settings.dialect)}`;
  const hint = 'Keys are strings. Quote a template expression such as "{{ .name }}".';
  // The outermost mapping is read into one with string keys.
  if (reader.depth === 1 && reader.settings.dialect === 'kustomize') {
    const goProblem = `cannot unmarshal ${Array.isArray(value) ? '!!seq' : '!!map'} into string`;
    reader.failDecoding(problem, offset, goProblem, { code: 'YAML_KEY', hint });
  } else {
    reader.failLater(problem, offset, {
      code: 'YAML_KEY',
      context: 0,
      goProblem: { problem, offset: 0 },
      hint,
    });
  }
  // Keys within keys would be quoted within quotes, and twice as long at each level.
  return problem.length <= MAX_SHOWN_KEY ? problem : `${problem.slice(0, MAX_SHOWN_KEY)} at ${offset}`;
}
