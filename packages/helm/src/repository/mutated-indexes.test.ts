import { isRecord } from '@gitops-toolkit/core';
import { parse, YamlError } from '@gitops-toolkit/yaml';
import { describe, expect, it } from 'vitest';
import { HelmError } from '../errors.ts';
import { ParsedEntries } from './index-entries.ts';
import { readIndex } from './read-index.ts';
import { RepositoryIndex } from './repository-index.ts';

const INDEXES = [
  `apiVersion: v1
entries:
  web:
  - name: web
    version: 1.10.0
    urls: [web-1.10.0.tgz]
    description: "a: b
      c"
    notes: |
      version: 1.1.1
       - x
    home: 'it''s'
  - name: web
    version: "1.2.0"
    keywords:
    - a # b
    - "c"
  db:
    - version: 1.0.0
      name: db
      dependencies:
        - name: x
          version: 3.0.0
  none: []
generated: "2024-01-02T03:04:05Z"
`,
  '{"apiVersion":"v1","entries":{"web":[{"name":"web","version":"1.0.0","urls":["a"]},{"version":"2.0.0","name":"web",' +
    '"dependencies":[{"name":"x","version":"9.9.9"}]}],"none":[],"nil":null},"generated":"x"}',
];

/** What makes lines and brackets mean something else. */
const PIECES =
  `" ' :| -| # | - |\n|  | |>|[|]|{|}|,|&a |*a|!!str |\t|---\n|...\n|? |\\|""|null|~|%|@|<<: |\r\n|é|\n# c\n|"a\nb"`
    .split('|')
    .concat('|', '|-', 'version: 5.5.5', '\n  x:\n', '\n  - name: web\n    version: 7.0.0\n');

/** Numbers that depend on the seed alone. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (state >> 8) % below;
  };
}

function mutated(below: (limit: number) => number): string {
  let text = INDEXES[below(INDEXES.length)]!;
  for (let left = 1 + below(4); left > 0; left--) {
    const at = below(text.length + 1);
    const from = below(text.length + 1);
    const piece = [PIECES[below(PIECES.length)]!, text.slice(from, from + below(40)), ''][below(3)]!;
    text = text.slice(0, at) + piece + text.slice(at + below(6));
  }
  return text;
}

const contents = (index: RepositoryIndex): string =>
  JSON.stringify(index.charts.map((chart) => [chart, index.versions(chart)]));

/** What is in an index that is parsed as a whole; nothing where it is none. */
function parsedAsWhole(text: string): string | undefined {
  try {
    const head = parse(text, { dialect: 'yaml11', documents: 'first', duplicateKeys: 'error' });
    if (!isRecord(head) || !head['apiVersion']) return undefined;
    const entries = head['entries'] ?? {};
    if (!isRecord(entries)) return undefined;
    const parts = { digest: 'sha256:', size: 0, name: 'x', warn: () => {} } as const;
    return contents(new RepositoryIndex({ ...parts, entries: new ParsedEntries(entries) }));
  } catch (error) {
    if (error instanceof YamlError) return undefined;
    throw error;
  }
}

/** The same, taken apart. Of what is no index as a whole, parts may be read all the same. */
async function takenApart(text: string, pieceLength: number): Promise<string | undefined> {
  const bytes = new TextEncoder().encode(text);
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += pieceLength) pieces.push(bytes.subarray(at, at + pieceLength));
  try {
    return contents(await readIndex(pieces));
  } catch (error) {
    if (error instanceof HelmError && error.code === 'HELM_INDEX_INVALID') return undefined;
    throw error;
  }
}

describe('readIndex', () => {
  it.each([1, 2, 3, 4])('has of changed indexes what a whole parser has: seed %i', async (seed) => {
    const below = numbers(seed);
    let valid = 0;
    for (let i = 0; i < 600; i++) {
      const text = mutated(below);
      const whole = parsedAsWhole(text);
      const apart = await takenApart(text, 1 + below(50));
      if (whole === undefined) continue;
      valid++;
      expect({ text, contents: apart }).toEqual({ text, contents: whole });
    }
    expect(valid).toBeGreaterThan(50);
  });
});
