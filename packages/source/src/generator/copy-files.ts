import { baseName, type FileTree, joinPath, normalizePath, type TreeEntry } from '@gitops-toolkit/core';
import { unpackArchive, type UnpackLimits } from '@gitops-toolkit/core/node';
import type { CopyOperation } from './copy-operation.ts';
import { doublestarGlob } from './doublestar-glob.ts';
import { compileExclusion, type Exclusion, selectionRoot } from './exclusion.ts';
import { copyFailed } from './generator-error.ts';
import { isPattern, shellGlob } from './shell-glob.ts';
import type { Staging } from './staging.ts';

/** One operation, taken apart. */
export interface CopyInput {
  readonly source: FileTree;
  /** A path of the source, or a pattern. */
  readonly from: string;
  /** A path of the artifact. */
  readonly to: string;
  readonly exclude: readonly string[];
  readonly strategy: NonNullable<CopyOperation['strategy']>;
  readonly staging: Staging;
  /** Of archives that are unpacked. */
  readonly limits: UnpackLimits;
  readonly breathe: () => Promise<void> | undefined;
  readonly signal?: AbortSignal;
}

/** Copies what an operation names, by the rules of `cp`. */
export function copyFiles(input: CopyInput): Promise<void> {
  return isPattern(input.from) ? copyMatches(input) : copyOne(input);
}

async function copyMatches(input: CopyInput): Promise<void> {
  const { source, from, to, exclude, strategy, breathe } = input;
  const isExcluded = compileExclusion(exclude, selectionRoot(from));
  const matches = strategy === 'Extract' ? doublestarGlob(source, from) : shellGlob(source, from);
  if (matches.length === 0) throw copyFailed(`no files match pattern '${from}'`);
  const wanted = matches.filter((path) => path !== '.' && !isExcluded(path));
  if (wanted.length === 0) throw copyFailed(`all files matching pattern '${from}' were excluded`);
  for (const path of wanted) {
    await breathe();
    if (strategy !== 'Extract') await copyPath(input, path, placeOfMatch(input, path), isExcluded);
    else if (isArchive(path)) await extract(input, path, insideArtifact(to, ''));
  }
}

/** `dir/**` copies what is in the directory; any other pattern keeps the whole path. */
function placeOfMatch({ from, to }: CopyInput, path: string): string {
  const prefix = from.endsWith('/**') ? from.slice(0, -2) : undefined;
  const below = prefix !== undefined && path.startsWith(prefix) ? path.slice(prefix.length) : path;
  return insideArtifact(to, below);
}

async function copyOne(input: CopyInput): Promise<void> {
  const { source, from, to, exclude, strategy, staging } = input;
  const path = normalizePath(from);
  const entry = path === undefined ? undefined : source.stat(path);
  if (path === undefined || !entry) throw copyFailed(`source '${from}' does not exist`);
  if (entry.kind === 'directory') {
    if (strategy === 'Extract')
      throw copyFailed(`extract strategy is not supported for directories, got '${from}'`);
    return copyPath(input, path, insideArtifact(to, baseName(path)), compileExclusion(exclude, path));
  }
  if (compileExclusion(exclude, '')(path)) return;
  if (strategy === 'Extract') {
    if (!isArchive(path))
      throw copyFailed(`extract strategy requires tarball file (.tar.gz or .tgz), got '${from}'`);
    return extract(input, path, insideArtifact(to, ''));
  }
  const target = insideArtifact(to, '');
  const isInto = to.endsWith('/') || staging.isDirectory(target);
  await copyPath(input, path, isInto ? insideArtifact(to, baseName(path)) : target, () => false);
}

async function copyPath(
  input: CopyInput,
  path: string,
  target: string,
  isExcluded: Exclusion,
): Promise<void> {
  const entry = input.source.stat(path);
  if (entry?.kind === 'directory') await copyDirectory(input, path, target, isExcluded);
  else await copyFile(input, path, target, { merges: input.strategy === 'Merge' });
}

/** Files in directories replace what is there, whatever the strategy: Flux merges only files that an operation names. */
async function copyDirectory(
  input: CopyInput,
  path: string,
  target: string,
  isExcluded: Exclusion,
): Promise<void> {
  input.staging.makeDirectory(target);
  for (const { name, kind } of input.source.list(path)) {
    await input.breathe();
    const from = path === '' ? name : `${path}/${name}`;
    const to = target === '' ? name : `${target}/${name}`;
    if (isExcluded(from)) continue;
    if (kind === 'directory') await copyDirectory(input, from, to, isExcluded);
    else await copyFile(input, from, to, { merges: false });
  }
}

async function copyFile(
  { source, staging }: CopyInput,
  path: string,
  target: string,
  { merges }: { merges: boolean },
): Promise<void> {
  const [entry, data] = [source.stat(path), source.read(path)];
  if (!entry || !data) throw copyFailed(`'${path}' leads to no file of the source`);
  const present = merges ? staging.read(target) : undefined;
  if (!present) return staging.write(target, { data, mode: modeOf(entry) });
  const { mergeYaml } = await import('./merge-yaml.ts');
  staging.write(target, { data: mergeYaml(present, data, path), mode: staging.modeOf(target) });
}

async function extract(
  { source, staging, limits, signal, breathe }: CopyInput,
  path: string,
  target: string,
): Promise<void> {
  const archive = source.read(path);
  if (!archive) throw copyFailed(`failed to extract tarball '${path}': it is no file`);
  const tree = await unpackArchive(archive, { ...limits, ...(signal ? { signal } : {}) });
  const put = async (from: string, to: string): Promise<void> => {
    staging.makeDirectory(to);
    for (const entry of tree.list(from)) {
      await breathe();
      const [below, place] = [`${from}${entry.name}`, to === '' ? entry.name : `${to}/${entry.name}`];
      const data = entry.kind === 'file' ? tree.read(below) : undefined;
      if (data) staging.write(place, { data, mode: modeOf(entry) });
      else if (entry.kind === 'directory') await put(`${below}/`, place);
    }
  };
  await put('', target);
}

function modeOf({ mode }: TreeEntry): number {
  return mode & 0o777;
}

function isArchive(path: string): boolean {
  return /\.(?:tar\.gz|tgz)$/i.test(path);
}

/** Nothing is put outside of the artifact, whoever wrote the path or the name of the file. */
function insideArtifact(to: string, below: string): string {
  const path = normalizePath(to);
  const joined = path === undefined ? undefined : joinPath(path, below);
  if (joined === undefined) throw copyFailed(`'${to}' leads out of the artifact`);
  return joined;
}
