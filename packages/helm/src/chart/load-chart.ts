import { type FileTree } from '@gitops-toolkit/core';
import type { Dialect } from '../dialect.ts';
import { HelmError } from '../errors.ts';
import type { Chart, ChartFile } from './chart.ts';
import { CHART_LIMITS, unpackChart, withoutMark } from './chart-archive.ts';
import { type HelmIgnore, parseHelmIgnore } from './helm-ignore.ts';
import { loadFiles } from './load-files.ts';

/** How a chart is loaded. */
export interface LoadChartOptions {
  /** Whose reading of `values.yaml` counts: Helm 4 merges all documents in it. @default 'v4' */
  readonly dialect?: Dialect;
  /** The folder of the chart in a tree. @default the root */
  readonly path?: string;
  /** Bytes of one file. @default 5 MiB, as in Helm */
  readonly maxFileBytes?: number;
  readonly signal?: AbortSignal;
}

/**
 * Loads a chart: from a folder of a tree, as a list of files, or packaged (`.tgz`). Nothing is fetched.
 *
 * @throws HelmError `HELM_CHART_INVALID`, `HELM_LIMIT`; the reason of the signal.
 *
 * @example
 * ```ts
 * import { MemoryTree } from '@gitops-toolkit/core';
 * import { loadChart } from '@gitops-toolkit/helm';
 * const tree = MemoryTree.from({ 'Chart.yaml': '{apiVersion: v2, name: web, version: 1.0.0}', 'values.yaml': 'replicas: 1' });
 * const chart = await loadChart(tree);
 * console.log(chart.metadata.name, chart.values['replicas']); // web 1
 * ```
 */
export async function loadChart(
  source: FileTree | Uint8Array | readonly ChartFile[],
  options: LoadChartOptions = {},
): Promise<Chart> {
  const { dialect = 'v4' } = options;
  const files = await filesOf(source, options);
  const archives = await unpackAll(files, options, 0);
  return loadFiles(files, { dialect, unpack: (data) => archives.get(data) ?? [] });
}

/**
 * Loads a chart from a folder of a tree at once, where that can be done: unpacking cannot, so `undefined` where there are
 * packaged charts in it.
 *
 * @throws HelmError `HELM_CHART_INVALID`, `HELM_LIMIT`
 */
export function loadUnpackedChart(tree: FileTree, options: LoadChartOptions = {}): Chart | undefined {
  const { dialect = 'v4', path = '' } = options;
  const files = filesOfFolder(tree, path);
  if (files.some(({ name }) => isPackagedChart(name))) return undefined;
  return loadFiles(files, { dialect, unpack: () => [] });
}

async function filesOf(
  source: FileTree | Uint8Array | readonly ChartFile[],
  { path = '', ...options }: LoadChartOptions,
): Promise<readonly ChartFile[]> {
  if (source instanceof Uint8Array) return unpackChart(source, options);
  if (isFileList(source)) return source.map(({ name, data }) => ({ name, data: withoutMark(data) }));
  return filesOfFolder(source, path, options.maxFileBytes);
}

function isFileList(source: FileTree | readonly ChartFile[]): source is readonly ChartFile[] {
  return Array.isArray(source);
}

/** As deep as packaged charts may be in packaged charts. */
const MAX_DEPTH = 16;

/** The packaged charts among the files, and those in them, unpacked. */
async function unpackAll(
  files: readonly ChartFile[],
  options: LoadChartOptions,
  depth: number,
): Promise<Map<Uint8Array, readonly ChartFile[]>> {
  const found = new Map<Uint8Array, readonly ChartFile[]>();
  for (const { name, data } of files) {
    if (!isPackagedChart(name)) continue;
    if (depth >= MAX_DEPTH) {
      throw new HelmError('HELM_LIMIT', `packaged charts are nested deeper than ${MAX_DEPTH}`, {
        source: { file: name },
      });
    }
    const unpacked = await unpackChart(data, options);
    found.set(data, unpacked);
    for (const [inner, content] of await unpackAll(unpacked, options, depth + 1)) found.set(inner, content);
  }
  return found;
}

function isPackagedChart(name: string): boolean {
  return /(^|\/)charts\/[^/_.][^/]*\.tgz$/.test(name);
}

function filesOfFolder(tree: FileTree, root: string, maxFileBytes = CHART_LIMITS.fileBytes): ChartFile[] {
  const inRoot = (path: string): string => (root === '' ? path : `${root}/${path}`);
  const rules = tree.read(inRoot('.helmignore'));
  const ignores = parseHelmIgnore(rules ? new TextDecoder().decode(rules) : '');
  const files: ChartFile[] = [];
  let bytes = 0;
  for (const path of walk(tree, root, '', ignores, 0)) {
    const data = tree.read(inRoot(path));
    if (!data) continue;
    bytes += data.length;
    checkSize(path, data.length, bytes, maxFileBytes);
    files.push({ name: path, data: withoutMark(data) });
  }
  return files;
}

/** Links are followed as far as they stay in the tree, but not in rounds. */
const MAX_FOLDERS = 64;

function* walk(
  tree: FileTree,
  root: string,
  folder: string,
  ignores: HelmIgnore,
  depth: number,
): Generator<string> {
  if (depth > MAX_FOLDERS) {
    throw new HelmError('HELM_LIMIT', `folders are nested deeper than ${MAX_FOLDERS}`, {
      source: { file: folder },
    });
  }
  const at = [root, folder].filter((part) => part !== '').join('/');
  for (const { name, kind: listed } of tree.list(at)) {
    const path = folder === '' ? name : `${folder}/${name}`;
    const isLink = listed === 'symlink';
    const kind = isLink ? tree.stat(root === '' ? path : `${root}/${path}`)?.kind : listed;
    if (kind === undefined || ignores(path, kind === 'directory')) continue;
    if (kind === 'directory') yield* walk(tree, root, path, ignores, depth + 1);
    else yield path;
  }
}

function checkSize(path: string, size: number, total: number, fileBytes: number): void {
  const { chartBytes } = CHART_LIMITS;
  if (size > fileBytes) {
    throw new HelmError(
      'HELM_LIMIT',
      `chart file ${JSON.stringify(path)} is larger than the maximum file size ${fileBytes}`,
      {
        source: { file: path },
        hint: 'Keep it out of the chart with .helmignore.',
      },
    );
  }
  if (total > chartBytes) {
    throw new HelmError('HELM_LIMIT', `the chart is larger than ${chartBytes} bytes`, {
      hint: 'Keep what templates do not need out of the chart with .helmignore.',
    });
  }
}
