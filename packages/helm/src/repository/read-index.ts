import { isRecord } from '@gitops-toolkit/core';
import { parse, YamlError } from '@gitops-toolkit/yaml';
import { joinBytes } from '../bytes/join-bytes.ts';
import { HelmError } from '../errors.ts';
import { yamlFault } from '../functions/yaml-functions.ts';
import { IndexBytes } from './index-bytes.ts';
import type { IndexCache } from './index-cache.ts';
import { type IndexEntries, ParsedEntries, SlicedEntries } from './index-entries.ts';
import { type LayoutScanner, UnusualForm } from './index-layout.ts';
import { JsonLayoutScanner } from './json-layout.ts';
import { RepositoryIndex } from './repository-index.ts';
import { YamlLayoutScanner } from './yaml-layout.ts';

/** Bounds on an index. Whatever is beyond fails with `HELM_LIMIT`. */
export interface IndexLimits {
  /** Bytes of the index, counted while it is read. @default 50 MiB, as in Flux */
  readonly indexBytes?: number;
  /** Charts. @default 100_000 */
  readonly charts?: number;
  /** Versions of all charts. @default 250_000 */
  readonly entries?: number;
  /**
   * Bytes that are parsed at once: an entry, or an index in a form that is parsed as a whole, such as one with anchors or
   * with brackets in YAML, which takes many times the memory. @default 8 MiB
   */
  readonly parsedBytes?: number;
}

/** How an index is read. */
export interface ReadIndexOptions {
  /** What messages call the index, such as the address of the repository. @default 'index.yaml' */
  readonly name?: string;
  readonly limits?: IndexLimits;
  /** Where the index is kept, and taken from if its bytes were read before. */
  readonly cache?: IndexCache;
  /** Told of entries that are left out, in Helm's words. */
  readonly warn?: (message: string) => void;
  /** Looked at before each piece. */
  readonly signal?: AbortSignal;
}

const DEFAULT_LIMITS: Required<IndexLimits> = {
  indexBytes: 50 * 1024 * 1024,
  charts: 100_000,
  entries: 250_000,
  parsedBytes: 8 * 1024 * 1024,
};

/**
 * Reads the index of a chart repository, in YAML or JSON. What comes in is taken apart piece by piece and kept as it is;
 * entries are parsed when they are asked for.
 *
 * @throws HelmError `HELM_INDEX_INVALID`, `HELM_LIMIT`; what the source throws; the reason of the signal.
 *
 * @example
 * ```ts
 * import { readIndex } from '@gitops-toolkit/helm/repository';
 * const text = 'apiVersion: v1\nentries:\n  web:\n  - {name: web, version: 1.2.0, urls: [web-1.2.0.tgz]}\n';
 * const index = await readIndex([new TextEncoder().encode(text)]);
 * console.log(index.find('web', '^1').urls); // [ 'web-1.2.0.tgz' ]
 * ```
 */
export async function readIndex(
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  options: ReadIndexOptions = {},
): Promise<RepositoryIndex> {
  const { name = 'index.yaml', cache, warn = () => {}, signal } = options;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const content = new IndexBytes(limits.indexBytes);
  const scan = new Scan(limits);
  for await (const chunk of source) {
    signal?.throwIfAborted();
    content.add(chunk);
    scan.advance(content.bytes, false);
  }
  if (content.bytes.length === 0) throw invalid('empty index.yaml file', name);
  scan.advance(content.bytes, true);
  const { bytes, digest } = content.finish();
  const known = cache?.get(digest);
  if (known) return known;
  const entries = scan.entriesOf(bytes, name);
  const index = new RepositoryIndex({ digest, size: bytes.length, name, entries, warn });
  cache?.add(index);
  return index;
}

/** Takes the index apart as long as it has a form in which that can be done. */
class Scan {
  readonly #limits: Required<IndexLimits>;
  #scanner: LayoutScanner | undefined;
  #isUnusual = false;

  constructor(limits: Required<IndexLimits>) {
    this.#limits = limits;
  }

  advance(bytes: Uint8Array, isWhole: boolean): void {
    if (this.#isUnusual) return this.#checkParsed(bytes.length);
    this.#scanner ??= scannerFor(bytes);
    try {
      this.#scanner?.advance(bytes, isWhole);
    } catch (error) {
      if (!(error instanceof UnusualForm)) throw error;
      this.#isUnusual = true;
      return this.#checkParsed(bytes.length);
    }
    const { count = 0, charts } = this.#scanner?.layout ?? {};
    if (count > this.#limits.entries) throw tooMany('versions', this.#limits.entries);
    if (charts && charts.size > this.#limits.charts) throw tooMany('charts', this.#limits.charts);
  }

  /** @throws HelmError `HELM_INDEX_INVALID`, `HELM_LIMIT` */
  entriesOf(bytes: Uint8Array, name: string): IndexEntries {
    const layout = this.#isUnusual ? undefined : this.#scanner?.layout;
    const isJson = this.#scanner instanceof JsonLayoutScanner;
    if (layout && this.#isReadable(headOf(bytes, layout, isJson), isJson, name))
      return new SlicedEntries(bytes, layout, { isJson, maxParsedBytes: this.#limits.parsedBytes });
    this.#checkParsed(bytes.length);
    return new ParsedEntries(this.#checkedEntries(readHead(bytes, name), name));
  }

  /** Whether the head is what it seems to be: not where YAML looks like JSON. */
  #isReadable(head: Uint8Array, isJson: boolean, name: string): boolean {
    try {
      checkHead(isJson ? JSON.parse(new TextDecoder().decode(head)) : parseHead(head, name), name);
      return true;
    } catch (error) {
      if (error instanceof SyntaxError) return false;
      throw error;
    }
  }

  #checkedEntries(head: Readonly<Record<string, unknown>>, name: string): Record<string, unknown> {
    const entries = head['entries'] ?? {};
    if (!isRecord(entries)) throw invalid('entries is no map of charts', name);
    const lists = Object.values(entries);
    if (lists.length > this.#limits.charts) throw tooMany('charts', this.#limits.charts);
    const count = lists.reduce((sum: number, list) => sum + (Array.isArray(list) ? list.length : 0), 0);
    if (count > this.#limits.entries) throw tooMany('versions', this.#limits.entries);
    return entries;
  }

  #checkParsed(length: number): void {
    if (length <= this.#limits.parsedBytes) return;
    throw new HelmError(
      'HELM_LIMIT',
      `the index of the repository has a form that is parsed as a whole, and more than ${this.#limits.parsedBytes} bytes`,
      { hint: 'Write the index as `helm repo index` does, or raise limits.parsedBytes.' },
    );
  }
}

/** By the first character that is no space: JSON begins with a brace. */
function scannerFor(bytes: Uint8Array): LayoutScanner | undefined {
  let at = bytes[0] === 0xef ? 3 : 0;
  while (at < bytes.length && (bytes[at] ?? 0) <= 0x20) at++;
  if (at >= bytes.length) return undefined;
  return bytes[at] === 0x7b ? new JsonLayoutScanner() : new YamlLayoutScanner();
}

/** The index without its entries. */
function headOf(bytes: Uint8Array, layout: LayoutScanner['layout'], isJson: boolean): Uint8Array {
  if (layout.entriesStart < 0) return bytes;
  const between = isJson ? [NULL] : [];
  return joinBytes([bytes.subarray(0, layout.entriesStart), ...between, bytes.subarray(layout.entriesEnd)]);
}

const NULL = new TextEncoder().encode('null');

/** @throws HelmError `HELM_INDEX_INVALID` where the index cannot be parsed, is no map, or has no `apiVersion`. */
function readHead(bytes: Uint8Array, name: string): Record<string, unknown> {
  return checkHead(parseHead(bytes, name), name);
}

function checkHead(head: unknown, name: string): Record<string, unknown> {
  if (head !== null && !isRecord(head)) throw invalid('the index is no map', name);
  const { apiVersion = '' } = head ?? {};
  if (apiVersion === '' || apiVersion === null) throw invalid('no API version specified', name);
  return head ?? {};
}

function parseHead(bytes: Uint8Array, name: string): unknown {
  try {
    return parse(bytes, { dialect: 'yaml11', documents: 'first', duplicateKeys: 'error', file: name });
  } catch (cause) {
    if (cause instanceof YamlError) throw invalid(yamlFault(cause), name, cause);
    throw cause;
  }
}

function tooMany(what: string, limit: number): HelmError {
  return new HelmError('HELM_LIMIT', `the index of the repository has more than ${limit} ${what}`, {
    hint: `Ask for a smaller index, or raise limits.${what === 'charts' ? 'charts' : 'entries'}.`,
  });
}

function invalid(message: string, name: string, cause?: unknown): HelmError {
  const source = cause instanceof YamlError ? cause.source : undefined;
  return new HelmError('HELM_INDEX_INVALID', message, {
    ...(cause !== undefined && { cause }),
    source: source ?? { file: name },
    hint: 'An index has apiVersion: v1 and entries, as `helm repo index` writes it.',
  });
}
