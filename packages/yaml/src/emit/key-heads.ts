import { YamlError } from '../errors.ts';
import type { EmitStyle } from './emit-style.ts';
import { writeString } from './string.ts';

/** How the line of a key starts. */
export interface KeyHead {
  /** `key: `, or `? ` for a key that is written behind it. */
  readonly scalar: string;
  /** `key:`, for a value on the lines below. */
  readonly block: string;
  /** The same on a line of its own, with its indentation and the line end before it. */
  readonly scalarLine: string;
  readonly blockLine: string;
  readonly simple: boolean;
}

/** go-yaml writes longer keys (in bytes) after `? `. */
const MAX_SIMPLE_KEY = 128;
/** Of keys and indentations that are remembered. */
const MAX_HEADS = 20_000;

/** The starts of lines with keys, by indentation and key: all documents together have few different ones. */
export class KeyHeads {
  #byIndent: Map<string, KeyHead>[] = [];
  #count = 0;
  readonly #style: EmitStyle;

  private constructor(style: EmitStyle) {
    this.#style = style;
  }

  /** Those of a style, which all emitters share. */
  static of(style: EmitStyle): KeyHeads {
    let heads = KeyHeads.#byStyle.get(style);
    if (!heads) KeyHeads.#byStyle.set(style, (heads = new KeyHeads(style)));
    return heads;
  }

  static readonly #byStyle = new WeakMap<EmitStyle, KeyHeads>();

  at(indent: number): ReadonlyMap<string, KeyHead> {
    return (this.#byIndent[indent] ??= new Map<string, KeyHead>());
  }

  add(key: string, indent: number): KeyHead {
    const style = this.#style;
    const simple = isSimpleKey(key, style);
    const written = simple ? `${writeString(key, 0, 0, { ...style, width: Infinity })}:` : '?';
    const start = `\n${' '.repeat(indent)}`;
    const head: KeyHead = {
      scalar: flat(`${written} `),
      block: flat(simple ? written : '? '),
      scalarLine: flat(`${start}${written} `),
      blockLine: flat(`${start}${simple ? written : '? '}`),
      simple,
    };
    if (simple) this.#remember(key, indent, head);
    return head;
  }

  #remember(key: string, indent: number, head: KeyHead): void {
    if (++this.#count > MAX_HEADS) {
      this.#byIndent = [];
      this.#count = 1;
    }
    (this.#byIndent[indent] ??= new Map<string, KeyHead>()).set(key, head);
  }
}

/** The engine joins what a text was put together from when one looks into it. */
function flat(text: string): string {
  return text.charCodeAt(0) >= 0 ? text : '';
}

const BREAK = /[\n\r\x85\u2028\u2029]/;

function isSimpleKey(key: string, style: EmitStyle): boolean {
  if (style.throughJson && key.includes('\x85')) failAtKey();
  if (BREAK.test(key)) return false;
  return key.length * 3 <= MAX_SIMPLE_KEY || new TextEncoder().encode(key).length <= MAX_SIMPLE_KEY;
}

/** Go prints JSON first and reads that, where NEL, which JSON does not escape, ends the line. */
function failAtKey(): never {
  throw new YamlError(
    'YAML_UNSUPPORTED_VALUE',
    'a key has a line end in it that JSON does not escape (U+0085)',
    {
      goMessage: "yaml: line 1: did not find expected ',' or '}'",
      hint: 'Remove the character from the key.',
    },
  );
}
