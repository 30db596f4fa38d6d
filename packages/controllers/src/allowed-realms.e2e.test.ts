import { Bucket, GitRepository, HelmChart, HelmRepository, OCIRepository } from '@gitops-toolkit/api';
import { serveHttp } from '@gitops-toolkit/envtest/servers';
import { TreeCache } from '@gitops-toolkit/source';
import { describe, expect, it, onTestFinished } from 'vitest';
import { helmChartController, helmRepositoryController, ociRepositoryController } from './index.ts';
import { quick, SourceStage } from './testing/source-stage.ts';

const BASIC = `Basic ${Buffer.from('robot:pw').toString('base64')}`;

/** A registry that sends its clients to another domain for a token, and what is shown there. */
async function startRegistry(): Promise<{ host: string; shown: (string | undefined)[] }> {
  const shown: (string | undefined)[] = [];
  const tokens = await serveHttp((request, response) => {
    shown.push(request.headers.authorization);
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"token": "t"}');
  });
  const realm = `http://localhost:${new URL(tokens.url).port}/token`;
  const registry = await serveHttp((request, response) => {
    if (request.headers.authorization === 'Bearer t') response.writeHead(404).end();
    else response.writeHead(401, { 'www-authenticate': `Bearer realm="${realm}",service="r"` }).end();
  });
  onTestFinished(async () => {
    await registry[Symbol.asyncDispose]();
    await tokens[Symbol.asyncDispose]();
  });
  return { host: new URL(registry.url).host, shown };
}

async function startStage(allowedRealms?: readonly string[]): Promise<SourceStage> {
  const realms = allowedRealms ? { allowedRealms } : {};
  // A HelmChart may be of the first two.
  const definitions = [Bucket, GitRepository, HelmRepository, HelmChart, OCIRepository];
  const stage = await SourceStage.start(definitions, (storage) => [
    ociRepositoryController({ storage, ...quick, ...realms }),
    helmRepositoryController({ storage, ...quick, ...realms }),
    helmChartController({ storage, trees: new TreeCache(), ...quick, ...realms }),
  ]);
  onTestFinished(() => stage[Symbol.asyncDispose]());
  return stage;
}

describe('allowedRealms', () => {
  it.each([
    [['localhost'], true],
    [undefined, false],
  ])('are the hosts that are shown the credentials of a registry: %j', async (allowedRealms, isShown) => {
    const { host, shown } = await startRegistry();
    const stage = await startStage(allowedRealms);
    const auths = { [host]: { username: 'robot', password: 'pw' } };
    const config = { '.dockerconfigjson': JSON.stringify({ auths }) };
    await stage.secret('login', config, 'kubernetes.io/dockerconfigjson');
    const access = { secretRef: { name: 'login' }, insecure: true };

    await stage.create(OCIRepository, 'app', { url: `oci://${host}/org/app`, timeout: '5s', ...access });
    await stage.untilReady(OCIRepository, 'app', 'False');
    expect(shown.includes(BASIC)).toBe(isShown);

    shown.length = 0;
    await stage.create(HelmRepository, 'charts', { url: `oci://${host}/charts`, type: 'oci', ...access });
    const sourceRef = { kind: 'HelmRepository', name: 'charts' };
    await stage.create(HelmChart, 'web', { chart: 'web', version: '1.x', sourceRef });
    await stage.untilReady(HelmChart, 'web', 'False');
    expect(shown.includes(BASIC)).toBe(isShown);
  });
});
