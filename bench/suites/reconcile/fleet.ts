import { Bucket, GitRepository, Kustomization, OCIRepository } from '../../../packages/api/src/index.ts';
import type { KubeObject } from '../../../packages/core/src/index.ts';
import {
  type GitServer,
  startBinaries,
  startEmbedded,
  startGitServer,
  type TestServer,
} from '../../../packages/envtest/src/index.ts';
import { KubeClient } from '../../../packages/kube/src/index.ts';
import { installDefinitions } from '../../../packages/runtime/src/harness/index.ts';
import { applicationFiles } from './workload.ts';

const NAMESPACE = 'bench';

/** Many applications: an API server, and a git server with a repository for each of them. */
export class Fleet implements AsyncDisposable {
  readonly namespace = NAMESPACE;
  readonly server: TestServer;
  readonly #client: KubeClient;
  readonly #git: GitServer;
  readonly #names: readonly string[];

  private constructor(server: TestServer, git: GitServer, names: readonly string[]) {
    this.server = server;
    this.#client = new KubeClient(server.config);
    this.#git = git;
    this.#names = names;
  }

  /** Starts the servers, with all that the controllers need but nothing for them to do. */
  static async start(size: number, kind: 'binaries' | 'embedded'): Promise<Fleet> {
    const names = Array.from({ length: size }, (_, index) => `app-${index}`);
    const repositories = Object.fromEntries(names.map((name) => [name, applicationFiles('v1')]));
    const git = await startGitServer({ repositories });
    const fleet = new Fleet(await startServer(kind), git, names);
    await fleet.#prepare();
    return fleet;
  }

  /** Creates a GitRepository and a Kustomization for each application. */
  async install(): Promise<void> {
    await Promise.all(
      this.#names.flatMap((name) => [
        this.#client.create(gitRepository(name, this.#git.repositoryUrl(name))),
        this.#client.create(kustomization(name)),
      ]),
    );
  }

  /** Commits a new release to every repository, and asks for a look at it, as the webhook of a git host does. */
  async release(version: string): Promise<void> {
    const requestedAt = `${version} ${new Date().toISOString()}`;
    const body = { metadata: { annotations: { 'reconcile.fluxcd.io/requestedAt': requestedAt } } };
    for (const name of this.#names) this.#git.repository(name)?.commit({ files: applicationFiles(version) });
    await Promise.all(
      this.#names.map((name) => this.#client.patch(refOf(GitRepository, name), { type: 'merge', body })),
    );
  }

  /** Waits until every Kustomization says that it has applied the newest commit of its repository. */
  async applied(): Promise<void> {
    const waiting = new Map(
      this.#names.map((name) => [name, this.#git.repository(name)?.refs.get('refs/heads/main') ?? '']),
    );
    const look = (object: Kustomization): void => {
      const { name = '' } = object.metadata;
      const commit = waiting.get(name);
      if (commit !== undefined && object.status?.lastAppliedRevision?.endsWith(commit)) waiting.delete(name);
    };
    const list = await this.#client.list<Kustomization>(Kustomization, { namespace: NAMESPACE });
    list.items.forEach(look);
    if (waiting.size === 0) return;
    const stop = new AbortController();
    const { resourceVersion = '' } = list.metadata;
    const options = { namespace: NAMESPACE, resourceVersion, signal: stop.signal };
    for await (const event of this.#client.watch<Kustomization>(Kustomization, options)) {
      if (event.type !== 'BOOKMARK') look(event.object);
      if (waiting.size === 0) break;
    }
    stop.abort();
    if (waiting.size > 0) throw new Error(`the watch ended before ${[...waiting.keys()].join(', ')}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client[Symbol.asyncDispose]();
    await this.#git.stop();
    await this.server.stop();
  }

  async #prepare(): Promise<void> {
    await this.#client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } });
    await installDefinitions(this.#client, [GitRepository, OCIRepository, Bucket, Kustomization]);
  }
}

/** Without simulated workloads, as the real programs are: what is measured is not their work. */
function startServer(kind: 'binaries' | 'embedded'): Promise<TestServer> {
  return kind === 'binaries' ? startBinaries() : startEmbedded({ controllers: false, simulate: false });
}

function refOf({ apiVersion, kind }: { apiVersion: string; kind: string }, name: string) {
  return { apiVersion, kind, namespace: NAMESPACE, name };
}

function gitRepository(name: string, url: string): KubeObject {
  const { apiVersion, kind } = GitRepository;
  const spec = { url, interval: '10m', ref: { branch: 'main' } };
  return { apiVersion, kind, metadata: { name, namespace: NAMESPACE }, spec };
}

function kustomization(name: string): KubeObject {
  const { apiVersion, kind } = Kustomization;
  return {
    apiVersion,
    kind,
    metadata: { name, namespace: NAMESPACE },
    spec: {
      interval: '10m',
      path: './deploy',
      prune: true,
      targetNamespace: NAMESPACE,
      sourceRef: { kind: GitRepository.kind, name },
      postBuild: { substitute: { app: name } },
    },
  };
}
