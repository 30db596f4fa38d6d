import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Artifact } from '@gitops-toolkit/api';
import type { KubeObject, ObjectRef } from '@gitops-toolkit/core';
import { startBinaries, startEmbedded, type TestServer } from '@gitops-toolkit/envtest';
import { type Condition, conditions, type ManagerOptions, type ResourceKind } from '@gitops-toolkit/runtime';
import {
  type ControllerRun,
  type InstallableDefinition,
  runControllers,
} from '@gitops-toolkit/runtime/testing';
import {
  type ArtifactServer,
  type ArtifactServerOptions,
  ArtifactStorage,
  fetchArtifact,
  startArtifactServer,
} from '@gitops-toolkit/source';
import { afterAll } from 'vitest';

/** A kind of the toolkit, as `@gitops-toolkit/api` defines it. */
type SourceKind = InstallableDefinition & ResourceKind;

/** A real server takes seconds to start: the tests of a file share it, and each stage leaves it as it was. */
const isShared = process.env['TEST_TARGET'] === 'binaries';
let shared: Promise<TestServer> | undefined;
afterAll(async () => {
  await (await shared)?.[Symbol.asyncDispose]();
});

/** Options of a controller that make it quick. */
export const quick = { retries: { minDelayMs: 20, maxDelayMs: 200 }, requeueDependencyMs: 50 } as const;

/**
 * Controllers of sources with a storage and its server, on the embedded API server or, with `TEST_TARGET=binaries`, a real
 * one. All objects are in the namespace `default`.
 */
export class SourceStage implements AsyncDisposable {
  readonly storage: ArtifactStorage;
  readonly folder: string;
  readonly #server: TestServer;
  readonly #artifacts: ArtifactServer;
  readonly #run: ControllerRun;
  readonly #definitions: readonly SourceKind[];

  private constructor(parts: {
    storage: ArtifactStorage;
    folder: string;
    server: TestServer;
    artifacts: ArtifactServer;
    run: ControllerRun;
    definitions: readonly SourceKind[];
  }) {
    this.storage = parts.storage;
    this.folder = parts.folder;
    this.#server = parts.server;
    this.#artifacts = parts.artifacts;
    this.#run = parts.run;
    this.#definitions = parts.definitions;
  }

  /** Starts the controllers that are made for the storage and the origin of its server. */
  static async start(
    definitions: readonly SourceKind[],
    controllers: (storage: ArtifactStorage, origin: string) => NonNullable<ManagerOptions['controllers']>,
    serving: Pick<ArtifactServerOptions, 'tls' | 'token'> = {},
  ): Promise<SourceStage> {
    const server = await (isShared ? (shared ??= startBinaries()) : startEmbedded({ simulate: false }));
    const folder = await mkdtemp(path.join(os.tmpdir(), 'sources-'));
    const storage = new ArtifactStorage({ root: folder, host: () => new URL(artifacts.url).origin });
    const artifacts: ArtifactServer = await startArtifactServer({ storage, ...serving });
    const made = controllers(storage, new URL(artifacts.url).origin);
    const run = await runControllers({ server, definitions, controllers: made });
    return new SourceStage({ storage, folder, server, artifacts, run, definitions });
  }

  get client(): ControllerRun['client'] {
    return this.#run.client;
  }

  /** Creates an object with a spec; its interval is an hour where it has no other. */
  async create<T extends KubeObject>(kind: SourceKind, name: string, spec: object): Promise<T> {
    const object = {
      ...refOf(kind, name),
      metadata: { namespace: 'default', name },
      spec: { interval: '1h', ...spec },
    };
    return (await this.client.create(object as KubeObject)) as T;
  }

  /** Merges into a spec. */
  async change(kind: SourceKind, name: string, spec: object): Promise<void> {
    await this.client.patch(refOf(kind, name), { type: 'merge', body: { spec } });
  }

  /** Asks for a run now, as `flux reconcile` does. */
  async reconcileNow(kind: SourceKind, name: string): Promise<void> {
    const annotations = { 'reconcile.fluxcd.io/requestedAt': String(performance.now()) };
    await this.client.patch(refOf(kind, name), { type: 'merge', body: { metadata: { annotations } } });
  }

  /** Creates a Secret. */
  async secret(
    name: string,
    entries: Readonly<Record<string, string | Uint8Array>>,
    type = 'Opaque',
  ): Promise<void> {
    const data = Object.fromEntries(
      Object.entries(entries).map(([key, value]) => [key, Buffer.from(value).toString('base64')]),
    );
    const metadata = { namespace: 'default', name };
    await this.client.create({ apiVersion: 'v1', kind: 'Secret', metadata, type, data } as KubeObject);
  }

  /** The object, once it is as wanted. */
  async until<T extends KubeObject>(
    kind: SourceKind,
    name: string,
    holds: (object: T) => boolean,
  ): Promise<T> {
    const key = { namespace: 'default', name };
    const found = await this.#run.until<KubeObject>(
      kind,
      key,
      (object) => object !== undefined && holds(object as T),
      { timeoutMs: 20_000 },
    );
    return found as T;
  }

  /** The object, once its newest generation has the status in `Ready`, and the reason where it is given. */
  untilReady<T extends KubeObject>(
    kind: SourceKind,
    name: string,
    status: Condition['status'] = 'True',
    wanted: { readonly reason?: string; readonly text?: string } = {},
  ): Promise<T> {
    return this.until<T>(kind, name, (object) => {
      const ready = conditions.get(object, 'Ready');
      return (
        ready?.status === status &&
        ready.observedGeneration === object.metadata.generation &&
        (wanted.reason === undefined || ready.reason === wanted.reason) &&
        (wanted.text === undefined || ready.message.includes(wanted.text))
      );
    });
  }

  /** Waits until there is no such object. */
  async untilGone(kind: SourceKind, name: string): Promise<void> {
    const key = { namespace: 'default', name };
    await this.#run.until<KubeObject>(kind, key, (object) => object === undefined);
  }

  /** The paths of an object's artifact, read as a consumer does. */
  async filesOf(object: KubeObject): Promise<string[]> {
    const { url = '', digest = '' } = artifactOf(object) ?? {};
    const tree = await fetchArtifact(url, { digest });
    const paths: string[] = [];
    const walk = (folder: string): void => {
      for (const { name, kind } of tree.list(folder)) {
        const below = folder === '' ? name : `${folder}/${name}`;
        if (kind === 'directory') walk(below);
        else paths.push(below);
      }
    };
    walk('');
    return paths;
  }

  /** Deletes what tests leave; the controllers, which still run, let it go. */
  async #clear(): Promise<void> {
    const others = ['Secret', 'ServiceAccount', 'Event'].map((kind) => ({ apiVersion: 'v1', kind }));
    for (const { apiVersion, kind } of [...this.#definitions, ...others]) {
      const { items } = await this.client.list<KubeObject>({ apiVersion, kind }, { namespace: 'default' });
      for (const { metadata } of items)
        await this.client.delete({ apiVersion, kind, namespace: 'default', name: metadata.name ?? '' });
    }
    for (const kind of this.#definitions) {
      const { items } = await this.client.list<KubeObject>(kind, { namespace: 'default' });
      for (const { metadata } of items) await this.untilGone(kind, metadata.name ?? '');
    }
  }

  /** What was said about an object, oldest first. */
  async events(name: string): Promise<{ type: string; reason: string; message: string }[]> {
    const { items } = await this.client.list<KubeObject>(
      { apiVersion: 'v1', kind: 'Event' },
      { namespace: 'default' },
    );
    return items
      .filter((event) => (event['involvedObject'] as ObjectRef).name === name)
      .map((event) => ({
        type: String(event['type']),
        reason: String(event['reason']),
        message: String(event['message']),
      }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (isShared) await this.#clear();
    await this.#run[Symbol.asyncDispose]();
    await this.#artifacts[Symbol.asyncDispose]();
    if (!isShared) await this.#server[Symbol.asyncDispose]();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** The artifact in a status. */
export function artifactOf(object: KubeObject): Artifact | undefined {
  return (object['status'] as { artifact?: Artifact } | undefined)?.artifact;
}

function refOf({ apiVersion, kind }: SourceKind, name: string): ObjectRef {
  return { apiVersion, kind, namespace: 'default', name };
}
