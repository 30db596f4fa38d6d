import { isRecord, NumberLiteral } from '@gitops-toolkit/core';
import { YamlError } from '../errors.ts';
import type { EmitStyle } from './emit-style.ts';
import { sortedKeys } from './natural-order.ts';
import { formatNumber } from './number-format.ts';
import { writeString } from './string.ts';

const MAX_DEPTH = 1000;
/** go-yaml writes longer keys (in bytes) after `? `. */
const MAX_SIMPLE_KEY = 128;

/** Spaces, by count. */
const PADS: string[] = [];

function pad(count: number): string {
  return (PADS[count] ??= ' '.repeat(count));
}

/** Text is gathered in pieces of about this length: longer ropes of small strings burden the collector. */
const CHUNK = 32_768;

/** Writes documents, one after the other. */
export class Emitter {
  readonly #style: EmitStyle;
  /** How keys are written, by key: a document has few different ones. `null` for those that need `? `. */
  readonly #keys = new Map<string, string | null>();
  readonly #chunks: string[] = [];
  #out = '';
  #depth = 0;

  constructor(style: EmitStyle) {
    this.#style = style;
  }

  /** Adds a document; `---` separates it from the one before. */
  write(value: unknown): void {
    if (this.#out !== '' || this.#chunks.length > 0) this.#out += '---\n';
    if (isBlock(value)) this.#block(value, 0, true);
    else this.#scalarLine(value, 0, 0);
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
    let prefix = inline ? '- ' : `${pad(indent)}- `;
    for (const item of items) {
      this.#out += prefix;
      if (isBlock(item)) this.#block(item, indent + 2, true);
      else this.#scalarLine(item, indent + 2, indent + 2);
      prefix = `${pad(indent)}- `;
    }
  }

  #mapping(record: Record<string, unknown>, indent: number, inline: boolean): void {
    const prefix = pad(indent);
    let first = inline;
    for (const key of sortedKeys(record, this.#style.version)) {
      const value = record[key];
      if (value === undefined) continue;
      if (!first) this.#out += prefix;
      first = false;
      const simple = this.#simpleKey(key);
      if (simple === null) this.#complexEntry(key, value, indent);
      else this.#entry(simple, value, indent);
    }
  }

  #entry(key: string, value: unknown, indent: number): void {
    if (!isBlock(value)) {
      this.#out += `${key}: `;
      this.#scalarLine(value, indent + key.length + 2, indent + 2);
      return;
    }
    this.#out += `${key}:\n`;
    const inner = Array.isArray(value) && !this.#style.indentSequences ? indent : indent + 2;
    this.#block(value, inner, false);
  }

  #complexEntry(key: string, value: unknown, indent: number): void {
    this.#out += '? ';
    this.#scalarLine(key, indent + 2, indent + 2);
    this.#out += `${pad(indent)}: `;
    if (isBlock(value)) this.#block(value, indent + 2, true);
    else this.#scalarLine(value, indent + 2, indent + 2);
  }

  #scalarLine(value: unknown, column: number, indent: number): void {
    if (typeof value === 'string') {
      const written = writeString(
        value,
        { column, indent: indent || 2, width: this.#style.width },
        this.#style,
      );
      this.#out += endsLine(value, written) ? written : `${written}\n`;
    } else {
      this.#out += `${otherScalar(value)}\n`;
    }
  }

  #flush(): void {
    // To look into a rope is what makes the engine flatten it, which frees its pieces.
    if (this.#out.charCodeAt(0) >= 0) this.#chunks.push(this.#out);
    this.#out = '';
  }

  #simpleKey(key: string): string | null {
    let written = this.#keys.get(key);
    if (written === undefined) {
      written = isSimpleKey(key)
        ? writeString(key, { column: 0, indent: 0, width: Infinity }, this.#style)
        : null;
      this.#keys.set(key, written);
    }
    return written;
  }
}

/** A separator at the end of a `|` scalar has ended its line. */
function endsLine(text: string, written: string): boolean {
  const last = text.charCodeAt(text.length - 1);
  return (last === 0x2028 || last === 0x2029) && written.startsWith('|');
}

/** Whether a value takes lines of its own. Empty collections are written as `{}` and `[]`. */
function isBlock(value: unknown): value is Record<string, unknown> | unknown[] {
  if (Array.isArray(value)) return value.length > 0;
  if (!isRecord(value)) return false;
  for (const key in value) {
    if (Object.hasOwn(value, key) && value[key] !== undefined) return true;
  }
  return false;
}

/** What is neither a string nor a collection with entries. */
function otherScalar(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (typeof value === 'number' || typeof value === 'bigint' || value instanceof NumberLiteral) {
    return formatNumber(value);
  }
  if (Array.isArray(value)) return '[]';
  if (isRecord(value)) return '{}';
  throw new YamlError('YAML_UNSUPPORTED_VALUE', `cannot write a ${kindOf(value)} as YAML`, {
    hint: 'Values are null, booleans, numbers, strings, arrays and records.',
  });
}

function kindOf(value: unknown): string {
  return typeof value === 'object' && value !== null ? value.constructor.name : typeof value;
}

const BREAK = /[\n\r\x85\u2028\u2029]/;

function isSimpleKey(key: string): boolean {
  if (BREAK.test(key)) return false;
  return key.length * 3 <= MAX_SIMPLE_KEY || new TextEncoder().encode(key).length <= MAX_SIMPLE_KEY;
}

function failAtDepth(): never {
  throw new YamlError('YAML_LIMIT', `the value is nested more than ${MAX_DEPTH} deep, or contains itself`);
}
