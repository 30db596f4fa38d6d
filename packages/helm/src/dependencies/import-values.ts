import { type GoMap, isGoMap, sprintf, typedMap } from '@gitops-toolkit/go-template';
import type { ChartNode } from '../chart/chart-node.ts';
import { coalesceValues, mergeTables } from '../values/coalesce.ts';
import { tableAt } from '../values/value-path.ts';
import type { DependencyOptions } from './dependency-options.ts';

/** What `import-values` asks for: a table of a dependency, and where it goes. */
interface Import {
  readonly child: string;
  readonly parent: string;
}

/** Copies values of dependencies into charts that import them; what the chart has itself counts for more. */
export function importValues(node: ChartNode, options: DependencyOptions): void {
  for (const child of node.dependencies) importValues(child, options);
  const entries = node.metadata.dependencies;
  if (!entries) return;
  const values = coalesceValues(node, emptyMap(), { ...options, keepsNulls: true });
  let imported = emptyMap();
  for (const entry of entries) {
    const imports = (entry.importValues ?? []).flatMap((each) => toImport(each) ?? []);
    for (const { child, parent } of imports) {
      const table = tableAt(values, `${entry.name}.${child}`);
      if (table) imported = mergeTables(imported, atPath(parent, table));
      else options.warn?.(`Warning: ImportValues missing table from chart ${entry.name}: "${child}"`);
    }
    if (entry.importValues) {
      entry.importValues = imports.map(({ child, parent }) =>
        typedMap('map[string]string', [
          ['child', child],
          ['parent', parent],
        ]),
      );
    }
  }
  node.values = mergeTables(values, imported);
}

function toImport(entry: unknown): Import | undefined {
  if (typeof entry === 'string') return { child: `exports.${entry}`, parent: '.' };
  if (!isGoMap(entry)) return undefined;
  const text = (key: string): string => sprintf('%v', [Object.hasOwn(entry, key) ? entry[key] : null]);
  return { child: text('child'), parent: text('parent') };
}

/** A table as it is at a path; `.` is the root. */
function atPath(path: string, table: GoMap): GoMap {
  if (path === '.') return table;
  let at = table;
  for (const name of path.split('.').toReversed()) at = typedMap('map[string]interface {}', [[name, at]]);
  return at;
}

const emptyMap = (): GoMap => typedMap('map[string]interface {}');
