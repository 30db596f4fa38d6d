import { Bucket, GitRepository, Kustomization, OCIRepository } from '@gitops-toolkit/api';
import { MemoryTree } from '@gitops-toolkit/core';
import { startOciRegistry } from '@gitops-toolkit/envtest';
import { createAuthority } from '@gitops-toolkit/envtest/servers';
import { OciClient, pushArtifact } from '@gitops-toolkit/oci';
import { TreeCache } from '@gitops-toolkit/source';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { BuildWorkers, kustomizationController, ociRepositoryController } from '../index.ts';
import { quick, SourceStage } from '../testing/source-stage.ts';

const builder = new BuildWorkers(1);
const DEFINITIONS = [Bucket, GitRepository, Kustomization, OCIRepository];

/** A certificate for loopback in files, and its authority. */
async function certificate(): Promise<{ ca: string; tls: { certFile: string; keyFile: string } }> {
  const folder = await mkdtemp(join(tmpdir(), 'artifact-server-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const authority = createAuthority();
  const { cert, key } = authority.server();
  const tls = { certFile: join(folder, 'tls.crt'), keyFile: join(folder, 'tls.key') };
  await writeFile(tls.certFile, cert);
  await writeFile(tls.keyFile, key);
  return { ca: authority.ca, tls };
}

describe('a Kustomization of an OCIRepository', () => {
  it('applies what was pushed, and each artifact that is pushed later, when it is there', async () => {
    await using registry = await startOciRegistry();
    await using client = new OciClient();
    const repository = client.repository(`${registry.host}/org/app`, { insecure: true });
    const push = (color: string) => {
      const map = `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: app\n  namespace: default\ndata:\n  color: ${color}\n`;
      const options = {
        tag: 'latest',
        source: 'https://git.example.com/app',
        revision: `main@sha1:${color}`,
      };
      return pushArtifact(repository, MemoryTree.from({ 'map.yaml': map }), options);
    };
    await push('red');
    await using stage = await SourceStage.start(DEFINITIONS, (storage) => [
      ociRepositoryController({ storage, ...quick }),
      kustomizationController({ trees: new TreeCache(), builder, ...quick }),
    ]);
    await stage.create(OCIRepository, 'app', { url: `oci://${registry.host}/org/app`, insecure: true });
    const sourceRef = { kind: 'OCIRepository', name: 'app' };
    await stage.create(Kustomization, 'app', { path: './', prune: true, sourceRef });
    const applied = (origin: string) => (object: Kustomization) =>
      object.status?.lastAppliedOriginRevision === origin;
    await stage.until(Kustomization, 'app', applied('main@sha1:red'));

    await push('green');
    await stage.reconcileNow(OCIRepository, 'app');
    await stage.until(Kustomization, 'app', applied('main@sha1:green'));
    const map = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'app' };
    expect(await stage.client.get(map)).toMatchObject({ data: { color: 'green' } });
  });

  it('is fetched from a server that wants a token and has an authority of its own', async () => {
    await using registry = await startOciRegistry();
    await using client = new OciClient();
    const repository = client.repository(`${registry.host}/org/app`, { insecure: true });
    const map = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: app\n  namespace: default\n';
    await pushArtifact(repository, MemoryTree.from({ 'map.yaml': map }), { tag: 'latest' });
    const { ca, tls } = await certificate();
    const token = 'artifacts';
    await using stage = await SourceStage.start(
      DEFINITIONS,
      (storage, origin) => [
        ociRepositoryController({ storage, ...quick }),
        kustomizationController({
          trees: new TreeCache(),
          builder,
          artifactAccess: { origin, token: () => token, tls: { ca } },
          ...quick,
        }),
      ],
      { tls, token },
    );
    await stage.create(OCIRepository, 'app', { url: `oci://${registry.host}/org/app`, insecure: true });
    const { status } = await stage.untilReady<OCIRepository>(OCIRepository, 'app');
    expect(status?.artifact?.url).toMatch(/^https:/);
    const sourceRef = { kind: 'OCIRepository', name: 'app' };
    await stage.create(Kustomization, 'app', { path: './', prune: true, sourceRef });
    await stage.untilReady(Kustomization, 'app');
  });

  it('is refused an ExternalArtifact while the feature is off', async () => {
    await using stage = await SourceStage.start(DEFINITIONS, () => [
      kustomizationController({ trees: new TreeCache(), builder, ...quick }),
    ]);
    const sourceRef = { kind: 'ExternalArtifact', name: 'app' };
    await stage.create(Kustomization, 'app', { path: './', prune: true, sourceRef });
    const text = 'ExternalArtifact feature gate is disabled';
    await stage.untilReady(Kustomization, 'app', 'False', { reason: 'AccessDenied', text });
  });
});
