import { HelmRepository } from '@gitops-toolkit/api';
import { type HttpTestServer, serveHttp } from '@gitops-toolkit/envtest/servers';
import { conditions } from '@gitops-toolkit/runtime';
import { describe, expect, it, onTestFinished } from 'vitest';
import { helmRepositoryController } from '../index.ts';
import { artifactOf, quick, SourceStage } from '../testing/source-stage.ts';

const indexOf = (...versions: string[]) =>
  `apiVersion: v1\nentries:\n  web:\n${versions.map((version) => `  - {name: web, version: ${version}, urls: [web-${version}.tgz]}\n`).join('')}`;

interface Scene {
  readonly stage: SourceStage;
  readonly server: HttpTestServer;
  /** What is served, and what requests came. */
  readonly served: { index: string; etag?: string; login?: string };
  readonly answers: number[];
}

async function start(index = indexOf('1.0.0')): Promise<Scene> {
  const served: Scene['served'] = { index };
  const answers: number[] = [];
  const server = await serveHttp((request, response) => {
    const { etag, login } = served;
    const isAllowed = login === undefined || request.headers.authorization === login;
    const isKnown = etag !== undefined && request.headers['if-none-match'] === etag;
    const found = request.url === '/index.yaml' ? (isKnown ? 304 : 200) : 404;
    const status = isAllowed ? found : 401;
    answers.push(status);
    response
      .writeHead(status, etag === undefined ? {} : { etag })
      .end(status === 200 ? served.index : undefined);
  });
  const stage = await SourceStage.start([HelmRepository], (storage) => [
    helmRepositoryController({ storage, ...quick }),
  ]);
  onTestFinished(async () => {
    await stage[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });
  return { stage, server, served, answers };
}

describe('a HelmRepository', () => {
  it('keeps its index, in JSON', async () => {
    const { stage, server, served } = await start();
    await stage.create(HelmRepository, 'charts', { url: server.url });
    const ready = await stage.untilReady<HelmRepository>(HelmRepository, 'charts');
    const { revision = '', path, url = '' } = artifactOf(ready) ?? {};
    expect(revision).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(path).toBe(`helmrepository/default/charts/index-${revision.slice(7)}.yaml`);
    expect(conditions.messageOf(ready, 'Ready')).toBe(`stored artifact: revision '${revision}'`);
    expect(ready.status?.url).toMatch(/\/helmrepository\/default\/charts\/index\.yaml$/);
    const index = (await (await fetch(url)).json()) as { entries: { web: { version: string }[] } };
    expect(index.entries.web.map(({ version }) => version)).toEqual(['1.0.0']);
    const [event] = (await stage.events('charts')).filter(({ reason }) => reason === 'NewArtifact');
    expect(event?.message).toBe(`stored fetched index of size ${served.index.length}B from '${server.url}'`);

    served.index = indexOf('1.0.0', '1.1.0');
    await stage.reconcileNow(HelmRepository, 'charts');
    const after = await stage.until<HelmRepository>(
      HelmRepository,
      'charts',
      (object) => artifactOf(object)?.revision !== revision,
    );
    expect(await (await fetch(after.status?.url ?? '')).text()).toContain('"version":"1.1.0"');
  });

  it('asks only whether the index has changed, where the server can tell', async () => {
    const { stage, server, served, answers } = await start();
    served.etag = '"1"';
    await stage.create(HelmRepository, 'charts', { url: server.url });
    await stage.untilReady(HelmRepository, 'charts');
    await stage.reconcileNow(HelmRepository, 'charts');
    await stage.until(HelmRepository, 'charts', () => answers.length === 2);
    expect(answers).toEqual([200, 304]);
  });

  it('logs in with its Secret', async () => {
    const { stage, server, served } = await start();
    served.login = `Basic ${Buffer.from('robot:pw').toString('base64')}`;
    await stage.create(HelmRepository, 'charts', { url: server.url, secretRef: { name: 'login' } });
    await stage.untilReady(HelmRepository, 'charts', 'False', { reason: 'AuthenticationFailed' });
    await stage.secret('login', { username: 'robot', password: 'pw' });
    await stage.untilReady(HelmRepository, 'charts');
  });

  it('says what is wrong: with the server, the index, or the URL', async () => {
    const { stage, server, served } = await start('entries: {}');
    await stage.create(HelmRepository, 'charts', { url: server.url });
    const text = 'failed to load Helm repository from index YAML: ';
    await stage.untilReady(HelmRepository, 'charts', 'False', { reason: 'IndexationFailed', text });
    served.index = indexOf('1.0.0');
    await stage.untilReady(HelmRepository, 'charts');
    await stage.change(HelmRepository, 'charts', { url: `${server.url}/nothing` });
    const gone = 'failed to fetch Helm repository index: ';
    const failed = await stage.untilReady(HelmRepository, 'charts', 'False', {
      reason: 'Failed',
      text: gone,
    });
    expect(artifactOf(failed)).toBeDefined();
    await stage.change(HelmRepository, 'charts', { url: 'oci://registry.example.com/charts' });
    const stalled = await stage.untilReady(HelmRepository, 'charts', 'False', { reason: 'URLInvalid' });
    expect(conditions.isStalled(stalled)).toBe(true);
  });

  it('of a registry is left alone, and what it had before is gone', async () => {
    const { stage, server } = await start();
    await stage.create(HelmRepository, 'charts', { url: server.url });
    await stage.untilReady(HelmRepository, 'charts');
    await stage.change(HelmRepository, 'charts', { url: 'oci://registry.example.com/charts', type: 'oci' });
    const bare = await stage.until<HelmRepository>(
      HelmRepository,
      'charts',
      (object) => !object.metadata.finalizers?.length,
    );
    expect(bare.status?.artifact).toBeUndefined();
    expect(bare.status?.url).toBeUndefined();
    expect(bare.status?.conditions ?? []).toEqual([]);
  });
});
