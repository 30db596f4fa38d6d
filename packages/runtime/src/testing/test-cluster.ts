import { createServer, connect, type AddressInfo, type Socket } from 'node:net';

import type { KubeObject } from '@gitops-toolkit/core';
import {
  type FaultRule,
  startBinaries,
  startEmbedded,
  startFaultProxy,
  type TestServer,
} from '@gitops-toolkit/envtest';
import { type ClusterConfig, KubeClient } from '@gitops-toolkit/kube';

/** The server that the environment names: `TEST_TARGET=binaries` is a real kube-apiserver. */
export function startTestServer(): Promise<TestServer> {
  return process.env['TEST_TARGET'] === 'binaries' ? startBinaries() : startEmbedded({ historyLimit: 50 });
}

/** A server, and a way to it on which requests suffer faults. */
export interface FaultyServer extends AsyncDisposable {
  /** Without faults. */
  readonly sound: ClusterConfig;
  readonly faulty: ClusterConfig;
}

/** The server that the environment names; faults are the embedded one's own, or those of a proxy before the real one. */
export async function startFaultyServer(faults: FaultRule): Promise<FaultyServer> {
  if (process.env['TEST_TARGET'] === 'binaries') {
    const server = await startBinaries();
    const proxy = await startFaultProxy({ target: server.config, faults });
    return {
      sound: server.config,
      faulty: proxy.config,
      async [Symbol.asyncDispose]() {
        await proxy.stop();
        await server.stop();
      },
    };
  }
  const server = await startEmbedded({
    users: [{ token: 'faulty', name: 'faulty' }],
    faults: (request) => (request.user === 'faulty' ? faults(request) : undefined),
  });
  return {
    sound: server.config,
    faulty: { ...server.config, token: 'faulty' },
    [Symbol.asyncDispose]: () => server.stop(),
  };
}

/** The seeds of a suite: a few, or as many as FAULT_SEEDS says: `50`, or one to repeat, `=7`. */
export function faultSeeds(usual: number): number[] {
  const wish = process.env['FAULT_SEEDS'] ?? String(usual);
  if (wish.startsWith('=')) return [Number(wish.slice(1))];
  return Array.from({ length: Number(wish) }, (_, i) => i + 1);
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
