import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Bucket, GitRepository, Kustomization, OCIRepository } from '@gitops-toolkit/api';
import { type GitServer, startEmbedded, startGitServer, type TestServer } from '@gitops-toolkit/envtest';
import { KubeClient } from '@gitops-toolkit/kube';
import { installDefinitions } from '@gitops-toolkit/runtime/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MeasuredProcess } from './testing/memory/measured-process.ts';
import type { Memory } from './testing/memory/measured-script.ts';

const TIMEOUT = 600_000;
const keys = Array.from({ length: 10 }, (_, n) => ({ namespace: 'default', name: `app-${n}` }));

let server: TestServer;
let client: KubeClient;
let git: GitServer;
let storageFolder: string;

// Always the embedded server: what is measured is not its work, and the controllers are those of every cluster.
beforeEach(async () => {
  server = await startEmbedded({ controllers: false, simulate: false });
  client = new KubeClient(server.config);
  git = await startGitServer();
  storageFolder = await mkdtemp(path.join(os.tmpdir(), 'memory-'));
});

afterEach(async () => {
  await client[Symbol.asyncDispose]();
  await server.stop();
  await git.stop();
  await rm(storageFolder, { recursive: true, force: true });
});

const megabytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MB`;
const described = ({ runs, heapUsed, rss }: Memory) =>
  `after ${runs} runs: heap ${megabytes(heapUsed)}, resident ${megabytes(rss)}`;

describe('the memory of controllers after 10 000 runs is that after 1000, within 5 %', () => {
  it('for a controller that does nothing', { timeout: TIMEOUT }, async ({ annotate }) => {
    for (const metadata of keys) await client.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata });
    await using measured = await MeasuredProcess.start({
      config: server.config,
      storageFolder,
      controllers: 'trivial',
      keys,
    });
    const early = await measured.run(1000);
    const late = await measured.run(9000);
    await annotate(`${described(early)}; ${described(late)}`);
    expect(late.heapUsed / early.heapUsed).toBeLessThan(1.05);
  });

  it(
    'for GitRepositories and Kustomizations, with a commit now and then',
    { timeout: TIMEOUT },
    async ({ annotate }) => {
      await deployAll();
      await using measured = await MeasuredProcess.start({
        config: server.config,
        storageFolder,
        controllers: 'toolkit',
        keys,
      });
      let round = 0;
      const run = (count: number): Promise<Memory> => {
        commitEverywhere(++round);
        return measured.run(count);
      };
      const early = await run(1000);
      // What was needed to start is given back late.
      const settled = await run(1000);
      for (let n = 0; n < 3; n++) await run(2000);
      const late = await run(2000);
      await annotate([early, settled, late].map(described).join('; '));
      await expectApplied(round);
      expect(late.failures).toBe(early.failures);
      expect(late.heapUsed / Math.min(early.heapUsed, settled.heapUsed)).toBeLessThan(1.05);
    },
  );
});

/** A source and a Kustomization for each key; what the sources hold is committed later. */
async function deployAll(): Promise<void> {
  await installDefinitions(client, [GitRepository, OCIRepository, Bucket, Kustomization]);
  for (const metadata of keys) {
    git.createRepository(metadata.name);
    const source = { url: git.repositoryUrl(metadata.name), interval: '1h', ref: { branch: 'main' } };
    const sourceRef = { kind: GitRepository.kind, name: metadata.name };
    const kustomization = { interval: '1h', retryInterval: '1s', prune: true, sourceRef };
    await client.create({
      apiVersion: GitRepository.apiVersion,
      kind: GitRepository.kind,
      metadata,
      spec: source,
    });
    await client.create({
      apiVersion: Kustomization.apiVersion,
      kind: Kustomization.kind,
      metadata,
      spec: kustomization,
    });
  }
}

function commitEverywhere(round: number): void {
  for (const { name } of keys) git.repository(name)?.commit({ branch: 'main', files: filesOf(name, round) });
}

/** One object that changes, and one whose name does. */
function filesOf(name: string, round: number): Record<string, string> {
  const settings = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default' } };
  return {
    'settings.json': JSON.stringify({ ...settings, data: { round: String(round) } }),
    'kustomization.yaml': JSON.stringify({
      resources: ['settings.json'],
      configMapGenerator: [{ name: `${name}-generated`, namespace: 'default', literals: [`ROUND=${round}`] }],
    }),
  };
}

async function expectApplied(round: number): Promise<void> {
  for (const { name, namespace } of keys) {
    const ref = { apiVersion: 'v1', kind: 'ConfigMap', name, namespace };
    await expect.poll(async () => (await client.find(ref))?.['data']).toEqual({ round: String(round) });
  }
}
