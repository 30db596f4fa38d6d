// Builds in the format of the kustomize corpus: a folder with `case.json`, `input/` and, for a build that
// succeeds, `expected.yaml`.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { errorMessage, MemoryTree } from '../../packages/core/src/index.ts';
import { withCharts } from '../../packages/helm/src/index.ts';
import { build, type BuildOptions, type BuildResult } from '../../packages/kustomize/src/index.ts';
import type { ConformanceCase, Suite } from '../suite.ts';

interface CaseFile {
  readonly path: string;
  readonly options: {
    readonly loadRestrictor: 'rootOnly' | 'none';
    readonly reorder: 'none' | 'legacy' | 'unspecified';
    readonly managedByLabel: boolean;
    readonly enableHelm?: boolean;
    readonly helmApiVersions?: readonly string[];
    readonly helmKubeVersion?: string;
  };
  readonly error: string | null;
  readonly binaryMatches: boolean;
  readonly errorVolatile?: boolean;
  readonly requires: readonly string[];
}

/** Real and derived builds, compared byte by byte with what the program prints. */
export const suite: Suite = {
  name: 'kustomize',
  *collect(folder) {
    for (const directory of caseDirectories(folder)) {
      const file = JSON.parse(readFileSync(path.join(directory, 'case.json'), 'utf8')) as CaseFile;
      // Programs and the network are not to be had.
      if (file.requires.some((name) => name !== 'helm')) continue;
      yield toCase(folder, directory, file);
    }
  },
};

function caseDirectories(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => path.basename(name) === 'case.json' && !name.split(path.sep).includes('input'))
    .map((name) => path.join(folder, path.dirname(name)))
    .toSorted();
}

function toCase(folder: string, directory: string, file: CaseFile): ConformanceCase {
  return {
    name: path.relative(folder, directory),
    async run() {
      const outcome = await attempt(directory, file);
      if (file.error !== null) return checkFailure(file, outcome);
      if (outcome.error !== undefined) throw new Error(`failed: ${outcome.error}`);
      const expected = readFileSync(path.join(directory, 'expected.yaml'), 'utf8');
      if (outcome.yaml !== expected) throw new Error(firstDifference(expected, outcome.yaml ?? ''));
    },
  };
}

async function attempt(directory: string, file: CaseFile): Promise<{ yaml?: string; error?: string }> {
  try {
    return { yaml: (await buildCase(directory, file)).toYaml() };
  } catch (error) {
    return { error: errorMessage(error) };
  }
}

/** Charts are rendered as Helm 3 does, which the answers were made with. */
async function buildCase(directory: string, file: CaseFile): Promise<BuildResult> {
  const tree = readInput(path.join(directory, 'input'));
  const options = toOptions(file);
  if (!file.options.enableHelm) return build(tree, options);
  const { helmKubeVersion: kubeVersion, helmApiVersions: apiVersions = [] } = file.options;
  return withCharts((helm) => build(tree, { ...options, helm }), {
    dialect: 'v3',
    capabilities: { apiVersions, ...(kubeVersion && { kubeVersion }) },
  });
}

function toOptions({ path: directory, options }: CaseFile): BuildOptions {
  return {
    path: directory,
    loadRestrictor: options.loadRestrictor,
    // The program sorts where it is not told otherwise.
    reorder: options.reorder === 'none' ? 'none' : 'legacy',
    managedByLabel: options.managedByLabel,
  };
}

/** The files of a case; where the corpus writes the absolute path of their folder, the tree's root stands. */
function readInput(folder: string): MemoryTree {
  const entries: [string, Uint8Array | { symlink: string }][] = [];
  if (!existsSync(folder)) return new MemoryTree(entries);
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    const data = readFileSync(file);
    const isMarked = data.includes('{{ROOT}}');
    const content = isMarked ? Buffer.from(data.toString('utf8').replaceAll('{{ROOT}}', '')) : data;
    entries.push([path.relative(folder, file), content]);
  }
  return new MemoryTree(entries);
}

function checkFailure(file: CaseFile, outcome: { yaml?: string; error?: string }): void {
  if (outcome.error === undefined) throw new Error(`built, where kustomize fails: ${file.error}`);
  if (file.errorVolatile || !file.binaryMatches) return;
  const words = keyWords(file.error ?? '');
  if (!outcome.error.includes(words))
    throw new Error(`failed without the words ${JSON.stringify(words)}: ${outcome.error}`);
}

/** What of an error's text must be found again: its end, or a little more where that is short. */
function keyWords(error: string): string {
  const [firstLine = ''] = error.replaceAll('{{ROOT}}', '').split('\n');
  const parts = firstLine.split(': ');
  const last = (parts.at(-1) ?? '').trim();
  return last.length >= 15 || parts.length < 2 ? last : parts.slice(-2).join(': ').trim();
}

/** The first lines that differ, with those around them. */
function firstDifference(expected: string, actual: string): string {
  const [wanted, got] = [expected.split('\n'), actual.split('\n')];
  const at = wanted.findIndex((line, i) => line !== got[i]);
  const line = at < 0 ? wanted.length : at;
  const excerpt = (lines: readonly string[], sign: string): string[] =>
    lines.slice(Math.max(0, line - 3), line + 4).map((text) => `${sign} ${text}`);
  return [`differs in line ${line + 1}`, ...excerpt(wanted, '-'), ...excerpt(got, '+')].join('\n');
}
