/**
 * Whose output format is written.
 *
 * - `kustomize`: as kustomize, `sigs.k8s.io/yaml` and Helm's `toYaml` print (go-yaml v2): lists start in
 *   the column of their key, texts fold behind column 80.
 * - `go-yaml-v3`: as the encoder of go-yaml v3, which is Helm's `toYamlPretty`: lists are indented, nothing
 *   folds.
 * - `kyaml`: as kyaml writes files, with go-yaml v3 and lists in the column of their key.
 */
export type EmitStyleName = 'kustomize' | 'go-yaml-v3' | 'kyaml';

/** What a style means for the emitter. */
export interface EmitStyle {
  /** Columns that what belongs to a key is indented by. */
  readonly indent: number;
  /** Columns that lists start before the rest of what belongs to a key. */
  readonly sequenceOutdent: 0 | 2;
  /** Texts break at the first space behind this column. */
  readonly width: number;
  /** The version of go-yaml whose quoting it is. */
  readonly version: 'v2' | 'v3';
  /** Whether Go prints JSON first, and reads that as YAML. */
  readonly throughJson: boolean;
}

const V3 = { indent: 2, width: Number.POSITIVE_INFINITY, version: 'v3', throughJson: false } as const;

const EMIT_STYLES: Readonly<Record<EmitStyleName, EmitStyle>> = {
  kustomize: {
    indent: 2,
    sequenceOutdent: 2,
    width: 80,
    version: 'v2',
    throughJson: true,
  },
  'go-yaml-v3': { ...V3, sequenceOutdent: 0 },
  kyaml: { ...V3, sequenceOutdent: 2 },
};

/** The style of a name, with another indentation where the encoder takes one. */
export function emitStyle(name: EmitStyleName = 'kustomize', indent = 2): EmitStyle {
  const style = EMIT_STYLES[name];
  if (name !== 'go-yaml-v3' || !(indent > 2 && indent <= 9)) return style;
  return { ...style, indent };
}
