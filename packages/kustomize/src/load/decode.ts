import { createRecord, isRecord, NumberLiteral, setOwn } from '@gitops-toolkit/core';
import { emit } from '@gitops-toolkit/yaml';
import { isScalar, scalarText } from '../accumulate/scalar-text.ts';
import { KustomizeError } from '../errors.ts';

type Path = readonly (string | number)[];

/** How strictly a value is read. */
export interface DecodeMode {
  /** Fields that are not known fail. */
  readonly strict: boolean;
  /** Numbers and booleans where texts are expected become texts. */
  readonly lenientTexts: boolean;
  /** Names the thing that is read, in messages. */
  readonly what: string;
}

/** Reads a JSON-like value into a typed one, as Go's JSON decoder does. */
export interface Decoder<T> {
  (value: unknown, path: Path, mode: DecodeMode): T;
  /** What Go calls the type, in messages. */
  readonly goType?: string;
}

function ofType<T>(goType: string, decode: (value: unknown, path: Path, mode: DecodeMode) => T): Decoder<T> {
  return Object.assign(decode, { goType });
}

/** Something in a file of settings is not what it must be. Where in the value it is goes with it. */
export class DecodeError extends KustomizeError {
  readonly path: Path;

  constructor(message: string, path: Path) {
    super('KUSTOMIZE_INVALID_CONFIG', message);
    this.path = path;
  }
}

function mismatch(
  value: unknown,
  path: Path,
  mode: DecodeMode,
  type: string,
  named: Path = path,
): DecodeError {
  const kind = Array.isArray(value) ? 'array' : isRecord(value) ? 'object' : jsonTypeOf(value);
  const field = named.filter((part) => typeof part === 'string').join('.');
  if (field === '')
    return new DecodeError(`json: cannot unmarshal ${kind} into Go value of type ${type}`, path);
  return new DecodeError(
    `json: cannot unmarshal ${kind} into Go struct field ${mode.what}.${field} of type ${type}`,
    path,
  );
}

function jsonTypeOf(value: unknown): string {
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'string' ? 'string' : 'number';
}

/** A text; blank where null. */
export const text: Decoder<string> = ofType('string', (value, path, mode) => {
  if (typeof value === 'string') return value;
  if (value === null) return '';
  if (mode.lenientTexts && (typeof value === 'boolean' || isNumeric(value))) return printedScalar(value);
  throw mismatch(value, path, mode, 'string');
});

/** A text that may be left out, which differs from a blank one. */
export const optionalText: Decoder<string | undefined> = (value, path, mode) =>
  value === null ? undefined : text(value, path, mode);

export const flag: Decoder<boolean> = (value, path, mode) => {
  if (typeof value === 'boolean') return value;
  if (value === null) return false;
  throw mismatch(value, path, mode, 'bool');
};

export const integer: Decoder<number> = (value, path, mode) => {
  if (value === null) return 0;
  if (isNumeric(value) && Number.isInteger(Number(value))) return Number(value);
  throw mismatch(value, path, mode, 'int64');
};

/** A scalar that becomes a text where one is expected, as Go prints its value: `1.50` is `1.5`. */
function printedScalar(value: unknown): string {
  return isNumeric(value) ? emit(value).trimEnd() : scalarText(value);
}

function isNumeric(value: unknown): value is number | NumberLiteral {
  return typeof value === 'number' || value instanceof NumberLiteral;
}

/** Any map, as it is. */
export const anyMap: Decoder<Record<string, unknown> | undefined> = (value, path, mode) => {
  if (value === null) return undefined;
  if (isRecord(value)) return value;
  throw mismatch(value, path, mode, 'map[string]interface {}');
};

export function listOf<T>(decoder: Decoder<T>): Decoder<readonly T[] | undefined> {
  return (value, path, mode) => {
    if (value === null) return undefined;
    if (!Array.isArray(value)) throw mismatch(value, path, mode, `[]${decoder.goType ?? 'interface {}'}`);
    return value.map((item: unknown, i) => decoder(item, [...path, i], mode));
  };
}

/** A map from names to texts. */
export const textMap: Decoder<Readonly<Record<string, string>> | undefined> = (value, path, mode) => {
  if (value === null) return undefined;
  if (!isRecord(value)) throw mismatch(value, path, mode, 'map[string]string');
  const texts = createRecord<string>();
  for (const key of Object.keys(value)) {
    const entry = value[key];
    const isText = typeof entry === 'string' || entry === null || (mode.lenientTexts && isScalar(entry));
    if (!isText) throw mismatch(entry, [...path, key], mode, 'string', path);
    setOwn(texts, key, mode.lenientTexts ? printedScalar(entry) : scalarText(entry));
  }
  return texts;
};

/** For each field of a structure, how it is read. */
export type Fields<T> = { readonly [K in keyof T]-?: Decoder<T[K]> };

/**
 * A structure. Names of fields are compared without regard to case, as Go does; a null is as good as
 * nothing.
 *
 * @param goName What Go calls the structure, in messages.
 */
export function structure<T extends object>(fields: Fields<T>, goName?: string): Decoder<T> {
  const names = new Map(Object.keys(fields).map((name) => [name.toLowerCase(), name]));
  return ofType(`types.${goName ?? 'Kustomization'}`, (value, path, outer) => {
    const result = createRecord();
    if (value === null) return result as T;
    if (!isRecord(value)) throw mismatch(value, path, outer, `types.${goName ?? outer.what}`);
    const mode = goName === undefined ? outer : { ...outer, what: goName };
    for (const key of Object.keys(value).toSorted()) {
      const name = Object.hasOwn(fields, key) ? key : names.get(key.toLowerCase());
      if (name === undefined) {
        if (mode.strict) throw new DecodeError(`json: unknown field "${key}"`, [...path, key]);
        continue;
      }
      const decoder = fields[name as keyof T] as Decoder<unknown>;
      const decoded = decoder(value[key], [...path, key], mode);
      if (decoded !== undefined) setOwn(result, name, decoded);
    }
    return result as T;
  });
}

/** A structure that may be left out, which differs from an empty one. */
export function optional<T>(decoder: Decoder<T>): Decoder<T | undefined> {
  return ofType(decoder.goType ?? 'interface {}', (value, path, mode) =>
    value === null ? undefined : decoder(value, path, mode),
  );
}
