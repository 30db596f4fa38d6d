import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { Bucket, GitRepository, Kustomization, OCIRepository } from '@gitops-toolkit/api';
import type { ObjectRef } from '@gitops-toolkit/core';
import {
  type GitServer,
  startBinaries,
  startEmbedded,
  startGitServer,
  type TestServer,
} from '@gitops-toolkit/envtest';
import { KubeClient } from '@gitops-toolkit/kube';
import { installDefinitions } from '@gitops-toolkit/runtime/testing';
import { type Files, NAMESPACE, type Random } from './commits.ts';
import { Life, Standby } from './life.ts';
import type { LifeRequest } from './life-script.ts';

/** What outlives the controllers: the API server, the git server, the folder of the artifacts. */
export class LastingLine implements AsyncDisposable {
  readonly client: KubeClient;
  readonly storageFolder: string;
  readonly #server: TestServer;
  readonly #git: GitServer;
  readonly #folder: string;
  readonly #artifactPort: number;
  #standby: Standby;
  #life: Life | undefined;
  #lives = 0;

  private constructor(server: TestServer, git: GitServer, folder: string, artifactPort: number) {
    this.#server = server;
    this.#git = git;
    this.#folder = folder;
    this.#artifactPort = artifactPort;
    this.storageFolder = path.join(folder, 'artifacts');
    this.client = new KubeClient(server.config, { userAgent: 'kill-test' });
    this.#standby = this.#prepareStandby();
  }

  /** On the embedded API server or, with `TEST_TARGET=binaries`, a real one; neither runs controllers of its own. */
  static async start(random: Random): Promise<LastingLine> {
    const isReal = process.env['TEST_TARGET'] === 'binaries';
    const server = isReal
      ? await startBinaries()
      : await startEmbedded({ controllers: false, simulate: false });
    const git = await startGitServer();
    git.createRepository('app');
    const folder = await realpath(await mkdtemp(path.join(os.tmpdir(), 'kill-')));
    const line = new LastingLine(server, git, folder, await freePort(random));
    await line.#define();
    return line;
  }

  async #define(): Promise<void> {
    await this.client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } });
    await installDefinitions(this.client, [GitRepository, OCIRepository, Bucket, Kustomization]);
  }

  /** Creates the two objects that lead from the repository to the cluster. */
  async deploy(): Promise<void> {
    const metadata = { name: 'app', namespace: 'default' };
    const { apiVersion, kind } = GitRepository;
    const spec = {
      url: this.#git.repositoryUrl('app'),
      interval: '1h',
      ref: { branch: 'main' },
      timeout: '10s',
    };
    await this.client.create({ apiVersion, kind, metadata, spec });
    await this.client.create({
      apiVersion: Kustomization.apiVersion,
      kind: Kustomization.kind,
      metadata,
      spec: {
        interval: '1h',
        retryInterval: '100ms',
        timeout: '10s',
        prune: true,
        wait: true,
        sourceRef: { kind: GitRepository.kind, name: 'app' },
      },
    });
  }

  /** Deletes both; controllers must be alive for them to go. */
  async remove(): Promise<void> {
    for (const definition of [Kustomization, GitRepository]) await this.client.delete(refTo(definition));
  }

  /** Makes the files all that the branch has, and tells the source, where there is one. */
  async push(files: Files): Promise<string> {
    const repository = this.#git.repository('app');
    if (!repository) throw new Error('the git server has no repository');
    const gone = Object.keys(this.#pushed).filter((name) => !(name in files));
    this.#pushed = files;
    const commit = repository.commit({ branch: 'main', files, delete: gone });
    const body = { metadata: { annotations: { 'reconcile.fluxcd.io/requestedAt': commit } } };
    if (await this.source()) await this.client.patch(refTo(GitRepository), { type: 'merge', body });
    return commit;
  }
  #pushed: Files = {};

  /** The newest commit. */
  get head(): string {
    return this.#git.repository('app')?.refs.get('refs/heads/main') ?? '';
  }

  source(): Promise<GitRepository | undefined> {
    return this.client.find<GitRepository>(refTo(GitRepository));
  }

  kustomization(): Promise<Kustomization | undefined> {
    return this.client.find<Kustomization>(refTo(Kustomization));
  }

  /** Starts the controllers. */
  async begin(death?: LifeRequest['death']): Promise<Life> {
    const standby = this.#standby;
    const life = await Life.begin(standby, {
      config: this.#server.config,
      places: {
        apiServer: this.#server.url,
        gitServer: this.#git.url,
        storageFolder: this.storageFolder,
      },
      artifactPort: this.#artifactPort,
      journal: path.join(this.#folder, `life-${this.#lives++}`),
      ...(death ? { death } : {}),
    });
    this.#standby = this.#prepareStandby();
    this.#life = life;
    return life;
  }

  #prepareStandby(): Standby {
    return new Standby(path.join(this.#folder, 'compiled'));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#standby.end();
    await this.#life?.kill().catch(() => {});
    await this.client[Symbol.asyncDispose]();
    await this.#git[Symbol.asyncDispose]();
    await this.#server[Symbol.asyncDispose]();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

function refTo({ apiVersion, kind }: { readonly apiVersion: string; readonly kind: string }): ObjectRef {
  return { apiVersion, kind, namespace: 'default', name: 'app' };
}

/** A port that no program is given by itself, so that it is still free in the next life. */
async function freePort(random: Random): Promise<number> {
  for (;;) {
    const port = 20_000 + ((process.pid * 7 + random(10_000)) % 10_000);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
