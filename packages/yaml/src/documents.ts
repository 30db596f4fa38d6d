import type { SourceLocation } from '@gitops-toolkit/core';
import { YamlError } from './errors.ts';
import { type LocateTarget, Locator } from './locate.ts';
import { AliasBudget } from './parse/alias-budget.ts';
import { type DocumentContent, readDocument, skipDocumentEnd } from './parse/document.ts';
import { DuplicateFound } from './parse/entries.ts';
import { Positions } from './parse/positions.ts';
import { type DocumentRange, Reader } from './parse/reader.ts';
import { type ParseOptions, parseSettings, type ParseSettings } from './parse-options.ts';
import { type PreparedText, prepareText } from './prepare-text.ts';
import { splitRanges } from './split.ts';

/** One document of a text: its value, and where it is. */
export interface YamlDocument {
  /** JSON-like: `null`, booleans, strings, numbers, `NumberLiteral`s, arrays, and records that inherit nothing. */
  readonly value: unknown;
  /** The line of the text (from 1) that the document's content starts on. */
  readonly line: number;
  /** Its number among the documents that are not empty, from 0. */
  readonly index: number;
  /**
   * Where a value (or, with `target` `'key'`, its key) stands in the text; `undefined` for a path that
   * the document does not have. What came in by an alias or a merge is where it was written. The first
   * call reads the document once more; reading without positions is what makes it fast.
   */
  locate(path: readonly (string | number)[], target?: LocateTarget): SourceLocation | undefined;
}

/** Options of {@link parse}. */
export interface ParseOneOptions extends ParseOptions {
  /**
   * What becomes of further documents: with `'one'` they are an error, with `'first'` nothing after the
   * first is even read, as Go's `yaml.Unmarshal` has it. @default 'one'
   */
  readonly documents?: 'one' | 'first';
}

/**
 * Parses every document of a text; empty ones are left out.
 *
 * Dialect `kustomize` splits as kustomize does: at lines that start with `---`, after which nothing but
 * a comment may stand; what follows a `...` is dropped. Dialect `yaml11` reads the text as a YAML stream.
 *
 * @throws YamlError `YAML_SYNTAX` and the other codes but `YAML_DOCUMENT_COUNT` and `YAML_UNSUPPORTED_VALUE`.
 *
 * @example
 * ```ts
 * import { parseDocuments } from '@gitops-toolkit/yaml';
 * const [first, second] = parseDocuments('a: 1\n---\nb: [x, "y"]\n', { file: 'two.yaml' });
 * console.log(first?.value, second?.locate(['b', 1])); // { a: 1 } { file: 'two.yaml', line: 3, column: 8 }
 * ```
 */
export function parseDocuments(text: string | Uint8Array, options: ParseOptions = {}): YamlDocument[] {
  const settings = parseSettings(options);
  return [...eachDocument(prepareText(text, settings), settings)];
}

/**
 * Parses a text of one document; `null` if there is none.
 *
 * @throws YamlError `YAML_DOCUMENT_COUNT` for a second document, and what {@link parseDocuments} throws.
 *
 * @example
 * ```ts
 * import { parse } from '@gitops-toolkit/yaml';
 * console.log(parse('replicas: 3\nargs: [on]\n')); // { replicas: 3, args: ['on'] }
 * console.log(parse('on: yes', { dialect: 'yaml11' })); // { true: true }
 * ```
 */
export function parse(text: string | Uint8Array, options: ParseOneOptions = {}): unknown {
  const settings = parseSettings(options);
  if (options.documents === 'first') return parseFirst(text, { ...settings, trailing: 'ignore' });
  const documents = eachDocument(prepareText(text, settings), settings);
  const first = documents.next();
  if (first.done) return null;
  const second = documents.next();
  if (second.done) return first.value.value;
  throw new YamlError('YAML_DOCUMENT_COUNT', 'expected a single document in the text, but found a second', {
    source: second.value.locate([]) ?? { file: settings.file },
    sourceText: typeof text === 'string' ? text : new TextDecoder().decode(text),
    hint: 'Split the file at the line with ---.',
  });
}

/** The first document that is one to Go: with content, or with a `---`. */
function parseFirst(text: string | Uint8Array, settings: ParseSettings): unknown {
  const prepared = prepareText(text, settings);
  let next: DocumentRange | undefined = { start: 0, end: prepared.text.length };
  while (next) {
    const { document, rest } = readOne(prepared, settings, next);
    if (document.start !== undefined || document.marked) return document.value;
    next = rest;
  }
  return null;
}

function* eachDocument(prepared: PreparedText, settings: ParseSettings): Generator<YamlDocument> {
  const aliasBudget = new AliasBudget(settings.limits.maxAliasedNodes);
  let index = 0;
  for (const range of splitRanges(prepared, settings)) {
    let next: DocumentRange | undefined = { ...range, aliasBudget };
    while (next) {
      const { document, rest } = readOne(prepared, settings, next);
      if (document.start !== undefined && document.value !== null) {
        checkCount(index, settings);
        yield new ParsedDocument(prepared, settings, { ...document, range: next, index: index++ });
      }
      next = settings.dialect === 'kustomize' ? undefined : rest;
    }
  }
}

function checkCount(index: number, { limits, file }: ParseSettings): void {
  if (index < limits.maxDocuments) return;
  throw new YamlError('YAML_LIMIT', `the text has more than ${limits.maxDocuments} documents`, {
    source: { file },
    hint: 'Split the file, or raise limits.maxDocuments.',
  });
}

interface OneDocument {
  readonly document: DocumentContent;
  readonly rest: DocumentRange | undefined;
}

function readOne(prepared: PreparedText, settings: ParseSettings, range: DocumentRange): OneDocument {
  const reader = new Reader(prepared, settings, range);
  try {
    const document = readDocument(reader);
    // Where only this document is asked for, nothing behind it is looked at.
    const last = settings.trailing === 'ignore' && document.start !== undefined;
    const more = !last && skipDocumentEnd(reader);
    return { document, rest: more ? { ...range, start: reader.pos } : undefined };
  } catch (error) {
    if (!(error instanceof DuplicateFound)) throw error;
    // Only a reader that records positions can say where the first of the two keys is.
    return readOne(prepared, settings, { ...range, positions: new Positions() });
  }
}

interface ParsedContent {
  readonly value: unknown;
  readonly start: number | undefined;
  readonly range: DocumentRange;
  readonly index: number;
}

class ParsedDocument implements YamlDocument {
  readonly value: unknown;
  readonly index: number;
  readonly #prepared: PreparedText;
  readonly #settings: ParseSettings;
  readonly #content: ParsedContent;
  #line: number | undefined;
  #locator: Locator | undefined;

  constructor(prepared: PreparedText, settings: ParseSettings, content: ParsedContent) {
    this.value = content.value;
    this.index = content.index;
    this.#prepared = prepared;
    this.#settings = settings;
    this.#content = content;
  }

  get line(): number {
    return (this.#line ??= this.#reader().lineOf(this.#content.start ?? 0));
  }

  locate(path: readonly (string | number)[], target: LocateTarget = 'value'): SourceLocation | undefined {
    this.#locator ??= new Locator((positions) => this.#reader(positions));
    return this.#locator.locate(path, target);
  }

  #reader(positions?: Positions): Reader {
    const { start, end } = this.#content.range;
    return new Reader(this.#prepared, this.#settings, { start, end, positions });
  }
}
