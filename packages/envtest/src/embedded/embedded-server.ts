import type { Server } from 'node:http';

import type { KubeObject, ObjectRef } from '@gitops-toolkit/core';
import type { CertificatePair } from '@gitops-toolkit/core/certificate';
import type { ClusterConfig, Transport } from '@gitops-toolkit/kube';

import { kubeconfigFor } from '../kubeconfig.ts';
import type { TestServer } from '../test-server.ts';
import { Waiting } from './admission/session.ts';
import type { TaskQueue } from './controllers/task-queue.ts';
import type { Engine } from './engine.ts';
import type { Handlers } from './http/listener.ts';
import type { ServedResource } from './registry/served-resource.ts';

/** A running embedded server. */
export interface EmbeddedServer extends TestServer {
  /** A way in without sockets: `new KubeClient(server.config, { transport: server.transport })`. */
  readonly transport: Transport;
  /** The objects as they are stored now; not to be changed. */
  readonly objects: ObjectReader;
  /** Resolves when the controllers have nothing left to do but what waits for its time. */
  idle(): Promise<void>;
  /** Forgets the history, as etcd's compaction does: watches and pages from before answer 410. */
  compact(): void;
  /** Cuts the connections of all watches, as a restart of the server would. */
  dropWatches(): void;
}

/** Reads what is stored without a request. */
export interface ObjectReader {
  get(ref: ObjectRef): KubeObject | undefined;
  list(
    kind: { readonly apiVersion: string; readonly kind: string },
    namespace?: string,
  ): readonly KubeObject[];
}

/** Puts a server that listens into its user's hands. */
export function embeddedServer(parts: {
  readonly engine: Engine;
  readonly queue: TaskQueue;
  readonly server: Server | undefined;
  readonly transport: Transport;
  readonly streams: Handlers['streams'];
  readonly address: string;
  readonly token: string | false;
  readonly certificate: CertificatePair | undefined;
}): EmbeddedServer {
  const { engine, queue, server, streams, certificate, token, transport } = parts;
  const url = `${certificate ? 'https' : 'http'}://${parts.address}`;
  const config: ClusterConfig = {
    server: url,
    ...(certificate ? { ca: certificate.cert } : {}),
    ...(token === false ? {} : { token }),
  };
  const stop = async (): Promise<void> => {
    queue.stop();
    for (const stream of streams) stream.destroy();
    if (!server) return;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  };
  return {
    config,
    url,
    kubeconfig: () => kubeconfigFor(config),
    stop,
    transport,
    objects: objectReader(engine),
    idle: () => queue.idle(),
    compact: () => engine.store.compact(),
    dropWatches: () => {
      for (const stream of streams) stream.destroy();
    },
    [Symbol.asyncDispose]: stop,
  };
}

/** What a webhook would have to convert first comes as it is stored. */
function inVersion(resource: ServedResource, object: KubeObject): KubeObject {
  try {
    return resource.fromStorage(object);
  } catch (error) {
    if (error instanceof Waiting) return object;
    throw error;
  }
}

function objectReader(engine: Engine): ObjectReader {
  const resourceOf = (apiVersion: string, kind: string): ServedResource | undefined =>
    engine.registry.findKind(apiVersion, kind);
  return {
    get({ apiVersion, kind, namespace, name }) {
      const resource = resourceOf(apiVersion, kind);
      const object = resource && engine.find(resource.storage, namespace, name);
      return object && inVersion(resource, object);
    },
    list({ apiVersion, kind }, namespace) {
      const resource = resourceOf(apiVersion, kind);
      return resource
        ? engine.list(resource.storage, namespace).map((object) => inVersion(resource, object))
        : [];
    },
  };
}
