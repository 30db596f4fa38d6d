import { GitRepository } from '@gitops-toolkit/api';
import { startBinaries, startEmbedded } from '@gitops-toolkit/envtest';
import { kindOf } from '@gitops-toolkit/runtime';
import { runControllers } from '@gitops-toolkit/runtime/testing';
import { it } from 'vitest';
import { Site, siteController } from './site.ts';

const [Deployment, ConfigMap] = [kindOf('apps/v1', 'Deployment'), kindOf('v1', 'ConfigMap')];
const metadata = { name: 'shop', namespace: 'default' };
const spec = { domain: 'shop.example.com', image: 'shop/web', repositoryRef: { name: 'shop' } };
const artifact = { path: 'a', url: 'http://a', digest: 'sha256:a', lastUpdateTime: '2026-01-01T00:00:00Z' };
const contains = (object: object | undefined, text: string) => JSON.stringify(object ?? {}).includes(text);

it('rolls out what the repository has, and gives the name back in the end', async () => {
  await using server = await (process.env['TEST_TARGET'] === 'binaries' ? startBinaries() : startEmbedded());
  const definitions = [GitRepository, Site];
  await using run = await runControllers({ server, definitions, controllers: [siteController] });
  await run.client.create({ apiVersion: Site.apiVersion, kind: 'Site', metadata, spec });
  await run.until(Site, metadata, (site) => contains(site, 'shop has no artifact'));
  const source = { url: 'https://git.example.com/shop', interval: '1h' };
  await run.client.create({
    apiVersion: GitRepository.apiVersion,
    kind: 'GitRepository',
    metadata,
    spec: source,
  });
  await run.writeStatus(GitRepository, metadata, { artifact: { ...artifact, revision: 'main@sha1:abc' } });
  await run.until(Site, metadata, (site) => site?.status?.revision === 'main@sha1:abc');
  await run.client.delete({ apiVersion: 'apps/v1', kind: 'Deployment', ...metadata });
  await run.until(Deployment, metadata, (deployment) => contains(deployment, 'main@sha1:abc'));
  await run.client.delete({ apiVersion: Site.apiVersion, kind: 'Site', ...metadata });
  await run.until(Site, metadata, (site) => site === undefined);
  await run.until(
    ConfigMap,
    { ...metadata, name: 'domains' },
    (domains) => domains !== undefined && !('data' in domains),
  );
});
