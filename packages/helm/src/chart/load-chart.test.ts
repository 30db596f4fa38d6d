import { MemoryTree } from '@gitops-toolkit/core';
import { packArchive } from '@gitops-toolkit/core/node';
import { describe, expect, it } from 'vitest';
import { chartOf } from '../testing/chart-of.ts';
import { loadChart } from './load-chart.ts';

const names = (files: readonly { name: string }[]): string[] => files.map(({ name }) => name);
const text = (data: Uint8Array | undefined): string => new TextDecoder().decode(data);

async function archive(files: Record<string, string>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of packArchive(MemoryTree.from(files))) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe('loading a folder', () => {
  it('tells templates from files and from what Helm reads itself', async () => {
    const chart = await chartOf({
      'values.yaml': 'a: 1\nb: yes\n',
      'values.schema.json': '{}',
      'README.md': 'text',
      'crds/site.yaml': 'kind: CustomResourceDefinition',
      'templates/a.yaml': 'a: 1',
      'templates/.hidden': '',
    });
    expect(chart.values).toEqual({ a: 1, b: true });
    expect(names(chart.templates)).toEqual(['templates/a.yaml']);
    expect(names(chart.files)).toEqual(['README.md', 'crds/site.yaml']);
    expect(text(chart.schema)).toBe('{}');
  });

  it('reads values as the dialect does', async () => {
    const files = { 'values.yaml': 'a: 1\n---\nb: 2\n' };
    expect((await chartOf(files, { dialect: 'v3' })).values).toEqual({ a: 1 });
    expect((await chartOf(files, { dialect: 'v4' })).values).toEqual({ a: 1, b: 2 });
  });

  it('keeps out what .helmignore names', async () => {
    const chart = await chartOf({
      '.helmignore': '# tests\n*.bak\n/secret.txt\ndocs/\n',
      'a.bak': '',
      'deep/b.bak': '',
      'secret.txt': '',
      'deep/secret.txt': '',
      'docs/x.md': '',
      'deep/docs': 'a file',
    });
    expect(names(chart.files)).toEqual(['.helmignore', 'deep/docs', 'deep/secret.txt']);
    await expect(chartOf({ '.helmignore': 'a/**' })).rejects.toMatchObject({
      code: 'HELM_CHART_INVALID',
      message: 'double-star (**) syntax is not supported',
    });
  });

  it('follows links inside the tree, and none that lead out of it', async () => {
    const chart = await chartOf({
      'real/a.txt': 'a',
      'templates/link.yaml': { symlink: '../real/a.txt' },
      'templates/out.yaml': { symlink: '../../etc/passwd' },
    });
    expect(chart.templates.map(({ name, data }) => [name, text(data)])).toEqual([
      ['templates/link.yaml', 'a'],
    ]);
  });

  it('finds charts in charts/, and the dependencies of the first format', async () => {
    const chart = await chartOf({
      'Chart.yaml': 'name: old\nversion: 1.0.0\n',
      'requirements.yaml': 'dependencies:\n- name: db\n  version: 1.x\n',
      'charts/db/Chart.yaml': '{apiVersion: v2, name: db, version: 1.2.0}',
      'charts/_skipped/Chart.yaml': 'nonsense: [',
    });
    expect(chart.metadata).toMatchObject({
      apiVersion: 'v1',
      dependencies: [{ name: 'db', version: '1.x' }],
    });
    expect(chart.dependencies.map(({ metadata }) => metadata.name)).toEqual(['db']);
    expect(names(chart.files)).toEqual(['requirements.yaml']);
  });
});

describe('loading a package', () => {
  const inner = { 'db/Chart.yaml': '{apiVersion: v2, name: db, version: 1.0.0}', 'db/templates/a.yaml': 'a' };

  it('leaves out the folder that all is in, and unpacks packages in it', async () => {
    const tree = new MemoryTree([
      ['web/Chart.yaml', '\ufeff{apiVersion: v2, name: web, version: 1.0.0}'],
      ['web/charts/db-1.0.0.tgz', await archive(inner)],
    ]);
    const chunks: Uint8Array[] = [];
    for await (const chunk of packArchive(tree)) chunks.push(chunk);
    const chart = await loadChart(Buffer.concat(chunks));
    expect(chart.metadata.name).toBe('web');
    expect(names(chart.dependencies[0]?.templates ?? [])).toEqual(['templates/a.yaml']);
  });

  it.each([
    ['no archive', async () => new TextEncoder().encode('text'), 'gzip: invalid header'],
    ['an empty one', () => archive({}), 'no files in chart archive'],
    ['one that is cut', async () => (await archive(inner)).subarray(0, 60), 'the archive is damaged'],
    [
      'files without a folder',
      () => archive({ 'Chart.yaml': 'a: 1' }),
      /content outside the base directory|not in base/,
    ],
  ])('HELM_CHART_INVALID for %s', async (_name, data, message) => {
    await expect(loadChart(await data())).rejects.toMatchObject({
      code: 'HELM_CHART_INVALID',
      message: expect.stringMatching(message) as string,
    });
  });

  it('HELM_LIMIT for a file that is larger than Helm takes', async () => {
    const data = await archive({ ...inner, 'db/big': 'x'.repeat(5 * 1024 * 1024 + 1) });
    await expect(loadChart(data)).rejects.toMatchObject({ code: 'HELM_LIMIT' });
    await expect(chartOf({ big: 'x'.repeat(5 * 1024 * 1024 + 1) })).rejects.toMatchObject({
      code: 'HELM_LIMIT',
    });
  });

  it('stops when told to', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(loadChart(await archive(inner), { signal })).rejects.toThrow('enough');
  });
});

describe('Chart.yaml', () => {
  it.each([
    ['name: web\nversion: x', 'validation: chart.metadata.version "x" is invalid'],
    ['name: ../web\nversion: 1.0.0', 'validation: chart.metadata.name "../web" is invalid'],
    ['name: ..\nversion: 1.0.0', 'validation: chart.metadata.name ".." is not allowed'],
    ['name: "a\\\\b"\nversion: 1.0.0', 'validation: chart.metadata.name "a\\\\b" is invalid'],
    ['version: 1.0.0', 'validation: chart.metadata.name is required'],
    [
      'name: web\nversion: 1.0.0\nmaintainers: [null]',
      'validation: maintainers must not contain empty or null nodes',
    ],
    [
      'name: web\nversion: 1.0.0\ndependencies: [null]',
      'validation: dependencies must not contain empty or null nodes',
    ],
    [
      'name: web\nversion: 1.0.0\ndependencies: [{name: a}, {name: a}]',
      'validation: more than one dependency with name or alias "a"',
    ],
    [
      'name: web\nversion: 1.0.0\nsources: a',
      'cannot load Chart.yaml: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal string into Go struct field Metadata.sources of type []string',
    ],
  ])('%j is refused', async (yaml, message) => {
    await expect(chartOf({ 'Chart.yaml': yaml })).rejects.toMatchObject({
      code: 'HELM_CHART_INVALID',
      message,
    });
  });

  it('takes numbers where texts are wanted', async () => {
    const { metadata } = await chartOf({ 'Chart.yaml': 'name: web\nversion: 2\nappVersion: 1.10\n' });
    expect(metadata).toMatchObject({ version: '2', appVersion: '1.1' });
  });

  it('names the chart in charts/ that is wrong', async () => {
    await expect(chartOf({ 'charts/db/values.yaml': '' })).rejects.toMatchObject({
      message: 'error unpacking subchart db in web: Chart.yaml file is missing',
    });
  });
});
