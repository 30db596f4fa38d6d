// The package as it is published, bundled for browsers, renders in headless Chromium what it renders in Node.
// HELM_CHARTS may name a folder of charts (`<chart>/chart`, `<chart>/cases/<case>/case.json`); the three whose cases
// have the most output are rendered, too.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { walkFiles } from '@gitops-toolkit/core';
import { DiskTree } from '@gitops-toolkit/core/node';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasBrowser, openPage, startBrowser } from '../../../../tools/browser-page.ts';
import { bundleForBrowser } from '../../../../tools/bundle-for-browser.ts';
import { type ChartFiles, issuerChart, portalChart, shopChart } from '../testing/browser-charts.ts';
import { type FilesToRender, renderFiles } from '../testing/render-files.ts';

type Named = FilesToRender & { readonly name: string };

function ours(name: string, files: ChartFiles, values: FilesToRender['values'] = {}): Named[] {
  const encoded = Object.entries(files).map(
    ([file, content]) => [file, Buffer.from(content).toString('base64')] as const,
  );
  const release = { name: 'spring', namespace: 'apps' };
  return (['v3', 'v4'] as const).map((dialect) => ({
    name: `${name}, ${dialect}`,
    files: encoded,
    dialect,
    values,
    release,
  }));
}

/** The charts of a folder whose output is largest, with their own values. */
function given(folder: string | undefined): Named[] {
  if (!folder) return [];
  const sizes = readdirSync(folder).flatMap((chart) => {
    const outputs = path.join(folder, chart, 'cases');
    if (!statSync(path.join(folder, chart, 'chart'), { throwIfNoEntry: false })?.isDirectory()) return [];
    const sizeOf = (name: string): number =>
      statSync(path.join(outputs, name, 'expected.yaml'), { throwIfNoEntry: false })?.size ?? 0;
    return { chart, size: Math.max(...readdirSync(outputs).map(sizeOf)) };
  });
  const largest = sizes.toSorted((a, b) => b.size - a.size).slice(0, 3);
  return largest.map(({ chart }) => {
    const tree = new DiskTree(path.join(folder, chart, 'chart'));
    const files = [...walkFiles(tree)]
      .filter(({ kind }) => kind === 'file')
      .map((file) => [file.path, readFileSync(path.join(tree.root, file.path), 'base64')] as const);
    const release = { name: 'spring', namespace: 'apps' };
    return { name: chart, files, dialect: 'v4', values: {}, release };
  });
}

const charts: Named[] = [
  ...ours('a shop with charts in it', await shopChart(), { set: ['replicas=1', 'sessions.size=null'] }),
  ...ours('a portal with a schema', portalChart(), { setJson: ['extra={"a":[1,2.5]}'] }),
  ...ours('an issuer of certificates', issuerChart(), {
    files: [{ name: 'v.yaml', text: 'users: {carl: 4}' }],
  }),
  ...given(process.env['HELM_CHARTS']),
];

describe.skipIf(!hasBrowser)('in Chromium', () => {
  let browser: Browser;
  const pages = new Map<string, Page>();

  beforeAll(async () => {
    const script = await bundleForBrowser({
      packages: ['core', 'yaml', 'schema', 'go-template', 'helm'],
      entry: path.join(import.meta.dirname, '../testing/page.ts'),
    });
    browser = await startBrowser();
    const ready = 'renderFiles';
    pages.set('compiled', await openPage(browser, { script, ready }));
    pages.set('interpreted', await openPage(browser, { script, ready, forbidsCode: true }));
  }, 120_000);
  afterAll(() => browser?.close());

  async function renderIn(mode: string, chart: FilesToRender): Promise<string> {
    return pages
      .get(mode)!
      .evaluate(
        (given) =>
          (globalThis as unknown as { renderFiles: (chart: FilesToRender) => Promise<string> }).renderFiles(
            given,
          ),
        chart,
      );
  }

  it('has one page that forbids generated code', async () => {
    const generatesCode = (mode: string): Promise<boolean> =>
      pages.get(mode)!.evaluate(() => (globalThis as unknown as { generatesCode: boolean }).generatesCode);
    expect([await generatesCode('compiled'), await generatesCode('interpreted')]).toEqual([true, false]);
  });

  it.each(charts)('renders the same bytes: $name', async (chart) => {
    const inNode = await renderFiles(chart);
    expect(inNode.length).toBeGreaterThan(300);
    expect(await renderIn('compiled', chart)).toBe(inNode);
    expect(await renderIn('interpreted', chart)).toBe(inNode);
  });

  it('fails in the same words', async () => {
    const [chart] = ours('a portal with a schema', portalChart(), { set: ['port=70000', 'title=x'] });
    const failure = (await renderFiles(chart!).catch((error: Error) => error.message)) as string;
    expect(failure).toContain("at '/port'");
    await expect(renderIn('compiled', chart!)).rejects.toThrow(failure);
    await expect(renderIn('interpreted', chart!)).rejects.toThrow(failure);
  });
});
