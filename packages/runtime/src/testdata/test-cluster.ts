import { createServer, connect, type AddressInfo, type Socket } from 'node:net';

import type { KubeObject } from '@gitops-toolkit/core';
import { startBinaries, startEmbedded, type TestServer } from '@gitops-toolkit/envtest';
import { type ClusterConfig, KubeClient } from '@gitops-toolkit/kube';

/** The server that the environment names: `TEST_TARGET=binaries` is a real kube-apiserver. */
export function startTestServer(): Promise<TestServer> {
  return process.env['TEST_TARGET'] === 'binaries' ? startBinaries() : startEmbedded({ historyLimit: 50 });
}

/** A network between a client and a server that can be cut. */
export class Network implements AsyncDisposable {
  readonly config: ClusterConfig;
  readonly #sockets: Set<Socket>;
  readonly #close: () => Promise<void>;

  private constructor(config: ClusterConfig, sockets: Set<Socket>, close: () => Promise<void>) {
    this.config = config;
    this.#sockets = sockets;
    this.#close = close;
  }

  static async to(config: ClusterConfig): Promise<Network> {
    const target = new URL(config.server);
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      const upstream = connect(Number(target.port), target.hostname);
      for (const each of [socket, upstream]) {
        sockets.add(each);
        each.on('error', () => {});
        each.on('close', () => sockets.delete(each));
      }
      socket.pipe(upstream).pipe(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = new URL(config.server);
    url.port = String((server.address() as AddressInfo).port);
    return new Network({ ...config, server: url.origin }, sockets, async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    });
  }

  /** Breaks every connection; new ones work. */
  cut(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#close();
  }
}

/** Makes a namespace of a name that no other test has. */
export async function createNamespace(client: KubeClient): Promise<string> {
  const namespace: KubeObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { generateName: 'runtime-' } };
  const created = await client.create(namespace);
  return created.metadata.name ?? '';
}

/** Waits until a condition holds, looking again and again; fails after half a minute. */
export async function eventually<R>(
  look: () => R | Promise<R>,
  what: string,
): Promise<Exclude<R, false | null | undefined>> {
  const end = Date.now() + 30_000;
  for (;;) {
    const found = await look();
    if (found) return found as Exclude<R, false | null | undefined>;
    if (Date.now() > end) throw new Error(`it did not happen: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
