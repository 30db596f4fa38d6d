import { isRecord } from '@gitops-toolkit/core';
import { emit, type YamlDocument } from '@gitops-toolkit/yaml';
import { isScalar, scalarText } from '../accumulate/scalar-text.ts';
import { WrittenYaml, type WrittenStyle } from './written-yaml.ts';

type Path = readonly (string | number)[];

/**
 * Writes a value that was read from a YAML text and then changed in places: in the order of the text, with
 * its quotes, flow collections and comments, indented by two and lists in the column of their key.
 */
export function restyleYaml(content: unknown, text: string, document: YamlDocument): string {
  return new StyledWriter(new WrittenYaml(text, document)).write(content);
}

class StyledWriter {
  readonly #written: WrittenYaml;

  constructor(written: WrittenYaml) {
    this.#written = written;
  }

  write(content: unknown): string {
    if (this.#isInline(content, [])) return `${this.#inline(content, [], '')}\n`;
    return `${this.#block(content, [], '').join('\n')}\n`;
  }

  /** The lines of a collection in block style, the first one without indentation by the caller. */
  #block(value: unknown, path: Path, indent: string): string[] {
    if (Array.isArray(value))
      return value.flatMap((item: unknown, i) => this.#item(item, [...path, i], indent));
    return isRecord(value)
      ? Object.keys(value).flatMap((key) => this.#entry(key, value[key], [...path, key], indent))
      : [];
  }

  #item(item: unknown, path: Path, indent: string): string[] {
    const above = this.#written.commentsAbove(path).map((comment) => indent + comment);
    if (this.#isInline(item, path)) return [...above, this.#withComment(`${indent}- `, item, path, indent)];
    const [first = '', ...rest] = this.#block(item, path, `${indent}  `);
    // Comments of the first entry go above the dash.
    return [...above, `${indent}- ${first.slice(indent.length + 2)}`, ...rest];
  }

  #entry(key: string, value: unknown, path: Path, indent: string): string[] {
    const isFirstOfItem = typeof path.at(-2) === 'number';
    const above = isFirstOfItem ? [] : this.#written.commentsAbove(path).map((comment) => indent + comment);
    const name = this.#key(key, path);
    if (this.#isInline(value, path))
      return [...above, this.#withComment(`${indent}${name}: `, value, path, indent)];
    const comment = this.#written.commentBehind(path, 'key');
    const head = `${indent}${name}:${comment ? ` ${comment}` : ''}`;
    // Lists stay in the column of their key.
    return [...above, head, ...this.#block(value, path, Array.isArray(value) ? indent : `${indent}  `)];
  }

  #withComment(head: string, value: unknown, path: Path, indent: string): string {
    const text = this.#inline(value, path, indent);
    const comment =
      isScalar(value) && !text.includes('\n') ? this.#written.commentBehind(path, 'scalar') : undefined;
    return (head + text + (comment ? ` ${comment}` : '')).trimEnd();
  }

  #key(key: string, path: Path): string {
    const written = this.#written.textFrom(path, 'key');
    if (written?.startsWith(key)) return key;
    const quote = written?.charAt(0);
    if (quote === '"') return JSON.stringify(key);
    return quote === "'" ? singleQuoted(key) : plainText(key);
  }

  #isInline(value: unknown, path: Path): boolean {
    if (isScalar(value)) return true;
    if (Array.isArray(value) ? value.length === 0 : Object.keys(value as object).length === 0) return true;
    return this.#written.styleOf(path) === 'flow';
  }

  #inline(value: unknown, path: Path, indent: string): string {
    if (Array.isArray(value)) {
      return `[${value.map((item: unknown, i) => this.#inline(item, [...path, i], indent)).join(', ')}]`;
    }
    if (isRecord(value)) {
      const entries = Object.keys(value).map((key) => {
        const here = [...path, key];
        return `${this.#key(key, here)}: ${this.#inline(value[key], here, indent)}`;
      });
      return `{${entries.join(', ')}}`;
    }
    return this.#scalar(value, path, indent);
  }

  #scalar(value: unknown, path: Path, indent: string): string {
    const style = this.#written.styleOf(path);
    if (value === null)
      return /^(~|null|Null|NULL)/.exec(this.#written.textFrom(path, 'value') ?? '')?.[0] ?? '';
    const text = scalarText(value);
    if (typeof value !== 'string')
      return style === 'plain' || style === undefined ? text : quotedAs(style, text);
    if (style === 'double') return JSON.stringify(value);
    if (style === 'single') return singleQuoted(value);
    if (style === 'literal' || style === 'folded') return literal(value, indent);
    return this.#written.textFrom(path, 'value')?.startsWith(value) ? value : plainText(value);
  }
}

function quotedAs(style: WrittenStyle, text: string): string {
  return style === 'single' ? singleQuoted(text) : JSON.stringify(text);
}

function singleQuoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Plain where that reads as the same text again. */
function plainText(text: string): string {
  const written = emit(text).trimEnd();
  return written.includes('\n') ? JSON.stringify(text) : written;
}

function literal(text: string, indent: string): string {
  const body = text.replace(/\n+$/, '');
  const breaks = text.length - body.length;
  const chomp = breaks === 0 ? '-' : breaks === 1 ? '' : '+';
  const lines = (chomp === '+' ? text.slice(0, -1) : body).split('\n');
  return `|${chomp}\n${lines.map((line) => (line === '' ? '' : `${indent}  ${line}`)).join('\n')}`;
}
