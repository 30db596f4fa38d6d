import { CoreError } from '../core-errors.ts';

/** Bounds the work on a text from outside, as the Go library does. */
const MAX_VERSION_LENGTH = 256;
const MAX_UINT64 = (1n << 64n) - 1n;

const VERSION =
  /^v?([0-9]+)(?:\.([0-9]+))?(?:\.([0-9]+))?(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?$/;

/** A semantic version. */
export interface Version {
  readonly major: bigint;
  readonly minor: bigint;
  readonly patch: bigint;
  /** What follows the hyphen; `''` for a release. */
  readonly prerelease: string;
  /** What follows the plus sign; does not take part in comparisons. */
  readonly metadata: string;
  /** The text as it was read, such as `v1.2`. */
  readonly original: string;
}

/**
 * Reads a version leniently, as Masterminds/semver's `NewVersion` does: a leading `v` and missing
 * parts are taken.
 *
 * @throws {@link CoreError} `SEMVER_VERSION_INVALID`.
 */
export function parseVersion(text: string): Version {
  const version = tryParseVersion(text);
  if (version === undefined) {
    throw new CoreError(
      'SEMVER_VERSION_INVALID',
      `invalid semantic version: ${JSON.stringify(text.slice(0, 300))}`,
      {
        hint: 'Write a version such as 1.2.3, v1.2 or 2.0.0-rc.1.',
      },
    );
  }
  return version;
}

/** Reads a version leniently; `undefined` where the text is none. */
export function tryParseVersion(text: string): Version | undefined {
  if (text.length > MAX_VERSION_LENGTH) return undefined;
  const match = VERSION.exec(text);
  if (!match) return undefined;
  const [, major = '0', minor = '0', patch = '0', prerelease = '', metadata = ''] = match;
  const [x, y, z] = [BigInt(major), BigInt(minor), BigInt(patch)];
  if (x > MAX_UINT64 || y > MAX_UINT64 || z > MAX_UINT64) return undefined;
  if (prerelease.split('.').some((part) => /^0[0-9]+$/.test(part))) return undefined;
  return { major: x, minor: y, patch: z, prerelease, metadata, original: text };
}

/** Reads a version that has all three parts, no leading `v` and no leading zeros; `undefined` otherwise. */
export function tryParseStrictVersion(text: string): Version | undefined {
  return /^(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)(?![0-9.])/.test(text)
    ? tryParseVersion(text)
    : undefined;
}

/** Writes a version in full: `1.2.3-rc.1+build`. */
export function formatVersion(version: Version): string {
  const { major, minor, patch, prerelease, metadata } = version;
  return `${major}.${minor}.${patch}${prerelease && `-${prerelease}`}${metadata && `+${metadata}`}`;
}

/** Orders two versions by precedence: negative, 0 or positive. Metadata is not looked at. */
export function compareVersions(a: Version, b: Version): number {
  return (
    order(a.major, b.major) ||
    order(a.minor, b.minor) ||
    order(a.patch, b.patch) ||
    comparePrereleases(a.prerelease, b.prerelease)
  );
}

/** Orders two pre-releases; none at all stands above any. */
export function comparePrereleases(a: string, b: string): number {
  if (a === b) return 0;
  if (a === '') return 1;
  if (b === '') return -1;
  const [left, right] = [a.split('.'), b.split('.')];
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = compareParts(left[i], right[i]);
    if (difference !== 0) return difference;
  }
  return 0;
}

function compareParts(a: string | undefined, b: string | undefined): number {
  if (a === b) return 0;
  if (a === undefined) return -1;
  if (b === undefined) return 1;
  const [x, y] = [numeric(a), numeric(b)];
  if (x !== undefined && y !== undefined) return order(x, y);
  if (x !== undefined) return -1;
  if (y !== undefined) return 1;
  return a < b ? -1 : 1;
}

function numeric(part: string): bigint | undefined {
  if (!/^[0-9]+$/.test(part)) return undefined;
  const value = BigInt(part);
  return value <= MAX_UINT64 ? value : undefined;
}

function order(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
