import { MemoryTree } from '@gitops-toolkit/core';
import { createCosignKey, startGitServer, startOciRegistry } from '@gitops-toolkit/envtest';
import { serveHttp, startGofakes3 } from '@gitops-toolkit/envtest/servers';
import { packageChart } from '@gitops-toolkit/helm/package';
import { OciClient, pullArtifact, pullLayer, pushArtifact } from '@gitops-toolkit/oci';
import { describe, expect, it } from 'vitest';
import { runExample } from '../testing/run-example.ts';

/** Runs the mirror to its end. */
async function mirror(
  source: string,
  target: string,
  env: Record<string, string> = {},
): Promise<{ code: number | null; output: string }> {
  const program = runExample('mirror', [source, target, '--insecure'], env);
  return { code: await program.ended, output: program.output() };
}

describe('the mirror', () => {
  it('pushes what a git repository, a registry, a Helm repository and a bucket have', async () => {
    await using registry = await startOciRegistry();
    await using client = new OciClient();
    const target = (name: string) => `oci://${registry.host}/mirror/${name}:v1`;
    const pull = (name: string) =>
      pullArtifact(client.repository(`${registry.host}/mirror/${name}`, { insecure: true }), 'v1');

    await using git = await startGitServer({ repositories: { app: { 'app.yaml': 'a: 1\n' } } });
    const fromGit = await mirror(`${git.repositoryUrl('app')}#main`, target('git'));
    expect(fromGit).toMatchObject({ code: 0 });
    const pulled = await pull('git');
    expect(pulled.tree.stat('app.yaml')?.kind).toBe('file');
    expect(pulled.annotations['org.opencontainers.image.revision']).toMatch(/^main@sha1:[0-9a-f]{40}$/);

    const fromRegistry = await mirror(`oci://${registry.host}/mirror/git#>=0.1.0-0`, target('again'));
    expect(fromRegistry.code).toBe(1);
    const source = client.repository(`${registry.host}/mirror/git`, { insecure: true });
    await pushArtifact(source, pulled.tree, { tag: '1.2.0' });
    expect(await mirror(`oci://${registry.host}/mirror/git#1.x`, target('again'))).toMatchObject({ code: 0 });
    expect((await pull('again')).annotations['org.opencontainers.image.revision']).toMatch(
      /^1\.2\.0@sha256:/,
    );

    const chart = await packageChart(
      MemoryTree.from({ 'Chart.yaml': '{apiVersion: v2, name: web, version: 1.0.0}' }),
    );
    const index = 'apiVersion: v1\nentries:\n  web:\n  - {name: web, version: 1.0.0, urls: [web.tgz]}\n';
    await using charts = await serveHttp((request, response) =>
      response.end(request.url === '/index.yaml' ? index : chart.data),
    );
    expect(await mirror(`${charts.url}/#web@1.x`, target('web'))).toMatchObject({ code: 0 });
    const layer = await pullLayer(client.repository(`${registry.host}/mirror/web`, { insecure: true }), 'v1');
    expect(Buffer.compare(layer.bytes, chart.data)).toBe(0);

    await using s3 = await startGofakes3('manifests');
    if (!s3) return;
    await fetch(`${s3.url}/manifests/prod/b.yaml`, { method: 'PUT', body: 'b: 1\n' });
    const bucket = `s3://127.0.0.1:${s3.port}/manifests#prod/`;
    expect(await mirror(bucket, target('bucket'))).toMatchObject({ code: 0 });
    expect((await pull('bucket')).tree.stat('prod/b.yaml')?.kind).toBe('file');
  });

  it('pushes nothing that is not signed as it is told', async () => {
    await using registry = await startOciRegistry();
    await using client = new OciClient();
    const source = client.repository(`${registry.host}/app`, { insecure: true });
    await pushArtifact(source, MemoryTree.from({ 'a.yaml': '' }), { tag: '1.0.0' });
    const key = createCosignKey();
    const run = () =>
      mirror(`oci://${registry.host}/app#1.x`, `oci://${registry.host}/copy:v1`, {
        COSIGN_KEY: key.publicKey,
      });
    const refused = await run();
    expect(refused).toMatchObject({ code: 1 });
    expect(refused.output).toContain('has no cosign signature');
    expect(registry.contents('copy').tags.size).toBe(0);
    key.sign(registry, 'app', '1.0.0');
    expect(await run()).toMatchObject({ code: 0 });
    expect(registry.contents('copy').tags.size).toBe(1);
  });
});
