/** Files of a source that go into an artifact, as `spec.artifacts[].copy[]` of an ArtifactGenerator says. */
export interface CopyOperation {
  /** `@<alias>/<path or pattern>`. */
  readonly from: string;
  /** `@artifact/<path>`; with a slash at the end, a directory. */
  readonly to: string;
  /** Patterns of what is left out, with doublestar's syntax. @default none */
  readonly exclude?: readonly string[];
  /**
   * What becomes of a file that is there already: it is replaced, or merged as the values of a Helm chart are. `Extract`
   * unpacks `.tar.gz` and `.tgz`.
   *
   * @default 'Overwrite'
   */
  readonly strategy?: 'Overwrite' | 'Merge' | 'Extract';
}

/** An artifact to be made, as `spec.artifacts[]` describes it. */
export interface ArtifactTemplate {
  readonly name: string;
  readonly copy: readonly CopyOperation[];
}

/** Takes `@<alias>/<rest>` apart; `undefined` where it is not of that form. */
export function parseAliasPath(text: string): { readonly alias: string; readonly path: string } | undefined {
  const [, alias, path] = /^@([^/]*)\/([^]*)$/.exec(text) ?? [];
  return alias !== undefined && path !== undefined ? { alias, path } : undefined;
}
