import { readFileSync } from 'node:fs';
import { loadIgnoreRules, MemoryTree, TarReader, type TreeInput } from '@gitops-toolkit/core';
import { packArchive, packTar } from '@gitops-toolkit/core/node';
import { beforeAll, describe, expect, it } from 'vitest';
import { composeTree } from './compose-tree.ts';
import { artifactContentHash } from './content-hash.ts';
import type { CopyOperation } from './copy-operation.ts';
import { compileDoublestar } from './doublestar.ts';
import { doublestarGlob } from './doublestar-glob.ts';

/** What Flux's source-watcher makes of the cases: see tools/generator-vectors. */
const read = <T>(file: string): T =>
  JSON.parse(readFileSync(new URL(`testdata/${file}.json`, import.meta.url), 'utf8')) as T;

type File = string | { text?: string; mode?: number; tar?: Record<string, string> };
const { trees, cases, patterns, globs } = read<{
  trees: Record<string, Record<string, File>>;
  cases: { name: string; copy: CopyOperation[] }[];
  patterns: [pattern: string, path: string][];
  globs: string[];
}>('cases');
const answers = read<{
  cases: Record<string, { failed?: true; file?: string; entries?: Record<string, string> }>;
  patterns: (boolean | null)[];
  globs: string[][];
}>('answers');

/** What Flux fails in though nothing is wrong, or does though it should not. */
const DIFFERENT: Record<string, 'fails' | 'succeeds'> = {
  // The directory that the path goes through and leaves again is not there.
  'target-up-and-back': 'succeeds',
  // Flux unpacks beside the artifact.
  'extract-target-up': 'fails',
};

const sources = new Map<string, MemoryTree>();
beforeAll(async () => {
  for (const [alias, files] of Object.entries(trees)) {
    const inputs: Record<string, TreeInput> = {};
    for (const [path, file] of Object.entries(files)) inputs[path] = await inputOf(file);
    sources.set(alias, MemoryTree.from(inputs));
  }
});

async function inputOf(file: File): Promise<TreeInput> {
  if (typeof file === 'string') return file;
  const { text = '', mode = 0o644, tar } = file;
  if (!tar) return { data: Buffer.from(text), mode };
  const pieces: Uint8Array[] = [];
  for await (const piece of packArchive(MemoryTree.from(tar))) pieces.push(piece);
  return Buffer.concat(pieces);
}

function entriesOf(tree: MemoryTree): Record<string, string> {
  const found: Record<string, string> = {};
  const reader = new TarReader(
    () => true,
    (entry) => {
      found[entry.path] =
        entry.type === 'directory'
          ? `directory ${entry.mode.toString(8)}`
          : `${entry.mode.toString(8)} ${Buffer.from(entry.data ?? []).toString()}`;
    },
  );
  for (const piece of packTar(tree, { ignore: loadIgnoreRules(MemoryTree.from({})) })) reader.write(piece);
  reader.end();
  return found;
}

describe('artifacts made as by source-watcher', () => {
  it.each(cases)('$name', async ({ name, copy }) => {
    const answer = answers.cases[name];
    const made = composeTree(copy, { sources });
    const fails = DIFFERENT[name] === 'fails' || (answer?.failed && DIFFERENT[name] === undefined);
    if (fails) return expect(made).rejects.toMatchObject({ code: expect.stringMatching(/^GENERATOR_/) });
    const tree = (await made) as MemoryTree;
    if (DIFFERENT[name]) return;
    expect(entriesOf(tree)).toEqual(answer?.entries);
    expect(`${await artifactContentHash(tree, name)}.tar.gz`).toBe(answer?.file);
  });
});

describe('patterns as of doublestar', () => {
  it.each(patterns.map(([pattern, path], index) => ({ pattern, path, fits: answers.patterns[index] })))(
    '$pattern and $path',
    ({ pattern, path, fits }) => {
      // Nothing stands for a slash here, which no name of a path holds.
      if (pattern === '[/]' || fits === null)
        expect(() => compileDoublestar(pattern)).toThrow('invalid pattern');
      else expect(compileDoublestar(pattern)(path)).toBe(fits);
    },
  );

  it.each(globs.map((pattern, index) => ({ pattern, found: answers.globs[index] })))(
    'what fits $pattern',
    ({ pattern, found }) => {
      expect(doublestarGlob(sources.get('archives') ?? MemoryTree.from({}), pattern)).toEqual([
        // doublestar gives what it finds in several ways several times.
        ...new Set(found),
      ]);
    },
  );
});
