import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { CoreError } from '../core-errors.ts';
import { parseConstraint } from './constraint.ts';
import { compareVersions, formatVersion, tryParseVersion, type Version } from './version.ts';

/** What Masterminds/semver said, as `tools/semver-vectors` has recorded it. */
interface VersionVector {
  readonly version: string;
  readonly read: string | null;
  readonly order?: string;
}

interface ConstraintVector {
  readonly constraint: string;
  readonly matches?: readonly number[];
  readonly error?: string;
}

const vectors = gunzipSync(readFileSync(new URL('./testdata/vectors.jsonl.gz', import.meta.url)))
  .toString()
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as VersionVector | ConstraintVector);
const versionVectors = vectors.filter((vector) => 'version' in vector);
const constraintVectors = vectors.filter((vector) => 'constraint' in vector);

function outcome(text: string, among: readonly Version[]): { matches: number[] } | { error: string } {
  try {
    const constraint = parseConstraint(text);
    return { matches: [...among.keys()].filter((i) => constraint.matches(among[i]!)) };
  } catch (error) {
    if (error instanceof CoreError) return { error: error.message };
    throw error;
  }
}

describe('versions and constraints', () => {
  it(`reads and orders ${versionVectors.length} versions as Masterminds/semver does`, () => {
    const before: Version[] = [];
    for (const { version: text, read, order = '' } of versionVectors) {
      const version = tryParseVersion(text);
      expect([text, version ? formatVersion(version) : null]).toEqual([text, read]);
      if (!version) continue;
      const signs = before.map((other) => '<=>'[Math.sign(compareVersions(version, other)) + 1]).join('');
      expect([text, signs]).toEqual([text, order]);
      before.push(version);
    }
  });

  it(`answers ${constraintVectors.length} constraints as Masterminds/semver does, refusals included`, () => {
    const versions = versionVectors.flatMap(({ version }) => tryParseVersion(version) ?? []);
    const differences = constraintVectors.flatMap(({ constraint, matches = [], error }) => {
      const wanted = error === undefined ? { matches } : { error };
      const got = outcome(constraint, versions);
      return JSON.stringify(got) === JSON.stringify(wanted) ? [] : [{ constraint, wanted, got }];
    });
    expect(differences).toEqual([]);
  });
});
