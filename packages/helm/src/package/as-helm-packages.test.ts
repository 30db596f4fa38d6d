import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { MemoryTree, TarReader, type TreeInput } from '@gitops-toolkit/core';
import { describe, expect, it } from 'vitest';
import { HelmProgram } from '../testing/helm-program.ts';
import { packageChart, type PackageOptions } from './package-chart.ts';

const dependency = 'apiVersion: v2\nname: db\nversion: 1.0.0\n';

const CHARTS: Readonly<Record<string, Record<string, string>>> = {
  plain: {
    'Chart.yaml': `apiVersion: v2
name: web
version: 1.0.0
appVersion: 1.10
type: application
deprecated: false
kubeVersion: ">=1.20"
annotations: {b: "yes", a: "1"}
sources: [https://example.com]
maintainers: [{name: Someone, url: ""}]
description: |
  Two lines
  of text
`,
    'values.yaml': '\ufeffa: 1\n',
    'values.schema.json': '{"type": "object"}\n',
    '.helmignore': 'ignored/\n*.bak\n',
    'ignored/file': '',
    'x.bak': '',
    'templates/b.yaml': 'b: 1\n',
    'templates/a/c.yaml': 'c: 1\n',
    'templates/NOTES.txt': 'Notes\n',
    'crds/x.yaml': 'x: 1\n',
    [`files/${'long/'.repeat(30)}name`]: 'x',
    'files/näme': 'x',
    LICENSE: 'MIT',
  },
  'with a dependency': {
    'Chart.yaml':
      'apiVersion: v2\nname: web\nversion: 1.0.0\ndependencies:\n- {name: db, version: ">=1 <2", repository: "https://example.com", tags: [a], import-values: [data, {child: x, parent: y}]}\n',
    'Chart.lock':
      'dependencies:\n- name: db\n  repository: https://example.com\n  version: 1.0.0\ndigest: sha256:00\ngenerated: "2024-01-02T03:04:05.120+01:00"\n',
    'charts/db/Chart.yaml': dependency,
    'charts/db/templates/x.yaml': 'x: 1\n',
  },
  'of the first format': {
    'Chart.yaml': 'name: web\nversion: 1.0.0\nengine: gotpl\ntillerVersion: ">2"\n',
    'requirements.yaml': 'dependencies:\n- {name: db, version: 1.x, repository: "@stable"}\n',
    'requirements.lock': 'dependencies: []\ndigest: sha256:00\ngenerated: "2024-01-02T03:04:05Z"\n',
    'charts/db/Chart.yaml': dependency,
  },
};

/** Of the header that gzip has with Helm's mark and name. */
const HEADER_LENGTH = 12 + 41 + 5;

interface Entry {
  readonly path: string;
  readonly mode: number;
  readonly text: string;
}

function entriesOf(data: Uint8Array): Entry[] {
  const entries: Entry[] = [];
  const reader = new TarReader(
    () => true,
    ({ path: name, mode, data: content }) =>
      entries.push({ path: name, mode, text: new TextDecoder().decode(content) }),
  );
  reader.write(gunzipSync(data));
  return entries;
}

function packagedByHelm(
  helm: HelmProgram,
  files: Readonly<Record<string, string>>,
  flags: string[],
): Uint8Array {
  for (const [name, text] of Object.entries(files)) {
    const file = helm.path(path.join('chart', name));
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  helm.run('package', helm.path('chart'), '--destination', helm.path('out'), ...flags);
  const [made = ''] = readdirSync(helm.path('out'));
  return readFileSync(helm.path(path.join('out', made)));
}

describe.each(['helm', 'helm4'] as const)('packageChart beside %s', (command) => {
  const cases: [string, Record<string, TreeInput>, PackageOptions, string[]][] = Object.entries(
    CHARTS,
  ).flatMap(([name, files]) => [
    [name, files, {}, []],
    [
      `${name}, as 2.0.0`,
      files,
      { version: '2.0.0', appVersion: '3' },
      ['--version', '2.0.0', '--app-version', '3'],
    ],
  ]);

  it.skipIf(!HelmProgram.isThere(command)).each(cases)(
    'has the same entries: %s',
    async (_, files, options, flags) => {
      using helm = new HelmProgram(command);
      const made = packagedByHelm(helm, files as Record<string, string>, flags);
      const { data } = await packageChart(MemoryTree.from(files), options);
      expect(entriesOf(data)).toEqual(entriesOf(made));
      expect(data.subarray(0, HEADER_LENGTH)).toEqual(new Uint8Array(made.subarray(0, HEADER_LENGTH)));
    },
  );

  it.skipIf(!HelmProgram.isThere(command))('makes packages that the program renders', async () => {
    using helm = new HelmProgram(command);
    const { fileName, data } = await packageChart(MemoryTree.from(CHARTS['with a dependency'] ?? {}));
    writeFileSync(helm.path(fileName), data);
    expect(helm.run('template', helm.path(fileName))).toContain('x: 1');
  });
});
