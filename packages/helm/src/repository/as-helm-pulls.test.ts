import { describe, expect, it } from 'vitest';
import { ChartServer } from '../testing/chart-server.ts';
import { HelmProgram } from '../testing/helm-program.ts';
import { pullChart } from './pull-chart.ts';

const VERSIONS = [
  '1.0.0',
  '1.10.0',
  '1.9.0',
  'v1.2.0',
  '1.2.5+build.2',
  '1.2.5+build.1',
  '2.0.0-rc.1',
  '0.9.0-alpha',
];

const CONSTRAINTS = [
  '',
  '*',
  '^1',
  '~1.2',
  '1.2',
  '1.2.0',
  'v1.2.0',
  '>=1.0.0-0',
  '2.0.0-rc.1',
  '<1.0.0-z',
  '1.2.5+build.1',
];

/** Indexes that are not as they should be, or not as they usually are. */
const INDEXES: Readonly<Record<string, string>> = {
  'bad entries':
    'apiVersion: v1\nentries:\n  web:\n  - null\n  - {name: web, version: x, urls: [a.tgz]}\n  - {name: a/b, version: 3.0.0, urls: [a.tgz]}\n  - {name: web, version: 1.0.0, urls: [web-1.0.0.tgz]}\n',
  'no apiVersion in an entry':
    'apiVersion: v1\nentries: {web: [{name: web, version: "1", urls: [web-1.0.0.tgz]}]}\n',
  'a folder below':
    'apiVersion: v1\nentries: {web: [{name: web, version: 1.0.0, urls: ["../sub/web-1.0.0.tgz?x=1"]}]}\n',
  'windows line ends':
    'apiVersion: v1\r\nentries:\r\n  web:\r\n    - name: web\r\n      version: 1.0.0\r\n      urls:\r\n      - web-1.0.0.tgz\r\n',
};

async function startRepository(): Promise<ChartServer> {
  const server = await ChartServer.start();
  for (const version of VERSIONS) await server.add('web', version);
  return server;
}

describe.each(['helm', 'helm4'] as const)('pullChart beside %s', (command) => {
  it.skipIf(!HelmProgram.isThere(command)).each(CONSTRAINTS)(
    'fetches the same package for %j',
    async (version) => {
      await using server = await startRepository();
      using helm = new HelmProgram(command);
      expect(await helm.failureOf('pull', 'web', '--repo', server.url, '--version', version)).toBe('');
      const asked = server.requests.at(-1);
      const { url } = await pullChart({ repository: server.url, chart: 'web', version, fetch: server.fetch });
      expect(url).toBe(server.url + asked);
    },
  );

  it.skipIf(!HelmProgram.isThere(command)).each(Object.entries(INDEXES))(
    'reads an index with %s',
    async (_, text) => {
      await using server = await startRepository();
      using helm = new HelmProgram(command);
      server.files.set('/repo/index.yaml', text);
      for (const path of ['/repo/web-1.0.0.tgz', '/sub/web-1.0.0.tgz'])
        server.files.set(path, server.files.get('/web-1.0.0.tgz') ?? '');
      const repository = `${server.url}/repo?token=x`;
      expect(await helm.failureOf('pull', 'web', '--repo', repository)).toBe('');
      const asked = server.requests.at(-1);
      const { url } = await pullChart({ repository, chart: 'web', fetch: server.fetch });
      expect(url).toBe(server.url + asked);
    },
  );

  it.skipIf(!HelmProgram.isThere(command)).each([
    ['none', ''],
    ['web', '9.x'],
    ['web', 'latest'],
  ])('fails with the same words for %s %j', async (chart, version) => {
    await using server = await startRepository();
    using helm = new HelmProgram(command);
    const said = await helm.failureOf('pull', chart, '--repo', server.url, '--version', version);
    const [, words] = /Error: (.*)\n/.exec(said) ?? [];
    const pulling = pullChart({ repository: server.url, chart, version, fetch: server.fetch });
    // What was wrong comes behind, which Helm does not tell.
    await expect(pulling).rejects.toThrow(
      new RegExp(`^${words?.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}: `),
    );
  });

  it.skipIf(!HelmProgram.isThere(command)).each([
    ['', 'empty index.yaml file'],
    ['entries: {}\n', 'no API version specified'],
    ['apiVersion: v1\napiVersion: v1\n', 'already set in map'],
  ])('says of the index %j what the program says', async (text, words) => {
    await using server = await ChartServer.start();
    using helm = new HelmProgram(command);
    server.files.set('/index.yaml', text);
    expect(await helm.failureOf('pull', 'web', '--repo', server.url)).toContain(words);
    const pulling = pullChart({ repository: server.url, chart: 'web', fetch: server.fetch });
    await expect(pulling).rejects.toThrow(words);
  });
});
