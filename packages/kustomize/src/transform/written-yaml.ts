import { getOwn } from '@gitops-toolkit/core';
import type { YamlDocument } from '@gitops-toolkit/yaml';

type Path = readonly (string | number)[];

/** How a value of a YAML text is written. */
export type WrittenStyle = 'plain' | 'double' | 'single' | 'literal' | 'folded' | 'flow' | 'block';

const SCALAR_COMMENT = /^(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^"'].*?)\s+(#.*)$/;
const PROPERTIES = /^(?:[&!][^\s,\]}]*(?:\s+|$))+/;
const KEY_COMMENT = /^[^#]*?:\s+(#.*)$/;

/** Looks up in a YAML text how its values are written, and the comments around them. */
export class WrittenYaml {
  readonly #document: YamlDocument;
  readonly #lines: readonly string[];

  constructor(text: string, document: YamlDocument) {
    this.#document = document;
    this.#lines = text.split(/\r?\n/);
  }

  /** `undefined` for what does not stand in the text. */
  styleOf(path: Path): WrittenStyle | undefined {
    const rest = this.textFrom(path, 'value');
    if (rest === undefined) return undefined;
    const styles: Readonly<Record<string, WrittenStyle>> = {
      '"': 'double',
      "'": 'single',
      '|': 'literal',
      '>': 'folded',
      '{': 'flow',
      '[': 'flow',
    };
    return styles[rest.charAt(0)] ?? 'plain';
  }

  /** What stood there before any change. */
  valueAt(path: Path): unknown {
    let at = this.#document.value;
    for (const step of path) at = Array.isArray(at) ? at[Number(step)] : getOwn(at, String(step));
    return at;
  }

  /** The rest of the line from a key, or from a value without its anchor and tag, on. */
  textFrom(path: Path, target: 'key' | 'value'): string | undefined {
    const rest = this.#rest(path, target);
    return target === 'key' ? rest : rest?.replace(PROPERTIES, '');
  }

  /** The anchor and the tag of a value, with a space behind each. */
  propertiesOf(path: Path): string {
    const found = PROPERTIES.exec(this.#rest(path, 'value') ?? '')?.[0].trim();
    return found ? `${found} ` : '';
  }

  /** An alias in the place of a value. */
  aliasAt(path: Path): string | undefined {
    return /^\*[^\s,\]}]+/.exec(this.#rest(path, 'value') ?? '')?.[0];
  }

  /** The comments at the start of the text that a blank line parts from the first entry, with the lines between. */
  leadingComments(): readonly string[] {
    let end = this.#lines.findIndex((line) => !/^\s*(?:#.*)?$/.test(line));
    while (end > 0 && this.#lines[end - 1]?.trim() !== '') end--;
    const lines = this.#lines.slice(0, Math.max(end - 1, 0)).map((line) => line.trim());
    return lines.some((line) => line !== '') ? lines : [];
  }

  /** The comments at the end of the text, and whether a blank line is above them. */
  trailingComments(): { readonly lines: readonly string[]; readonly isApart: boolean } {
    let end = this.#lines.length;
    while (end > 0 && this.#lines[end - 1]?.trim() === '') end--;
    let start = end;
    const text = this.#columnOfLastText();
    const isComment = (line = ''): boolean => /^\s*#/.test(line) && line.search(/#/) <= text;
    while (start > 0 && isComment(this.#lines[start - 1])) start--;
    const lines = this.#lines.slice(start, end).map((line) => line.trim());
    return { lines: start === 0 ? [] : lines, isApart: this.#lines[start - 1]?.trim() === '' };
  }

  /** The column of what the text ends with, and, where no line end is behind that, the one that it ends in. */
  endOfText(): { readonly column: number; readonly openEnd: number | undefined } {
    const last = this.#lines.findLastIndex((line) => line.trim() !== '');
    const line = this.#lines[last] ?? '';
    return { column: line.search(/\S/), openEnd: last < this.#lines.length - 1 ? undefined : line.length };
  }

  /** The column of an entry's key, from 0. */
  columnOf(path: Path): number {
    return (this.#document.locate(path, 'key')?.column ?? 1) - 1;
  }

  /** The column of the key of a text in block style that ends the document: what is deeper is a part of it. */
  #columnOfLastText(): number {
    let at = this.#document.value;
    const path: (string | number)[] = [];
    while (typeof at === 'object' && at !== null && Object.keys(at).length > 0) {
      const key = Array.isArray(at) ? at.length - 1 : (Object.keys(at).at(-1) ?? '');
      path.push(key);
      at = Array.isArray(at) ? at[Number(key)] : getOwn(at, String(key));
    }
    const style = path.length === 0 ? undefined : this.styleOf(path);
    if (style !== 'literal' && style !== 'folded') return Infinity;
    return this.columnOf(path);
  }

  #rest(path: Path, target: 'key' | 'value'): string | undefined {
    const location = this.#document.locate(path, target);
    if (location?.line === undefined || location.column === undefined) return undefined;
    return this.#lines[location.line - 1]?.slice(location.column - 1);
  }

  /** The lines of comments right above an entry. */
  commentsAbove(path: Path): string[] {
    const line = this.#document.locate(path, 'key')?.line;
    if (line === undefined) return [];
    // An entry in the middle of a line has what is above it from another.
    if (!/^\s*(- )*$/.test(this.#before(path))) return [];
    const comments: string[] = [];
    for (let i = line - 2; i >= 0; i--) {
      const comment = /^\s*(#.*)$/.exec(this.#lines[i] ?? '')?.[1];
      if (comment === undefined) break;
      comments.unshift(comment.trimEnd());
    }
    return comments;
  }

  /** The lines of comments right below an entry, with a blank line between them and the next entry. */
  commentsBelow(path: Path, next: Path): string[] {
    const start = this.#document.locate(path, 'key')?.line;
    const end = this.#document.locate(next, 'key')?.line;
    if (start === undefined || end === undefined) return [];
    let i = end - 2;
    if (this.#lines[i]?.trim() !== '') return [];
    while (i >= start && this.#lines[i]?.trim() === '') i--;
    const comments: string[] = [];
    for (; i >= start; i--) {
      const comment = /^\s*(#.*)$/.exec(this.#lines[i] ?? '')?.[1];
      if (comment === undefined) break;
      comments.unshift(comment.trimEnd());
    }
    // With a blank line above they are nobody's, and of a block of text they are a part.
    const isApart = this.#lines[i]?.trim() === '';
    return isApart || ['literal', 'folded'].includes(this.styleOf(path) ?? '') ? [] : comments;
  }

  /** The comment at the end of the line of a scalar, or, for a collection, of its key. */
  commentBehind(path: Path, target: 'scalar' | 'key'): string | undefined {
    const rest = this.textFrom(path, target === 'key' ? 'key' : 'value');
    if (rest === undefined) return undefined;
    const pattern = target === 'key' ? KEY_COMMENT : SCALAR_COMMENT;
    return pattern.exec(rest)?.[1]?.trimEnd();
  }

  #before(path: Path): string {
    const location = this.#document.locate(path, 'key');
    return this.#lines[(location?.line ?? 1) - 1]?.slice(0, (location?.column ?? 1) - 1) ?? '';
  }
}
