import { describe, expect, it } from 'vitest';
import { ChartNode } from '../chart/chart-node.ts';
import { chartOf } from '../testing/chart-of.ts';
import { coalesceOwnValues, coalesceValues } from './coalesce.ts';

const options = { dialect: 'v4', keepsNulls: false } as const;
const files = {
  'values.yaml': 'kept: {a: 1}\nmerged: {b: 1, c: {d: 1}}\nlist: [{e: 1}]\nglobal: {one: {two: {f: 1}}}\n',
  'charts/db/Chart.yaml': '{apiVersion: v2, name: db, version: 1.0.0}',
  'charts/db/values.yaml': 'port: 1\nglobal: {one: {two: {g: 1}}}\n',
};

describe('coalesceValues', () => {
  it('shares with the chart what nobody changes, and changes nothing in it', async () => {
    const chart = await chartOf(files);
    const before = structuredClone(chart.values);
    const values = { merged: { c: { d: 2 } } };
    const coalesced = coalesceValues(ChartNode.of(chart), values, options);
    expect(coalesced['kept']).toBe(chart.values['kept']);
    expect(coalesced['merged']).toEqual({ b: 1, c: { d: 2 } });
    expect(chart.values).toEqual(before);
    expect(values).toEqual({ merged: { c: { d: 2 } } });
  });
});

describe('coalesceOwnValues', () => {
  it('shares nothing with the chart', async () => {
    const chart = await chartOf(files);
    const coalesced = coalesceOwnValues(ChartNode.of(chart), {}, options);
    expect(coalesced['kept']).not.toBe(chart.values['kept']);
    const [item] = coalesced['list'] as unknown[];
    expect(item).not.toBe((chart.values['list'] as unknown[])[0]);
  });

  it('has maps within what is global once, for a chart and its dependencies, as Helm has', async () => {
    const coalesced = coalesceOwnValues(ChartNode.of(await chartOf(files)), {}, options) as {
      global: { one: { two: object } };
      db: { global: { one: { two: object } } };
    };
    expect(coalesced.db.global.one.two).toEqual({ f: 1, g: 1 });
    expect(coalesced.global.one.two).toBe(coalesced.db.global.one.two);
    expect(coalesced.global.one).not.toBe(coalesced.db.global.one);
  });
});
