import { MemoryTree } from '@gitops-toolkit/core';
import { describe, expect, it } from 'vitest';
import { loadChart } from '../chart/load-chart.ts';
import { packageChart } from './package-chart.ts';
import { replaceValues } from './replace-values.ts';

const chartOf = (values: string | undefined) =>
  loadChart(
    MemoryTree.from({
      'Chart.yaml': '{apiVersion: v2, name: web, version: 1.0.0}',
      ...(values === undefined ? {} : { 'values.yaml': values }),
    }),
  );

describe('values files of a chart', () => {
  it('take the place of its values, merged, and are in its package', async () => {
    const chart = await chartOf('replicas: 1\nimage: {tag: a}\n');
    const replaced = replaceValues(chart, [
      { name: 'values.yaml', text: 'replicas: 1\nimage: {tag: a, name: web}\n' },
      { name: 'prod.yaml', text: 'replicas: 3\nimage: {tag: b}\n' },
    ]);
    const { values } = await loadChart((await packageChart(replaced)).data);
    expect(values).toEqual({ replicas: 3, image: { tag: 'b', name: 'web' } });
    expect(new TextDecoder().decode(replaced.raw.find(({ name }) => name === 'values.yaml')?.data)).toBe(
      'image:\n  name: web\n  tag: b\nreplicas: 3\n',
    );
  });

  it('change nothing where they say the same', async () => {
    const chart = await chartOf('replicas: 1\n');
    expect(replaceValues(chart, [{ name: 'a.yaml', text: 'replicas: 1\n' }])).toBe(chart);
  });

  it('need a chart that has values, and to be maps', async () => {
    const files = [{ name: 'a.yaml', text: 'a: 1\n' }];
    const bare = await chartOf(undefined);
    expect(() => replaceValues(bare, files)).toThrow('failed to locate values file: values.yaml');
    const chart = await chartOf('');
    expect(() => replaceValues(chart, [{ name: 'list.yaml', text: '[1]' }])).toThrow(
      'failed to parse list.yaml',
    );
  });
});
