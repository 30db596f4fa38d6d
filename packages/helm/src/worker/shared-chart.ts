import { deserialize, serialize } from 'node:v8';
import { type FileTree, MemoryTree, type TreeInput } from '@gitops-toolkit/core';
import { restoreTree, type SharedTree, shareTree } from '@gitops-toolkit/core/node';
import type { GoMap } from '@gitops-toolkit/go-template';
import type { Chart, ChartFile } from '../chart/chart.ts';
import { loadChart } from '../chart/load-chart.ts';
import type { Dialect } from '../dialect.ts';
import { type CloneableValue, fromCloneable, toCloneable } from './cloneable-value.ts';

/** What a chart can be made of: a loaded one, a folder of a tree, or a package. */
export type ChartSource = Chart | FileTree | Uint8Array;

/** A chart as it is sent to a worker: all that is large is in memory that both threads see. */
export interface SharedChart {
  readonly form: 'loaded' | 'folder' | 'package';
  readonly tree: SharedTree;
}

/** A chart without the contents of its files, which are named by number. */
interface ChartOutline extends Pick<Chart, 'metadata' | 'lock'> {
  readonly values: CloneableValue;
  readonly schema?: number;
  readonly templates: readonly NumberedFile[];
  readonly files: readonly NumberedFile[];
  readonly raw: readonly NumberedFile[];
  readonly dependencies: readonly ChartOutline[];
}

type NumberedFile = readonly [name: string, number: number];

const OUTLINE = 'outline';
const PACKAGE = 'chart.tgz';

const trees = new WeakMap<object, FileTree>();

/** Makes a chart ready to be sent to workers, once for all renders of it. */
export async function shareChart(source: ChartSource): Promise<SharedChart> {
  if (source instanceof Uint8Array) {
    const tree = kept(source, () => MemoryTree.from({ [PACKAGE]: source }));
    return { form: 'package', tree: await shareTree(tree) };
  }
  if (!('metadata' in source)) return { form: 'folder', tree: await shareTree(source) };
  return { form: 'loaded', tree: await shareTree(kept(source, () => outlineTree(source))) };
}

function kept(key: object, make: () => FileTree): FileTree {
  let tree = trees.get(key);
  if (!tree) trees.set(key, (tree = make()));
  return tree;
}

/** The files of a chart by number, and the outline that names them. */
function outlineTree(chart: Chart): FileTree {
  const numbers = new Map<Uint8Array, number>();
  const numberOf = (data: Uint8Array): number => {
    const number = numbers.get(data) ?? numbers.size;
    numbers.set(data, number);
    return number;
  };
  const numbered = (files: readonly ChartFile[]): NumberedFile[] =>
    files.map(({ name, data }) => [name, numberOf(data)]);
  const outlineOf = ({
    metadata,
    values,
    schema,
    lock,
    templates,
    files,
    raw,
    dependencies,
  }: Chart): ChartOutline => ({
    metadata,
    values: toCloneable(values),
    ...(schema && { schema: numberOf(schema) }),
    ...(lock && { lock }),
    templates: numbered(templates),
    files: numbered(files),
    raw: numbered(raw),
    dependencies: dependencies.map(outlineOf),
  });
  const outline = serialize(outlineOf(chart));
  const files: Record<string, TreeInput> = { [OUTLINE]: outline };
  for (const [data, number] of numbers) files[number] = data;
  return MemoryTree.from(files);
}

const charts = new WeakMap<FileTree, Map<string, Promise<Chart>>>();

/**
 * The chart again, in the worker. A worker keeps the charts of the trees that it keeps.
 *
 * @throws HelmError as `loadChart` does.
 */
export function restoreChart(
  message: SharedChart,
  { dialect, path }: { readonly dialect: Dialect; readonly path: string },
): Promise<Chart> {
  const tree = restoreTree(message.tree);
  const known = charts.get(tree) ?? new Map<string, Promise<Chart>>();
  charts.set(tree, known);
  const key = `${dialect}/${path}`;
  let chart = known.get(key);
  if (!chart) known.set(key, (chart = makeChart(message.form, tree, { dialect, path })));
  return chart;
}

async function makeChart(
  form: SharedChart['form'],
  tree: FileTree,
  options: { readonly dialect: Dialect; readonly path: string },
): Promise<Chart> {
  if (form === 'folder') return loadChart(tree, options);
  if (form === 'package') return loadChart(tree.read(PACKAGE) ?? new Uint8Array(), options);
  return chartOf(deserialize(tree.read(OUTLINE) ?? new Uint8Array()) as ChartOutline, tree);
}

function chartOf(outline: ChartOutline, tree: FileTree): Chart {
  const contents = new Map<number, Uint8Array>();
  const dataOf = (number: number): Uint8Array => {
    const data = contents.get(number) ?? tree.read(String(number)) ?? new Uint8Array();
    contents.set(number, data);
    return data;
  };
  const filesOf = (files: readonly NumberedFile[]): ChartFile[] =>
    files.map(([name, number]) => ({ name, data: dataOf(number) }));
  const restored = ({
    metadata,
    lock,
    values,
    schema,
    templates,
    files,
    raw,
    dependencies,
  }: ChartOutline): Chart => ({
    metadata,
    values: fromCloneable(values) as GoMap,
    ...(schema !== undefined && { schema: dataOf(schema) }),
    ...(lock && { lock }),
    templates: filesOf(templates),
    files: filesOf(files),
    raw: filesOf(raw),
    dependencies: dependencies.map(restored),
  });
  return restored(outline);
}
