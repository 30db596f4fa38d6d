import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BuiltProgram } from '../../../../tools/built-program.ts';
import { packFiles } from '../testing/pack-files.ts';

const program = new BuiltProgram(join(import.meta.dirname, '..', '..'), 'gotk-helm');
const { folder } = program;
beforeAll(() => program.build(), 120_000);
afterAll(() => program.remove());

const run = program.run.bind(program);
const write = program.write.bind(program);

const CHART = {
  'web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
  'web/values.yaml': 'size: 1\n',
  'web/crds/site.yaml': 'kind: CustomResourceDefinition\n',
  'web/templates/cm.yaml': `kind: ConfigMap
name: {{ .Release.Name }}.{{ .Release.Namespace }}
size: {{ .Values.size }}
`,
  'web/templates/hook.yaml': 'kind: Job\nmetadata: {annotations: {helm.sh/hook: test}}\n',
};
const MAIN = (name: string, namespace = 'default', size = '1'): string =>
  `---\n# Source: web/templates/cm.yaml\nkind: ConfigMap\nname: ${name}.${namespace}\nsize: ${size}\n`;
const HOOK =
  '---\n# Source: web/templates/hook.yaml\nkind: Job\nmetadata: {annotations: {helm.sh/hook: test}}\n';

/** Prints what a chart has of a value, and nothing more. */
const printing = (text: string): Record<string, string> => ({
  'web/Chart.yaml': CHART['web/Chart.yaml'],
  'web/templates/x.yaml': `x: ${text}\n`,
});
const printed = (out: string): string => /^x: (.*)$/m.exec(out)?.[1] ?? '';

describe('gotk-helm template', () => {
  it('prints what a folder or a package renders to', async () => {
    const root = write(CHART);
    writeFileSync(join(root, 'web-1.0.0.tgz'), await packFiles(CHART));
    for (const chart of ['web', './web/', 'web-1.0.0.tgz', join(root, 'web')]) {
      const flags = ['--dialect', 'v3'];
      expect(run(['template', 'a', chart, ...flags], { cwd: root })).toEqual({
        code: 0,
        out: MAIN('a') + HOOK,
        err: '',
      });
    }
  });

  it('prints Helm 4 unless it is told otherwise', () => {
    const root = write(printing('{{ mustToToml (dict "a" 1) | squote }}'));
    expect(printed(run(['template', 'web'], { cwd: root }).out)).toBe("'a = 1");
    expect(run(['template', 'web', '--dialect=3'], { cwd: root }).err).toContain(
      'function "mustToToml" not defined',
    );
    expect(run(['template', 'web', '--dialect=2'], { cwd: root }).err).toContain('it takes v3 or v4');
  });

  it('names releases and namespaces', () => {
    const cwd = write(CHART);
    const nameOf = (...args: string[]): string =>
      /name: (.*)/.exec(run(['template', ...args], { cwd }).out)?.[1] ?? '';
    expect(nameOf('web')).toBe('release-name.default');
    expect(nameOf('web', '-g')).toBe('release-name.default');
    expect(nameOf('a', 'web', '-n', 'prod')).toBe('a.prod');
    expect(nameOf('web', '--name-template={{ "X" | lower }}-1')).toBe('x-1.default');
    const env = { HELM_NAMESPACE: 'env' };
    expect(run(['template', 'a', 'web'], { cwd, env }).out).toContain('name: a.env');
  });

  it('takes values in all forms, files first', () => {
    const chart = printing('{{ toJson .Values }}');
    const cwd = write({ ...chart, 'a.yaml': 'a: 1\nb: 1\n', 'b.yaml': 'b: 2\n', 'c.txt': 'text' });
    const flags = ['--set', 'a=3,e={x}', '-f', 'a.yaml,b.yaml', '--set-string', 's=1', '--set-file=f=c.txt'];
    const more = ['--set-json=j=[1]', '--set-literal', 'l=a,b', '--values', '-'];
    const { out } = run(['template', 'web', ...flags, ...more], { cwd, input: 'in: yes\n' });
    expect(JSON.parse(printed(out))).toEqual({
      a: 3,
      b: 2,
      e: ['x'],
      f: 'text',
      in: true,
      j: [1],
      l: 'a,b',
      s: '1',
    });
  });

  it('leaves out and adds what flags say', () => {
    const cwd = write(CHART);
    const template = (...flags: string[]): string =>
      run(['template', 'a', 'web', '--dialect=v3', ...flags], { cwd }).out;
    expect(template('--include-crds')).toBe(
      `---\n# Source: web/crds/site.yaml\nkind: CustomResourceDefinition\n\n${MAIN('a')}${HOOK}`,
    );
    expect(template('--skip-tests')).toBe(MAIN('a'));
    expect(template('--no-hooks')).toBe(MAIN('a'));
    expect(template('-s', 'templates/cm.yaml')).toBe(MAIN('a'));
    expect(template('--skip-crds', '--wait', '--timeout', '5m', '--create-namespace', '--no-hooks')).toBe(
      MAIN('a'),
    );
  });

  it('renders for the cluster that flags describe', () => {
    const cwd = write(
      printing(
        '{{ .Capabilities.KubeVersion }},{{ .Capabilities.APIVersions.Has "a/v1" }},{{ .Release.IsUpgrade }}',
      ),
    );
    const flags = ['--kube-version', '1.29', '--api-versions=a/v1,b/v1', '--is-upgrade'];
    expect(printed(run(['template', 'web', ...flags], { cwd }).out)).toBe('v1.29,true,true');
  });

  it('looks up hosts with --enable-dns, and none without', () => {
    const cwd = write(printing('{{ getHostByName "localhost" | quote }}'));
    expect(printed(run(['template', 'web'], { cwd }).out)).toBe('""');
    expect(printed(run(['template', 'web', '--enable-dns'], { cwd }).out)).toMatch(/^"(127\.0\.0\.1|::1)"$/);
  });

  it('writes files', () => {
    const cwd = write(CHART);
    const flags = ['--output-dir', 'out', '--release-name', '--include-crds', '--dialect=v3'];
    const expected = [
      'out/web/crds/site.yaml',
      'out/a/web/templates/cm.yaml',
      'out/a/web/templates/hook.yaml',
    ];
    expect(run(['template', 'a', 'web', ...flags], { cwd })).toEqual({
      code: 0,
      out: `${expected.map((file) => `wrote ${file}\n`).join('')}\n`,
      err: '',
    });
    expect(readFileSync(join(cwd, 'out/a/web/templates/cm.yaml'), 'utf8')).toBe(MAIN('a'));
  });

  it('shows what is no YAML with --debug', () => {
    const cwd = write(printing('{'));
    const { code, out, err } = run(['template', 'web'], { cwd });
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(/^Error: YAML parse error on web\/templates\/x.yaml: /);
    expect(err).toContain('\n\nUse --debug flag to render out invalid YAML\n');
    const debug = run(['template', 'web', '--debug'], { cwd });
    expect([debug.code, debug.out]).toEqual([1, '---\n# Source: web/templates/x.yaml\nx: {\n']);
    expect(debug.err).not.toContain('Use --debug');
  });

  it('has the libraries that few templates need', () => {
    const cwd = write(
      printing(
        '{{ regexReplaceAll "a+" "caat" "o" }},{{ sha256sum "x" | trunc 4 }},{{ derivePassword 1 "pin" "p" "u" "s" | len }},{{ htpasswd "u" "p" | len }},{{ (genCA "x" 1).Cert | trunc 10 }},{{ encryptAES "k" "t" | decryptAES "k" }}',
      ),
    );
    expect(printed(run(['template', 'web', '--dialect=v3'], { cwd }).out)).toMatch(
      /^cot,2d71,4,62,-----BEGIN,t$/,
    );
  });

  it.each([
    [
      [],
      'Error: "gotk-helm template" requires at least 1 argument\n\nUsage:  gotk-helm template [NAME] [CHART] [flags]\n',
    ],
    [['a', 'b', 'c', 'd'], 'Error: expected at most two arguments, unexpected arguments: c, d\n'],
    [['a', 'web', '-g'], 'Error: cannot set --generate-name and also specify a name\n'],
    [['a', 'web', '--name-template', 'x'], 'Error: cannot set --name-template and also specify a name\n'],
    [['A', 'web'], 'Error: release name check failed: release name "A": invalid release name, '],
    [['./nowhere'], 'Error: path "./nowhere" not found\n'],
    [['bitnami/redis'], 'Error: chart "bitnami/redis" not found: nothing is fetched here.'],
    [['package.json'], "Error: file '"],
    [['dist'], 'Error: Chart.yaml file is missing\n'],
    [['web', '-f', 'none.yaml'], 'Error: open none.yaml: no such file or directory\n'],
    [
      ['web', '--set-file', 'a=none'],
      'Error: failed parsing --set-file data: open none: no such file or directory\n',
    ],
    [
      ['web', '--dialect=v3', '--set', 'a[=1'],
      'Error: failed parsing --set data: error parsing index: EOF\n',
    ],
    [['web', '--kube-version', 'x'], "Error: invalid kube version 'x': "],
    [['web', '--foo'], 'Error: unknown flag: --foo\n'],
    [['web', '--validate'], 'Error: --validate: no cluster is asked here.'],
    [['web', '--dry-run=server'], 'Error: --dry-run=server: no cluster is asked here; '],
    [['web', '--post-renderer', './x'], 'Error: --post-renderer: no program is run here.'],
    [['web', '--repo', 'https://x'], 'Error: --repo: nothing is fetched here.'],
    [['web', '-s', 'templates/none.yaml'], 'Error: could not find template templates/none.yaml in chart\n'],
  ])('%j ends with 1 and a reason', (args, reason) => {
    const cwd = write({ ...CHART, 'package.json': '{}', 'dist/x': '' });
    const { code, out, err } = run(['template', ...args], { cwd });
    expect(err.slice(0, reason.length)).toBe(reason);
    expect([code, out]).toEqual([1, '']);
  });

  it('prints help', () => {
    expect(run(['template', '--help']).out).toContain('--set stringArray');
    expect(run([])).toMatchObject({ code: 0, out: expect.stringContaining('gotk-helm template') as string });
    expect(run(['install']).err).toContain('Error: unknown command "install" for "gotk-helm"\n');
  });

  it('needs nothing beside its own files', () => {
    const root = write(CHART);
    cpSync(join(folder, 'dist', 'cli'), join(root, 'cli'), { recursive: true });
    writeFileSync(join(root, 'package.json'), '{"type": "module"}');
    const args = [join(root, 'cli', 'bin.js'), 'template', 'a', join(root, 'web'), '--no-hooks'];
    const { stdout } = spawnSync(process.execPath, args, {
      encoding: 'utf8',
      env: { ...process.env, NODE_DISABLE_COMPILE_CACHE: '1' },
    });
    expect(stdout).toContain('name: a.default');
    expect(existsSync(join(root, 'cli', 'main.cjs'))).toBe(true);
  });
});
