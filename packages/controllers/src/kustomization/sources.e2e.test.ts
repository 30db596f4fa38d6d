import { Bucket, GitRepository, Kustomization, OCIRepository } from '@gitops-toolkit/api';
import { MemoryTree } from '@gitops-toolkit/core';
import { startOciRegistry } from '@gitops-toolkit/envtest';
import { OciClient, pushArtifact } from '@gitops-toolkit/oci';
import { TreeCache } from '@gitops-toolkit/source';
import { describe, expect, it } from 'vitest';
import { BuildWorkers, kustomizationController, ociRepositoryController } from '../index.ts';
import { quick, SourceStage } from '../testing/source-stage.ts';

const builder = new BuildWorkers(1);
const DEFINITIONS = [Bucket, GitRepository, Kustomization, OCIRepository];

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
