/**
 * Whose output format is written.
 *
 * - `kustomize`: as kustomize, `sigs.k8s.io/yaml` and Helm's `toYaml` print (go-yaml v2): lists start in
 *   the column of their key, texts fold behind column 80.
 * - `go-yaml-v3`: as go-yaml v3 with an indent of 2, which is Helm's `toYamlPretty`: lists are indented,
 *   nothing folds.
 */
export type EmitStyleName = 'kustomize' | 'go-yaml-v3';

/** What a style means for the emitter. */
export interface EmitStyle {
  readonly indentSequences: boolean;
  /** Texts break at the first space behind this column. */
  readonly width: number;
  /** The version of go-yaml whose quoting it is. */
  readonly version: 'v2' | 'v3';
  /** Whether Go prints JSON first, and reads that as YAML. */
  readonly throughJson: boolean;
}

export const EMIT_STYLES: Readonly<Record<EmitStyleName, EmitStyle>> = {
  kustomize: { indentSequences: false, width: 80, version: 'v2', throughJson: true },
  'go-yaml-v3': { indentSequences: true, width: Number.POSITIVE_INFINITY, version: 'v3', throughJson: false },
};
