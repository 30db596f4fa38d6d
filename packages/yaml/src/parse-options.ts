/**
 * How plain scalars resolve, and what a mapping may hold.
 *
 * - `kustomize`: as kustomize reads resources (go-yaml v3): `yes` and `on` are strings, dates become
 *   timestamps, keys must be strings, a repeated key is an error.
 * - `yaml11`: as `sigs.k8s.io/yaml` reads (go-yaml v2), which is what Helm, kubectl and the file
 *   `kustomization.yaml` itself go through: `yes` and `on` are booleans, dates stay strings, numbers
 *   and booleans as keys become strings, of repeated keys the last counts.
 */
export type Dialect = 'kustomize' | 'yaml11';

/** Bounds on what untrusted text may cost. Whatever is beyond fails with `YAML_LIMIT`. */
export interface ParseLimits {
  /** Length of the text in bytes or, of a string, UTF-16 units. @default 64 MiB */
  readonly maxLength?: number;
  /** Collections within collections. @default 500 */
  readonly maxDepth?: number;
  /** Values that aliases and merge keys may add to a text. @default 1_000_000 */
  readonly maxAliasedNodes?: number;
  /** Documents in one text. @default 100_000 */
  readonly maxDocuments?: number;
}

/** How a text is read. */
export interface ParseOptions {
  /** What errors and locations call the text. @default '<input>' */
  readonly file?: string;
  /** @default 'kustomize' */
  readonly dialect?: Dialect;
  /** What a key that a mapping already has means. @default 'error' for `kustomize`, 'last' for `yaml11` */
  readonly duplicateKeys?: 'error' | 'last';
  /**
   * What becomes of text that goes on after the root of a document has ended, such as `b: 2` below ` a: 1`.
   * go-yaml never looks at it where one document is asked for, as kustomize does.
   *
   * @default 'ignore' for `kustomize`, 'error' for `yaml11`
   */
  readonly trailing?: 'error' | 'ignore';
  /**
   * What a tag means that the text behind it does not fit, such as `!!int large`: go-yaml fails to decode it, but
   * not to read it as a node.
   *
   * @default 'error'
   */
  readonly mismatchedTags?: 'error' | 'ignore';
  readonly limits?: ParseLimits;
}

/** {@link ParseOptions} with every default filled in. */
export interface ParseSettings {
  readonly file: string;
  readonly dialect: Dialect;
  readonly duplicateKeys: 'error' | 'last';
  readonly limits: Required<ParseLimits>;
  readonly trailing: 'error' | 'ignore';
  readonly mismatchedTags: 'error' | 'ignore';
}

const DEFAULT_LIMITS: Required<ParseLimits> = {
  maxLength: 64 * 1024 * 1024,
  maxDepth: 500,
  maxAliasedNodes: 1_000_000,
  maxDocuments: 100_000,
};

/** Fills in the defaults. */
export function parseSettings(options: ParseOptions): ParseSettings {
  const dialect = options.dialect ?? 'kustomize';
  return {
    file: options.file ?? '<input>',
    dialect,
    duplicateKeys: options.duplicateKeys ?? (dialect === 'kustomize' ? 'error' : 'last'),
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    mismatchedTags: options.mismatchedTags ?? 'error',
    trailing: options.trailing ?? (dialect === 'kustomize' ? 'ignore' : 'error'),
  };
}
