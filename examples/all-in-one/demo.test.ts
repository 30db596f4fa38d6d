import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { GitRepository, Kustomization } from '@gitops-toolkit/api';
import type { KubeObject } from '@gitops-toolkit/core';
import { startEmbedded, startGitServer } from '@gitops-toolkit/envtest';
import { KubeClient } from '@gitops-toolkit/kube';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runExample } from '../testing/run-example.ts';
import { openEmbeddedCluster } from './cluster/embedded-cluster.ts';
import { parseOptions } from './options.ts';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(path.join(os.tmpdir(), 'demo-test-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

async function write(files: Record<string, string>): Promise<void> {
  for (const [file, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
    await writeFile(path.join(folder, file), text);
  }
}

async function once(...args: string[]): Promise<{ code: number | null; output: string }> {
  const demo = runExample('all-in-one', ['--once', ...args]);
  return { code: await demo.ended, output: demo.output() };
}

const app = {
  'base/kustomization.yaml': 'resources: [web.yaml]\n',
  'base/web.yaml': 'apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 80}]}\n',
  'overlays/dev/kustomization.yaml': 'namespace: default\nnamePrefix: dev-\nresources: [../../base]\n',
};

describe('demo -- --once', () => {
  it('brings the sample up, updates and prunes it, and ends', async () => {
    const { code, output } = await once();
    expect(output).toContain('Ready after');
    expect(output).toContain('pruned ConfigMap/storefront/banner.');
    expect(output).toMatch(/kubectl --kubeconfig \S+ get/);
    expect(code).toBe(0);
  });

  it('takes a folder of the user', async () => {
    await write(app);
    const { code, output } = await once('--url', folder, '--path', './overlays/dev');
    expect(output).toContain('Service/default/dev-web');
    expect(code).toBe(0);
  });

  it('takes a repository of the user, and a branch', async () => {
    await using server = await startGitServer({ repositories: { app } });
    server.repository('app')?.branch('release');
    const { code, output } = await once(
      '--url',
      server.repositoryUrl('app'),
      '--path',
      'overlays/dev',
      '--branch',
      'release',
    );
    expect(output).toContain('release@sha1:');
    expect(code).toBe(0);
  });

  it('follows the default branch of a repository, and keeps its password to itself', async () => {
    const auth = { username: 'dev', password: 'only-for-the-test' };
    await using server = await startGitServer({ auth });
    server.createRepository('app', { defaultBranch: 'trunk' }).commit({ files: app });
    const url = server.repositoryUrl('app').replace('://', '://dev:only-for-the-test@');
    const { code, output } = await once('--url', url, '--path', 'overlays/dev');
    expect(output).toContain('HEAD@sha1:');
    expect(output).not.toContain(auth.password);
    expect(code).toBe(0);
    const wrong = await once('--url', url, '--branch', 'main', '--timeout', '2');
    expect(wrong.output).toMatch(/main[\s\S]*trunk/);
    expect(wrong.code).toBe(1);
  });

  it('puts objects without a namespace where kubectl would', async () => {
    await write({
      'kustomization.yaml': 'resources: [a.yaml]\n',
      'a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n',
    });
    const { code, output } = await once('--url', folder);
    expect(output).toContain('ConfigMap/default/a');
    expect(code).toBe(0);
  });

  it('ends with the reason where something is not ready in time', async () => {
    await write({ ...app, 'base/web.yaml': 'kind: Service\nmetadata:\n\tname: web\n' });
    const { code, output } = await once('--url', folder, '--path', './overlays/dev', '--timeout', '3');
    expect(output).toContain('not ready after 3 s');
    expect(output).toContain('base/web.yaml:3:1');
    expect(code).toBe(1);
  });

  it('refuses what it cannot understand', async () => {
    expect((await once('--url', '/no/such/folder')).output).toContain(
      'takes an http or https URL or a folder',
    );
    expect((await once('--purl', 'x')).code).toBe(1);
    expect(() => parseOptions(['--timeout', 'soon'])).toThrow('takes a number of seconds');
    expect(parseOptions(['--help'])).toBe('help');
  });
});

describe("a cluster of the user's own", () => {
  const CRD = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' };

  async function ownCluster() {
    const server = await startEmbedded();
    const client = new KubeClient(server.config);
    const kubeconfig = path.join(folder, 'kubeconfig');
    await writeFile(kubeconfig, server.kubeconfig());
    const names = async (kind: { apiVersion: string; kind: string }) =>
      (await client.list<KubeObject>(kind)).items.map(({ metadata }) => metadata.name ?? '');
    const dispose = async () => {
      await client[Symbol.asyncDispose]();
      await server.stop();
    };
    return { client, kubeconfig, names, [Symbol.asyncDispose]: dispose };
  }

  it('is left as it was', async () => {
    await using cluster = await ownCluster();
    const before = [await cluster.names({ apiVersion: 'v1', kind: 'Namespace' }), await cluster.names(CRD)];
    const { code, output } = await once('--kubeconfig', cluster.kubeconfig, '--yes');
    expect(output).toContain('Removing what the demo made');
    expect(code).toBe(0);
    expect([await cluster.names({ apiVersion: 'v1', kind: 'Namespace' }), await cluster.names(CRD)]).toEqual(
      before,
    );
  });

  it('keeps definitions that are there', async () => {
    await using cluster = await ownCluster();
    const crd = GitRepository.crd();
    crd.metadata.labels = { mine: 'yes' };
    const { metadata } = await cluster.client.create(crd);
    expect((await once('--kubeconfig', cluster.kubeconfig, '--yes')).code).toBe(0);
    const after = await cluster.client.get({ ...CRD, name: metadata.name ?? '' });
    expect(after.metadata).toMatchObject({
      uid: metadata.uid,
      generation: metadata.generation,
      labels: { mine: 'yes' },
    });
    expect(await cluster.names(CRD)).not.toContain(`${Kustomization.plural}.${Kustomization.group}`);
  });

  it("keeps objects outside of the demo's namespace that are there", async () => {
    await using cluster = await ownCluster();
    const rbac = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole' };
    const rules = [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }];
    await cluster.client.create({ ...rbac, metadata: { name: 'precious' }, rules });
    const role = (name: string) =>
      `apiVersion: ${rbac.apiVersion}\nkind: ClusterRole\nmetadata: {name: ${name}}\nrules: []\n`;
    await write({ 'precious.yaml': role('precious'), 'new.yaml': role('of-the-demo') });
    expect((await once('--kubeconfig', cluster.kubeconfig, '--yes', '--url', folder)).code).toBe(0);
    expect(await cluster.client.find({ ...rbac, name: 'precious' })).toMatchObject({ rules });
    expect(await cluster.client.find({ ...rbac, name: 'of-the-demo' })).toBeUndefined();
  });

  it('is not touched without a yes, nor beside controllers of Flux', async () => {
    await using cluster = await ownCluster();
    const declined = await once('--kubeconfig', cluster.kubeconfig);
    expect(declined.output).toContain('creates a namespace and objects in the cluster at');
    expect(declined.code).toBe(1);
    const labels = { app: 'source-controller' };
    await cluster.client.create({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'source-controller', namespace: 'default' },
      spec: {
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [{ name: 'a', image: 'a' }] } },
      },
    });
    const refused = await once('--kubeconfig', cluster.kubeconfig, '--yes');
    expect(refused.output).toContain("Flux's controllers run in this cluster (default/source-controller)");
    expect(refused.code).toBe(1);
    expect(await cluster.names(CRD)).toEqual([]);
  });
});

describe('the embedded cluster', () => {
  it('has a kubeconfig for its owner alone, gone afterwards, and wants its token', async () => {
    const cluster = await openEmbeddedCluster(new AbortController().signal);
    const file = cluster.kubeconfigFile;
    // Windows has no such bits: it reports what it can.
    const mode = process.platform === 'win32' ? 0o666 : 0o600;
    expect((await stat(file)).mode & 0o777).toBe(mode);
    expect(await readFile(file, 'utf8')).toContain('127.0.0.1');
    const { token: _token, ...stranger } = cluster.config;
    await using client = new KubeClient(stranger);
    await expect(client.list({ apiVersion: 'v1', kind: 'Secret' })).rejects.toMatchObject({ status: 403 });
    await cluster[Symbol.asyncDispose]();
    await expect(stat(file)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
