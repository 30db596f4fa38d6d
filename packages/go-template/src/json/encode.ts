import { FunctionError } from '../errors.ts';
import { countValue, countWork } from '../execute/limits.ts';
import { base64 } from '../bytes/bit-encoding.ts';
import { formatFloat } from '../format/format-float.ts';
import { isRawByte } from '../value/go-string.ts';
import { isGoFunction } from '../value/go-function.ts';
import { GoStruct } from '../value/go-struct.ts';
import { typeOf } from '../value/go-type.ts';
import { Complex } from '../value/complex.ts';
import { Sized } from '../value/sized.ts';
import { sortedKeys } from '../value/sorted-keys.ts';
import { isGoMap, isNilList, isNilMap } from '../value/typed.ts';

/** How JSON is written. */
export interface JsonOptions {
  /** `<`, `>` and `&` as escapes, so that the text can stand in HTML. @default true */
  readonly escapesHtml?: boolean;
  /** What each level is indented by; without it all is on one line. */
  readonly indent?: string;
}

/**
 * A value as Go's `encoding/json` writes it: keys in the order of their bytes.
 *
 * @throws FunctionError for what JSON has no form for.
 */
export function encodeJson(value: unknown, options: JsonOptions = {}): string {
  return encode(value, { escapesHtml: true, ...options }, '\n', 0);
}

/** Go finds out at this depth that a value contains itself. */
const MAX_DEPTH = 1000;

function encode(value: unknown, options: JsonOptions, lineStart: string, depth: number): string {
  countValue(value);
  countWork(lineStart.length);
  if (depth > MAX_DEPTH)
    throw new FunctionError(`json: unsupported value: encountered a cycle via ${typeOf(value)}`);
  switch (typeof value) {
    case 'string':
      return encodeString(value, options.escapesHtml ?? true);
    case 'number':
      return encodeFloat(value, 64);
    case 'bigint':
    case 'boolean':
      return String(value);
    default:
      return value === null || value === undefined ? 'null' : encodeObject(value, options, lineStart, depth);
  }
}

function encodeObject(value: object, options: JsonOptions, lineStart: string, depth: number): string {
  if (Array.isArray(value)) {
    if (isNilList(value)) return 'null';
    const inner = options.indent === undefined ? '' : lineStart + options.indent;
    const items = value.map((item) => encode(item, options, inner || lineStart, depth + 1));
    return enclose('[', items, ']', inner, lineStart);
  }
  if (value instanceof Uint8Array) return `"${base64.encode(value)}"`;
  if (value instanceof Sized) return encodeSized(value);
  if (value instanceof GoStruct) return encodeStruct(value, options, lineStart, depth);
  if (!isGoMap(value))
    throw new FunctionError(`json: unsupported type: ${isGoFunction(value) ? 'func' : typeOf(value)}`);
  if (isNilMap(value)) return 'null';
  const inner = options.indent === undefined ? '' : lineStart + options.indent;
  const colon = options.indent === undefined ? ':' : ': ';
  const entries = sortedKeys(value).map((key) => {
    const name = encodeString(key, options.escapesHtml ?? true);
    return name + colon + encode(value[key], options, inner || lineStart, depth + 1);
  });
  return enclose('{', entries, '}', inner, lineStart);
}

function enclose(
  open: string,
  parts: readonly string[],
  close: string,
  inner: string,
  lineStart: string,
): string {
  if (parts.length === 0) return open + close;
  return inner === ''
    ? open + parts.join(',') + close
    : open + inner + parts.join(`,${inner}`) + lineStart + close;
}

function encodeStruct(value: GoStruct, options: JsonOptions, lineStart: string, depth: number): string {
  const json = value.json();
  if (!Array.isArray(json)) return encode(json, options, lineStart, depth + 1);
  const inner = options.indent === undefined ? '' : lineStart + options.indent;
  const colon = options.indent === undefined ? ':' : ': ';
  const entries = (json as readonly (readonly [string, unknown])[]).map(
    ([name, item]) => encodeString(name, true) + colon + encode(item, options, inner || lineStart, depth + 1),
  );
  return enclose('{', entries, '}', inner, lineStart);
}

function encodeSized({ value }: Sized): string {
  if (value instanceof Complex) throw new FunctionError('json: unsupported type: complex128');
  return typeof value === 'number' ? encodeFloat(value, 32) : String(value);
}

function encodeFloat(value: number, bits: 32 | 64): string {
  if (!Number.isFinite(value)) {
    throw new FunctionError(`json: unsupported value: ${formatFloat(value, { verb: 'g', precision: -1 })}`);
  }
  const size = Math.abs(value);
  const isExponential = size !== 0 && (size < 1e-6 || size >= 1e21);
  const text = formatFloat(value, { verb: isExponential ? 'e' : 'f', precision: -1, bits });
  return text.replace(/e-0(\d)$/, 'e-$1');
}

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\b': '\\b',
  '\f': '\\f',
};

function encodeString(text: string, escapesHtml: boolean): string {
  const pattern = escapesHtml
    ? // oxlint-disable-next-line no-control-regex
      /[\u0000-\u001f"\\<>&\u2028\u2029]|[\ud800-\udfff]/gu
    : // oxlint-disable-next-line no-control-regex
      /[\u0000-\u001f"\\\u2028\u2029]|[\ud800-\udfff]/gu;
  return `"${text.replace(pattern, (character) => {
    const escape = Object.hasOwn(ESCAPES, character) ? ESCAPES[character] : undefined;
    if (escape !== undefined) return escape;
    const code = character.charCodeAt(0);
    return isRawByte(code) || (code >= 0xd800 && code < 0xe000)
      ? '\\ufffd'
      : `\\u${code.toString(16).padStart(4, '0')}`;
  })}"`;
}
