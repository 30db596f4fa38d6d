import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runExample } from '../testing/run-example.ts';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(path.join(os.tmpdir(), 'preview-test-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

async function write(root: string, files: Record<string, string>): Promise<string> {
  for (const [file, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, root, file)), { recursive: true });
    await writeFile(path.join(folder, root, file), text);
  }
  return path.join(folder, root);
}

async function preview(...args: string[]): Promise<{ code: number | null; output: string }> {
  const run = runExample('preview', args);
  return { code: await run.ended, output: run.output() };
}

const before = {
  'base/kustomization.yaml': 'resources: [web.yaml, old.yaml]\n',
  'base/web.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 2
  template: { spec: { containers: [{ name: web, image: 'shop/web:1.4.0' }] } }
`,
  'base/old.yaml': 'apiVersion: v1\nkind: Service\nmetadata: { name: old }\n',
  'production/kustomization.yaml': `namespace: shop
resources: [../base]
secretGenerator:
- name: password
  literals: [word=old]
  options: { disableNameSuffixHash: true }
`,
};
const after = {
  ...before,
  'base/kustomization.yaml': 'resources: [web.yaml]\n',
  'production/kustomization.yaml': `namespace: shop
resources: [../base]
images:
- name: shop/web
  newTag: 1.5.2
configMapGenerator:
- name: banner
  literals: [text=hello]
  options: { disableNameSuffixHash: true }
secretGenerator:
- name: password
  literals: [word=new]
  options: { disableNameSuffixHash: true }
`,
};

describe('preview', () => {
  it('prints what is new, gone and different, and where it comes from', async () => {
    const { code, output } = await preview(
      '--path',
      'production',
      await write('a', before),
      await write('b', after),
    );
    expect(output).toBe(`~ Secret/shop/password
    data.word: (secret) → (secret)   # secretGenerator password, production/kustomization.yaml:11
- Service/shop/old
~ Deployment/shop/web
    spec.template.spec.containers.0.image: "shop/web:1.4.0" → "shop/web:1.5.2"   # image shop/web, production/kustomization.yaml:4
+ ConfigMap/shop/banner
`);
    expect(code).toBe(0);
  });

  it('takes revisions of git', async () => {
    const repository = await write('repository', before);
    const git = (...args: string[]): void =>
      void execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: repository });
    git('init', '-q');
    git('add', '.');
    git('commit', '-qm', 'before');
    await write('repository', after);
    git('commit', '-qam', 'after');
    const run = runExample('preview', ['--path', 'production', 'HEAD~1', 'HEAD'], {}, repository);
    expect(await run.ended).toBe(0);
    expect(run.output()).toContain('+ ConfigMap/shop/banner');
  });

  it('says so where nothing changes', async () => {
    const same = await write('a', before);
    expect((await preview('--path', 'production', same, same)).output).toBe('Nothing changes.\n');
  });

  it('shows the place of a build that fails', async () => {
    const broken = await write('b', { ...before, 'base/web.yaml': 'kind: [\n' });
    const { code, output } = await preview('--path', 'production', await write('a', before), broken);
    expect(output).toContain('base/web.yaml:2');
    expect(code).toBe(1);
  });
});
