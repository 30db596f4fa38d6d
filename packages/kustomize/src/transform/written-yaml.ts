import type { YamlDocument } from '@gitops-toolkit/yaml';

type Path = readonly (string | number)[];

/** How a value of a YAML text is written. */
export type WrittenStyle = 'plain' | 'double' | 'single' | 'literal' | 'folded' | 'flow' | 'block';

const SCALAR_COMMENT = /^(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^#"']*?)\s+(#.*)$/;
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

  /** The rest of the line from a value or key on. */
  textFrom(path: Path, target: 'key' | 'value'): string | undefined {
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
