import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { MemoryTree } from '@gitops-toolkit/core';
import { parse } from '@gitops-toolkit/yaml';
import { describe, expect, it } from 'vitest';
import { ChartServer } from '../testing/chart-server.ts';
import { HelmProgram } from '../testing/helm-program.ts';
import { buildDependencies, updateDependencies } from './update-dependencies.ts';

type Files = Readonly<Record<string, string>>;

/** Charts whose dependencies are of all kinds; `REPO` stands for the address of the repository. */
const CHARTS: Readonly<Record<string, Files>> = {
  'of a repository': {
    'chart/Chart.yaml': `apiVersion: v2
name: web
version: 1.0.0
dependencies:
- {name: db, version: ">=1.0.0, <2", repository: REPO, condition: db.enabled, tags: [a, b]}
- {name: db, version: ~1.9, repository: REPO/, alias: old, import-values: [data, {parent: b, child: "<a>"}]}
- {name: cache, version: ">0.0.1-0", repository: REPO}
`,
  },
  'of folders': {
    'chart/Chart.yaml': `apiVersion: v2
name: web
version: 1.0.0
dependencies:
- {name: common, version: ^2, repository: "file://../common"}
- {name: own, version: "*"}
`,
    'chart/charts/own/Chart.yaml': 'apiVersion: v2\nname: own\nversion: 0.1.0\n',
    'common/Chart.yaml': 'apiVersion: v2\nname: common\nversion: 2.3.4\n',
  },
  'of the first format': {
    'chart/Chart.yaml': 'name: web\nversion: 1.0.0\n',
    'chart/requirements.yaml': 'dependencies:\n- {name: db, version: 1.x, repository: REPO}\n',
  },
};

async function startRepository(): Promise<ChartServer> {
  const server = await ChartServer.start();
  for (const version of ['1.0.0', '1.10.0', '1.9.3', '1.9.0', '2.0.0']) await server.add('db', version);
  for (const version of ['0.1.0-rc.1', '0.0.1']) await server.add('cache', version);
  return server;
}

function writeFiles(helm: HelmProgram, files: Files): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(helm.path(name)), { recursive: true });
    writeFileSync(helm.path(name), text);
  }
}

/** A lock file but for the time. */
function lockOf(text: string): unknown {
  const { generated, ...rest } = parse(text, { dialect: 'yaml11' }) as Record<string, unknown>;
  expect(generated).toBeTypeOf('string');
  return rest;
}

describe.each(['helm', 'helm4'] as const)('dependencies beside %s', (command) => {
  it.skipIf(!HelmProgram.isThere(command)).each(Object.entries(CHARTS))(
    'are updated and built alike: %s',
    async (_, template) => {
      await using server = await startRepository();
      using helm = new HelmProgram(command);
      const files = Object.fromEntries(
        Object.entries(template).map(([name, text]) => [name, text.replaceAll('REPO', server.url)]),
      );
      writeFiles(helm, files);
      expect(await helm.failureOf('dependency', 'update', 'chart')).toBe('');
      const lockName = 'chart/requirements.yaml' in files ? 'requirements.lock' : 'Chart.lock';
      const options = { path: 'chart', fetch: server.fetch };
      const updated = await updateDependencies(MemoryTree.from(files), options);
      const lock = readFileSync(helm.path(`chart/${lockName}`), 'utf8');
      expect(lockOf(new TextDecoder().decode(updated.tree.read(`chart/${lockName}`)))).toEqual(lockOf(lock));
      const names = readdirSync(helm.path('chart/charts')).toSorted();
      expect([...updated.tree.list('chart/charts')].map(({ name }) => name)).toEqual(names);
      const built = await buildDependencies(
        MemoryTree.from({ ...files, [`chart/${lockName}`]: lock }),
        options,
      );
      expect([...built.tree.list('chart/charts')].map(({ name }) => name)).toEqual(names);
    },
  );

  it.skipIf(!HelmProgram.isThere(command)).each([
    ['a version that is not there', '{name: db, version: "9", repository: REPO}', []],
    ['a chart that is not there', '{name: none, version: "1", repository: REPO}', []],
    ['a constraint that is none', '{name: db, version: "1..2", repository: REPO}', []],
    ['no version', '{name: db, repository: REPO}', []],
    ['a name that is none', '{name: db, version: "1", repository: "@none"}', ['home', 'repositories.yaml']],
    ['no address', '{name: db, version: "1", repository: none}', ['home', 'repositories.yaml']],
  ])('fail with the same words: %s', async (_, dependency, home) => {
    await using server = await startRepository();
    using helm = new HelmProgram(command);
    const text = `apiVersion: v2\nname: web\nversion: 1.0.0\ndependencies:\n- ${dependency.replace('REPO', server.url)}\n`;
    writeFiles(helm, { 'chart/Chart.yaml': text });
    // Without a list of repositories, the program does not look for names in it.
    if (home.length > 0) writeFiles(helm, { [home.join('/')]: 'apiVersion: ""\nrepositories: []\n' });
    const said = await helm.failureOf('dependency', 'update', 'chart');
    const failure = await updateDependencies(MemoryTree.from({ 'chart/Chart.yaml': text }), {
      path: 'chart',
      fetch: server.fetch,
      dialect: command === 'helm' ? 'v3' : 'v4',
    }).catch((error: Error) => error.message);
    expect(said).toContain(`Error: ${failure as string}`);
  });
});
