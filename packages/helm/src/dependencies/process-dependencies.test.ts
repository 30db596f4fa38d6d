import { encodeJson } from '@gitops-toolkit/go-template';
import { describe, expect, it } from 'vitest';
import { render } from '../render/render.ts';
import { chartOf } from '../testing/chart-of.ts';
import { userValues } from '../values/user-values.ts';

const db = {
  'charts/db/Chart.yaml': '{apiVersion: v2, name: db, version: 1.2.3}',
  'charts/db/values.yaml': 'port: 1\nexports: {shared: {host: db.local}}\nnested: {deep: {x: 1}}\n',
  'charts/db/templates/a.yaml': 'values: {{ omit .Values "exports" "nested" | toJson }}',
};

const parent = (dependency: string): string =>
  `apiVersion: v2\nname: web\nversion: 1.0.0\ndependencies:\n- {name: db, ${dependency}}\n`;

async function paths(dependency: string, set: string[] = [], values = ''): Promise<string[]> {
  const chart = await chartOf({ ...db, 'Chart.yaml': parent(dependency), 'values.yaml': values });
  const result = render(chart, { release: { name: 'x' }, values: userValues({ set }, 'v4') });
  return result.manifests.map(({ path, content }) => `${path} ${content}`);
}

const own = ['web/charts/db/templates/a.yaml values: {"global":{},"port":1}'];

describe('dependencies', () => {
  it('are enabled by conditions, of which the first that is a boolean counts', async () => {
    expect(await paths('version: 1.x, condition: "a.on,db.on"')).toEqual(own);
    expect(await paths('version: 1.x, condition: "a.on,db.on"', ['db.on=false'])).toEqual([]);
    expect(await paths('version: 1.x, condition: "a.on,db.on"', ['db.on=false', 'a.on=true'])).toHaveLength(
      1,
    );
  });

  it('are enabled by tags, unless a condition says otherwise', async () => {
    const dependency = 'version: 1.x, tags: [back, store], condition: db.on';
    expect(await paths(dependency, ['tags.back=false'])).toEqual([]);
    expect(await paths(dependency, ['tags.back=false', 'tags.store=true'])).toEqual(own);
    expect(await paths(dependency, ['tags.back=false', 'db.on=true'])).toHaveLength(1);
  });

  it('are called by their alias, in paths and in values', async () => {
    expect(await paths('version: 1.x, alias: store', ['store.port=2', 'db.port=3'])).toEqual([
      'web/charts/store/templates/a.yaml values: {"global":{},"port":2}',
    ]);
  });

  it('keep their own name where the version is not the one that is wanted', async () => {
    expect(await paths('version: 2.x, alias: store')).toEqual(own);
  });

  it('give values to the parent that imports them, whose own count for more', async () => {
    const dependency = 'version: 1.x, import-values: [shared, {child: nested.deep, parent: from.db}]';
    const chart = await chartOf({
      ...db,
      'Chart.yaml': parent(dependency),
      'values.yaml': 'from: {db: {z: 2}}\n',
      'templates/a.yaml': 'values: {{ omit .Values "db" | toJson }}',
    });
    const result = render(chart, { release: { name: 'x' } });
    expect(result.manifests.at(-1)?.content).toBe('values: {"from":{"db":{"x":1,"z":2}},"host":"db.local"}');
  });

  it('share what is global', async () => {
    expect(await paths('version: 1.x', ['global.a=1'], 'global: {b: 2}')).toEqual([
      'web/charts/db/templates/a.yaml values: {"global":{"a":1,"b":2},"port":1}',
    ]);
  });

  it('do not change the chart that was loaded', async () => {
    const chart = await chartOf({
      ...db,
      'Chart.yaml': parent('version: 1.x, alias: store, condition: store.on'),
    });
    const before = encodeJson(chart.values) + JSON.stringify(chart.metadata);
    render(chart, { release: { name: 'x' }, values: userValues({ set: ['store.on=false'] }, 'v4') });
    expect(encodeJson(chart.values) + JSON.stringify(chart.metadata)).toBe(before);
    expect(render(chart, { release: { name: 'x' } }).manifests).toHaveLength(1);
  });
});
