import { isRecord } from '@gitops-toolkit/core';
import { parse } from '@gitops-toolkit/yaml';
import { HelmError } from '../errors.ts';
import { type ChartRange, ENTRY_WIDTH, type IndexLayout } from './index-layout.ts';

/** The entries of an index, read when they are asked for. */
export interface IndexEntries {
  /** Names of charts in the order of the index. */
  readonly charts: readonly string[];
  /** The number of a chart's entries, or -1 where it is not there or is none. @throws YamlError */
  count(chart: string): number;
  /** The version of an entry, where it is known without reading the entry. */
  version(chart: string, index: number): string | undefined;
  /** An entry as it was read. @throws YamlError, HelmError `HELM_LIMIT` */
  read(chart: string, index: number): unknown;
}

/** Entries that were read with the index as a whole. */
export class ParsedEntries implements IndexEntries {
  readonly charts: readonly string[];
  readonly #entries: Readonly<Record<string, unknown>>;

  constructor(entries: Readonly<Record<string, unknown>>) {
    this.#entries = entries;
    this.charts = Object.keys(entries);
  }

  count(chart: string): number {
    return this.#list(chart)?.length ?? -1;
  }

  version(): undefined {
    return undefined;
  }

  read(chart: string, index: number): unknown {
    return this.#list(chart)?.[index];
  }

  /** A chart with nothing behind its name has no versions. */
  #list(chart: string): readonly unknown[] | undefined {
    if (!Object.hasOwn(this.#entries, chart)) return undefined;
    const list = this.#entries[chart];
    return Array.isArray(list) ? list : list === null ? [] : undefined;
  }
}

const decoder = new TextDecoder();

/** A version that YAML and JSON read as the text that it is. */
const PLAIN_VERSION = /^v?\d+\.\d+\.\d+[0-9A-Za-z.+-]*$/;

/** How slices of an index are read. */
export interface SliceOptions {
  readonly isJson: boolean;
  /** Bytes that are parsed at once. */
  readonly maxParsedBytes: number;
}

/** Entries that stay bytes until they are asked for. */
export class SlicedEntries implements IndexEntries {
  readonly charts: readonly string[];
  readonly #bytes: Uint8Array;
  readonly #ranges: ReadonlyMap<string, ChartRange>;
  readonly #isJson: boolean;
  readonly #maxParsed: number;
  readonly #inlines = new Map<string, ParsedEntries>();

  constructor(bytes: Uint8Array, layout: IndexLayout, options: SliceOptions) {
    this.#bytes = bytes;
    this.#ranges = layout.charts;
    this.#isJson = options.isJson;
    this.#maxParsed = options.maxParsedBytes;
    this.charts = [...layout.charts.keys()];
  }

  count(chart: string): number {
    const range = this.#ranges.get(chart);
    if (!range) return -1;
    if (!range.isInline) return range.entries.length / ENTRY_WIDTH;
    return this.#inline(chart, range).count(chart);
  }

  version(chart: string, index: number): string | undefined {
    const range = this.#ranges.get(chart);
    if (!range || range.isInline) return undefined;
    const [start = -1, end = -1] = range.entries.slice(index * ENTRY_WIDTH + 2, (index + 1) * ENTRY_WIDTH);
    const text = start < 0 ? '' : this.#text(start, end);
    return PLAIN_VERSION.test(text) ? text : undefined;
  }

  read(chart: string, index: number): unknown {
    const range = this.#ranges.get(chart);
    if (!range) return undefined;
    if (range.isInline) return this.#inline(chart, range).read(chart, index);
    const [start = 0, end = 0] = range.entries.slice(index * ENTRY_WIDTH, index * ENTRY_WIDTH + 2);
    const text = this.#text(start, end);
    const value = this.#parse(text);
    return !this.#isJson && Array.isArray(value) ? (value as unknown[])[0] : value;
  }

  /** What is no JSON may still be YAML, of which JSON is a part. */
  #parse(text: string): unknown {
    try {
      if (this.#isJson) return JSON.parse(text);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
    return parse(text, { dialect: 'yaml11', duplicateKeys: 'error', file: 'index.yaml' });
  }

  #inline(chart: string, { start, end }: ChartRange): ParsedEntries {
    const known = this.#inlines.get(chart);
    if (known) return known;
    const text = this.#text(start, end);
    const value = this.#parse(this.#isJson ? `{${text.replace(/[,\s]*$/, '')}}` : text);
    const parsed = new ParsedEntries(isRecord(value) ? value : { [chart]: null });
    this.#inlines.set(chart, parsed);
    return parsed;
  }

  #text(start: number, end: number): string {
    if (end - start > this.#maxParsed) {
      throw new HelmError('HELM_LIMIT', `an entry of the index is larger than ${this.#maxParsed} bytes`, {
        hint: 'Raise limits.parsedBytes if that is meant.',
      });
    }
    return decoder.decode(this.#bytes.subarray(start, end));
  }
}
