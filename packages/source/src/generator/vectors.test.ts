import { readFileSync } from 'node:fs';
import { type FileTree, loadIgnoreRules, MemoryTree, TarReader, type TreeInput } from '@gitops-toolkit/core';
import { packArchive, packTar } from '@gitops-toolkit/core/node';
import { beforeAll, describe, expect, it } from 'vitest';
import { SourceError } from '../errors.ts';
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
type Answer = { failed: true } | { file: string; entries: Record<string, string> };
const answers = read<{
  cases: Record<string, Answer>;
  patterns: (boolean | null)[];
  globs: string[][];
}>('answers');

/** What Flux fails in though nothing is wrong, or does though it should not. */
const DIFFERENT: Record<string, Answer> = {
  // The directory that the path goes through and leaves again is not there.
  'target-up-and-back': {
    file: '3280669528.tar.gz',
    entries: { '.': 'directory 750', 'x.yaml': '600 a: 1\n' },
  },
  // Flux unpacks beside the artifact.
  'extract-target-up': { failed: true },
};

/** Nothing stands for a slash here. */
const SLASH_CLASS = '[/]';

/** `null` for a pattern that is refused. */
function verdict(pattern: string, path: string): boolean | null {
  try {
    return compileDoublestar(pattern)(path);
  } catch {
    return null;
  }
}

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

async function outcomeOf(name: string, made: Promise<FileTree>): Promise<Answer> {
  try {
    const tree = await made;
    return { file: `${await artifactContentHash(tree, name)}.tar.gz`, entries: entriesOf(tree) };
  } catch (error) {
    if (error instanceof SourceError && error.code.startsWith('GENERATOR_')) return { failed: true };
    throw error;
  }
}

function entriesOf(tree: FileTree): Record<string, string> {
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
    expect(await outcomeOf(name, made)).toEqual(DIFFERENT[name] ?? answer);
  });
});

describe('patterns as of doublestar', () => {
  it.each(patterns.map(([pattern, path], index) => ({ pattern, path, fits: answers.patterns[index] })))(
    '$pattern and $path',
    ({ pattern, path, fits }) => {
      expect(verdict(pattern, path)).toBe(pattern === SLASH_CLASS ? null : fits);
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
