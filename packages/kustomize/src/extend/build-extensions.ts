/**
 * What kustomize does not do and its users ask for. Everything is off unless it is asked for, so that a build
 * without extensions gives what the program gives.
 */
export interface BuildExtensions {
  /**
   * Files, from the root of the tree, with schemas that are known in addition to those of Kubernetes and of
   * `openapi`: OpenAPI documents, or CustomResourceDefinitions as they are applied to a cluster. Lists of their
   * kinds are merged by `x-kubernetes-list-map-keys` or patch merge keys instead of being replaced, and kinds of
   * scope `Cluster` get no namespace. Of two schemas of one kind the later counts.
   */
  readonly schemaFiles?: readonly string[];
  /**
   * Entries of `resources` may have wildcards: `*` and `?` within a name, `**` for any directories, `[a-c]`. They
   * stand for the files that fit, sorted by path, without the kustomization's own file. @default false
   */
  readonly globs?: boolean;
  /** Warns of every patch and every replacement that changes nothing. @default false */
  readonly warnUnchanged?: boolean;
}
