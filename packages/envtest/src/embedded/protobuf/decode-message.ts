import { createRecord, setOwn } from '@gitops-toolkit/core';

import { type FieldKind, type MessageField, messageType } from '../go-types/message-types.ts';
import { asBytes, asInteger, readFields, WireError } from './wire-reader.ts';

/** Deeper messages are refused: a stack must not be filled by a client. */
const MAX_DEPTH = 500;

/** Decodes a message into the JSON value that its Go type has. */
export function decodeMessage(name: string, bytes: Buffer, depth = 0): Record<string, unknown> {
  if (depth > MAX_DEPTH) throw new WireError('proto: exceeded max depth');
  const type = messageType(name);
  if (!type) throw new WireError(`proto: unknown message ${name}`);
  const record = createRecord();
  for (const { number, value } of readFields(bytes)) {
    const field = type.get(number);
    if (field) readField(record, field, value, depth);
  }
  return record;
}

function readField(
  record: Record<string, unknown>,
  field: MessageField,
  value: bigint | Buffer,
  depth: number,
): void {
  const { name, type } = field;
  if (type.kind === 'list') {
    const list = (record[name] ??= []) as unknown[];
    list.push(readValue(type.of, value, depth));
  } else if (type.kind === 'map') {
    const map = (record[name] ??= createRecord()) as Record<string, unknown>;
    readEntry(map, type.of, asBytes(value), depth);
  } else {
    const decoded = readValue(type, value, depth);
    if (field.inline) Object.assign(record, decoded);
    else if (!(field.omitEmpty && !field.pointer && isZero(decoded)) && decoded !== undefined)
      setOwn(record, name, decoded);
  }
}

function readEntry(map: Record<string, unknown>, of: FieldKind, bytes: Buffer, depth: number): void {
  const fields = readFields(bytes);
  const key = fields.find(({ number }) => number === 1)?.value;
  const value = fields.find(({ number }) => number === 2)?.value;
  const name = key === undefined ? '' : asBytes(key).toString('utf8');
  setOwn(map, name, value === undefined ? '' : readValue(of, value, depth));
}

const isZero = (value: unknown): boolean => value === '' || value === 0 || value === false;

function readValue(type: FieldKind, value: bigint | Buffer, depth: number): unknown {
  switch (type.kind) {
    case 'string':
      return asBytes(value).toString('utf8');
    case 'integer':
    case 'long':
      return asInteger(value);
    case 'boolean':
      return value !== 0n;
    case 'double':
      return asBytes(value).readDoubleLE();
    case 'bytes':
      return asBytes(value).toString('base64');
    case 'message':
      return decodeMessage(type.message, asBytes(value), depth + 1);
    case 'namedList':
      return readFields(asBytes(value)).map((item) => readValue(type.of, item.value, depth));
    case 'special':
      return readSpecial(type.name, asBytes(value), depth);
    case 'list':
    case 'map':
      throw new WireError('proto: list or map within a list or map');
  }
}

/** Types whose JSON is not that of their fields. */
function readSpecial(name: string, bytes: Buffer, depth: number): unknown {
  const fields = new Map(readFields(bytes).map(({ number, value }) => [number, value]));
  const text = (number: number): string => asBytes(fields.get(number) ?? Buffer.alloc(0)).toString('utf8');
  const integer = (number: number): number => Number(asInteger(fields.get(number) ?? 0n));
  switch (name) {
    case 'quantity':
      return text(1);
    case 'intOrString':
      return integer(1) === 0 ? integer(2) : text(3);
    case 'time':
    case 'microTime':
      return fields.size === 0 ? undefined : timeText(integer(1), integer(2), name === 'microTime');
    case 'duration':
      return `${integer(1) / 1e9}s`;
    case 'raw':
      return text(1) === '' ? undefined : (JSON.parse(text(1)) as unknown);
    default:
      return readSchemaChoice(name, bytes, depth);
  }
}

function timeText(seconds: number, nanos: number, micro: boolean): string | undefined {
  // Go's zero time, in the year 1, stands for none.
  if (seconds <= -62_135_596_800) return undefined;
  const text = new Date(seconds * 1000).toISOString().slice(0, 19);
  return micro ? `${text}.${String(Math.floor(nanos / 1000)).padStart(6, '0')}Z` : `${text}Z`;
}

/** The parts of a JSON schema that may be a schema or something else. */
function readSchemaChoice(name: string, bytes: Buffer, depth: number): unknown {
  const fields = readFields(bytes);
  const schema = (value: bigint | Buffer): unknown =>
    decodeMessage('apiextensions/v1.JSONSchemaProps', asBytes(value), depth + 1);
  const first = fields.find(({ number }) => number === 1)?.value;
  const others = fields.filter(({ number }) => number === 2).map(({ value }) => value);
  switch (name) {
    case 'schemaOrArray':
      return first === undefined ? others.map((value) => schema(value)) : schema(first);
    case 'schemaOrBool':
      return others[0] === undefined ? first !== 0n : schema(others[0]);
    default:
      return first === undefined ? others.map((value) => asBytes(value).toString('utf8')) : schema(first);
  }
}
