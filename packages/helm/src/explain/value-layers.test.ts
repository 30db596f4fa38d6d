import { describe, expect, it } from 'vitest';
import { ChartNode } from '../chart/chart-node.ts';
import { processDependencies } from '../dependencies/process-dependencies.ts';
import type { Dialect } from '../dialect.ts';
import { chartOf } from '../testing/chart-of.ts';
import { inputOf, userValues, type ValuesInput } from '../values/user-values.ts';
import { ValueLayers } from './value-layers.ts';

const db = { 'charts/db/Chart.yaml': '{apiVersion: v2, name: db, version: 1.0.0}' };

async function layers(
  files: Record<string, string>,
  input: ValuesInput = {},
  dialect: Dialect = 'v4',
): Promise<ValueLayers> {
  const node = ChartNode.of(await chartOf(files, { dialect }));
  const values = userValues(input, dialect);
  processDependencies(node, values, { dialect });
  return new ValueLayers(node, values, inputOf(values), dialect);
}

/** Who has set a value, in short. */
function setBy(found: ReturnType<ValueLayers['find']>): string | undefined {
  return found && (found.origin.flag ?? `${found.origin.source?.file}:${found.origin.source?.line}`);
}

describe('ValueLayers', () => {
  it('has flags before files, and later ones before earlier ones, each kind in Helm’s order', async () => {
    const all = await layers(
      { 'values.yaml': 'a: 0\nb: 0\nc: 0\nd: 0\ne: 0\n' },
      {
        files: [
          { name: '1.yaml', text: 'a: 1\nb: 1\n' },
          { name: '2.yaml', text: 'b: 2\nc: 2' },
        ],
        set: ['c=3,l[1].x=4'],
        setString: ['d=4'],
        setJson: ['{"e": {"f": 1}}'],
      },
    );
    const found = ['a', 'b', 'c', 'd'].map((key) => setBy(all.find([key])));
    expect(found).toEqual(['1.yaml:1', '2.yaml:1', '--set c', '--set-string d']);
    expect(setBy(all.find(['e', 'f']))).toBe('--set-json e.f');
    expect(setBy(all.find(['l', 1, 'x']))).toBe('--set l[1].x');
    expect(all.find(['nothing'])).toBeUndefined();
  });

  it('looks into charts from the root to the dependency, whatever its alias', async () => {
    const all = await layers({
      ...db,
      'Chart.yaml':
        '{apiVersion: v2, name: web, version: 1.0.0, dependencies: [{name: db, version: "*", alias: store}]}',
      'values.yaml': 'store:\n  a: 1\n',
      'charts/db/values.yaml': 'a: 2\nb: 2\nglobal: {zone: x}\n',
    });
    expect(setBy(all.find(['store', 'a']))).toBe('web/values.yaml:2');
    expect(setBy(all.find(['store', 'b']))).toBe('web/charts/store/values.yaml:2');
    expect(setBy(all.find(['store', 'global', 'zone']))).toBe('web/charts/store/values.yaml:3');
    expect(all.homeOf(['store', 'c'])).toBe('web/charts/store/values.yaml');
    expect([...all.keysOf(['store'])].toSorted()).toEqual(['a', 'b', 'global']);
  });

  it('has what is global from the charts around first', async () => {
    const all = await layers({
      ...db,
      'Chart.yaml': '{apiVersion: v2, name: web, version: 1.0.0, dependencies: [{name: db, version: "*"}]}',
      'values.yaml': 'db:\n  global: {zone: x}\nglobal: {zone: y}\n',
    });
    expect(setBy(all.find(['db', 'global', 'zone']))).toBe('web/values.yaml:3');
  });

  it('follows values that a chart imports', async () => {
    const all = await layers({
      ...db,
      'Chart.yaml':
        'apiVersion: v2\nname: web\nversion: 1.0.0\ndependencies:\n- {name: db, version: "*", import-values: [shared, {child: a.b, parent: from.db}]}\n',
      'charts/db/values.yaml': 'exports:\n  shared:\n    host: h\na: {b: {c: 1}}\n',
    });
    expect(setBy(all.find(['host']))).toBe('web/charts/db/values.yaml:3');
    expect(setBy(all.find(['from', 'db', 'c']))).toBe('web/charts/db/values.yaml:4');
  });

  it('reads the documents of a file that the dialect reads', async () => {
    const files = [{ name: 'f.yaml', text: 'a: 1\n---\na: 2\nb: 2\n' }];
    expect(setBy((await layers({}, { files })).find(['a']))).toBe('f.yaml:3');
    const v3 = await layers({}, { files }, 'v3');
    expect(setBy(v3.find(['a']))).toBe('f.yaml:1');
    expect(v3.find(['b'])).toBeUndefined();
  });
});
