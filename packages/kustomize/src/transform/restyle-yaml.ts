import { isEqual, isRecord, NumberLiteral } from '@gitops-toolkit/core';
import { emit, type YamlDocument } from '@gitops-toolkit/yaml';
import { isScalar, isTimestamp, plainScalar, scalarText } from '../accumulate/scalar-text.ts';
import { timestampIn } from '../accumulate/written-styles.ts';
import type { Quote } from '../merge/merge-context.ts';
import { WrittenYaml, type WrittenStyle } from './written-yaml.ts';

type Path = readonly (string | number)[];

/**
 * Writes a value that was read from a YAML text and then changed in places: in the order of the text, with
 * its quotes, flow collections and comments, indented by two and lists in the column of their key.
 */
export function restyleYaml(
  content: unknown,
  text: string,
  document: YamlDocument,
  replaced: ReplacedWhole,
): string {
  return new StyledWriter(new WrittenYaml(text, document), replaced).write(content);
}

/** Maps and lists that a text has taken the place of, with the quote that it has brought. */
export interface ReplacedWhole {
  readonly paths: readonly Path[];
  readonly quote: Quote | undefined;
}

class StyledWriter {
  readonly #written: WrittenYaml;
  readonly #replaced: ReplacedWhole;
  #trailing: readonly string[] = [];

  constructor(written: WrittenYaml, replaced: ReplacedWhole) {
    this.#written = written;
    this.#replaced = replaced;
  }

  write(content: unknown): string {
    if (this.#isInline(content, [])) return `${this.#inline(content, [], '')}\n`;
    const head = this.#written.leadingComments();
    const { lines, isApart } = this.#written.trailingComments();
    this.#trailing = isApart ? [] : lines;
    const body = this.#block(content, [], '');
    return [...head, ...(head.length > 0 ? [''] : []), ...body, ...(isApart ? ['', ...lines] : []), ''].join(
      '\n',
    );
  }

  /** What stands below an entry: the comments at the end of the text, where it is the one that they belong to. */
  #below(path: Path, indent: string): string[] {
    if (this.#trailing.length === 0 || !isEqual(path, this.#ownerOfEnd())) return [];
    const lines = this.#trailing.map((comment) => indent + comment);
    this.#trailing = [];
    return lines;
  }

  /** The comments right below an entry that a blank line parts from what follows. */
  #footOf(path: Path, holder: Path, next: string | undefined, indent: string): string[] {
    if (next === undefined) return [];
    return this.#written.commentsBelow(path, [...holder, next]).map((comment) => indent + comment);
  }

  /**
   * The entry that the comments at the end of the text belong to: go-yaml looks for one that is indented as they are,
   * and takes the innermost for comments that are deeper. Without a line end, it is where the comment ends that counts.
   */
  #ownerOfEnd(): Path | undefined {
    const entries: Path[] = [];
    for (let at: Path = []; this.#written.styleOf(at) !== 'flow';) {
      const key = lastKeyOf(this.#written.valueAt(at));
      if (key === undefined) break;
      at = [...at, ...key];
      entries.push(at);
    }
    const { column, openEnd } = this.#written.endOfText();
    const columns = entries.map((path) => this.#written.columnOf(path));
    if (openEnd !== undefined) return entries[columns.findLastIndex((at) => at <= openEnd)];
    if (column > (columns.at(-1) ?? 0)) return entries.at(-1);
    return entries[columns.indexOf(column)] ?? entries[0];
  }

  /** The lines of a collection in block style, the first one without indentation by the caller. */
  #block(value: unknown, path: Path, indent: string): string[] {
    if (Array.isArray(value))
      return value.flatMap((item: unknown, i) => this.#item(item, [...path, i], indent));
    return isRecord(value)
      ? Object.keys(value).flatMap((key, i, keys) => {
          const lines = this.#entry(key, value[key], [...path, key], indent, i === 0);
          const below = [
            ...this.#footOf([...path, key], path, keys[i + 1], indent),
            ...this.#below([...path, key], indent),
          ];
          // A blank line keeps them from what follows.
          return [...lines, ...below, ...(below.length > 0 && i < keys.length - 1 ? [''] : [])];
        })
      : [];
  }

  #item(item: unknown, path: Path, indent: string): string[] {
    const above = this.#written.commentsAbove(path).map((comment) => indent + comment);
    if (this.#isInline(item, path)) return [...above, this.#withComment(`${indent}- `, item, path, indent)];
    const [first = '', ...rest] = this.#block(item, path, `${indent}  `);
    // Comments of the first entry go above the dash.
    return [...above, `${indent}- ${first.slice(indent.length + 2)}`, ...rest];
  }

  #entry(key: string, value: unknown, path: Path, indent: string, isFirst: boolean): string[] {
    const isFirstOfItem = isFirst && typeof path.at(-2) === 'number';
    const above = isFirstOfItem ? [] : this.#written.commentsAbove(path).map((comment) => indent + comment);
    const name = this.#key(key, path);
    if (this.#isInline(value, path))
      return [...above, this.#withComment(`${indent}${name}: `, value, path, indent)];
    const comment = this.#written.commentBehind(path, 'key');
    const properties = this.#written.propertiesOf(path);
    const head = `${indent}${name}:${properties ? ` ${properties.trim()}` : ''}${comment ? ` ${comment}` : ''}`;
    // Lists stay in the column of their key.
    return [...above, head, ...this.#block(value, path, Array.isArray(value) ? indent : `${indent}  `)];
  }

  #withComment(head: string, value: unknown, path: Path, indent: string): string {
    const text = this.#inline(value, path, indent);
    const comment =
      isScalar(value) && !text.includes('\n')
        ? this.#written.commentBehind(path, isScalar(this.#written.valueAt(path)) ? 'scalar' : 'key')
        : undefined;
    const line = head + text + (comment ? ` ${comment}` : '');
    return text.includes('\n') ? line : line.trimEnd();
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
    return this.#written.propertiesOf(path) + this.#inlineValue(value, path, indent);
  }

  /** In flow collections texts stay on their line, and behind a tag there is something. */
  #inFlow(value: unknown, path: Path, indent: string): string {
    const text = this.#inline(value, path, indent);
    if (typeof value === 'string' && text.includes('\n')) return JSON.stringify(value);
    return /^!!\w+$/.test(text) ? `${text} ''` : text;
  }

  #inlineValue(value: unknown, path: Path, indent: string): string {
    if (Array.isArray(value)) {
      return `[${value.map((item: unknown, i) => this.#inFlow(item, [...path, i], indent)).join(', ')}]`;
    }
    if (isRecord(value)) {
      const entries = Object.keys(value).map((key) => {
        const here = [...path, key];
        return `${this.#key(key, here)}: ${this.#inFlow(value[key], here, indent)}`;
      });
      return `{${entries.join(', ')}}`;
    }
    return this.#scalar(value, path, indent);
  }

  #broughtStyle(path: Path): WrittenStyle | undefined {
    const { paths, quote } = this.#replaced;
    if (quote === undefined || !paths.some((replaced) => isEqual(replaced, path))) return undefined;
    return quote === '"' ? 'double' : 'single';
  }

  #scalar(value: unknown, path: Path, indent: string): string {
    const before = this.#written.valueAt(path);
    const style = isScalar(before) ? this.#written.styleOf(path) : this.#broughtStyle(path);
    if (style === 'plain' && value !== before) {
      const tag = tagOf(before);
      const text = scalarText(value);
      const isTyped = tag !== undefined && value !== null;
      if (isTyped && tag === tagOf(plainScalar(text))) return text;
      if (isTyped) return `${tag} ${typelessText(text, indent)}`.trimEnd();
    }
    if (style === 'plain' && typeof value === 'string' && isTimestamp(value))
      return timestampIn(this.#written.textFrom(path, 'value') ?? '') ?? value;
    if (value === null) {
      const written = this.#written.textFrom(path, 'value') ?? '';
      return before === null ? (/^(~|null|Null|NULL)/.exec(written)?.[0] ?? '') : 'null';
    }
    const text = scalarText(value);
    if (typeof value !== 'string')
      return style === 'plain' || style === undefined ? text : quotedAs(style, text);
    if (style === 'double') return JSON.stringify(value);
    if (style === 'single') return singleQuoted(value);
    if (value === '' && (style === 'folded' || style === 'literal')) return '""';
    if (style === 'folded') return folded(value, indent);
    if (style === 'literal' || (value.includes('\n') && canBeLiteral(value))) return literal(value, indent);
    return value !== '' && this.#written.textFrom(path, 'value')?.startsWith(value)
      ? value
      : plainText(value);
  }
}

/** The path of the last entry of a map, or of the map that a list ends with. */
function lastKeyOf(value: unknown): Path | undefined {
  if (Array.isArray(value)) {
    const inner = lastKeyOf(value.at(-1));
    return inner && [value.length - 1, ...inner];
  }
  const key = isRecord(value) ? Object.keys(value).at(-1) : undefined;
  return key === undefined ? undefined : [key];
}

/** The tag that is written where another text stands for a scalar that is no text: it is kept. */
function tagOf(before: unknown): string | undefined {
  if (before === null) return '!!null';
  if (typeof before === 'boolean') return '!!bool';
  if (typeof before === 'number' || before instanceof NumberLiteral)
    return /^[-+]?(?:\d+|0[xob].*)$/.test(scalarText(before)) ? '!!int' : '!!float';
  return typeof before === 'string' && isTimestamp(before) ? '!!timestamp' : undefined;
}

/** A text behind a tag, where it needs no quotes for what it reads as. */
function typelessText(text: string, indent: string): string {
  if (text === '' || isPlainSafe(text)) return text;
  return text.includes('\n') && canBeLiteral(text) ? literal(text, indent) : plainText(text);
}

function quotedAs(style: WrittenStyle, text: string): string {
  return style === 'single' ? singleQuoted(text) : JSON.stringify(text);
}

function singleQuoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Plain where that reads as the same text again. */
function plainText(text: string): string {
  // `yes` and the like are texts to a reader of YAML 1.2.
  if (isPlainSafe(text) && plainScalar(text) === text && timestampIn(text) === undefined) return text;
  const written = emit(text, { style: 'go-yaml-v3' }).trimEnd();
  return written.includes('\n') ? JSON.stringify(text) : written;
}

/** Whether a text may stand without quotes, whatever it reads as. */
function isPlainSafe(text: string): boolean {
  return text !== '' && !/^[\s&*!|>%@`"'#,[\]{}]|^[-?:](?:\s|$)|:\s|:$|\s#|[\n\r\t]|\s$/.test(text);
}

function canBeLiteral(text: string): boolean {
  return !/^\s|[ \t]\n|[\r\t]| $/.test(text);
}

/** Each break of the text takes two in folded style; the last one leaves a blank line. */
function folded(text: string, indent: string): string {
  const body = text.replace(/\n+$/, '');
  const chomp = text.endsWith('\n') ? (text.endsWith('\n\n') ? '+' : '') : '-';
  const lines = body.split('\n').map((line) => (line === '' ? '' : `${indent}  ${line}`));
  return `>${chomp}\n${lines.join('\n\n')}${chomp === '-' ? '' : '\n'}`;
}

function literal(text: string, indent: string): string {
  const body = text.replace(/\n+$/, '');
  const breaks = text.length - body.length;
  const chomp = breaks === 0 ? '-' : breaks === 1 ? '' : '+';
  const lines = (chomp === '+' ? text.slice(0, -1) : body).split('\n');
  return `|${chomp}\n${lines.map((line) => (line === '' ? '' : `${indent}  ${line}`)).join('\n')}`;
}
