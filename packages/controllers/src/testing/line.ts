import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Bucket, GitRepository, Kustomization, OCIRepository } from '@gitops-toolkit/api';
import { type KubeObject, type ObjectRef, refString, sleep } from '@gitops-toolkit/core';
import {
  type FaultProxy,
  type FaultRule,
  type GitServer,
  type GitTestRepository,
  startBinaries,
  startEmbedded,
  startFaultProxy,
  startGitServer,
  type TestServer,
} from '@gitops-toolkit/envtest';
import { KubeClient } from '@gitops-toolkit/kube';
import {
  type Condition,
  conditions,
  jsonLogger,
  manager,
  type ManagerOptions,
  MetricsRegistry,
  type ObjectKey,
  type TriggerSource,
} from '@gitops-toolkit/runtime';
import { installDefinitions } from '@gitops-toolkit/runtime/testing';
import { type ArtifactServer, ArtifactStorage, startArtifactServer, TreeCache } from '@gitops-toolkit/source';
import {
  type BuildBudget,
  BuildWorkers,
  gitRepositoryController,
  kustomizationController,
  type KustomizationControllerOptions,
  type PathConsumer,
} from '../index.ts';

/** Longer than anything takes here, shorter than a test may, where nothing fails on purpose. */
const PATIENCE_MS = 20_000;

/** One for all lines of a file: workers that run from sources take a second to start. */
const builder = new BuildWorkers(4);

/** How a {@link Line} differs from the usual one. */
export interface LineOptions {
  /** The first commit. */
  readonly files: Readonly<Record<string, string>>;
  /** Kinds that declare what they read of repositories. */
  readonly consumers?: readonly PathConsumer[];
  /** What the git server asks for. */
  readonly auth?: { readonly username: string; readonly password: string };
  /** @default 100 */
  readonly requeueDependencyMs?: number;
  readonly buildBudget?: BuildBudget;
  /** What the controller of Kustomizations is told beside the usual. */
  readonly kustomizations?: Partial<KustomizationControllerOptions>;
  /** What the manager is told beside the usual. */
  readonly manager?: Pick<ManagerOptions, 'leaderElection' | 'health'>;
  /** What the controllers' requests to the API server suffer; the test's own suffer nothing. */
  readonly faults?: FaultRule;
  /** How long `until…` waits. @default 20 000 */
  readonly patienceMs?: number;
}

/**
 * The whole line in one process, on the embedded API server or, with `TEST_TARGET=binaries`, a real one: an API server, a git server with one repository, an artifact server, and the two
 * controllers under a manager.
 */
export class Line implements AsyncDisposable {
  readonly client: KubeClient;
  readonly git: GitServer;
  readonly repository: GitTestRepository;
  readonly #options: LineOptions;
  readonly #server: TestServer;
  /** What the controllers asked the API server about objects: `PATCH configmaps/banner dry`. */
  readonly requests: string[] = [];
  /** The resources that the controllers watched: `configmaps`. */
  readonly watched: string[] = [];
  /** Between the controllers and the server. */
  readonly #proxy: FaultProxy | undefined;
  /** Where the artifacts are. */
  readonly storageFolder: string;
  readonly #storage: ArtifactStorage;
  readonly #artifacts: ArtifactServer;
  #failure: unknown;
  #metrics = new MetricsRegistry();
  readonly #enqueue = new Map<string, (key: ObjectKey) => void>();
  #running: { stop: AbortController; done: Promise<void> };

  private constructor(parts: {
    options: LineOptions;
    server: TestServer;
    proxy: FaultProxy | undefined;
    git: GitServer;
    repository: GitTestRepository;
    folder: string;
    storage: ArtifactStorage;
    artifacts: ArtifactServer;
  }) {
    this.#options = parts.options;
    this.#server = parts.server;
    this.#proxy = parts.proxy;
    this.git = parts.git;
    this.repository = parts.repository;
    this.storageFolder = parts.folder;
    this.#storage = parts.storage;
    this.#artifacts = parts.artifacts;
    this.client = new KubeClient(parts.server.config, { userAgent: 'line-test' });
    this.#running = this.#runControllers();
  }

  static async start(options: LineOptions): Promise<Line> {
    const binaries = process.env['TEST_TARGET'] === 'binaries';
    const server = binaries ? await startBinaries() : await startEmbedded({ simulate: false });
    const setUp = new KubeClient(server.config);
    await installDefinitions(setUp, [GitRepository, OCIRepository, Bucket, Kustomization]);
    await setUp[Symbol.asyncDispose]();
    const git = await startGitServer(options.auth ? { auth: options.auth } : {});
    const repository = git.createRepository('app');
    repository.commit({ branch: 'main', message: 'first', files: options.files });
    const folder = await mkdtemp(path.join(os.tmpdir(), 'line-'));
    const storage = new ArtifactStorage({ root: folder, host: () => new URL(artifacts.url).host });
    const artifacts: ArtifactServer = await startArtifactServer({ storage });
    const { faults } = options;
    const proxy = faults && (await startFaultProxy({ target: server.config, faults, tls: false }));
    return new Line({ options, server, proxy, git, repository, folder, storage, artifacts });
  }

  #runControllers(): { stop: AbortController; done: Promise<void> } {
    const stop = new AbortController();
    this.#metrics = new MetricsRegistry();
    const options = {
      name: 'line',
      metricsRegistry: this.#metrics,
      client: new KubeClient((this.#proxy ?? this.#server).config, {
        userAgent: 'line',
        onResponse: ({ method, path: asked }) => {
          const { pathname, searchParams } = new URL(asked, 'http://localhost');
          const [, name] = /\/namespaces\/[^/]+\/(.+)$/.exec(pathname) ?? [];
          if (searchParams.has('watch')) this.watched.push(pathname.split('/').at(-1) ?? '');
          else if (name) this.requests.push(`${method} ${name}${searchParams.has('dryRun') ? ' dry' : ''}`);
        },
      }),
    };
    const retries = { minDelayMs: 20, maxDelayMs: 200 };
    const trees = new TreeCache();
    const { consumers = [] } = this.#options;
    const controllers = [
      gitRepositoryController({ storage: this.#storage, trees, retries, consumers }).triggeredBy(
        this.#triggered('GitRepository'),
      ),
      kustomizationController({
        trees,
        requeueDependencyMs: this.#options.requeueDependencyMs ?? 100,
        healthPollMs: 50,
        ...(this.#options.buildBudget ? { buildBudget: this.#options.buildBudget } : { builder }),
        ...this.#options.kustomizations,
      }).triggeredBy(this.#triggered('Kustomization')),
    ];
    // LINE_LOG=debug shows what the controllers say.
    const level = process.env['LINE_LOG'] as 'debug' | undefined;
    const logger = level ? { logger: jsonLogger({ level, encoding: 'console' }) } : {};
    // Watches that fail on purpose are begun again without the usual patience.
    const cache = { reflector: { backoff: { baseMs: 20, maxMs: 200 } } };
    const done = manager({ ...options, ...logger, ...this.#options.manager, cache, controllers })
      .run(stop.signal)
      .finally(() => options.client[Symbol.asyncDispose]());
    done.catch((error: unknown) => (this.#failure = error));
    return { stop, done };
  }

  /** Ends the controllers as a crash would see them gone, and starts new ones. */
  async restartControllers(): Promise<void> {
    this.#running.stop.abort();
    await this.#running.done;
    this.#running = this.#runControllers();
  }

  /** Runs an object once more, as its interval would, and waits until that run is over. */
  async runAgain(kind: 'GitRepository' | 'Kustomization'): Promise<void> {
    await this.#metrics.load();
    const before = await this.#finishedRuns(kind);
    this.#enqueue.get(kind)?.({ namespace: 'default', name: 'app' });
    while ((await this.#finishedRuns(kind)) === before) await sleep(5);
  }

  async #finishedRuns(kind: string): Promise<number> {
    const lines = (await this.#metrics.text()).split('\n');
    const ofKind = lines.filter(
      (line) =>
        line.startsWith('controller_runtime_reconcile_total{') && line.includes(`"${kind.toLowerCase()}"`),
    );
    return ofKind.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
  }

  /** Lets the test ask for runs without any change of an object. */
  #triggered(kind: string): TriggerSource {
    return async (enqueue) => void this.#enqueue.set(kind, enqueue);
  }

  /** Creates the pair of objects that the tests speak of, both named `app`. */
  async deploy(
    spec: {
      git?: Record<string, unknown>;
      kustomization?: Record<string, unknown>;
      /** Of the Kustomization, as somebody has left them. */
      finalizers?: string[];
    } = {},
  ): Promise<void> {
    await this.client.create({
      apiVersion: GitRepository.apiVersion,
      kind: GitRepository.kind,
      metadata: { name: 'app', namespace: 'default' },
      spec: {
        url: this.git.repositoryUrl('app'),
        interval: '1h',
        ref: { branch: 'main' },
        timeout: '5s',
        ...spec.git,
      },
    });
    await this.client.create({
      apiVersion: Kustomization.apiVersion,
      kind: Kustomization.kind,
      metadata: {
        name: 'app',
        namespace: 'default',
        ...(spec.finalizers && { finalizers: spec.finalizers }),
      },
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
    this.repository.commit({ branch: 'main', ...change });
    await this.reconcileNow('GitRepository');
  }

  async reconcileNow(kind: 'GitRepository' | 'Kustomization'): Promise<void> {
    const body = {
      metadata: { annotations: { 'reconcile.fluxcd.io/requestedAt': String(performance.now()) } },
    };
    await this.client.patch(this.ref(kind), { type: 'merge', body });
  }

  ref(kind: string, name = 'app', namespace = 'default'): ObjectRef {
    const toolkit = [GitRepository, Kustomization].find((definition) => definition.kind === kind);
    return {
      apiVersion: toolkit?.apiVersion ?? (kind === 'Deployment' ? 'apps/v1' : 'v1'),
      kind,
      name,
      namespace,
    };
  }

  /** The object, once it is as the predicate wants it. */
  async until<T extends KubeObject>(
    ref: ObjectRef,
    wanted: (object: T) => boolean,
    patienceMs: number = this.#options.patienceMs ?? PATIENCE_MS,
  ): Promise<T> {
    const deadline = performance.now() + patienceMs;
    for (let last: T | undefined; ;) {
      last = await this.client.find<T>(ref);
      if (this.#failure) throw this.#failure;
      if (last && wanted(last)) return last;
      if (performance.now() > deadline)
        throw new Error(`${refString(ref)} never got there: ${JSON.stringify(last?.['status'], null, 1)}`);
      await sleep(20);
    }
  }

  /** Plays the part of the cluster's own controllers: the Deployment is rolled out. */
  async rollOut(name: string): Promise<void> {
    const ref = this.ref('Deployment', name);
    const deployment = await this.until(ref, () => true);
    const replicas = (deployment['spec'] as { replicas: number }).replicas;
    const counts = {
      replicas,
      updatedReplicas: replicas,
      readyReplicas: replicas,
      availableReplicas: replicas,
    };
    const condition = (type: string, reason: string) => ({
      type,
      status: 'True',
      reason,
      lastUpdateTime: null,
      lastTransitionTime: null,
    });
    const body = {
      status: {
        ...counts,
        observedGeneration: deployment.metadata.generation,
        conditions: [
          condition('Available', 'MinimumReplicasAvailable'),
          condition('Progressing', 'NewReplicaSetAvailable'),
        ],
      },
    };
    await this.client.patch(ref, { type: 'merge', body }, { subresource: 'status' });
  }

  untilGone(ref: ObjectRef): Promise<void> {
    const poll = async () => {
      const deadline = performance.now() + (this.#options.patienceMs ?? PATIENCE_MS);
      while (await this.client.find(ref)) {
        if (performance.now() > deadline) throw new Error(`${refString(ref)} is still there`);
        await sleep(20);
      }
    };
    return poll();
  }

  /** The object, once its `Ready` condition has the status, and the reason and text where they are given. */
  untilReady(
    kind: 'GitRepository' | 'Kustomization',
    status: Condition['status'],
    wanted: { reason?: string; text?: string } = {},
  ): Promise<KubeObject> {
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
    const commit = this.repository.refs.get('refs/heads/main') ?? '';
    return this.until(this.ref('Kustomization'), (object) => {
      const revision =
        (object['status'] as { lastAppliedRevision?: string } | undefined)?.lastAppliedRevision ?? '';
      return conditions.isReady(object) && revision.endsWith(commit);
    });
  }

  /** What was said about an object, oldest first. */
  async events(kind: string): Promise<{ type: string; reason: string; message: string }[]> {
    const { items } = await this.client.list<KubeObject>(
      { apiVersion: 'v1', kind: 'Event' },
      { namespace: 'default' },
    );
    return items
      .filter((event) => (event['involvedObject'] as ObjectRef).kind === kind)
      .map((event) => ({
        type: String(event['type']),
        reason: String(event['reason']),
        message: String(event['message']),
      }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#running.stop.abort();
    await this.#running.done;
    await this.client[Symbol.asyncDispose]();
    await this.#artifacts[Symbol.asyncDispose]();
    await this.git[Symbol.asyncDispose]();
    await this.#proxy?.stop();
    await this.#server[Symbol.asyncDispose]();
    await rm(this.storageFolder, { recursive: true, force: true });
  }
}
