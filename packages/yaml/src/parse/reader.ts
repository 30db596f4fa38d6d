import type { SourceLocation } from '@gitops-toolkit/core';
import { YamlError, type YamlErrorCode } from '../errors.ts';
import type { ParseSettings } from '../parse-options.ts';
import type { PreparedText } from '../prepare-text.ts';
import { AliasBudget } from './alias-budget.ts';
import { HASH, isDocumentEnd, NEWLINE, SPACE, TAB } from './characters.ts';
import type { PlainEnds } from './plain-ends.ts';
import type { Positions } from './positions.ts';

/** What a failure says beside its message. */
export interface FailureDetails {
  readonly code?: YamlErrorCode;
  readonly hint?: string;
  /** Where the construct that failed starts: go-yaml counts its lines from there. */
  readonly context?: number;
  /** Whether go-yaml finds this while it cuts tokens; it counts lines differently then. */
  readonly scanner?: boolean;
  /** What go-yaml says and where, if it is not the same. */
  readonly goProblem?: { readonly problem: string; readonly offset: number };
  /** The whole of what Go says, where it is not go-yaml that finds the failure. */
  readonly goMessage?: string;
}

interface DecodingFailure {
  readonly problem: string;
  readonly offset: number;
  readonly details: FailureDetails;
  readonly lines: string[];
}

/** Which part of a text is read, and what its documents share. */
export interface DocumentRange {
  readonly start: number;
  /** Just after a newline. */
  readonly end: number;
  readonly positions?: Positions | undefined;
  readonly aliasBudget?: AliasBudget | undefined;
}

/**
 * The place where a document is read, and what has been met in it so far. The parse functions
 * move it; between tokens it stands at the next one, with `column` saying how far that is indented.
 */
export class Reader {
  readonly prepared: PreparedText;
  /** Ends in a newline, so that no loop over a line needs to look for the end of the text. */
  readonly text: string;
  readonly settings: ParseSettings;
  /** Just after the newline that ends the document's range. */
  readonly end: number;
  pos: number;
  lineStart: number;
  /** Of the token at `pos`; -1 where the document ends. */
  column = 0;
  depth = 0;
  /** The text of the node that was read last in a flow collection, if it is plain: keys are made of it. */
  plainText: string | undefined;
  /** Made when they are needed: a text may have many documents, and few have any. */
  #anchors: Map<string, unknown> | undefined;
  #tagHandles: Map<string, string> | undefined;
  readonly aliasBudget: AliasBudget;
  /** Records where everything is, for {@link YamlDocument.locate}; absent in normal reading. */
  readonly positions: Positions | undefined;
  /** The first of the failures that are thrown at the end of the document. */
  deferred: YamlError | undefined;
  /** The key that the next value belongs to, where go-yaml does not take it. */
  keyWithoutValue: { problem: string; offset: number; details: FailureDetails } | undefined;
  #decoding: DecodingFailure | undefined;
  readonly #ends: PlainEnds;

  constructor(prepared: PreparedText, settings: ParseSettings, range: DocumentRange) {
    this.prepared = prepared;
    this.text = prepared.text;
    this.#ends = prepared.plainEnds;
    this.settings = settings;
    this.pos = range.start;
    this.lineStart = range.start;
    this.end = range.end;
    this.positions = range.positions;
    this.aliasBudget = range.aliasBudget ?? new AliasBudget(settings.limits.maxAliasedNodes);
  }

  get anchors(): Map<string, unknown> {
    return (this.#anchors ??= new Map<string, unknown>());
  }

  get tagHandles(): Map<string, string> {
    return (this.#tagHandles ??= new Map<string, string>());
  }

  /** The offset of what ends a plain scalar on its line: a line end, the `#` of a comment or the `:` of a key. */
  plainEnd(start: number): number {
    return this.#ends.find(start);
  }

  /** Moves to the first token of a part of the text. */
  skipToFirstToken(): void {
    this.#skipLines(this.pos);
  }

  /** Moves over blanks, comments and line ends to the next token of a block. */
  skipToToken(): void {
    const text = this.text;
    let i = this.pos;
    if (i >= this.end) return this.startLine(this.end, this.end);
    let code = text.charCodeAt(i);
    while (code === SPACE || code === TAB) code = text.charCodeAt(++i);
    if (code === HASH) {
      i = text.indexOf('\n', i);
      code = NEWLINE;
    }
    if (code !== NEWLINE) {
      this.pos = i;
      this.column = i - this.lineStart;
      return;
    }
    this.#skipLines(i + 1);
  }

  #skipLines(start: number): void {
    const { text, end } = this;
    let i = start;
    while (i < end) {
      const lineStart = i;
      let code = text.charCodeAt(i);
      while (code === SPACE) code = text.charCodeAt(++i);
      if (code === HASH) {
        i = text.indexOf('\n', i) + 1;
      } else if (code === NEWLINE) {
        i++;
      } else {
        this.startLine(lineStart, i);
        if (code === TAB) this.failAtTab(i);
        return;
      }
    }
    this.startLine(end, end);
  }

  /** Stands at the first character of a line that is not a space. */
  startLine(lineStart: number, pos: number): void {
    this.lineStart = lineStart;
    this.pos = pos;
    this.column = pos - lineStart;
    if (this.column === 0 && (pos >= this.end || isDocumentEnd(this.text, pos))) this.column = -1;
  }

  failAtTab(offset: number): never {
    this.fail('found character that cannot start any token', offset, {
      context: offset,
      scanner: true,
      hint: 'YAML is indented with spaces: replace the tab.',
    });
  }

  /** The line ends from one offset to another, of which there are `count`. */
  breaksBetween(from: number, to: number, count: number): string {
    const { otherBreaks } = this.prepared;
    if (otherBreaks === undefined) return count === 1 ? '\n' : '\n'.repeat(count);
    let breaks = '';
    for (let i = this.text.indexOf('\n', from); i >= 0 && i < to; i = this.text.indexOf('\n', i + 1)) {
      if (i < this.prepared.length) breaks += otherBreaks.get(i) ?? '\n';
    }
    return breaks;
  }

  /** What these line ends fold to between two lines of a scalar: one to a space, more to one less. */
  foldedBreaks(from: number, to: number, count: number): string {
    if (this.prepared.otherBreaks === undefined) return count === 1 ? ' ' : '\n'.repeat(count - 1);
    const breaks = this.breaksBetween(from, to, count);
    if (!breaks.startsWith('\n')) return breaks;
    return breaks.length === 1 ? ' ' : breaks.slice(1);
  }

  enter(offset: number): void {
    if (++this.depth > this.settings.limits.maxDepth) {
      this.fail(`exceeded max depth of ${this.settings.limits.maxDepth}`, offset, {
        code: 'YAML_LIMIT',
        hint: 'Nest the document less deeply, or raise limits.maxDepth.',
      });
    }
  }

  location(offset: number): SourceLocation {
    const start = this.text.charCodeAt(0) === 0xfeff ? 1 : 0;
    const at = this.prepared.lines.positionOf(Math.min(offset, this.prepared.length));
    return { file: this.settings.file, line: at.line, column: at.line === 1 ? at.column - start : at.column };
  }

  /** Throws a {@link YamlError} about a place. */
  fail(problem: string, offset: number, details: FailureDetails = {}): never {
    throw this.#failure(problem, offset, details);
  }

  /** Fails at the end of the document: go-yaml finds what is wrong with a value after all that is wrong with the text. */
  failLater(problem: string, offset: number, details: FailureDetails): void {
    this.deferred ??= this.#failure(problem, offset, details);
  }

  /** Fails at the end with all that go-yaml gathers in one list, in its words: what its decoder finds. */
  failDecoding(problem: string, offset: number, goProblem: string, details: FailureDetails): void {
    // A key that cannot be one is not looked into.
    if (this.#decoding && this.#decoding.offset >= offset) this.#decoding = undefined;
    this.#decoding ??= { problem, offset, details, lines: [] };
    this.#decoding.lines.push(`  line ${this.lineOf(offset)}: ${goProblem}`);
  }

  /** As {@link failLater}, for a key whose value go-yaml names too, once it is read. */
  failAtKeyLater(problem: string, offset: number, details: FailureDetails): void {
    if (this.deferred) return;
    this.failLater(problem, offset, details);
    this.keyWithoutValue = { problem, offset, details };
  }

  /** Completes the words about a key. */
  completeKey(offset: number, value: string): void {
    const key = this.keyWithoutValue;
    if (key?.offset !== offset) return;
    this.keyWithoutValue = undefined;
    const goMessage = `${key.details.goMessage}, value: ${value}`;
    this.deferred = this.#failure(key.problem, offset, { ...key.details, goMessage });
  }

  throwDeferred(): void {
    if (this.deferred) throw this.deferred;
    if (!this.#decoding) return;
    const { problem, offset, details, lines } = this.#decoding;
    const goMessage = `yaml: unmarshal errors:\n${lines.join('\n')}`;
    throw this.#failure(problem, offset, { ...details, goMessage });
  }

  #failure(problem: string, offset: number, details: FailureDetails): YamlError {
    return new YamlError(details.code ?? 'YAML_SYNTAX', problem, {
      source: this.location(offset),
      // Where line ends that are none to editors count, the lines of the error are those of `text`.
      sourceText: this.prepared.otherBreaks === undefined ? this.prepared.original : this.text,
      ...(details.hint === undefined ? {} : { hint: details.hint }),
      goMessage: details.goMessage ?? this.#goMessage({ problem, offset, ...details.goProblem }, details),
    });
  }

  /** go-yaml counts lines from 0, adds 1 for some errors, and drops a zero; v2 and v3 prefer different places. */
  #goMessage(
    { problem, offset }: { problem: string; offset: number },
    { context = offset, scanner = false }: FailureDetails,
  ): string {
    const problemLine = this.#goLine(offset);
    const contextLine = this.#goLine(context);
    const [first, second] =
      this.settings.dialect === 'yaml11' ? [problemLine, contextLine] : [contextLine, problemLine];
    const line = first === 0 ? second : first;
    if (line === 0) return `yaml: ${problem}`;
    return `yaml: line ${scanner ? line + 1 : line}: ${problem}`;
  }

  #goLine(offset: number): number {
    return this.lineOf(offset) - 1;
  }

  lineOf(offset: number): number {
    return this.prepared.lines.lineOf(offset);
  }
}
