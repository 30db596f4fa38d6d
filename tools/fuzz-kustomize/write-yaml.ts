// Writes values as people write YAML: quoted here, in flow style there, with comments and blank lines.
import type { SeededRandom } from '../../bench/seeded-random.ts';
import { RawText } from './raw-text.ts';

/** The text of a document. What it means is the value; how it looks is up to chance. */
export function writeYaml(value: unknown, random: SeededRandom): string {
  return new StyledText(random).document(value);
}

const NEEDS_QUOTES =
  /^$|^[\s&*!|>%@`"'#,[\]{}?:-]|: |:$| #|[\n\r\t]|\s$|^(?:null|Null|NULL|~|true|True|TRUE|false|False|FALSE)$|^[-+.\d]|^(?:y|n|yes|no|on|off)$/i;

class StyledText {
  readonly #random: SeededRandom;

  constructor(random: SeededRandom) {
    this.#random = random;
  }

  document(value: unknown): string {
    const lines = this.#block(value, '');
    return `${lines.join('\n')}\n`;
  }

  #oneIn(n: number): boolean {
    return this.#random.below(n) === 0;
  }

  #block(value: unknown, indent: string): string[] {
    if (Array.isArray(value)) return value.flatMap((item: unknown) => this.#item(item, indent));
    if (!isMap(value)) return [indent + this.#inline(value)];
    return Object.entries(value).flatMap(([key, field]) => this.#entry(key, field, indent));
  }

  #entry(key: string, value: unknown, indent: string): string[] {
    const name = this.#key(key);
    const above = this.#oneIn(30) ? [`${indent}# about ${key}`] : [];
    if (this.#isInline(value)) return [...above, ...this.#withComment(`${indent}${name}: `, value, indent)];
    const deeper = Array.isArray(value) && !this.#oneIn(3) ? indent : `${indent}  `;
    return [...above, `${indent}${name}:${this.#oneIn(40) ? ' # here' : ''}`, ...this.#block(value, deeper)];
  }

  #item(value: unknown, indent: string): string[] {
    if (this.#isInline(value)) return this.#withComment(`${indent}- `, value, indent);
    const [first = '', ...rest] = this.#block(value, `${indent}  `);
    if (first.trim().startsWith('#')) return [first.slice(2), ...this.#dash(rest, indent)];
    return this.#dash([first, ...rest], indent);
  }

  #dash([first = '', ...rest]: readonly string[], indent: string): string[] {
    return [`${indent}- ${first.slice(indent.length + 2)}`, ...rest];
  }

  #withComment(head: string, value: unknown, indent: string): string[] {
    if (
      typeof value === 'string' &&
      value.includes('\n') &&
      !/^\s|\s$|[\t\r]| \n/.test(value.replace(/\n+$/, '')) &&
      !value.startsWith('\n')
    ) {
      const breaks = value.length - value.replace(/\n+$/, '').length;
      const chomp = breaks === 0 ? '-' : breaks === 1 ? '' : '+';
      const body = value.replace(/\n+$/, '') + '\n'.repeat(Math.max(0, breaks - 1));
      return [
        `${head}|${chomp}`,
        ...body.split('\n').map((line) => (line === '' ? '' : `${indent}  ${line}`)),
      ];
    }
    return [head + this.#inline(value) + (this.#oneIn(40) ? ' # so' : '')];
  }

  #isInline(value: unknown): boolean {
    if (typeof value !== 'object' || value === null || value instanceof RawText) return true;
    return Object.keys(value).length === 0 || (this.#oneIn(25) && isSimple(value));
  }

  #inline(value: unknown): string {
    if (value instanceof RawText) return value.text;
    if (Array.isArray(value)) return `[${value.map((item: unknown) => this.#inline(item)).join(', ')}]`;
    if (isMap(value)) {
      return `{${Object.entries(value)
        .map(([key, field]) => `${this.#key(key)}: ${this.#inline(field)}`)
        .join(', ')}}`;
    }
    if (typeof value !== 'string') return String(value);
    return this.#text(value);
  }

  #key(key: string): string {
    if (NEEDS_QUOTES.test(key)) return JSON.stringify(key);
    return this.#oneIn(40) ? JSON.stringify(key) : key;
  }

  #text(text: string): string {
    if (!NEEDS_QUOTES.test(text) && !/[,[\]{}]/.test(text) && !this.#oneIn(6)) return text;
    return this.#oneIn(2) && !/[\n\r\t]/.test(text)
      ? `'${text.replaceAll("'", "''")}'`
      : JSON.stringify(text);
  }
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof RawText);
}

function isSimple(value: object): boolean {
  return Object.values(value).every((field) =>
    typeof field === 'object' && field !== null && !(field instanceof RawText)
      ? isSimple(field as object)
      : !(typeof field === 'string' && field.includes('\n')) && !(field instanceof RawText),
  );
}
