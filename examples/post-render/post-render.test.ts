import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runExample } from '../testing/run-example.ts';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(path.join(os.tmpdir(), 'post-render-test-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

async function write(files: Record<string, string>): Promise<void> {
  for (const [file, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
    await writeFile(path.join(folder, file), text);
  }
}

const chart = {
  'chart/Chart.yaml': '{apiVersion: v2, name: web, version: 1.0.0}',
  'chart/templates/account.yaml': `apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ .Release.Name }}
---
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ .Release.Name }}-setup
  annotations:
    helm.sh/hook: pre-install
`,
};

it('gives objects and hooks of a chart what a kustomization says', async () => {
  await write({ ...chart, 'overlay/kustomization.yaml': 'resources: [rendered.yaml]\nnamespace: prod\n' });
  const run = runExample('post-render', ['shop', path.join(folder, 'chart'), path.join(folder, 'overlay')]);
  expect(await run.ended).toBe(0);
  expect(run.output()).toBe(`---
# Source: web/templates/account.yaml
apiVersion: v1
kind: ServiceAccount
metadata:
  name: shop
  namespace: prod
---
# Source: web/templates/account.yaml
apiVersion: batch/v1
kind: Job
metadata:
  annotations:
    helm.sh/hook: pre-install
  name: shop-setup
  namespace: prod
`);
});

it('says what kustomize has failed with', async () => {
  await write({ ...chart, 'overlay/kustomization.yaml': 'resources: [other.yaml]\n' });
  const run = runExample('post-render', ['shop', path.join(folder, 'chart'), path.join(folder, 'overlay')]);
  expect(await run.ended).toBe(1);
  expect(run.output()).toContain('error while running post render on hooks: ');
  expect(run.output()).toContain('other.yaml');
});
