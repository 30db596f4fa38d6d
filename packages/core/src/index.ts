/**
 * The parts that every package of the toolkit stands on.
 *
 * - {@link ToolkitError}: what every package throws, with a code, a place and a hint.
 * - {@link FileTree}: what every fetcher returns and every engine reads.
 * - {@link KubeObject}, {@link ObjectRef}, {@link Resource}: objects, names of objects, and objects on
 *   their way from a source to a cluster.
 *
 * Runs in a browser; what needs a disk or a process is under `@gitops-toolkit/core/node`.
 *
 * @module
 */
export { aborted } from './aborted.ts';
export { type Clock, kubeTime, sleep, systemClock } from './clock.ts';
export { isEqual } from './equal.ts';
export {
  describeError,
  errorMessage,
  findToolkitError,
  type RetryClass,
  ToolkitError,
  type ToolkitErrorOptions,
} from './errors.ts';
export { parseJson } from './json.ts';
export { type LogFields, type Logger, silentLogger } from './logger.ts';
export { NumberLiteral } from './number-literal.ts';
export {
  formatApiVersion,
  type GroupVersionKind,
  gvkOf,
  type KubeObject,
  type ManagedFieldsEntry,
  type ObjectMeta,
  type ObjectRef,
  type OwnerReference,
  parseApiVersion,
  refKey,
  refOf,
  refString,
} from './object.ts';
export { parseLabelSelector } from './label-selector.ts';
export { cloneValue, createRecord, getOwn, isRecord, setOwn } from './record.ts';
export type { Resource } from './resource.ts';
export {
  codeFrame,
  type CodeFrameOptions,
  locationString,
  positionOf,
  type SourceLocation,
} from './source-location.ts';
export { type EntryKind, type FileTree, type TreeEntry, type TreeFile, walkFiles } from './tree/file-tree.ts';
export { MemoryTree, MemoryTreeBuilder, type TreeInput } from './tree/memory-tree.ts';
export {
  BLOCK_SIZE as TAR_BLOCK_SIZE,
  encodeHeader as encodeTarHeader,
  type HeaderInput as TarHeaderInput,
  paddedSize as paddedTarSize,
} from './node/archive/tar-header.ts';
export { type EntryGuard, type TarEntry, type TarEntryType, TarReader } from './node/archive/tar-reader.ts';
export { baseName, directoryOf, isSameOrBelow, joinPath, normalizePath } from './tree/path.ts';
export { CoreError, type CoreErrorCode } from './core-errors.ts';
export {
  createHasher,
  type Digest,
  type DigestAlgorithm,
  digestOf,
  type Hasher,
  isDigest,
  parseDigest,
  sha256Hex,
  verifyDigest,
} from './digest.ts';
export { compilePathMatch } from './ignore/glob.ts';
export { formatDuration, formatNanoseconds, parseDuration, parseNanoseconds } from './duration.ts';
export { filterTree } from './ignore/filter-tree.ts';
export {
  createIgnoreMatcher,
  type IgnoreMatcher,
  type IgnoreRulesOptions,
  loadIgnoreRules,
  parseIgnoreFile,
  SOURCE_IGNORE_FILE,
} from './ignore/ignore-rules.ts';
export { type IgnorePattern, parseIgnorePattern } from './ignore/pattern.ts';
export { mask } from './mask.ts';
export { formatRevision, isSameRevision, parseRevision, type Revision, shortRevision } from './revision.ts';
export { type Constraint, parseConstraint } from './semver/constraint.ts';
export {
  compareVersions,
  formatVersion,
  parseVersion,
  tryParseStrictVersion,
  tryParseVersion,
  type Version,
} from './semver/version.ts';
export { SingleFlight } from './single-flight.ts';
export { untilAborted } from './until-aborted.ts';
