// The package as it is published, bundled for browsers, builds in headless Chromium what it builds in Node.
// KUSTOMIZE_OVERLAYS may name a folder of cases (`case.json`, `input/`); the three with the most output are built, too.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { type FileTree, MemoryTree, walkFiles } from '@gitops-toolkit/core';
import { DiskTree } from '@gitops-toolkit/core/node';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasBrowser, openPage, startBrowser } from '../../../../tools/browser-page.ts';
import { bundleForBrowser } from '../../../../tools/bundle-for-browser.ts';
import { build } from '../build.ts';
import { bare, deployment } from '../testing/build-files.ts';

interface Overlay {
  readonly name: string;
  readonly tree: FileTree;
  readonly path: string;
}

const root = path.join(import.meta.dirname, '../../../..');
const sample = new DiskTree(path.join(root, 'examples/all-in-one/sample/deploy'));

/** Many resources with references, generators and patches of both kinds. */
function generated(count: number): Overlay {
  const names = Array.from({ length: count }, (_, i) => `web-${i}`);
  const tree = MemoryTree.from({
    'base/kustomization.yaml': `resources: [all.yaml]\nconfigMapGenerator:\n- name: settings\n  literals: [mode=dark, "emoji=😀 é"]\n`,
    'base/all.yaml': names.map((name) => `${deployment(name)}---\n${bare('Service', name)}`).join('---\n'),
    'overlay/kustomization.yaml': `resources: [../base]
namePrefix: big-
namespace: shop
patches:
- target: { kind: Deployment, name: 'web-1.*' }
  patch: |
    - { op: add, path: /spec/template/spec/containers/0/envFrom, value: [{ configMapRef: { name: settings } }] }
- target: { kind: Deployment }
  patch: |
    apiVersion: apps/v1
    kind: Deployment
    metadata: { name: any }
    spec: { template: { spec: { volumes: [{ name: settings, configMap: { name: settings } }] } } }
`,
  });
  return { name: `generated, ${count}`, tree, path: 'overlay' };
}

function given(folder: string | undefined): Overlay[] {
  if (!folder) return [];
  const sizeOf = (name: string): number =>
    statSync(path.join(folder, name, 'expected.yaml'), { throwIfNoEntry: false })?.size ?? 0;
  const largest = readdirSync(folder).toSorted((a, b) => sizeOf(b) - sizeOf(a));
  return largest.slice(0, 3).map((name) => {
    const file = readFileSync(path.join(folder, name, 'case.json'), 'utf8');
    const { path: directory } = JSON.parse(file) as { path: string };
    return { name, tree: new DiskTree(path.join(folder, name, 'input')), path: directory };
  });
}

const overlays: Overlay[] = [
  { name: 'the sample, staging', tree: sample, path: 'overlays/staging' },
  { name: 'the sample, production', tree: sample, path: 'overlays/production' },
  generated(100),
  ...given(process.env['KUSTOMIZE_OVERLAYS']),
];

/** The files of a tree, in a form that goes into a page. */
function filesOf(tree: FileTree): [string, string][] {
  return [...walkFiles(tree)]
    .filter(({ kind }) => kind === 'file')
    .map((file) => [file.path, Buffer.from(tree.read(file.path) ?? []).toString('base64')]);
}

describe.skipIf(!hasBrowser)('in Chromium', () => {
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    const script = await bundleForBrowser({
      packages: ['core', 'yaml', 'schema', 'patch', 'kustomize'],
      entry: path.join(import.meta.dirname, '../testing/page.ts'),
    });
    browser = await startBrowser();
    page = await openPage(browser, { script, ready: 'buildFiles' });
  }, 120_000);
  afterAll(() => browser?.close());

  it.each(overlays)('builds the same bytes: $name', async ({ tree, path: directory }) => {
    const files = filesOf(tree);
    const inNode = build(tree, { path: directory }).toYaml();
    const inBrowser = await page.evaluate(
      ([entries, at]) =>
        (globalThis as unknown as { buildFiles(files: [string, string][], path: string): string }).buildFiles(
          entries,
          at,
        ),
      [files, directory] as const,
    );
    expect(inBrowser.length).toBeGreaterThan(100);
    expect(inBrowser).toBe(inNode);
  });
});
