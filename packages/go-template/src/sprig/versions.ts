import {
  compareVersions,
  formatVersion,
  parseConstraint,
  tryParseVersion,
  type Version,
} from '@gitops-toolkit/core';
import { FunctionError } from '../errors.ts';
import type { FunctionMap } from '../value/function-map.ts';
import { goFunction, type GoFunction } from '../value/go-function.ts';
import { GoStruct, type StructType } from '../value/go-struct.ts';
import { Sized } from '../value/sized.ts';

type VersionValue = GoStruct<Version>;

const uint64 = (value: bigint): Sized => new Sized('uint64', value);
const read = (part: (version: Version) => unknown) => (version: Version) =>
  goFunction([], () => part(version));
const against =
  (decide: (order: number) => unknown) =>
  (version: Version): GoFunction =>
    goFunction(['*semver.Version'], (other: VersionValue) =>
      decide(Math.sign(compareVersions(version, other.value))),
    );

/** The next version of a kind: what is smaller than the part that grows is dropped. */
function increased(version: Version, part: 'major' | 'minor' | 'patch'): VersionValue {
  const { major, minor, patch, prerelease } = version;
  const next =
    part === 'major'
      ? { major: major + 1n, minor: 0n, patch: 0n }
      : part === 'minor'
        ? { major, minor: minor + 1n, patch: 0n }
        : { major, minor, patch: prerelease === '' ? patch + 1n : patch };
  const bare = { ...next, prerelease: '', metadata: '', original: '' };
  const prefix = version.original.startsWith('v') ? 'v' : '';
  return versionValue({ ...bare, original: prefix + formatVersion(bare) });
}

const VERSION: StructType<Version> = {
  name: '*semver.Version',
  fields: [],
  text: formatVersion,
  json: formatVersion,
  methods: {
    Major: read(({ major }) => uint64(major)),
    Minor: read(({ minor }) => uint64(minor)),
    Patch: read(({ patch }) => uint64(patch)),
    Prerelease: read(({ prerelease }) => prerelease),
    Metadata: read(({ metadata }) => metadata),
    Original: read(({ original }) => original),
    String: read(formatVersion),
    IncMajor: (version) => goFunction([], () => increased(version, 'major')),
    IncMinor: (version) => goFunction([], () => increased(version, 'minor')),
    IncPatch: (version) => goFunction([], () => increased(version, 'patch')),
    Compare: against((order) => BigInt(order)),
    Equal: against((order) => order === 0),
    GreaterThan: against((order) => order > 0),
    GreaterThanEqual: against((order) => order >= 0),
    LessThan: against((order) => order < 0),
    LessThanEqual: against((order) => order <= 0),
  },
};

function versionValue(version: Version): VersionValue {
  return new GoStruct(VERSION, version);
}

function requireVersion(text: string): Version {
  const version = tryParseVersion(text);
  if (version) return version;
  throw new FunctionError('invalid semantic version');
}

function requireConstraint(text: string): ReturnType<typeof parseConstraint> {
  try {
    return parseConstraint(text);
  } catch (cause) {
    // Go repeats the text as it is.
    const { message } = cause as Error;
    throw new FunctionError(
      message.replace(/^improper constraint: .*$/s, () => `improper constraint: ${text}`),
      { cause },
    );
  }
}

/** Functions for semantic versions, by the rules of the Go package `Masterminds/semver`. */
export const versionFunctions: FunctionMap = {
  semver: goFunction(['string'], (text: string) => versionValue(requireVersion(text))),
  semverCompare: goFunction(['string', 'string'], (constraint: string, version: string) => {
    const wanted = requireConstraint(constraint);
    return wanted.matches(requireVersion(version));
  }),
};
