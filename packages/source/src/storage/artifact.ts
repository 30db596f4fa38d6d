/** What `status.artifact` of Flux's sources holds: where the archive of a revision is, and how to tell that it is the one. */
export interface Artifact {
  /** Of the archive's own bytes: `sha256:…`. */
  readonly digest: string;
  /** Below the root of the storage: `gitrepository/<namespace>/<name>/<file>`. */
  readonly path: string;
  readonly url: string;
  readonly revision: string;
  /** RFC 3339, in seconds. */
  readonly lastUpdateTime: string;
  /** Bytes of the archive. */
  readonly size: number;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** The object that artifacts are stored for. */
export interface ArtifactOwner {
  /** Such as `GitRepository`. */
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}
