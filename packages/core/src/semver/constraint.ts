import { CoreError } from '../core-errors.ts';
import { comparePrereleases, compareVersions, tryParseVersion, type Version } from './version.ts';

/** The Go library's bounds. */
const MAX_LENGTH = 512;
const MAX_ALTERNATIVES = 32;

/** What versions are held against. */
export interface Constraint {
  /** The text that it was read from. */
  readonly text: string;
  /**
   * Whether a version satisfies the constraint. A text that is no version does not. Pre-releases
   * satisfy only an alternative that names one itself.
   */
  matches(version: Version | string): boolean;
}

/** One comparison: an operator and a version of which parts may be left open. */
interface Comparison {
  readonly operator: string;
  readonly version: Version;
  /** Some part is left out, or is `x` or `*`. */
  readonly open: boolean;
  readonly openMinor: boolean;
  readonly openPatch: boolean;
}

const OPERAND_PATTERN =
  'v?([0-9|xX*]+)(\\.[0-9|xX*]+)?(\\.[0-9|xX*]+)?' +
  '(-[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)?(?:\\+[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)?';
const SPACE_PATTERN = '[\\t\\n\\f\\r ]';
const OPERAND = new RegExp(OPERAND_PATTERN, 'y');
const OPERATOR = /!=|>=|=>|<=|=<|~>|[=<>~^]/y;
const SPACE = new RegExp(`${SPACE_PATTERN}*`, 'y');

/** `1.2 - 1.4`, with the space around it. */
const HYPHEN_RANGE = new RegExp(
  `${SPACE_PATTERN}*(${OPERAND_PATTERN})${SPACE_PATTERN}+-${SPACE_PATTERN}+(${OPERAND_PATTERN})${SPACE_PATTERN}*`,
  'g',
);

/**
 * Reads a constraint on versions with the rules of Masterminds/semver, which Flux and Helm use:
 * `>=1.0 <2`, `~1.2`, `^1`, `1.x`, `*`, `1.2 - 1.4`, `1.x || >=3.1, !=3.2.0`.
 *
 * @throws {@link CoreError} `SEMVER_CONSTRAINT_INVALID`.
 *
 * @example
 * ```ts
 * import { parseConstraint } from '@gitops-toolkit/core';
 * parseConstraint('>=1.2 <2').matches('v1.4.0'); // true
 * parseConstraint('>=1.2 <2').matches('1.5.0-rc.1'); // false: a pre-release was not asked for
 * ```
 */
export function parseConstraint(text: string): Constraint {
  if (text.length > MAX_LENGTH)
    throw invalid(text, `constraint string is too long (max ${MAX_LENGTH} bytes)`);
  const parts = rewriteRanges(text).split('||');
  if (parts.length > MAX_ALTERNATIVES)
    throw invalid(text, `too many constraint groups (max ${MAX_ALTERNATIVES})`);
  const alternatives = parts.map((part) => {
    const comparisons = parseAlternative(part);
    return { comparisons, prereleases: comparisons.some(({ version }) => version.prerelease !== '') };
  });
  return {
    text,
    matches(candidate) {
      const version = typeof candidate === 'string' ? tryParseVersion(candidate) : candidate;
      if (version === undefined) return false;
      return alternatives.some(
        ({ comparisons, prereleases }) =>
          (prereleases || version.prerelease === '') && comparisons.every((c) => satisfies(version, c)),
      );
    },
  };
}

/**
 * Writes hyphen ranges as two comparisons. The Go library does so in the text, too: what it says of a text that it
 * refuses shows it.
 */
function rewriteRanges(text: string): string {
  let rewritten = text;
  for (const [whole, lower = '', , , , , upper = ''] of text.matchAll(HYPHEN_RANGE))
    rewritten = rewritten.replace(whole, () => `>= ${lower}, <= ${upper} `);
  return rewritten;
}

/** Comparisons that must all hold, separated by spaces or commas. */
function parseAlternative(text: string): Comparison[] {
  return takeApart(text).map(({ operator, operand }) => comparison(operator, operand, text));
}

interface Part {
  readonly operator: string;
  readonly operand: RegExpExecArray;
}

function takeApart(text: string): Part[] {
  const found: Part[] = [];
  for (let at = skip(SPACE, text, 0); ;) {
    const operator = take(OPERATOR, text, at)?.[0] ?? '';
    const operand = take(OPERAND, text, skip(SPACE, text, at + operator.length));
    if (!operand) throw invalid(text);
    found.push({ operator, operand });
    const end = operand.index + operand[0].length;
    at = skip(SPACE, text, end);
    if (at === text.length) return found;
    if (text[at] === ',') at = skip(SPACE, text, at + 1);
    else if (at === end) throw invalid(text);
  }
}

function comparison(operator: string, operand: RegExpExecArray, text: string): Comparison {
  const [whole, major = '', minor = '', patch = '', prerelease = ''] = operand;
  const openMajor = isOpen(major);
  const openMinor = !openMajor && isOpen(minor);
  const openPatch = !openMajor && !openMinor && isOpen(patch);
  const full = openMajor
    ? `0.0.0${prerelease}`
    : openMinor
      ? `${major}.0.0${prerelease}`
      : openPatch
        ? `${major}${minor}.0${prerelease}`
        : whole;
  const version = tryParseVersion(full);
  if (!version) throw invalid(text, 'constraint parser error');
  return { operator, version, open: openMajor || openMinor || openPatch, openMinor, openPatch };
}

function isOpen(part: string): boolean {
  return part === '' || /^\.?[xX*]$/.test(part);
}

function satisfies(version: Version, comparison: Comparison): boolean {
  const difference = compareVersions(version, comparison.version);
  switch (comparison.operator) {
    case '':
    case '=':
      return comparison.open ? isWithinTilde(version, comparison) : difference === 0;
    case '!=':
      return isDifferent(version, comparison);
    case '>':
      return isAbove(version, comparison);
    case '<':
      return difference < 0;
    case '>=':
    case '=>':
      return difference >= 0;
    case '<=':
    case '=<':
      return isAtMost(version, comparison);
    case '~':
    case '~>':
      return isWithinTilde(version, comparison);
    default:
      return isWithinCaret(version, comparison);
  }
}

function isDifferent(version: Version, { version: bound, open, openMinor, openPatch }: Comparison): boolean {
  if (!open) return compareVersions(version, bound) !== 0;
  if (version.major !== bound.major) return true;
  if (openMinor) return false;
  if (version.minor !== bound.minor) return true;
  if (!openPatch) return compareVersions(version, bound) !== 0;
  return comparePrereleases(version.prerelease, bound.prerelease) !== 0;
}

/** `>11` is above every 11.x, and `>11.1` above every 11.1.x. */
function isAbove(version: Version, { version: bound, openMinor, openPatch }: Comparison): boolean {
  if (openMinor) return version.major > bound.major;
  if (openPatch && version.major === bound.major) return version.minor > bound.minor;
  return compareVersions(version, bound) > 0;
}

/** `<=11` takes in every 11.x, and `<=11.1` every 11.1.x. */
function isAtMost(version: Version, { version: bound, open, openMinor }: Comparison): boolean {
  if (!open) return compareVersions(version, bound) <= 0;
  if (version.major > bound.major) return false;
  return version.major !== bound.major || openMinor || version.minor <= bound.minor;
}

/** At least the bound, with its major and, where it says one, its minor number. */
function isWithinTilde(version: Version, { version: bound, openMinor, openPatch }: Comparison): boolean {
  if (compareVersions(version, bound) < 0) return false;
  // ~0.0.0, as well as ~*, takes anything from 0.0.0 on.
  const isZero = bound.major === 0n && bound.minor === 0n && bound.patch === 0n;
  if (isZero && !openMinor && !openPatch) return true;
  return version.major === bound.major && (openMinor || version.minor === bound.minor);
}

/** At least the bound, with no change of the leftmost number that is not zero. */
function isWithinCaret(version: Version, { version: bound, openMinor, openPatch }: Comparison): boolean {
  if (compareVersions(version, bound) < 0) return false;
  if (version.major !== bound.major) return false;
  if (bound.major > 0n || openMinor) return true;
  if (version.minor !== bound.minor) return false;
  return bound.minor > 0n || openPatch || version.patch === bound.patch;
}

function take(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function skip(pattern: RegExp, text: string, at: number): number {
  return at + (take(pattern, text, at)?.[0].length ?? 0);
}

function invalid(text: string, words = `improper constraint: ${JSON.stringify(text)}`): CoreError {
  return new CoreError('SEMVER_CONSTRAINT_INVALID', words, {
    hint: 'Write comparisons such as >=1.2 <2, ~1.4, ^2, 1.x or 1.2 - 1.4; separate alternatives by ||.',
  });
}
