/**
 * YAML by Go's rules: what kustomize, Helm and kubectl read and print, without Go.
 *
 * - A *dialect* says how plain scalars resolve: `kustomize` (go-yaml v3) or `yaml11` (`sigs.k8s.io/yaml`).
 * - A *document* is what stands between `---` lines; {@link YamlDocument} knows where its values stand.
 * - Values are JSON-like. A number that does not print as it was written (`0777`, `1.10`, integers above
 *   2^53) is a `NumberLiteral` of `@gitops-toolkit/core`.
 *
 * @example
 * ```ts
 * import { emit, parse } from '@gitops-toolkit/yaml';
 * const value = parse('kind: ConfigMap\ndata: { answer: "yes" }\n');
 * console.log(emit(value)); // data:\n  answer: "yes"\nkind: ConfigMap\n
 * ```
 *
 * @module
 */
export { parse, parseDocuments, type ParseOneOptions, type YamlDocument } from './documents.ts';
export { emit, emitDocuments, type EmitOptions } from './emit.ts';
export type { EmitStyleName } from './emit/emit-style.ts';
export { YamlError, type YamlErrorCode, type YamlErrorOptions } from './errors.ts';
export type { LocateTarget } from './locate.ts';
export type { Dialect, ParseLimits, ParseOptions } from './parse-options.ts';
