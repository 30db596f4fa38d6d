import {
  countValue,
  formatFloat,
  type GoMap,
  GoStruct,
  isGoMap,
  isNilList,
  Sized,
} from '@gitops-toolkit/go-template';

/** A value that TOML cannot hold, in the words of the Go package `BurntSushi/toml`. */
export class TomlEncodeError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'TomlEncodeError';
  }
}

/**
 * Writes a value as the Go package `BurntSushi/toml` does: keys sorted, tables after what is none, each level indented.
 *
 * @throws TomlEncodeError
 */
export function encodeToml(value: unknown): string {
  const encoder = new TomlEncoder();
  encoder.value([], value);
  return encoder.text;
}

/** A key as it is written: bare, or in quotes. */
export function tomlKey(key: string): string {
  return /^[A-Za-z0-9_-]+$/.test(key) ? key : quote(key);
}

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\f': '\\f',
  '\r': '\\r',
};

const quote = (text: string): string =>
  // oxlint-disable-next-line no-control-regex -- they are what has to be escaped
  `"${text.replace(/["\\\u0000-\u001f\u007f]/g, (character) => ESCAPES[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)}"`;

const isNil = (value: unknown): boolean =>
  value === null || value === undefined || (Array.isArray(value) && isNilList(value));

/** A struct is what it is in JSON: text, or fields. */
function plain(value: unknown): unknown {
  countValue(value);
  if (!(value instanceof GoStruct)) return value;
  const json = value.json();
  if (!Array.isArray(json)) return json;
  const map = Object.create(null) as GoMap;
  for (const [name, item] of json as readonly (readonly [string, unknown])[]) map[name] = item;
  return map;
}

const isTable = (value: unknown): boolean => isGoMap(plain(value));

/** Lists of nothing but tables are written as tables. */
function isTableList(value: unknown): value is readonly unknown[] {
  if (!Array.isArray(value) || isNil(value) || value.length === 0) return false;
  if (value.some(isNil)) throw new TomlEncodeError('toml: cannot encode array with nil element');
  return value.every(isTable);
}

class TomlEncoder {
  text = '';

  value(key: readonly string[], raw: unknown): void {
    const value = plain(raw);
    if (isNil(value)) return;
    if (isGoMap(value)) this.#table(key, value);
    else if (isTableList(value)) this.#tables(key, value);
    else this.#entry(key, value, false);
  }

  #table(key: readonly string[], map: GoMap): void {
    if (key.length === 1) this.#newline();
    if (key.length > 0) {
      this.text += `${indent(key)}[${key.map(tomlKey).join('.')}]`;
      this.#newline();
    }
    this.#entries(key, map, false);
  }

  #tables(key: readonly string[], list: readonly unknown[]): void {
    if (key.length === 0) throw new TomlEncodeError('toml: top-level values must be Go maps or structs');
    for (const item of list) {
      this.#newline();
      this.text += `${indent(key)}[[${key.map(tomlKey).join('.')}]]`;
      this.#newline();
      this.#entries(key, plain(item) as GoMap, false);
    }
  }

  /** What is no table comes first. */
  #entries(key: readonly string[], map: GoMap, isInline: boolean): void {
    const direct: string[] = [];
    const below: string[] = [];
    for (const name of Object.keys(map).toSorted(compare)) {
      (isTable(map[name]) || isTableList(map[name]) ? below : direct).push(name);
    }
    this.#named(key, map, direct, isInline, below.length > 0);
    this.#named(key, map, below, isInline, false);
  }

  #named(
    key: readonly string[],
    map: GoMap,
    names: readonly string[],
    isInline: boolean,
    isMore: boolean,
  ): void {
    for (const [i, name] of names.entries()) {
      const value = plain(map[name]);
      if (isNil(value)) continue;
      if (!isInline) {
        this.value([...key, name], value);
        continue;
      }
      this.#entry([name], value, true);
      if (isMore || i < names.length - 1) this.text += ', ';
    }
  }

  #entry(key: readonly string[], value: unknown, isInline: boolean): void {
    if (key.length === 0) {
      this.#element(value);
      return;
    }
    this.text += `${indent(key)}${tomlKey(key.at(-1) ?? '')} = `;
    this.#element(value);
    if (!isInline) this.#newline();
  }

  #element(raw: unknown): void {
    const value = plain(raw);
    if (Array.isArray(value) || value instanceof Uint8Array) {
      this.text += '[';
      for (const [i, item] of [...value].entries()) {
        if (i > 0) this.text += ', ';
        this.#element(item);
      }
      this.text += ']';
    } else if (isGoMap(value)) {
      this.text += '{';
      this.#entries([], value, true);
      this.text += '}';
    } else this.text += scalar(value);
  }

  #newline(): void {
    if (this.text !== '') this.text += '\n';
  }
}

const indent = (key: readonly string[]): string => '  '.repeat(key.length - 1);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function scalar(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return quote(value);
    case 'boolean':
    case 'bigint':
      return String(value);
    case 'number':
      return float(value, 64);
    default:
      if (value instanceof Sized && typeof value.value === 'bigint') return String(value.value);
      if (value instanceof Sized && typeof value.value === 'number') return float(value.value, 32);
      throw new TomlEncodeError(`unexpected type: ${value === null ? '<nil>' : typeof value}`);
  }
}

function float(value: number, bits: 32 | 64): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  const text = formatFloat(value, { verb: 'g', precision: -1, bits });
  return /[.e]/.test(text) ? text : `${text}.0`;
}
