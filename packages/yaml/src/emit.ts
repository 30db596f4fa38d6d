import { emitStyle, type EmitStyleName } from './emit/emit-style.ts';
import { Emitter } from './emit/emitter.ts';

/** How values are written. */
export interface EmitOptions {
  /** @default 'kustomize' */
  readonly style?: EmitStyleName;
  /**
   * Columns that the values of a mapping are indented by: the `SetIndent` of go-yaml v3's encoder, whose own
   * default is 4. For style `go-yaml-v3`; the others have 2. What is not in 2 to 9 counts as 2. @default 2
   */
  readonly indent?: number;
}

/**
 * Writes a JSON-like value as one document, byte for byte as Go's programs do: keys sorted (`a2` before
 * `a10`), quotes only where a reader of YAML 1.1 needs them, a newline at the end.
 *
 * Numbers are printed as Go prints them after JSON (`1.0000005e+06`, `511` for `0777`).
 * Entries that are `undefined` are left out.
 *
 * @throws YamlError `YAML_UNSUPPORTED_VALUE` for infinities, NaN, functions and instances of classes;
 *   `YAML_LIMIT` for a value that contains itself.
 *
 * @example
 * ```ts
 * import { emit } from '@gitops-toolkit/yaml';
 * console.log(emit({ b: ['yes', 1.5], a: {} })); // a: {}\nb:\n- "yes"\n- 1.5\n
 * ```
 */
export function emit(value: unknown, options: EmitOptions = {}): string {
  return emitDocuments([value], options);
}

/** Writes several values as documents with `---` lines between them; nothing for none. */
export function emitDocuments(values: Iterable<unknown>, options: EmitOptions = {}): string {
  const emitter = new Emitter(emitStyle(options.style, options.indent));
  for (const value of values) emitter.write(value);
  return emitter.text();
}
