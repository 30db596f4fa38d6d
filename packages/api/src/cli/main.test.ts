import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { emit } from '@gitops-toolkit/yaml';
import { crdOf } from '../testing/crd-of.ts';

const BIN = path.join(import.meta.dirname, 'bin.ts');
const API = path.join(import.meta.dirname, '..', 'index.ts');

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'gotk-api-'));
  await writeFile(
    path.join(folder, 'site.ts'),
    `import { defineResource, object, string } from ${JSON.stringify(API)};
export const Site = defineResource({
  group: 'web.example.com', version: 'v1', kind: 'Site', description: 'A site.',
  spec: object('What is wanted.', { domain: string('The host name.') }, { name: 'SiteSpec' }),
  status: object('What is there.', {}, { name: 'SiteStatus' }),
});
export const other = 1;
`,
  );
  await writeFile(
    path.join(folder, 'crds.yaml'),
    `${emit({ apiVersion: 'v1', kind: 'ConfigMap' })}---\n${emit(crdOf({ spec: { type: 'object' } }))}`,
  );
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function gotkApi(...args: string[]): { code: number | null; stdout: string; stderr: string } {
  const run = spawnSync(process.execPath, ['--conditions=@gitops-toolkit/source', BIN, ...args], {
    cwd: folder,
    encoding: 'utf8',
  });
  return { code: run.status, stdout: run.stdout, stderr: run.stderr };
}

describe('gotk-api', () => {
  it('writes the CRD of each definition that a module exports', async () => {
    expect(gotkApi('crds', 'site.ts', '--out', 'out')).toMatchObject({ code: 0, stderr: '' });
    expect(await readdir(path.join(folder, 'out'))).toEqual(['web.example.com_sites.yaml']);
    const text = await readFile(path.join(folder, 'out/web.example.com_sites.yaml'), 'utf8');
    expect(text).toContain('name: sites.web.example.com');
    expect(gotkApi('crds', 'site.ts', '--out', 'out').stdout).toBe('');
  });

  it('tells where a file is out of date, and leaves it as it is', async () => {
    gotkApi('crds', 'site.ts', '--out', '.');
    expect(gotkApi('crds', 'site.ts', '--out', '.', '--check').code).toBe(0);
    await writeFile(path.join(folder, 'web.example.com_sites.yaml'), 'old');
    const run = gotkApi('crds', 'site.ts', '--out', '.', '--check');
    expect(run).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('out of date: web.example.com_sites.yaml'),
    });
    expect(await readFile(path.join(folder, 'web.example.com_sites.yaml'), 'utf8')).toBe('old');
  });

  it('writes types of existing CRDs and of definitions', async () => {
    expect(gotkApi('types', 'crds.yaml', 'site.ts', '--out', 'out').code).toBe(0);
    const written = await readdir(path.join(folder, 'out'));
    expect(written.toSorted()).toEqual(['example.com_widgets_v1.ts', 'resource-types.ts']);
  });

  it('takes a folder of manifests', () => {
    expect(gotkApi('types', '.').stdout).toContain('export interface Widget extends KubeObject {');
  });

  it('prints documentation', () => {
    expect(gotkApi('docs', 'site.ts').stdout).toContain('| `spec.domain` | `string` |');
  });

  it.each([
    [['crds', 'crds.yaml'], 'no definition to write a CRD of'],
    [['types', 'none.yaml'], 'none.yaml holds no resources'],
    [['types', 'missing.yaml'], 'missing.yaml'],
    [['types'], 'gotk-api types needs a file'],
    [['paint', 'x'], 'there is no command paint: use crds, types, docs'],
    [['docs', 'site.ts', '--check'], '--check needs --out'],
    [['types', 'broken.yaml'], 'broken.yaml:2:1: did not find'],
  ])('fails for %j with the reason', async (args, reason) => {
    await writeFile(path.join(folder, 'none.yaml'), 'kind: ConfigMap\n');
    await writeFile(path.join(folder, 'broken.yaml'), 'a: [\n');
    const run = gotkApi(...args);
    expect(run).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining(reason) });
  });

  it('says what a file has to hold: API_NO_RESOURCES', async () => {
    await writeFile(path.join(folder, 'none.yaml'), 'kind: ConfigMap\n');
    expect(gotkApi('types', 'none.yaml').stderr).toContain(
      'hint: Name a module that exports definitions, or manifests of kind CustomResourceDefinition.',
    );
  });

  it('explains itself', () => {
    expect(gotkApi('--help').stdout).toContain('gotk-api crds');
  });
});
