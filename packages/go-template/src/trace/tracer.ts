import { TemplateError } from '../errors.ts';
import type { ErrorNode } from '../parse/node.ts';
import { isGoFunction } from '../value/go-function.ts';
import { isGoMap } from '../value/typed.ts';
import { type PlacedTemplate, TemplatePlace } from './template-place.ts';
import { cutLines, toLines, type TracedPart, type TracedText, type TraceScope } from './traced-text.ts';
import { type ValuePath, type ValueRead, ValueReads } from './value-reads.ts';
import { weave } from './weave.ts';

/** Where an execution has failed. */
export interface TracedFailure {
  readonly place: TemplatePlace;
  /** The way there; the innermost first. */
  readonly scope: TraceScope | undefined;
  /** The value that it has failed with, where one with a name is. */
  readonly value?: ValueRead;
  /** The key that was asked of this value. */
  readonly key?: string;
}

/** A statement while it is executed. */
interface Statement {
  readonly place: TemplatePlace;
  readonly reads: ValueReads;
  /** What templates have read that it has called. */
  readonly calledReads: ValueReads;
  /** The texts that these have made. */
  readonly texts: TracedText[];
}

/** One run of a template that has an output of its own. */
interface Run {
  readonly output: object;
  readonly parts: TracedPart[];
}

/**
 * Notes who writes what, and of which values, while the templates of a set are executed; give it to a `TemplateSet`.
 * Such a set interprets its templates, so that one without a tracer pays nothing. A tracer is for one execution after
 * another, not for several at a time.
 */
export class Tracer {
  /** What was written, by the names of the templates that were executed from outside. */
  readonly outputs: Map<string, TracedText> = new Map();
  #failure: TracedFailure | undefined;
  readonly #names = new WeakMap<object, ValuePath>();
  /** Texts of more than one line: a variable or function may hand them on. */
  readonly #known = new Map<string, TracedText>();
  #scope: TraceScope | undefined;
  #statement: Statement | undefined;
  #run: Run | undefined;
  #runReads = new ValueReads();
  #reads = new ValueReads();
  #blamed: Pick<TracedFailure, 'value' | 'key'> = {};

  /** The first failure, where there was one. */
  get failure(): TracedFailure | undefined {
    return this.#failure;
  }

  /** Gives a value and all in it names: reads are told by them. */
  name(value: unknown, path: ValuePath): void {
    if (typeof value !== 'object' || value === null || isGoFunction(value) || this.#names.has(value)) return;
    this.#names.set(value, path);
    if (Array.isArray(value)) value.forEach((item, i) => this.name(item, [...path, i]));
    else if (isGoMap(value)) for (const [key, item] of Object.entries(value)) this.name(item, [...path, key]);
  }

  // What interpreters tell.

  /** A template is executed: by itself, or in place within the output of another. */
  run(template: PlacedTemplate, output: { readonly output: string }, execute: () => void): void {
    const [scope, statement, run, runReads] = [this.#scope, this.#statement, this.#run, this.#runReads];
    const isInPlace = run?.output === output;
    this.#scope = statement && {
      kind: 'call',
      place: statement.place,
      reads: [...this.#reads],
      outer: scope,
    };
    this.#statement = undefined;
    this.#runReads = new ValueReads();
    if (!isInPlace) this.#run = { output, parts: [] };
    try {
      this.#collect(execute);
      const text = { text: output.output, lines: toLines(this.#run?.parts ?? []) };
      if (!statement) this.outputs.set(template.name, text);
      else if (!isInPlace) this.#called(statement, text);
      statement?.calledReads.addAll(this.#runReads);
      runReads.addAll(this.#runReads);
    } finally {
      [this.#scope, this.#statement, this.#run, this.#runReads] = [scope, statement, run, runReads];
    }
  }

  #called(statement: Statement, text: TracedText): void {
    statement.texts.push(text);
    this.#know(text);
  }

  #know(text: TracedText): void {
    if (text.text.includes('\n')) this.#known.set(text.text, text);
  }

  /** A statement is executed, and what it writes is its own, or of the templates that it calls. */
  statement<T>(template: PlacedTemplate, node: ErrorNode, execute: () => T): T {
    const outer = this.#statement;
    const before = this.#output().length;
    const place = new TemplatePlace(template, node);
    const reads = new ValueReads();
    this.#statement = { place, reads, calledReads: new ValueReads(), texts: [] };
    const outcome = this.#collect(execute, reads);
    if (node.type === 'text') this.#writeText(template, node);
    else if (node.type === 'action') this.#write(this.#statement, this.#output().slice(before));
    this.#runReads.addAll(reads);
    this.#statement = outer;
    return outcome;
  }

  #output(): string {
    return (this.#run?.output as { readonly output: string } | undefined)?.output ?? '';
  }

  #writeText(template: PlacedTemplate, node: ErrorNode & { readonly type: 'text' }): void {
    let offset = node.offset;
    for (const [line, text] of cutLines(node.text).entries()) {
      const place = new TemplatePlace(template, node, offset + indentOf(text));
      this.#run?.parts.push({
        text,
        place,
        reads: [],
        scope: this.#scope,
        written: { text: node.text, line },
      });
      offset += text.length;
    }
  }

  #write(statement: Statement, text: string): void {
    if (text === '') return;
    const known = this.#known.get(text);
    const sources = known ? [...statement.texts, known] : statement.texts;
    this.#run?.parts.push(...weave(text, sources, this.#own(statement, text)));
  }

  #own({ place, reads, calledReads }: Statement, all: string): (text: string, line: number) => TracedPart {
    const both = new ValueReads();
    both.addAll(calledReads);
    both.addAll(reads);
    const [read, scope] = [[...both], this.#scope];
    return (text, line) => ({ text, place, reads: read, scope, written: { text: all, line } });
  }

  /** What is executed depends on what an expression came to. */
  within<T>(scope: Omit<TraceScope, 'outer'>, execute: () => T): T {
    const [outer, statement] = [this.#scope, this.#statement];
    this.#scope = { ...scope, outer };
    const outcome = execute();
    [this.#scope, this.#statement] = [outer, statement];
    return outcome;
  }

  /** Gives what is read meanwhile; for those around it, it is read too. */
  reading<T>(evaluate: () => T): { readonly result: T; readonly reads: readonly ValueRead[] } {
    const reads = new ValueReads();
    const result = this.#collect(evaluate, reads);
    this.#reads.addAll(reads);
    return { result, reads: [...reads] };
  }

  #collect<T>(execute: () => T, reads: ValueReads = new ValueReads()): T {
    const outer = this.#reads;
    this.#reads = reads;
    const result = execute();
    this.#reads = outer;
    return result;
  }

  // What executions tell.

  /** A value was found in another. */
  found(holder: unknown, key: string | number, value: unknown): void {
    const path = typeof holder === 'object' && holder !== null ? this.#names.get(holder) : undefined;
    if (!path) return;
    const read = { path: this.pathOf(value) ?? [...path, key], value };
    this.name(value, read.path);
    this.#reads.add(read, holder);
  }

  /** Values were used that had been read before. */
  used(reads: readonly ValueRead[]): void {
    this.#reads.addAll(reads);
  }

  /** The name of a map or list. */
  pathOf(value: unknown): ValuePath | undefined {
    return typeof value === 'object' && value !== null ? this.#names.get(value) : undefined;
  }

  /** A function has made a text, of others maybe. */
  made(text: unknown, values: readonly unknown[], textsBefore: number): void {
    const statement = this.#statement;
    if (typeof text !== 'string' || !text.includes('\n') || this.#known.has(text) || !statement) return;
    const known = values.flatMap((value) =>
      typeof value === 'string' ? (this.#known.get(value) ?? []) : [],
    );
    const sources = [...known, ...statement.texts.slice(textsBefore)];
    if (sources.length === 0) return;
    this.#know({ text, lines: toLines(weave(text, sources, this.#own(statement, text))) });
  }

  /** How many texts the templates have made that this statement has called. */
  get textCount(): number {
    return this.#statement?.texts.length ?? 0;
  }

  /** Something failed with a value; of several, the first that was read is at fault. */
  blame(failed: unknown, key?: string): void {
    if (this.#failure || this.#blamed.value) return;
    const value = this.#reads.findLast(failed);
    if (value) this.#blamed = { value, ...(key !== undefined && { key }) };
  }

  /** An execution has failed; what it was called by fails after it. */
  failed(template: PlacedTemplate, node: ErrorNode | undefined, error: unknown): void {
    if (this.#failure || !node || !(error instanceof TemplateError)) return;
    this.#failure = { place: new TemplatePlace(template, node), scope: this.#scope, ...this.#blamed };
  }
}

/** The space before the words of a line. */
const indentOf = (text: string): number => (text.trim() === '' ? 0 : text.length - text.trimStart().length);
