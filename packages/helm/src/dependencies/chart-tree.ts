import { type FileTree, MemoryTree, MemoryTreeBuilder, walkFiles } from '@gitops-toolkit/core';
import { loadChart } from '../chart/load-chart.ts';
import { HelmError } from '../errors.ts';
import type { FetchedDependency } from './fetch-charts.ts';
import type { FetchDependenciesOptions } from './manager-options.ts';

/** What becomes of files: new content, or nothing. */
export type TreeChanges = ReadonlyMap<string, Uint8Array | undefined>;

/** A tree with changes. Contents that stay are shared, not copied. */
export function withChanges(tree: FileTree, changes: TreeChanges): FileTree {
  const builder = new MemoryTreeBuilder();
  for (const { path, kind, mode, target } of walkFiles(tree)) {
    if (changes.has(path)) continue;
    if (kind === 'symlink') builder.add(path, { symlink: target ?? '' });
    else builder.add(path, { data: tree.read(path) ?? new Uint8Array(), mode });
  }
  for (const [path, data] of changes) if (data) builder.add(path, data);
  return new MemoryTree(builder);
}

/**
 * What has to change in `charts/`: packages come, and those go that no dependency is for any more.
 *
 * @throws HelmError `HELM_CHART_INVALID` where `charts` is no folder.
 */
export async function chartsChanges(
  tree: FileTree,
  path: string,
  fetched: readonly FetchedDependency[],
  options: FetchDependenciesOptions,
): Promise<Map<string, Uint8Array | undefined>> {
  const folder = inFolder(path, 'charts');
  checkFolder(tree, path);
  const changes = new Map<string, Uint8Array | undefined>();
  for (const { fileName, data } of fetched)
    if (fileName && data) changes.set(inFolder(folder, fileName), data);
  const present = new Set(fetched.filter(({ data }) => !data).map(({ dependency }) => dependency.name));
  for (const { name, kind } of tree.list(folder)) {
    const file = inFolder(folder, name);
    if (kind === 'file' && !changes.has(file) && (await isOutdated(tree, file, present, options)))
      changes.set(file, undefined);
  }
  return changes;
}

/** A package that can be loaded and that no dependency without a repository is for. */
async function isOutdated(
  tree: FileTree,
  file: string,
  present: ReadonlySet<string>,
  { warn, signal }: FetchDependenciesOptions,
): Promise<boolean> {
  try {
    const { metadata } = await loadChart(tree.read(file) ?? new Uint8Array(), { ...(signal && { signal }) });
    return !present.has(metadata.name);
  } catch (error) {
    if (!(error instanceof HelmError)) throw error;
    warn?.(`Could not verify ${file} for deletion: ${error.message} (Skipping)`);
    return false;
  }
}

/** A link could lead to the charts of another chart. */
function checkFolder(tree: FileTree, path: string): void {
  const entry = [...tree.list(path)].find(({ name }) => name === 'charts');
  if (!entry || entry.kind === 'directory') return;
  throw new HelmError('HELM_CHART_INVALID', `"${inFolder(path, 'charts')}" is not a directory`, {
    source: { file: inFolder(path, 'charts') },
    hint: 'Remove what is called charts, or make it a folder.',
  });
}

/**
 * The path of the lock file.
 *
 * @throws HelmError `HELM_CHART_INVALID` where it is a link, through which another file would be written.
 */
export function lockPath(tree: FileTree, path: string, name: string): string {
  const entry = [...tree.list(path)].find((each) => each.name === name);
  if (entry?.kind !== 'symlink') return inFolder(path, name);
  throw new HelmError(
    'HELM_CHART_INVALID',
    `the ${name} file is a symlink to ${JSON.stringify(entry.target)}`,
    {
      source: { file: inFolder(path, name) },
      hint: `Remove the link ${name}.`,
    },
  );
}

export function inFolder(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}
