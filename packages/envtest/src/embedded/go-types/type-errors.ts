import { isRecord, NumberLiteral } from '@gitops-toolkit/core';

import { type FieldKind, type MessageField, messageType } from './message-types.ts';
import { quantityError } from './quantity.ts';

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** How a value that does not fit is reported: where it is, what it is, and the Go type that was expected. */
type Wording = (misfit: {
  readonly message: string;
  readonly path: readonly string[];
  readonly value: unknown;
  readonly type: FieldKind;
  readonly wanted: string;
}) => string;

/**
 * The first place where a value has another JSON type than its Go field, in the words of Go's decoder;
 * `undefined` where all types fit. Unknown fields are not looked at.
 *
 * @param message the message of the value's type
 */
export function findTypeError(message: string, value: Record<string, unknown>): string | undefined {
  return new Finder(decoderWording).inMessage(message, value, []);
}

/** The same in the words of the conversion that strategic merge patches go through. */
export function findConversionError(message: string, value: Record<string, unknown>): string | undefined {
  return new Finder(conversionWording).inMessage(message, value, []);
}

const decoderWording: Wording = ({ message, path, value, wanted }) => {
  const struct = message.slice(message.lastIndexOf('.') + 1);
  return `json: cannot unmarshal ${shownKind(value, wanted)} into Go struct field ${struct}.${path.join('.')} of type ${wanted}`;
};

/** A number that is one, but of the wrong sort, is shown. */
function shownKind(value: unknown, wanted: string): string {
  const isNumber = jsonKind(value) === 'number' && /^(int|float)/.test(wanted);
  return isNumber ? `number ${String(value as number)}` : jsonKind(value);
}

const conversionWording: Wording = ({ value, type, wanted }) => {
  const kind = goKind(value);
  switch (type.kind) {
    case 'message':
      return `cannot restore struct from: ${kind}`;
    case 'map':
      return `cannot restore map from ${kind}`;
    case 'list':
    case 'namedList':
    case 'bytes':
      return `cannot restore slice from ${kind}`;
    default:
      return isConvertible(kind, type)
        ? `cannot convert ${kind} to ${wanted}`
        : `unrecognized type: ${wanted}`;
  }
};

/** Go converts numbers into each other, and integers into texts. */
function isConvertible(kind: string, type: FieldKind): boolean {
  if (kind === 'int64') return type.kind !== 'boolean';
  return kind === 'float64' && ['integer', 'long', 'double'].includes(type.kind);
}

/** The kind of Go value that a JSON value is read as. */
function goKind(value: unknown): string {
  const kind = jsonKind(value);
  if (kind === 'number') return Number.isInteger(Number(value)) ? 'int64' : 'float64';
  return kind === 'array' ? 'slice' : kind === 'object' ? 'map' : kind;
}

class Finder {
  readonly #wording: Wording;

  constructor(wording: Wording) {
    this.#wording = wording;
  }

  inMessage(message: string, record: Record<string, unknown>, path: readonly string[]): string | undefined {
    for (const field of messageType(message)?.values() ?? []) {
      if (field.inline && field.type.kind === 'message') {
        const error = this.inMessage(field.type.message, record, path);
        if (error) return error;
      } else if (Object.hasOwn(record, field.name)) {
        const error = this.#inField(message, field, record[field.name], [...path, field.name]);
        if (error) return error;
      }
    }
    return undefined;
  }

  #inField(
    message: string,
    { type }: MessageField,
    value: unknown,
    path: readonly string[],
  ): string | undefined {
    // The decoder looks at metadata apart, for all kinds alike.
    const isMetadata = path.length === 1 && path[0] === 'metadata' && this.#wording === decoderWording;
    return isMetadata ? undefined : this.#inValue(message, type, value, path);
  }

  #inValue(message: string, type: FieldKind, value: unknown, path: readonly string[]): string | undefined {
    if (value === null || value === undefined) return undefined;
    const wanted = mismatch(type, value);
    if (wanted !== undefined) return this.#wording({ message, path, value, type, wanted });
    switch (type.kind) {
      case 'message':
        return this.inMessage(type.message, value as Record<string, unknown>, path);
      case 'list':
      case 'namedList':
        return first(value as unknown[], (item) => this.#inValue(message, type.of, item, path));
      case 'map':
        return first(Object.values(value), (item) => this.#inValue(message, type.of, item, path));
      case 'bytes':
        return this.#inBytes(value as string);
      default:
        return type.kind === 'special' && type.name === 'quantity' ? quantityError(value) : undefined;
    }
  }

  #inBytes(text: string): string | undefined {
    const why = base64Error(text);
    return why === undefined || this.#wording === decoderWording ? why : `error decoding from json: ${why}`;
  }
}

function first(values: readonly unknown[], find: (value: unknown) => string | undefined): string | undefined {
  for (const value of values) {
    const error = find(value);
    if (error) return error;
  }
  return undefined;
}

function base64Error(text: string): string | undefined {
  if (BASE64.test(text) && text.length % 4 === 0) return undefined;
  const bad = /[^A-Za-z0-9+/]/.exec(text)?.index ?? text.length - (text.length % 4);
  return `illegal base64 data at input byte ${bad}`;
}

/** The Go type that was expected where the value does not fit. */
function mismatch(type: FieldKind, value: unknown): string | undefined {
  const isNumber = typeof value === 'number' || value instanceof NumberLiteral;
  const isInteger = isNumber && Number.isInteger(Number(value));
  const isSmall = isInteger && Math.abs(Number(value)) < 2 ** 31;
  switch (type.kind) {
    case 'string':
      return typeof value === 'string' ? undefined : 'string';
    case 'bytes':
      return typeof value === 'string' ? undefined : '[]uint8';
    case 'integer':
      return isSmall ? undefined : 'int32';
    case 'long':
      return isInteger ? undefined : 'int64';
    case 'double':
      return isNumber ? undefined : 'float64';
    case 'boolean':
      return typeof value === 'boolean' ? undefined : 'bool';
    case 'message':
      return isRecord(value) ? undefined : goName(type.message);
    case 'list':
    case 'namedList':
      return Array.isArray(value) ? undefined : `[]${elementName(type.of)}`;
    case 'map':
      return isRecord(value) ? undefined : `map[string]${elementName(type.of)}`;
    case 'special':
      return undefined;
  }
}

function goName(message: string): string {
  return message.slice(message.indexOf('/') + 1);
}

function elementName(type: FieldKind): string {
  return type.kind === 'message' ? goName(type.message) : type.kind === 'bytes' ? '[]uint8' : type.kind;
}

/** Go's name for the kind of a JSON value. */
export function jsonKind(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'object') return value === null ? 'null' : isRecord(value) ? 'object' : 'number';
  return typeof value;
}
