import { countValue } from '../execute/limits.ts';
import { Complex } from '../value/complex.ts';
import { isGoFunction } from '../value/go-function.ts';
import { GoStruct } from '../value/go-struct.ts';
import { fromBytes } from '../value/go-string.ts';
import { kindOf, typeOf } from '../value/go-type.ts';
import { baseType, Sized } from '../value/sized.ts';
import { sortedKeys } from '../value/sorted-keys.ts';
import { type GoMap, isGoMap, isNilList, isNilMap } from '../value/typed.ts';
import { printFloat } from './format-float.ts';
import { formatComplex, formatFloatVerb, formatInteger } from './format-number.ts';
import { formatString } from './format-string.ts';
import { noFlags, pad, type VerbFlags } from './verb.ts';

/** A value as Go's `%v` prints it. */
export function printValue(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
      return printFloat(value);
    case 'bigint':
    case 'boolean':
      return String(value);
    default:
      return formatValue(value, 'v', noFlags());
  }
}

/** A value under a verb of Go's `fmt`, faults included: `%!d(string=x)`. */
export function formatValue(value: unknown, verb: string, flags: VerbFlags): string {
  if (value === null || value === undefined) {
    return verb === 'T' || verb === 'v' ? pad('<nil>', flags) : badVerb(value, verb, flags);
  }
  if (verb === 'T') return pad(typeOf(value), flags);
  if (verb === 'p') return badVerb(value, verb, flags);
  return formatAt(value, verb, flags, 0);
}

/** Values refer to themselves where a template sets them so. Go dies of it; here it is an end. */
const MAX_DEPTH = 500;

function formatAt(value: unknown, verb: string, flags: VerbFlags, depth: number): string {
  if (depth > MAX_DEPTH) return '...';
  countValue(value);
  if (verb === 'w') return badVerb(value, verb, flags);
  switch (typeof value) {
    case 'string':
      return formatString(value, verb, flags) ?? badVerb(value, verb, flags);
    case 'number':
      return formatFloatVerb(value, 64, verb, flags) ?? badVerb(value, verb, flags);
    case 'bigint':
      return formatInteger(value, true, verb, flags) ?? badVerb(value, verb, flags);
    case 'boolean':
      return verb === 't' || verb === 'v' ? pad(String(value), flags) : badVerb(value, verb, flags);
    default:
      return formatObject(value, verb, flags, depth);
  }
}

function formatObject(value: unknown, verb: string, flags: VerbFlags, depth: number): string {
  if (value === null || value === undefined) return flags.sharpV ? 'interface {}(nil)' : '<nil>';
  if (value instanceof Sized) return formatSized(value, verb, flags);
  if (Array.isArray(value)) return formatList(value, verb, flags, depth);
  if (value instanceof Uint8Array) return formatBytes(value, verb, flags, depth);
  if (value instanceof GoStruct) return formatStruct(value, verb, flags, depth);
  if (isGoMap(value)) return formatMap(value, verb, flags, depth);
  // An object of a class that is none of ours has no exported fields.
  return isGoFunction(value) ? badVerb(value, verb, flags) : '{}';
}

function formatSized(value: Sized, verb: string, flags: VerbFlags): string {
  const { type, value: number } = value;
  if (typeof type === 'object' && type.text && !flags.sharpV && 'vsxXq'.includes(verb)) {
    return formatString(type.text(number as bigint), verb, flags) ?? badVerb(value, verb, flags);
  }
  const text =
    number instanceof Complex
      ? formatComplex(number, verb, flags)
      : typeof number === 'number'
        ? formatFloatVerb(number, 32, verb, flags)
        : formatInteger(number, !baseType(value).startsWith('u'), verb, flags);
  return text ?? badVerb(value, verb, flags);
}

function formatList(list: readonly unknown[], verb: string, flags: VerbFlags, depth: number): string {
  const type = typeOf(list);
  if (flags.sharpV && isNilList(list)) return `${type}(nil)`;
  const items = list.map((item) => formatAt(item, verb, flags, depth + 1));
  return flags.sharpV ? `${type}{${items.join(', ')}}` : `[${items.join(' ')}]`;
}

function formatBytes(bytes: Uint8Array, verb: string, flags: VerbFlags, depth: number): string {
  if ('sqxX'.includes(verb)) return formatString(fromBytes(bytes), verb, flags) ?? '';
  if (flags.sharpV) return `[]byte{${[...bytes].map((byte) => `0x${byte.toString(16)}`).join(', ')}}`;
  const items = [...bytes].map((byte) => new Sized('uint8', BigInt(byte)));
  return `[${items.map((item) => formatAt(item, verb, flags, depth + 1)).join(' ')}]`;
}

function formatMap(map: GoMap, verb: string, flags: VerbFlags, depth: number): string {
  if (flags.sharpV && isNilMap(map)) return `${typeOf(map)}(nil)`;
  const entries = sortedKeys(map).map(
    (key) => `${formatAt(key, verb, flags, depth + 1)}:${formatAt(map[key], verb, flags, depth + 1)}`,
  );
  return flags.sharpV ? `${typeOf(map)}{${entries.join(', ')}}` : `map[${entries.join(' ')}]`;
}

function formatStruct(value: GoStruct, verb: string, flags: VerbFlags, depth: number): string {
  const text = value.text();
  if (text !== undefined && !flags.sharpV && 'vsxXq'.includes(verb)) {
    return formatString(text, verb, flags) ?? badVerb(value, verb, flags);
  }
  if (value.isPointer && depth > 0)
    return 'vpbodxX'.includes(verb) ? '0xc000000000' : badVerb(value, verb, flags);
  const { name, fields } = value.type;
  const parts = fields.map((field) => {
    const shown = formatAt(value.field(field), verb, flags, depth + 1);
    return flags.plusV || flags.sharpV ? `${field}:${shown}` : shown;
  });
  const typeName = flags.sharpV ? name.replace(/^\*/, '') : '';
  const body = `${typeName}{${parts.join(flags.sharpV ? ', ' : ' ')}}`;
  return value.isPointer ? `&${body}` : body;
}

function badVerb(value: unknown, verb: string, flags: VerbFlags): string {
  if (kindOf(value) === 'invalid') return `%!${verb}(<nil>)`;
  const shown = isGoFunction(value) ? '0x0' : formatAt(value, 'v', flags, 0);
  return `%!${verb}(${typeOf(value)}=${shown})`;
}
