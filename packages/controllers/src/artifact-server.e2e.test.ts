import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { startBinaries, startEmbedded, type TestServer } from '@gitops-toolkit/envtest';
import { freePorts } from '@gitops-toolkit/envtest/servers';
import { KubeClient } from '@gitops-toolkit/kube';
import { manager } from '@gitops-toolkit/runtime';
import { ArtifactStorage } from '@gitops-toolkit/source';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { artifactServer } from './index.ts';

let server: TestServer;
let folder: string;
beforeEach(async () => {
  server = await (process.env['TEST_TARGET'] === 'binaries' ? startBinaries() : startEmbedded());
  folder = await mkdtemp(path.join(os.tmpdir(), 'served-'));
});
afterEach(async () => {
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

/** One of several replicas, with a disk of its own. */
class Replica implements AsyncDisposable {
  readonly url: string;
  readonly #client: KubeClient;
  readonly #stop = new AbortController();
  readonly done: Promise<void>;

  private constructor(name: string, port: number, options: { readonly needsLeader?: boolean }) {
    this.url = `http://127.0.0.1:${port}/`;
    this.#client = new KubeClient(server.config);
    const storage = new ArtifactStorage({ root: path.join(folder, name), host: 'localhost' });
    this.done = manager({
      name: 'served',
      client: this.#client,
      runnables: [artifactServer({ storage, port, ...options })],
      leaderElection: { namespace: 'default', identity: name, retryPeriodMs: 50 },
    }).run(this.#stop.signal);
    this.done.catch(() => {});
  }

  static async start(name: string, options: { readonly needsLeader?: boolean } = {}): Promise<Replica> {
    const [port = 0] = await freePorts(1);
    return new Replica(name, port, options);
  }

  /** The status at the root, or that nobody listens. */
  async probe(): Promise<number | 'refused'> {
    try {
      return (await fetch(this.url)).status;
    } catch {
      return 'refused';
    }
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.done;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await this.#client[Symbol.asyncDispose]();
  }
}

describe('artifactServer', () => {
  it('serves with the lead: not before it, and not after it', async () => {
    await using first = await Replica.start('first');
    await expect.poll(() => first.probe()).toBe(200);
    await using second = await Replica.start('second');
    await using shared = await Replica.start('shared', { needsLeader: false });
    // The other replicas run by then.
    await expect.poll(() => shared.probe()).toBe(200);
    expect(await second.probe()).toBe('refused');
    await shared.stop();
    await first.stop();
    await expect.poll(() => second.probe()).toBe(200);
    expect(await first.probe()).toBe('refused');
  });

  it('ends the manager where its port is taken', async () => {
    await using first = await Replica.start('first');
    await expect.poll(() => first.probe()).toBe(200);
    const port = Number(new URL(first.url).port);
    await using client = new KubeClient(server.config);
    const storage = new ArtifactStorage({ root: path.join(folder, 'other'), host: 'localhost' });
    const runnables = [artifactServer({ storage, port })];
    await expect(manager({ name: 'other', client, runnables }).run()).rejects.toThrow('EADDRINUSE');
  });
});
