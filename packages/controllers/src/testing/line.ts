import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { GitRepository, Kustomization } from '@gitops-toolkit/api';
import { type KubeObject, type ObjectRef, refString, sleep } from '@gitops-toolkit/core';
import { type GitServer, type GitServerRepository, startBinaries, startEmbedded, startGitServer, type TestServer } from '@gitops-toolkit/envtest';
import { KubeClient } from '@gitops-toolkit/kube';
import { type Condition, conditions, manager } from '@gitops-toolkit/runtime';
import { type ArtifactServer, ArtifactStorage, startArtifactServer, TreeCache } from '@gitops-toolkit/source';
import { gitRepositoryController, kustomizationController } from '../index.ts';

/** Longer than anything takes here, shorter than a test may. */
const PATIENCE_MS = 20_000;

/** How a {@link Line} differs from the usual one. */
export interface LineOptions {
  /** The first commit. */
  readonly files: Readonly<Record<string, string>>;
  /** What the git server asks for. */
  readonly auth?: { readonly username: string; readonly password: string };
  /** Deployments and the like become ready by themselves. @default true */
  readonly simulate?: boolean;
}

/**
 * The whole line in one process: an API server, a git server with one repository, an artifact server, and the two
 * controllers under a manager.
 */
export class Line implements AsyncDisposable {
  readonly client: KubeClient;
  readonly git: GitServer;
  readonly repository: GitServerRepository;
  readonly #server: TestServer;
  readonly #folder: string;
  readonly #storage: ArtifactStorage;
  readonly #artifacts: ArtifactServer;
  #running: { stop: AbortController; done: Promise<void> };

  private constructor(parts: {
    server: TestServer;
    git: GitServer;
    repository: GitServerRepository;
    folder: string;
    storage: ArtifactStorage;
    artifacts: ArtifactServer;
  }) {
    this.#server = parts.server;
    this.git = parts.git;
    this.repository = parts.repository;
    this.#folder = parts.folder;
    this.#storage = parts.storage;
    this.#artifacts = parts.artifacts;
    this.client = new KubeClient(parts.server.config, { userAgent: 'line-test' });
    this.#running = this.#runControllers();
  }

  static async start(options: LineOptions): Promise<Line> {
    const binaries = process.env['TEST_TARGET'] === 'binaries';
    const server = binaries ? await startBinaries() : await startEmbedded({ simulate: options.simulate ?? true });
    const setUp = new KubeClient(server.config);
    for (const kind of [GitRepository, Kustomization]) await setUp.create(kind.crd());
    for (const kind of [GitRepository, Kustomization]) await waitEstablished(setUp, `${kind.plural}.${kind.group}`);
    await setUp[Symbol.asyncDispose]();
    const git = await startGitServer(options.auth ? { auth: options.auth } : {});
    const repository = await git.createRepository('app');
    await repository.commit({ branch: 'main', message: 'first', files: options.files });
    const folder = await mkdtemp(path.join(os.tmpdir(), 'line-'));
    const storage = new ArtifactStorage({ folder });
    const artifacts = await startArtifactServer(storage);
    return new Line({ server, git, repository, folder, storage, artifacts });
  }

  #runControllers(): { stop: AbortController; done: Promise<void> } {
    const stop = new AbortController();
    this.#storage.baseUrl = this.#artifacts.url;
    const options = { name: 'line', client: new KubeClient(this.#server.config, { userAgent: 'line' }) };
    const retries = { minDelayMs: 20, maxDelayMs: 200 };
    const controllers = [
      gitRepositoryController({ storage: this.#storage, retries }),
      kustomizationController({ trees: new TreeCache(), requeueDependencyMs: 100, healthPollMs: 50 }),
    ];
    const done = manager({ ...options, controllers }).run(stop.signal).finally(() => options.client[Symbol.asyncDispose]());
    done.catch(() => {});
    return { stop, done };
  }

  /** Ends the controllers as a crash would see them gone, and starts new ones. */
  async restartControllers(): Promise<void> {
    this.#running.stop.abort();
    await this.#running.done;
    this.#running = this.#runControllers();
  }

  /** Creates the pair of objects that the tests speak of, both named `app`. */
  async deploy(spec: { git?: Record<string, unknown>; kustomization?: Record<string, unknown> } = {}): Promise<void> {
    await this.client.create({
      apiVersion: GitRepository.apiVersion,
      kind: GitRepository.kind,
      metadata: { name: 'app', namespace: 'default' },
      spec: { url: this.repository.url, interval: '1h', ref: { branch: 'main' }, timeout: '5s', ...spec.git },
    });
    await this.client.create({
      apiVersion: Kustomization.apiVersion,
      kind: Kustomization.kind,
      metadata: { name: 'app', namespace: 'default' },
      spec: {
        interval: '1h',
        retryInterval: '200ms',
        path: './',
        prune: true,
        sourceRef: { kind: 'GitRepository', name: 'app' },
        ...spec.kustomization,
      },
    });
  }

  /** Commits, and asks the source to be looked at now, as a webhook would. */
  async push(change: { files?: Record<string, string>; delete?: string[]; message?: string }): Promise<void> {
    await this.repository.commit({ branch: 'main', message: change.message ?? 'change', ...change });
    await this.reconcileNow('GitRepository');
  }

  async reconcileNow(kind: 'GitRepository' | 'Kustomization'): Promise<void> {
    const body = { metadata: { annotations: { 'reconcile.fluxcd.io/requestedAt': String(performance.now()) } } };
    await this.client.patch(this.ref(kind), { type: 'merge', body });
  }

  ref(kind: string, name = 'app', namespace = 'default'): ObjectRef {
    const toolkit = [GitRepository, Kustomization].find((definition) => definition.kind === kind);
    return { apiVersion: toolkit?.apiVersion ?? (kind === 'Deployment' ? 'apps/v1' : 'v1'), kind, name, namespace };
  }

  /** The object, once it is as the predicate wants it. */
  async until<T extends KubeObject>(ref: ObjectRef, wanted: (object: T) => boolean): Promise<T> {
    const deadline = performance.now() + PATIENCE_MS;
    for (let last: T | undefined; ; ) {
      last = await this.client.find<T>(ref);
      if (last && wanted(last)) return last;
      if (performance.now() > deadline) throw new Error(`${refString(ref)} never got there: ${JSON.stringify(last?.['status'], null, 1)}`);
      await sleep(20);
    }
  }

  untilGone(ref: ObjectRef): Promise<void> {
    const poll = async () => {
      const deadline = performance.now() + PATIENCE_MS;
      while (await this.client.find(ref)) {
        if (performance.now() > deadline) throw new Error(`${refString(ref)} is still there`);
        await sleep(20);
      }
    };
    return poll();
  }

  /** The object, once its `Ready` condition has the status, and the reason and text where they are given. */
  untilReady(kind: 'GitRepository' | 'Kustomization', status: Condition['status'], wanted: { reason?: string; text?: string } = {}): Promise<KubeObject> {
    return this.until(this.ref(kind), (object) => {
      const ready = conditions.get(object, 'Ready');
      return (
        ready?.status === status &&
        ready.observedGeneration === object.metadata.generation &&
        (wanted.reason === undefined || ready.reason === wanted.reason) &&
        (wanted.text === undefined || ready.message.includes(wanted.text))
      );
    });
  }

  /** The Kustomization, once it has applied the newest commit and is ready. */
  async untilApplied(): Promise<KubeObject> {
    const commit = await this.repository.head('main');
    return this.until(this.ref('Kustomization'), (object) => {
      const revision = (object['status'] as { lastAppliedRevision?: string } | undefined)?.lastAppliedRevision ?? '';
      return conditions.isReady(object) && revision.endsWith(commit);
    });
  }

  /** What was said about an object, oldest first. */
  async events(kind: string): Promise<{ type: string; reason: string; message: string }[]> {
    const { items } = await this.client.list<KubeObject>({ apiVersion: 'v1', kind: 'Event' }, { namespace: 'default' });
    return items
      .filter((event) => (event['involvedObject'] as ObjectRef).kind === kind)
      .map((event) => ({ type: String(event['type']), reason: String(event['reason']), message: String(event['message']) }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#running.stop.abort();
    await this.#running.done;
    await this.client[Symbol.asyncDispose]();
    await this.#artifacts[Symbol.asyncDispose]();
    await this.git[Symbol.asyncDispose]();
    await this.#server[Symbol.asyncDispose]();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

async function waitEstablished(client: KubeClient, name: string): Promise<void> {
  const ref = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', name };
  while (!conditions.isTrue(await client.get(ref), 'Established')) await sleep(10);
}
