import { isRecord } from '@gitops-toolkit/core';
import { YamlError } from '../errors.ts';
import type { EmitStyle } from './emit-style.ts';
import { KeyHeads } from './key-heads.ts';
import { sortedKeys } from './natural-order.ts';
import { otherScalar } from './other-scalar.ts';
import { writeString } from './string.ts';

const MAX_DEPTH = 1000;

/** Text is gathered in pieces of about this length: longer ropes of small strings burden the collector. */
const CHUNK = 32_768;

/**
 * Writes documents, one after the other.
 *
 * A line is started, not ended: the line end is part of what the next line starts with (`\n  key: `), which
 * is the same string for many lines. What is gathered thus has few pieces, and is joined quickly.
 */
export class Emitter {
  readonly #style: EmitStyle;
  readonly #heads: KeyHeads;
  readonly #chunks: string[] = [];
  #out = '';
  #depth = 0;
  /** Whether the last scalar has ended its line itself. */
  #lineEnded = false;

  constructor(style: EmitStyle) {
    this.#style = style;
    this.#heads = KeyHeads.of(style);
  }

  /** Adds a document; `---` separates it from the one before. */
  write(value: unknown): void {
    if (this.#out !== '' || this.#chunks.length > 0) this.#out += '---\n';
    if (isBlock(value)) this.#block(value, 0, true);
    else this.#scalar(value, 0, 0);
    this.#out += this.#lineStart('\n');
  }

  /** All that was written. */
  text(): string {
    return this.#chunks.length === 0 ? this.#out : `${this.#chunks.join('')}${this.#out}`;
  }

  /** A collection with entries, its first entry on the present line if `inline`. */
  #block(value: Record<string, unknown> | unknown[], indent: number, inline: boolean): void {
    if (++this.#depth > MAX_DEPTH) failAtDepth();
    if (this.#out.length > CHUNK) this.#flush();
    if (Array.isArray(value)) this.#sequence(value, indent, inline);
    else this.#mapping(value, indent, inline);
    this.#depth--;
  }

  #sequence(items: readonly unknown[], indent: number, inline: boolean): void {
    const dash = dashAt(indent);
    let first = inline;
    for (const item of items) {
      this.#out += first ? '- ' : this.#lineStart(dash);
      first = false;
      if (isBlock(item)) this.#block(item, indent + 2, true);
      else this.#scalar(item, indent + 2, indent + 2);
    }
  }

  #mapping(record: Record<string, unknown>, indent: number, inline: boolean): void {
    const heads = this.#heads.at(indent);
    const inner = this.#inner(indent);
    let first = inline;
    for (const key of sortedKeys(record, this.#style.version)) {
      const value = record[key];
      if (value === undefined) continue;
      const head = heads.get(key) ?? this.#heads.add(key, indent);
      if (!head.simple) {
        this.#out += first ? head.scalar : this.#lineStart(head.scalarLine);
        this.#complexEntry(key, value, indent);
      } else if (isBlock(value)) {
        this.#out += first ? head.block : this.#lineStart(head.blockLine);
        this.#block(value, Array.isArray(value) ? inner - this.#style.sequenceOutdent : inner, false);
      } else {
        this.#out += first ? head.scalar : this.#lineStart(head.scalarLine);
        this.#scalar(value, indent + head.scalar.length, inner);
      }
      first = false;
    }
  }

  /** The column of what belongs to a key: the next one that the indentation has a multiple for. */
  #inner(indent: number): number {
    const width = this.#style.indent;
    return width * Math.floor((indent + width) / width);
  }

  /** Behind a `? `, which is followed by the key on lines of its own. */
  #complexEntry(key: string, value: unknown, indent: number): void {
    const inner = this.#inner(indent);
    this.#scalar(key, indent + 2, inner);
    this.#out += this.#lineStart(`\n${' '.repeat(indent)}:`);
    const block = isBlock(value);
    this.#out += block ? ' '.repeat(inner - indent - 1) : ' ';
    if (block) this.#block(value, inner, true);
    else this.#scalar(value, indent + 2, inner);
  }

  #scalar(value: unknown, column: number, indent: number): void {
    if (typeof value !== 'string') {
      this.#out += otherScalar(value);
      return;
    }
    const written = writeString(value, column, indent || this.#style.indent, this.#style);
    this.#out += written;
    if (endsLine(value, written)) this.#lineEnded = true;
  }

  /** What starts a line, without the line end where that is written already. */
  #lineStart(start: string): string {
    if (!this.#lineEnded) return start;
    this.#lineEnded = false;
    return start.slice(1);
  }

  #flush(): void {
    // To look into a rope is what makes the engine flatten it, which frees its pieces.
    if (this.#out.charCodeAt(0) >= 0) this.#chunks.push(this.#out);
    this.#out = '';
  }
}

const DASHES: string[] = [];

function dashAt(indent: number): string {
  return (DASHES[indent] ??= `\n${' '.repeat(indent)}- `);
}

/** A separator at the end of a `|` scalar has ended its line. */
function endsLine(text: string, written: string): boolean {
  const last = text.charCodeAt(text.length - 1);
  return (last === 0x2028 || last === 0x2029) && written.startsWith('|');
}

/** Whether a value takes lines of its own. Empty collections are written as `{}` and `[]`. */
function isBlock(value: unknown): value is Record<string, unknown> | unknown[] {
  if (typeof value !== 'object') return false;
  if (Array.isArray(value)) return value.length > 0;
  if (!isRecord(value)) return false;
  for (const key in value) {
    if (Object.hasOwn(value, key) && value[key] !== undefined) return true;
  }
  return false;
}

function failAtDepth(): never {
  throw new YamlError('YAML_LIMIT', `the value is nested more than ${MAX_DEPTH} deep, or contains itself`);
}
