import { CoreError } from '../../core-errors.ts';
import { NumberLiteral } from '../../number-literal.ts';
import { cloneValue, isRecord, setOwn } from '../../record.ts';
import { createBreather } from '../breather.ts';

/** Parsed in one go on the other side: about a millisecond. */
const CHUNK_LENGTH = 64 * 1024;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * Values on their way to another thread. JSON is the fastest that a thread can be made to read (structured clones
 * take twice the time), and it can be read piece by piece; what it cannot say is put in afterwards.
 */
export interface PackedItems {
  /** JSON arrays in UTF-8, each in a buffer of its own; the buffers are to be transferred. */
  readonly chunks: readonly Uint8Array<ArrayBuffer>[];
  /** Values that JSON has no words for. */
  readonly specials: readonly SpecialValue[];
}

/** A value that JSON has no words for: `NaN`, infinities, `-0`, and numbers that keep their text. */
interface SpecialValue {
  /** The number of the item, then keys and indices. */
  readonly path: readonly (string | number)[];
  readonly value: number | { readonly text: string; readonly json: string };
}

/** Bounds on {@link packItems}. */
export interface PackLimits {
  readonly maxOutputBytes: number;
  readonly maxItemBytes: number;
}

/**
 * Packs values as JSON knows them, with `NumberLiteral`s among them.
 *
 * @throws CoreError `WORKER_OUTPUT_LIMIT`
 */
export function packItems(items: Iterable<unknown>, limits: PackLimits): PackedItems {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  const specials: SpecialValue[] = [];
  let texts: string[] = [];
  let length = 0;
  let total = 0;
  const flush = (): void => {
    const chunk = encoder.encode(`[${texts.join(',')}]`);
    total += chunk.length;
    if (total > limits.maxOutputBytes) throw outputLimit('the result', limits.maxOutputBytes);
    chunks.push(chunk);
    [texts, length] = [[], 0];
  };
  let index = 0;
  for (const item of items) {
    collectSpecials(item, [index++], specials);
    const text = stringify(item, limits.maxItemBytes);
    texts.push(text);
    length += text.length;
    if (length >= CHUNK_LENGTH) flush();
  }
  if (texts.length > 0) flush();
  return { chunks, specials };
}

/** Unpacks in slices of a few milliseconds, and lets others run between them. */
export async function unpackItems(packed: PackedItems, signal?: AbortSignal): Promise<unknown[]> {
  const breathe = createBreather(signal);
  const items: unknown[] = [];
  for (const chunk of packed.chunks) {
    await breathe();
    const parsed: unknown = JSON.parse(decoder.decode(chunk));
    await breathe();
    // What JSON.parse makes inherits from Object: a key such as `constructor` would be found in any map.
    items.push(...cloneValue(parsed as unknown[]));
  }
  for (const special of packed.specials) {
    await breathe();
    putSpecial(items, special);
  }
  return items;
}

function stringify(item: unknown, maxBytes: number): string {
  let text: string;
  try {
    text = JSON.stringify(item) ?? 'null';
  } catch (error) {
    // V8's limit on the length of a text.
    if (error instanceof RangeError && /string length/i.test(error.message))
      throw outputLimit('one item of the result', maxBytes);
    throw error;
  }
  if (text.length > maxBytes || (text.length * 3 > maxBytes && Buffer.byteLength(text) > maxBytes))
    throw outputLimit('one item of the result', maxBytes);
  return text;
}

function outputLimit(what: string, maxBytes: number): CoreError {
  return new CoreError('WORKER_OUTPUT_LIMIT', `${what} has more than ${maxBytes} bytes`, {
    hint: 'Make less at once, or raise the budget if the input is one that you trust.',
  });
}

function collectSpecials(value: unknown, path: (string | number)[], found: SpecialValue[]): void {
  if (value instanceof NumberLiteral)
    found.push({ path: [...path], value: { text: value.text, json: value.json } });
  else if (typeof value === 'number') {
    if (!Number.isFinite(value) || Object.is(value, -0)) found.push({ path: [...path], value });
  } else if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) collectAt(value[i], i, path, found);
  } else if (isRecord(value)) {
    for (const key of Object.keys(value)) collectAt(value[key], key, path, found);
  }
}

function collectAt(
  value: unknown,
  key: string | number,
  path: (string | number)[],
  found: SpecialValue[],
): void {
  if (typeof value === 'string') return;
  path.push(key);
  collectSpecials(value, path, found);
  path.pop();
}

function putSpecial(items: unknown[], { path, value }: SpecialValue): void {
  const special = typeof value === 'number' ? value : new NumberLiteral(value.text, value.json);
  let holder: unknown = items;
  for (const step of path.slice(0, -1)) holder = (holder as Record<string | number, unknown>)[step];
  const last = path.at(-1) ?? 0;
  if (Array.isArray(holder)) holder[Number(last)] = special;
  else setOwn(holder as Record<string, unknown>, String(last), special);
}
