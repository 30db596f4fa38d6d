/** Bounds on what a git server may send. */
export interface GitLimits {
  /** Bytes of a pack on the wire. @default 512 MiB */
  readonly maxPackBytes?: number;
  /** Bytes of all objects of a pack, unpacked. @default 1 GiB */
  readonly maxDecodedBytes?: number;
  /** Bytes of one object. @default 64 MiB */
  readonly maxObjectBytes?: number;
  /** Objects in a pack. @default 1000000 */
  readonly maxObjects?: number;
  /** Deltas on the way from an object to its base. @default 250 */
  readonly maxDeltaDepth?: number;
  /** References that a server lists. @default 1000000 */
  readonly maxRefs?: number;
  /** Files of a tree. A small repository may name one folder millions of times. @default 100000 */
  readonly maxFiles?: number;
  /** Bytes of all files of a tree. @default 1 GiB */
  readonly maxTreeBytes?: number;
  /** Folders in folders. @default 128 */
  readonly maxTreeDepth?: number;
}

/** The bounds in force where none are given. */
export const DEFAULT_GIT_LIMITS: Required<GitLimits> = {
  maxPackBytes: 512 * 1024 * 1024,
  maxDecodedBytes: 1024 * 1024 * 1024,
  maxObjectBytes: 64 * 1024 * 1024,
  maxObjects: 1_000_000,
  // git packs 50 deep; what its aggressive collection of garbage has packed, formerly 250 deep, servers still send as it is.
  maxDeltaDepth: 250,
  maxRefs: 1_000_000,
  maxFiles: 100_000,
  maxTreeBytes: 1024 * 1024 * 1024,
  maxTreeDepth: 128,
};
