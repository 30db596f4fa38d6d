import type { GoMap } from '@gitops-toolkit/go-template';
import type { ChartNode, NodeDependency } from '../chart/chart-node.ts';
import type { Dialect } from '../dialect.ts';
import { HelmError } from '../errors.ts';
import { coalesceValues } from '../values/coalesce.ts';
import { isTable, pathValue, tableAt } from '../values/value-path.ts';
import type { DependencyOptions } from './dependency-options.ts';
import { importValues } from './import-values.ts';
import { isInRange } from './version-range.ts';

/**
 * Leaves the dependencies of a chart that are enabled, under their aliases, and imports what the charts want of their
 * dependencies' values.
 *
 * @throws HelmError `HELM_VALUES_INVALID`, `HELM_LIMIT`
 */
export function processDependencies(node: ChartNode, values: GoMap, options: DependencyOptions): void {
  enable(node, values, '', { ...options, count: new ChartCount() });
  importValues(node, options);
}

/** As many charts as may be in one release, under whatever names. */
const MAX_CHARTS = 1000;

/** A chart may be there under many aliases, and charts in it as well: few lines of YAML are any number of charts. */
class ChartCount {
  #charts = 0;

  /** @throws HelmError `HELM_LIMIT` */
  add(charts: number): void {
    this.#charts += charts;
    if (this.#charts <= MAX_CHARTS) return;
    throw new HelmError('HELM_LIMIT', `the release has more than ${MAX_CHARTS} charts`, {
      source: { file: 'Chart.yaml' },
      hint: 'Look for dependencies that are there under many aliases.',
    });
  }
}

type EnableOptions = DependencyOptions & { readonly count: ChartCount };

function enable(node: ChartNode, values: GoMap, path: string, options: EnableOptions): void {
  const entries = node.metadata.dependencies;
  if (!entries) return;
  node.dependencies = choose(node, entries, options.dialect);
  options.count.add(node.dependencies.length);
  for (const entry of entries) entry.enabled = true;
  const coalesced = coalesceValues(node, values, { ...options, keepsNulls: false });
  applyTags(entries, coalesced, options);
  applyConditions(entries, coalesced, path, options);
  const disabled = new Set(entries.filter((entry) => entry.enabled !== true).map((entry) => entry.name));
  const left = node.dependencies.filter((child) => !disabled.has(child.name));
  const leftEntries = entries.filter((entry) => !disabled.has(entry.name));
  for (const child of left) enable(child, coalesced, `${path}${child.name}.`, options);
  if (leftEntries.length === 0) delete node.metadata.dependencies;
  else node.metadata.dependencies = leftEntries;
  node.dependencies = left;
}

/** Charts that no entry is for, then one for each entry that there is a chart for. */
function choose(node: ChartNode, entries: readonly NodeDependency[], dialect: Dialect): ChartNode[] {
  const isFor = (entry: NodeDependency, child: ChartNode): boolean =>
    child.name === entry.name && isInRange(entry.version ?? '', child.metadata.version);
  const chosen = node.dependencies.filter((child) => !entries.some((entry) => isFor(entry, child)));
  for (const entry of entries) {
    const child = node.dependencies.find((each) => isFor(entry, each));
    if (child) chosen.push(child.named(entry.alias || child.name, dialect === 'v4'));
    if (entry.alias) entry.name = entry.alias;
  }
  return chosen;
}

/** A tag that is true enables; otherwise one that is false disables. */
function applyTags(entries: readonly NodeDependency[], values: GoMap, { warn }: DependencyOptions): void {
  const tags = tableAt(values, 'tags');
  if (!tags) return;
  for (const entry of entries) {
    const set = (entry.tags ?? []).filter((tag) => Object.hasOwn(tags, tag));
    for (const tag of set) {
      if (typeof tags[tag] !== 'boolean')
        warn?.(`Warning: Tag '${tag}' for chart ${entry.name} returned non-bool value`);
    }
    const isOn = set.some((tag) => tags[tag] === true);
    entry.enabled = isOn || !set.some((tag) => tags[tag] === false);
  }
}

/** The first path that has a boolean decides. */
function applyConditions(
  entries: readonly NodeDependency[],
  values: GoMap,
  path: string,
  { warn }: DependencyOptions,
): void {
  for (const entry of entries) {
    for (const condition of (entry.condition ?? '').trim().split(',')) {
      const value = condition === '' ? undefined : pathValue(values, path + condition);
      if (typeof value === 'boolean') {
        entry.enabled = value;
        break;
      }
      if (value !== undefined && !isTable(value)) {
        warn?.(`Warning: Condition path '${condition}' for chart ${entry.name} returned non-bool value`);
      }
    }
  }
}
