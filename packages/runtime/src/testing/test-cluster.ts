import { createServer, connect, type AddressInfo, type Socket } from 'node:net';

import type { KubeObject } from '@gitops-toolkit/core';
import { startBinaries, startEmbedded, type TestServer } from '@gitops-toolkit/envtest';
import { type ClusterConfig, KubeClient } from '@gitops-toolkit/kube';

/** The server that the environment names: `TEST_TARGET=binaries` is a real kube-apiserver. */
export function startTestServer(): Promise<TestServer> {
  return process.env['TEST_TARGET'] === 'binaries' ? startBinaries() : startEmbedded({ historyLimit: 50 });
}

/** A network between a client and a server that fails on request. */
export class Network implements AsyncDisposable {
  readonly config: ClusterConfig;
  readonly #sockets: Set<Socket>;
  readonly #close: () => Promise<void>;

  private constructor(config: ClusterConfig, sockets: Set<Socket>, close: () => Promise<void>) {
    this.config = config;
    this.#sockets = sockets;
    this.#close = close;
  }

  /** While it is set, new connections are broken at once. */
  isBlocked = false;

  static async to(config: ClusterConfig): Promise<Network> {
    const target = new URL(config.server);
    const sockets = new Set<Socket>();
    let network: Network | undefined;
    const server = createServer((socket) => {
      if (network?.isBlocked) {
        socket.destroy();
        return;
      }
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
    network = new Network({ ...config, server: url.origin }, sockets, async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    });
    return network;
  }

  /** Breaks every connection; new ones work. */
  cut(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  /** Lets nothing through the present connections any more, without a word to either end. */
  freeze(): void {
    for (const socket of this.#sockets) {
      socket.unpipe();
      socket.pause();
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#close();
  }
}

/** Makes a namespace of a name that no other test has. */
export async function createNamespace(client: KubeClient): Promise<string> {
  const namespace: KubeObject = {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { generateName: 'runtime-' },
  };
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
