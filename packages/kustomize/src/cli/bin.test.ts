import { spawnSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BuiltProgram, type ProgramRun } from '../../../../tools/built-program.ts';
import { bare } from '../testing/build-files.ts';

const program = new BuiltProgram(join(import.meta.dirname, '..', '..'), 'gotk-kustomize');
const { folder } = program;
beforeAll(() => program.build(), 120_000);
afterAll(() => program.remove());

const run = (args: readonly string[], cwd?: string, env?: Record<string, string>): ProgramRun =>
  program.run(args, { ...(cwd !== undefined && { cwd }), ...(env && { env }) });
const write = program.write.bind(program);

const SHOP = {
  'base/kustomization.yaml': 'resources: [web.yaml]\n',
  'base/web.yaml': `${bare('Service', 'web')}---\n${bare('Namespace', 'shop')}`,
  'prod/kustomization.yaml': 'namePrefix: prod-\nresources: [../base]\n',
};
const BUILT = `${bare('Namespace', 'shop')}---\n${bare('Service', 'prod-web')}`;

describe('gotk-kustomize build', () => {
  it('prints what a directory builds, whatever leads to it', () => {
    const root = write(SHOP);
    for (const [args, cwd] of [
      [['build', 'prod'], root],
      [['build', './prod/kustomization.yaml'], root],
      [['build', join(root, 'prod')], folder],
      [['build', '../prod'], join(root, 'base')],
      [['build'], join(root, 'prod')],
    ] as const) {
      expect(run(args, cwd)).toEqual({ code: 0, out: BUILT, err: '' });
    }
  });

  it('keeps the order of reading with --reorder none, and says that this is deprecated', () => {
    const { out, err } = run(['build', 'prod', '--reorder', 'none'], write(SHOP));
    expect(out).toBe(`${bare('Service', 'prod-web')}---\n${bare('Namespace', 'shop')}`);
    expect(err).toMatch(/^Flag --reorder has been deprecated, use the new 'sortOptions'/);
  });

  it('writes to a file', () => {
    const root = write(SHOP);
    expect(run(['build', 'prod', '-o', 'out.yaml'], root)).toEqual({ code: 0, out: '', err: '' });
    expect(readFileSync(join(root, 'out.yaml'), 'utf8')).toBe(BUILT);
  });

  it('writes to files of a directory, with namespaces in the names where there are several', () => {
    const root = write({ ...SHOP, 'out/.keep': '', 'two/.keep': '' });
    expect(run(['build', 'prod', '--output=out'], root).code).toBe(0);
    expect(readdirSync(join(root, 'out'))).toEqual([
      '.keep',
      'v1_namespace_shop.yaml',
      'v1_service_prod-web.yaml',
    ]);
    writeFileSync(
      join(root, 'base/web.yaml'),
      `${bare('Service', 'Web')}---\n${bare('Service', 'web', 'x')}`,
    );
    expect(run(['build', 'base', '--output=two'], root).code).toBe(0);
    expect(readdirSync(join(root, 'two'))).toEqual([
      '.keep',
      'default_v1_service_web.yaml',
      'x_v1_service_web.yaml',
    ]);
  });

  it('lets no name of a resource say where a file goes, and writes none over another', () => {
    const root = write({
      'kustomization.yaml': 'resources: [a.yaml]\n',
      'a.yaml': bare('Service', '../../up'),
      'out/.keep': '',
    });
    expect(run(['build', '-o', 'out'], root)).toMatchObject({
      code: 1,
      err: expect.stringContaining('Error: cannot write a file named "v1_service_../../up.yaml"') as string,
    });
    writeFileSync(join(root, 'a.yaml'), `${bare('Service', 'web')}---\n${bare('Service', 'Web')}`);
    expect(run(['build', '-o', 'out'], root).err).toContain('two resources would be written to the file');
    expect(readdirSync(join(root, 'out'))).toEqual(['.keep']);
  });

  it('prints warnings as kustomize does, on standard error', () => {
    const root = write({ ...SHOP, 'prod/kustomization.yaml': 'bases: [../base]\n' });
    const { code, err } = run(['build', 'prod'], root);
    expect([code, err]).toEqual([
      0,
      expect.stringMatching(/^# Warning: 'bases' is deprecated\. Please use 'resources'/),
    ]);
  });

  it('shows a failure with its place, from the directory that the user is in', () => {
    const root = write({
      ...SHOP,
      'base/web.yaml': 'apiVersion: v1\nkind: Service\nmetadata:\n\tname: web\n',
    });
    const { code, out, err } = run(['build', 'prod'], root);
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(/^Error: prod → \.\.\/base: MalformedYAMLError: /);
    expect(err).toContain('  at base/web.yaml:4:1\n');
    expect(err).toContain('> 4 |');
    expect(err).not.toContain('    at ');
    expect(run(['build', 'prod', '--stack-trace'], root).err).toContain('    at ');
  });

  it('restricts what is loaded unless it is told not to', () => {
    const root = write({
      'prod/kustomization.yaml': 'resources: [../web.yaml]\n',
      'web.yaml': bare('Service', 'web'),
    });
    expect(run(['build', 'prod'], root).err).toMatch(
      /^Error: .*security; file '.*web\.yaml' is not in or below/,
    );
    expect(run(['build', 'prod', '--load-restrictor', 'LoadRestrictionsNone'], root).out).toBe(
      bare('Service', 'web'),
    );
  });

  it('fetches nothing, and takes what was fetched by --remote', () => {
    const url = 'https://github.com/acme/shop//base?ref=v1';
    const root = write({ ...SHOP, 'prod/kustomization.yaml': `namePrefix: prod-\nresources: ['${url}']\n` });
    const { code, err } = run(['build', 'prod'], root);
    expect(code).toBe(1);
    expect(err).toContain('hint: This program fetches nothing.');
    expect(run(['build', 'prod', '--remote', `${url}=.`], root)).toEqual({ code: 0, out: BUILT, err: '' });
    expect(run(['build', url], root).err).toMatch(/^Error: nothing is fetched, and .* is remote/);
  });

  it('labels what it builds where the environment or the flag says so', () => {
    const root = write(SHOP);
    const label = 'app.kubernetes.io/managed-by: kustomize-v5.8.1';
    expect(run(['build', 'prod', '--enable-managedby-label'], root).out).toContain(label);
    expect(run(['build', 'prod'], root, { KUSTOMIZE_ENABLE_MANAGEDBY_LABEL: 'on' }).out).toContain(label);
  });

  describe('with charts', () => {
    const files = {
      'kustomization.yaml': `namePrefix: prod-
helmCharts:
- { name: web, releaseName: shop, namespace: apps, valuesInline: { size: 2 } }
`,
      'charts/web/Chart.yaml': '{apiVersion: v2, name: web, version: 1.0.0, kubeVersion: ">=1.20"}\n',
      'charts/web/values.yaml': 'size: 1\nnone: null\n',
      'charts/web/templates/cm.yaml': `apiVersion: v1
kind: ConfigMap
metadata: { name: '{{ .Release.Name }}', namespace: '{{ .Release.Namespace }}' }
data:
  size: '{{ .Values.size }}'
  kube: '{{ .Capabilities.KubeVersion }}'
  gateway: '{{ .Capabilities.APIVersions.Has "gateway.networking.k8s.io/v1" }}'
`,
    };

    it('renders those that are in the charts folder', () => {
      const { code, out, err } = run(['build', '--enable-helm', '--helm-command=helm'], write(files));
      expect([code, err]).toEqual([0, '']);
      expect(out).toContain('  name: prod-shop\n  namespace: apps\n');
      expect(out).toContain('size: "2"');
      expect(out).toContain('gateway: "false"');
    });

    it('renders for the Kubernetes and the Helm of the flags', () => {
      const flags = ['--helm-kube-version=1.27.0', '--helm-api-versions=gateway.networking.k8s.io/v1'];
      const { out } = run(['build', '--enable-helm', ...flags, '--helm-dialect=v3'], write(files));
      expect(out).toContain('kube: v1.27.0');
      expect(out).toContain('gateway: "true"');
      expect(run(['build', '--enable-helm', '--helm-dialect=2'], write(files)).err).toBe(
        'Error: illegal flag value --helm-dialect 2; legal values: [v3 v4]\n',
      );
    });

    it('renders none without --enable-helm, and fetches none', () => {
      expect(run(['build'], write(files)).err).toMatch(/^Error: .*must specify --enable-helm/);
      const remote = {
        'kustomization.yaml': 'helmCharts: [{name: web, repo: "https://charts.example.com"}]\n',
      };
      const { code, err } = run(['build', '--enable-helm'], write(remote));
      expect(code).toBe(1);
      expect(err).toContain('chart web of https://charts.example.com is not there, and nothing fetches it');
      expect(err).toContain('hint: Pull the chart into the tree');
    });
  });

  it.each([
    [['build', 'a', 'b'], 'Error: specify one path to kustomization.yaml\n'],
    [
      ['build', '--enable-exec'],
      'Error: --enable-exec: functions that are programs or containers are not run',
    ],
    [['build', '-e', 'A=b'], 'Error: --env: functions that are programs or containers are not run'],
    [
      ['build', '--load-restrictor', 'none'],
      'Error: illegal flag value --load-restrictor none; legal values: [LoadRestrictionsRootOnly LoadRestrictionsNone]\n',
    ],
    [
      ['build', 'nowhere'],
      "Error: must build at directory: not a valid directory: 'nowhere' does not exist\n",
    ],
    [['build', 'package.json'], "Error: must build at directory: 'package.json': file is not directory\n"],
    [['build', 'dist'], "Error: unable to find one of 'kustomization.yaml', "],
    [['build', '--remote', 'x'], 'Error: --remote takes <url>=<path>, not "x"\n'],
    [['edit'], 'Error: unknown command "edit" for "gotk-kustomize"\n'],
  ])('%j ends with 1 and a reason', (args, reason) => {
    const { code, out, err } = run(args);
    expect([code, out]).toEqual([1, '']);
    expect(err.replace(/^Error: dist: /, 'Error: ').slice(0, reason.length)).toBe(reason);
  });

  it('prints help', () => {
    expect(run(['build', '--help']).out).toContain('--load-restrictor string');
    expect(run([])).toMatchObject({
      code: 0,
      out: expect.stringContaining('gotk-kustomize build [DIR]') as string,
    });
  });

  it('needs nothing beside its own files, for patterns neither', () => {
    const images = 'images: [{ name: nginx, newTag: "2" }]\n';
    const root = write({ ...SHOP, 'prod/kustomization.yaml': SHOP['prod/kustomization.yaml'] + images });
    cpSync(join(folder, 'dist', 'cli'), join(root, 'cli'), { recursive: true });
    writeFileSync(join(root, 'package.json'), '{"type": "module"}');
    const { stdout } = spawnSync(
      process.execPath,
      [join(root, 'cli', 'bin.js'), 'build', join(root, 'prod')],
      {
        encoding: 'utf8',
        env: { ...process.env, NODE_DISABLE_COMPILE_CACHE: '1' },
      },
    );
    expect(stdout).toBe(BUILT);
  });
});
