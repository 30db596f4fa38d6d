import { isRecord, type SourceLocation } from '@gitops-toolkit/core';
import { HASH, isBlankOrBreak } from './parse/characters.ts';
import { readDocument } from './parse/document.ts';
import { Positions } from './parse/positions.ts';
import type { Reader } from './parse/reader.ts';

/** Which end of an entry is asked for. */
export type LocateTarget = 'key' | 'value';

/** Finds places in a document by reading it once more with positions recorded. */
export class Locator {
  readonly #positions = new Positions();
  readonly #reader: Reader;
  readonly #root: unknown;
  readonly #start: number;

  constructor(createReader: (positions: Positions) => Reader) {
    this.#reader = createReader(this.#positions);
    const { value, start } = readDocument(this.#reader);
    this.#root = value;
    this.#start = start ?? 0;
  }

  locate(path: readonly (string | number)[], target: LocateTarget): SourceLocation | undefined {
    let value = this.#root;
    let offset: number | undefined = this.#start;
    for (const [i, step] of path.entries()) {
      const last = i === path.length - 1;
      offset = this.#offsetOf(value, step, last && target === 'key');
      if (offset === undefined) return undefined;
      value = stepInto(value, step);
    }
    return this.#reader.location(offset);
  }

  #offsetOf(parent: unknown, step: string | number, key: boolean): number | undefined {
    if (Array.isArray(parent)) {
      const item = this.#positions.itemOf(parent, Number(step));
      return item === undefined ? undefined : this.#afterIndicator(item, parent[Number(step)], item);
    }
    if (!isRecord(parent)) return undefined;
    const entry = this.#positions.keyOf(parent, String(step));
    if (!entry) return undefined;
    return key ? entry.key : this.#afterIndicator(entry.colon, parent[String(step)], entry.key);
  }

  /** The start of the node behind a `-` or `:`; where nothing is written, of what it would belong to. */
  #afterIndicator(indicator: number, value: unknown, fallback: number): number {
    const { text } = this.#reader;
    const code = text[indicator];
    if (code !== '-' && code !== ':')
      return code === ',' || code === '}' || code === ']' ? fallback : indicator;
    if (code === '-' && !isBlankOrBreak(text.charCodeAt(indicator + 1))) return indicator;
    let i = indicator + 1;
    while (i < text.length && (isBlankOrBreak(text.charCodeAt(i)) || text.charCodeAt(i) === HASH)) {
      i = text.charCodeAt(i) === HASH ? text.indexOf('\n', i) : i + 1;
    }
    const nothing = value === null && !/[~nN!&*]/.test(text[i] ?? '');
    return nothing || i >= text.length ? fallback : i;
  }
}

function stepInto(value: unknown, step: string | number): unknown {
  if (Array.isArray(value)) return value[Number(step)];
  return isRecord(value) ? value[String(step)] : undefined;
}
