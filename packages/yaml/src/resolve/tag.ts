import { NumberLiteral } from '@gitops-toolkit/core';
import type { Dialect } from '../parse-options.ts';
import { isInteger } from './number.ts';
import { resolvePlain } from './plain-scalar.ts';
import { resolveTimestamp } from './timestamp.ts';

const CORE_PREFIX = 'tag:yaml.org,2002:';

/** `!!int` for `tag:yaml.org,2002:int`; other tags as they are. */
export function shortTag(tag: string): string {
  return tag.startsWith(CORE_PREFIX) ? `!!${tag.slice(CORE_PREFIX.length)}` : tag;
}

/** A scalar that carries a tag. */
export interface TaggedScalar {
  readonly tag: string;
  readonly text: string;
  /** Whether it stands without quotes. */
  readonly plain: boolean;
}

/** The value of a scalar with a tag, or why it has none. */
export type TagResult = { readonly value: unknown } | { readonly problem: string };

/** Gives a tagged scalar its value: the core tags convert or fail, any other leaves the text. */
export function resolveTagged({ tag, text, plain }: TaggedScalar, dialect: Dialect): TagResult {
  switch (tag) {
    case '!!binary':
      return decodeBinary(text);
    case '!!timestamp':
      return resolveTaggedTimestamp(text, dialect);
    case '!!null':
    case '!!int':
    case '!!bool':
    case '!!float':
      return convert(tag, text, dialect);
    case '!!merge':
      return { value: text };
    case '!':
      // kustomize prints what it has read without this tag, and decodes that.
      return { value: plain && dialect === 'kustomize' ? resolvePlain(text, dialect) : text };
    default:
      // `!` alone and tags that Go does not know leave the text as a string, `!!str` asks for it.
      return { value: plain || text !== '' ? text : '' };
  }
}

function convert(tag: string, text: string, dialect: Dialect): TagResult {
  const value = resolvePlain(text, dialect);
  const actual = tagOf(value, text);
  if (actual === tag) return { value };
  if (tag === '!!float' && actual === '!!int') return toFloat(value, text);
  return { problem: `cannot decode ${actual} \`${text}\` as a ${tag}` };
}

/** An integer that is asked to be a float loses what digits a float has no room for. */
function toFloat(value: unknown, text: string): TagResult {
  if (typeof value === 'number') return { value };
  const json = String(value instanceof NumberLiteral ? value.json : value);
  // go-yaml forgot the integers that are unsigned alone.
  if (BigInt(json) >= 2n ** 63n) {
    return { problem: `cannot decode !!int \`${text}\` as a !!float` };
  }
  return { value: new NumberLiteral(text, String(Number(json))) };
}

function tagOf(value: unknown, text: string): string {
  if (value === null) return '!!null';
  if (typeof value === 'boolean') return '!!bool';
  if (typeof value === 'string') return '!!str';
  return isInteger(text) ? '!!int' : '!!float';
}

function resolveTaggedTimestamp(text: string, dialect: Dialect): TagResult {
  const timestamp = resolveTimestamp(text);
  if (timestamp === undefined) return { problem: `cannot decode !!str \`${text}\` as a !!timestamp` };
  return { value: dialect === 'kustomize' ? timestamp : text };
}

function decodeBinary(text: string): TagResult {
  const base64 = text.replaceAll(/[\r\n]/g, '');
  if (base64.length % 4 !== 0 || !/^[A-Za-z\d+/]*={0,2}$/.test(base64)) {
    return { problem: '!!binary value contains invalid base64 data' };
  }
  const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  return { value: decodeBytes(bytes) };
}

/** As Go's JSON has it: each byte that is not part of a character becomes a replacement character. */
function decodeBytes(bytes: Uint8Array): string {
  try {
    return STRICT_UTF8.decode(bytes);
  } catch {
    let text = '';
    for (let i = 0; i < bytes.length;) {
      const character = characterAt(bytes, i);
      text += character ?? '\ufffd';
      i += character === undefined ? 1 : new TextEncoder().encode(character).length;
    }
    return text;
  }
}

const STRICT_UTF8 = new TextDecoder('utf-8', { ignoreBOM: true, fatal: true });

function characterAt(bytes: Uint8Array, start: number): string | undefined {
  for (let length = 1; length <= 4 && start + length <= bytes.length; length++) {
    try {
      return STRICT_UTF8.decode(bytes.subarray(start, start + length));
    } catch {
      // A longer piece may be a character.
    }
  }
  return undefined;
}
