import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {
  Bucket,
  GitRepository,
  HelmChart,
  HelmRepository,
  Kustomization,
  OCIRepository,
} from '@gitops-toolkit/api';
import { startBinaries, startEmbedded, startGitServer } from '@gitops-toolkit/envtest';
import { freePorts } from '@gitops-toolkit/envtest/servers';
import { KubeClient } from '@gitops-toolkit/kube';
import { conditions } from '@gitops-toolkit/runtime';
import { installDefinitions } from '@gitops-toolkit/runtime/testing';
import { describe, expect, it } from 'vitest';
import { runExample } from '../testing/run-example.ts';

describe('the source controller and the kustomize controller', () => {
  it('work together as two programs with flags of Flux', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'controllers-test-'));
    await using server = await (process.env['TEST_TARGET'] === 'binaries'
      ? startBinaries()
      : startEmbedded());
    await using client = new KubeClient(server.config);
    await installDefinitions(client, [
      Bucket,
      GitRepository,
      HelmChart,
      HelmRepository,
      Kustomization,
      OCIRepository,
    ]);
    const kubeconfig = path.join(folder, 'kubeconfig');
    await writeFile(kubeconfig, server.kubeconfig());
    await using git = await startGitServer({
      repositories: {
        app: { 'a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: default}\n' },
      },
    });
    const [storage, metrics, health, otherStorage = 0, otherHealth = 0] = await freePorts(5);
    const election = ['--enable-leader-election', '--leader-election-retry-period=200ms'];
    // A gate that deployments of Flux set, and that changes nothing here.
    const gates = '--feature-gates=CacheSecretsAndConfigMaps=true';
    const common = [`--kubeconfig=${kubeconfig}`, '--log-level=info', gates];
    const source = runExample('source-controller', [
      ...common,
      ...election,
      `--storage-path=${path.join(folder, 'data')}`,
      `--storage-addr=127.0.0.1:${storage}`,
      `--metrics-addr=127.0.0.1:${metrics}`,
      `--health-addr=127.0.0.1:${health}`,
    ]);
    await expect.poll(() => source.output()).toContain('serving artifacts');
    const replica = runExample('source-controller', [
      ...common,
      ...election,
      `--storage-path=${path.join(folder, 'data-of-replica')}`,
      `--storage-addr=127.0.0.1:${otherStorage}`,
      '--metrics-addr=0',
      `--health-addr=127.0.0.1:${otherHealth}`,
    ]);
    const kustomize = runExample('kustomize-controller', [
      ...common,
      '--metrics-addr=0',
      '--health-addr=0',
      '--concurrent=2',
    ]);

    const metadata = { name: 'app', namespace: 'default' };
    const { apiVersion, kind } = Kustomization;
    await client.create({
      apiVersion: GitRepository.apiVersion,
      kind: GitRepository.kind,
      metadata,
      spec: { url: git.repositoryUrl('app'), interval: '1h', ref: { branch: 'main' } },
    });
    await client.create({
      apiVersion,
      kind,
      metadata,
      spec: { interval: '1h', prune: true, sourceRef: { kind: GitRepository.kind, name: 'app' } },
    });

    const ready = async () => conditions.isReady(await client.get({ apiVersion, kind, ...metadata }));
    await expect.poll(ready, { interval: 100 }).toBe(true);
    expect(await (await fetch(`http://127.0.0.1:${metrics}/metrics`)).text()).toContain(
      'controller_runtime_reconcile_total{',
    );
    expect((await fetch(`http://127.0.0.1:${health}/readyz`)).status).toBe(200);
    const logged = source
      .output()
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as unknown);
    expect(logged).toContainEqual(expect.objectContaining({ level: 'info', msg: 'serving artifacts' }));
    for (const program of [source, kustomize])
      expect(program.output()).toContain('Secrets and ConfigMaps are always read from the API server');

    // The other replica is up, and serves from its own disk when it leads.
    const statusOf = async (port: number, probe: string) =>
      fetch(`http://127.0.0.1:${port}${probe}`).then(
        ({ status }) => status,
        () => 'refused',
      );
    await expect.poll(() => statusOf(otherHealth, '/readyz')).toBe(200);
    expect(await statusOf(otherStorage, '/')).toBe('refused');
    source.stop();
    expect(await source.ended).toBe(0);
    await expect.poll(() => statusOf(otherStorage, '/')).toBe(200);

    replica.stop();
    kustomize.stop();
    expect([await replica.ended, await kustomize.ended]).toEqual([0, 0]);
    await rm(folder, { recursive: true, force: true });
  });

  it('refuse a flag that there is not or that names no file, and describe those that there are', async () => {
    const misspelt = runExample('source-controller', ['--storage-pth=/x']);
    expect(await misspelt.ended).toBe(1);
    expect(misspelt.output()).toContain('unknown flag --storage-pth');
    const rootless = runExample('source-controller', ['--sigstore-trusted-root=/none/root.json']);
    expect(await rootless.ended).toBe(1);
    expect(rootless.output()).toContain('the trusted root /none/root.json cannot be read');
    const help = runExample('kustomize-controller', ['--help']);
    expect(await help.ended).toBe(0);
    expect(help.output()).toContain('--no-cross-namespace-refs boolean');
  });
});
