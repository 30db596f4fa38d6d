import { setOwn } from '@gitops-toolkit/core';
import { decodeJson, type GoMap, int64, isGoMap, quoteString, typeOf } from '@gitops-toolkit/go-template';
import type { Dialect } from '../dialect.ts';

/** As high as an index may be, and as deep as a name. */
const MAX_INDEX = 65_536;
const MAX_NESTING = 30;

/** A `--set` text that cannot be read, in the words of Helm's package `strvals`. */
export class SetSyntaxError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'SetSyntaxError';
  }
}

/**
 * Which flag a text is of: `set` finds types, `string` does not, `json` has JSON as values, `file` names of files, and
 * `literal` one value as it stands.
 */
export type SetKind = 'set' | 'string' | 'json' | 'file' | 'literal';

/** How a text is read. */
export interface SetOptions {
  readonly kind?: SetKind;
  /** Helm 4 takes the end of the text within an index for the end of all. @default 'v4' */
  readonly dialect?: Dialect;
  /** The content of a file, for kind `file`. */
  readonly readFile?: (path: string) => string;
}

/**
 * Sets values in a map by a text such as `a.b=1,c[0]={x,y}`, with the rules of Helm's `--set` flags.
 *
 * @throws SetSyntaxError; what `readFile` throws.
 *
 * @example
 * ```ts
 * import { setValues } from '@gitops-toolkit/helm';
 * console.log(setValues({}, 'image.tag=1.2,args={a,b}')); // { image: { tag: '1.2' }, args: ['a', 'b'] }
 * ```
 */
export function setValues(target: GoMap, text: string, options: SetOptions = {}): GoMap {
  const reader = new SetReader(text, options);
  while (reader.key(target, 0) === 'more');
  return target;
}

/** Whether the text went on after what was read. */
type Progress = 'more' | 'end';

interface Token {
  readonly text: string;
  /** The character that ended it; `undefined` at the end of the text. */
  readonly stop: string | undefined;
}

const END = Symbol('end');

class SetReader {
  readonly #characters: readonly string[];
  readonly #kind: SetKind;
  readonly #dialect: Dialect;
  readonly #readFile: (path: string) => string;
  #at = 0;

  constructor(text: string, { kind = 'set', dialect = 'v4', readFile }: SetOptions) {
    this.#characters = Array.from(text);
    this.#kind = kind;
    this.#dialect = dialect;
    this.#readFile =
      readFile ??
      (() => {
        throw new SetSyntaxError('no files can be read here');
      });
  }

  key(data: GoMap, nesting: number): Progress {
    const { text, stop } = this.#until(this.#kind === 'literal' ? '=[.' : '=[,.');
    switch (stop) {
      case '[':
        return this.#indexed(data, text, nesting);
      case '=':
        return this.#assigned(data, text);
      case ',':
        throw new SetSyntaxError(`key ${quoteString(text)} has no value (cannot end with ,)`);
      case '.':
        return this.#nested(data, text, nesting + 1);
      default:
        if (text === '') return 'end';
        throw new SetSyntaxError(`key ${quoteString(text)} has no value`);
    }
  }

  #indexed(data: GoMap, key: string, nesting: number): Progress {
    const index = this.#index();
    if (index === END) return 'end';
    const current = own(data, key);
    if (current !== undefined && !Array.isArray(current)) throw notConvertible(current, '[]interface {}');
    const { list, progress } = this.#item(current ?? [], index, nesting);
    put(data, key, list);
    return progress;
  }

  #assigned(data: GoMap, key: string): Progress {
    if (this.#kind === 'json') {
      put(data, key, this.#json());
      return 'more';
    }
    if (this.#kind === 'literal') {
      put(data, key, this.#rest());
      return 'more';
    }
    if (this.#at >= this.#characters.length) {
      put(data, key, '');
      return 'end';
    }
    put(data, key, this.#value());
    return 'more';
  }

  #nested(data: GoMap, key: string, nesting: number): Progress {
    if (nesting > MAX_NESTING) {
      throw new SetSyntaxError(
        `value name nested level is greater than maximum supported nested level of ${MAX_NESTING}`,
      );
    }
    const current = own(data, key);
    if (current !== undefined && !isGoMap(current)) throw notConvertible(current, 'map[string]interface {}');
    const inner = current ?? emptyMap();
    const progress = this.key(inner, nesting);
    const isEmpty = Object.keys(inner).length === 0;
    if (progress === 'more' && isEmpty) throw new SetSyntaxError(`key map ${quoteString(key)} has no value`);
    if (!isEmpty) put(data, key, inner);
    return progress;
  }

  /** The number up to the next `]`. */
  #index(): number | typeof END {
    const { text, stop } = this.#until(']');
    if (stop === undefined) {
      if (this.#dialect === 'v4') return END;
      throw new SetSyntaxError('error parsing index: EOF');
    }
    if (!/^[+-]?\d+$/.test(text)) {
      throw new SetSyntaxError(
        `error parsing index: strconv.Atoi: parsing ${quoteString(text)}: invalid syntax`,
      );
    }
    const index = BigInt(text.replace(/^\+/, ''));
    if (BigInt.asIntN(64, index) !== index) {
      throw new SetSyntaxError(
        `error parsing index: strconv.Atoi: parsing ${quoteString(text)}: value out of range`,
      );
    }
    return Number(index);
  }

  #item(list: unknown[], index: number, nesting: number): { list: unknown[]; progress: Progress } {
    if (index < 0) throw new SetSyntaxError(`negative ${index} index not allowed`);
    const { text, stop } = this.#until('[.=');
    if (text !== '') throw new SetSyntaxError(`unexpected data at end of array index: ${quoteString(text)}`);
    if (stop === undefined) return { list, progress: 'end' };
    if (stop === '=') return { list: setIndex(list, index, this.#itemValue()), progress: 'more' };
    return stop === '[' ? this.#itemOfItem(list, index, nesting) : this.#keyOfItem(list, index, nesting);
  }

  #itemValue(): unknown {
    if (this.#kind === 'json') return this.#json();
    if (this.#kind === 'literal') return this.#rest();
    return this.#at >= this.#characters.length ? '' : this.#value();
  }

  #itemOfItem(list: unknown[], index: number, nesting: number): { list: unknown[]; progress: Progress } {
    const next = this.#index();
    if (next === END) return { list, progress: 'end' };
    const current = list[index] ?? [];
    if (!Array.isArray(current)) throw notConvertible(current, '[]interface {}');
    const found = this.#item(current, next, nesting);
    if (found.progress === 'end') return { list, progress: 'end' };
    return { list: setIndex(list, index, found.list), progress: 'more' };
  }

  #keyOfItem(list: unknown[], index: number, nesting: number): { list: unknown[]; progress: Progress } {
    const current = list[index];
    const inner = isGoMap(current) ? current : emptyMap();
    if (index < list.length) list[index] = inner;
    if (this.key(inner, nesting) === 'end') return { list, progress: 'end' };
    return { list: setIndex(list, index, inner), progress: 'more' };
  }

  #value(): unknown {
    if (this.#characters[this.#at] === '{') return this.#list();
    return this.#typed(this.#until(',').text);
  }

  #list(): unknown[] {
    this.#at++;
    const list: unknown[] = [];
    for (;;) {
      const { text, stop } = this.#until(',}');
      if (stop === undefined) throw new SetSyntaxError("list must terminate with '}'");
      list.push(this.#typed(text));
      if (stop === ',') continue;
      if (this.#characters[this.#at] === ',') this.#at++;
      return list;
    }
  }

  #typed(text: string): unknown {
    if (this.#kind === 'file') return this.#readFile(text);
    return this.#kind === 'string' ? text : typedValue(text);
  }

  /** A JSON value and the comma after it; nothing is null. */
  #json(): unknown {
    if (this.#isEmpty()) return null;
    const rest = this.#characters.slice(this.#at).join('');
    const text = rest.slice(0, jsonLength(rest));
    const value = decodeJson(text);
    this.#at += Array.from(text).length;
    this.#isEmpty();
    return value;
  }

  /** Goes over space and one comma: whether nothing else stood before it. */
  #isEmpty(): boolean {
    while (/^\s$/.test(this.#characters[this.#at] ?? '')) this.#at++;
    const next = this.#characters[this.#at];
    if (next === ',') this.#at++;
    return next === undefined || next === ',';
  }

  #rest(): string {
    const text = this.#characters.slice(this.#at).join('');
    this.#at = this.#characters.length;
    return text;
  }

  /** Reads on to one of some characters; a backslash takes its meaning from the next. */
  #until(stops: string): Token {
    let text = '';
    while (this.#at < this.#characters.length) {
      const character = this.#characters[this.#at++] ?? '';
      if (stops.includes(character)) return { text, stop: character };
      if (character !== '\\' || this.#kind === 'literal') text += character;
      else text += this.#characters[this.#at++] ?? '';
    }
    return { text, stop: undefined };
  }
}

function typedValue(text: string): unknown {
  const lower = text.toLowerCase();
  if (lower === 'true' || lower === 'false') return lower === 'true';
  if (lower === 'null') return null;
  if (!/^(0|[+-]\d+|[1-9]\d*)$/.test(text)) return text;
  const value = BigInt(text.replace(/^\+/, ''));
  return BigInt.asIntN(64, value) === value ? int64(value) : text;
}

function setIndex(list: readonly unknown[], index: number, value: unknown): unknown[] {
  if (index > MAX_INDEX) {
    throw new SetSyntaxError(`index of ${index} is greater than maximum supported index of ${MAX_INDEX}`);
  }
  const copy = [...list];
  while (copy.length < index) copy.push(null);
  copy[index] = value;
  return copy;
}

/** Where the JSON value at the start of a text ends. */
function jsonLength(text: string): number {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? '';
    if (character === '"') at += /^"(?:[^"\\]|\\.)*/s.exec(text.slice(at))?.[0].length ?? 1;
    else if (character === '{' || character === '[') depth++;
    else if (character === '}' || character === ']') depth--;
    else if (depth === 0) at += (/^[^\s,[\]{}"]*/.exec(text.slice(at))?.[0].length ?? 1) - 1;
    if (depth <= 0) return at + 1;
  }
  return text.length;
}

function notConvertible(value: unknown, type: string): SetSyntaxError {
  const given = value === null ? 'nil' : typeOf(value);
  return new SetSyntaxError(
    `unable to parse key: interface conversion: interface {} is ${given}, not ${type}`,
  );
}

const emptyMap = (): GoMap => Object.create(null) as GoMap;

const own = (map: GoMap, key: string): unknown => (Object.hasOwn(map, key) ? (map[key] ?? null) : undefined);

/** What has no name is not set. */
function put(map: GoMap, key: string, value: unknown): void {
  if (key !== '') setOwn(map, key, value);
}
