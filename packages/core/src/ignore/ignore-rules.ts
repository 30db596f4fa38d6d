import type { FileTree } from '../tree/file-tree.ts';
import { type IgnorePattern, parseIgnorePattern } from './pattern.ts';

/** The name of the files that {@link loadIgnoreRules} reads. */
export const SOURCE_IGNORE_FILE = '.sourceignore';

const VCS = ['.git/', '.gitignore', '.gitmodules', '.gitattributes'];

const IMAGES_AND_ARCHIVES = ['*.jpg', '*.jpeg', '*.gif', '*.png', '*.wmv', '*.flv', '*.tar.gz', '*.zip'];
const CI_FILES = ['.travis.yml', '.gitlab-ci.yml', 'appveyor.yml', '.drone.yml', 'cloudbuild.yaml'];
const CODESHIP_FILES = ['codeship-services.yml', 'codeship-steps.yml'];
const CI_FOLDERS = ['.github/', '.circleci/'];
const TOOL_FILES = ['**/.goreleaser.yml', '**/.sops.yaml', '**/.flux.yaml'];
const DEFAULTS = [IMAGES_AND_ARCHIVES, CI_FILES, CODESHIP_FILES, CI_FOLDERS, TOOL_FILES].flat();

/** Decides what of a tree is left out. */
export interface IgnoreMatcher {
  /** @param path POSIX path from the root of the tree. */
  ignores(path: string, isDirectory: boolean): boolean;
}

/** Where ignore rules come from. */
export interface IgnoreRulesOptions {
  /** The text of `spec.ignore`: comes after the files of the tree and so wins over them. */
  readonly ignore?: string;
}

/**
 * Reads the lines of an ignore file: comments and blank lines go.
 *
 * @param domain The directory that the patterns are valid below; `''` for the whole tree.
 */
export function parseIgnoreFile(text: string, domain = ''): IgnorePattern[] {
  const parts = domain === '' ? [] : domain.split('/');
  return text
    .split('\n')
    .map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line))
    .filter((line) => !line.startsWith('#') && line.trim() !== '')
    .map((line) => parseIgnorePattern(line, parts));
}

/** A matcher of patterns in rising order of weight: the last that has a say decides. */
export function createIgnoreMatcher(patterns: readonly IgnorePattern[]): IgnoreMatcher {
  return {
    ignores(path, isDirectory) {
      const parts = path.split('/');
      for (let i = patterns.length - 1; i >= 0; i--) {
        const verdict = patterns[i]?.judge(parts, isDirectory);
        if (verdict !== 'silent') return verdict === 'ignored';
      }
      return false;
    },
  };
}

/**
 * The rules by which Flux leaves files out of an artifact: version control files always; the
 * `.sourceignore` of each directory, valid below it; then `ignore`. Where neither says anything,
 * a default set applies: images, archives, CI configuration.
 *
 * @example
 * ```ts
 * import { filterTree, loadIgnoreRules, MemoryTree } from '@gitops-toolkit/core';
 * const tree = MemoryTree.from({ 'app.yaml': 'a: 1', 'docs/intro.md': '# Intro' });
 * const kept = filterTree(tree, loadIgnoreRules(tree, { ignore: '/docs/' }));
 * kept.stat('docs'); // undefined
 * ```
 */
export function loadIgnoreRules(tree: FileTree, options: IgnoreRulesOptions = {}): IgnoreMatcher {
  return createRules([...readIgnoreFiles(tree)].flat(), options);
}

/** The rules of a tree whose ignore files hold these patterns. */
export function createRules(inTree: readonly IgnorePattern[], options: IgnoreRulesOptions): IgnoreMatcher {
  const own = [...inTree, ...parseIgnoreFile(options.ignore ?? '')];
  const vcs = VCS.map((line) => parseIgnorePattern(line));
  const defaults = own.length === 0 ? DEFAULTS.map((line) => parseIgnorePattern(line)) : [];
  return createIgnoreMatcher([...vcs, ...defaults, ...own]);
}

/** The patterns of each directory of a tree, from the outermost inwards. */
export function* readIgnoreFiles(tree: FileTree, directory = ''): Generator<readonly IgnorePattern[]> {
  const file = tree.read(directory === '' ? SOURCE_IGNORE_FILE : `${directory}/${SOURCE_IGNORE_FILE}`);
  const text = file && new TextDecoder('utf-8', { ignoreBOM: true }).decode(file);
  yield text === undefined ? [] : parseIgnoreFile(text, directory);
  for (const entry of tree.list(directory)) {
    if (entry.kind !== 'directory' || entry.name === '.git') continue;
    yield* readIgnoreFiles(tree, directory === '' ? entry.name : `${directory}/${entry.name}`);
  }
}
