import { randomBytes, randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { silentLogger, systemClock } from '@gitops-toolkit/core';
import type { CertificatePair } from '@gitops-toolkit/core/certificate';

import { EnvtestError } from '../errors.ts';
import { answerInTurns } from './admission/answer-in-turns.ts';
import type { Fault } from '../faults/fault.ts';
import { requestVerb } from '../faults/request-verb.ts';
import { Authenticator, impersonate } from './auth/authentication.ts';
import { allowKnown } from './auth/authorizer.ts';
import { rbacAuthorizer } from './auth/rbac.ts';
import { MASTERS } from './auth/user.ts';
import { bootstrap } from './bootstrap.ts';
import { ControllerClient } from './controllers/controller-client.ts';
import type { Controller, ControllerContext } from './controllers/controller.ts';
import { GarbageCollector } from './controllers/garbage-collector.ts';
import { NamespaceController } from './controllers/namespace-controller.ts';
import { VolumeProtection } from './controllers/volume-protection.ts';
import { TaskQueue } from './controllers/task-queue.ts';
import { CrdController } from './crd/crd-controller.ts';
import { OpenApiDocuments } from './discovery/openapi.ts';
import { embeddedServer, type EmbeddedServer } from './embedded-server.ts';
import { createEngine, type Engine } from './engine.ts';
import type { ApiRequest } from './http/api-request.ts';
import { directTransport } from './http/direct-transport.ts';
import { createListener, type Handlers, serve } from './http/listener.ts';
import { selfSignedCertificate } from './http/self-signed.ts';
import type { EmbeddedOptions, TokenUser } from './options.ts';
import { addBuiltinResources } from './registry/builtin-registry.ts';
import { Registry } from './registry/registry.ts';
import { route, type RouterContext } from './router.ts';
import { createNodes } from './simulation/nodes.ts';
import { DEFAULT_NODES, simulationControllers } from './simulation/simulation.ts';
import { Store } from './store/store.ts';

/** Where a server is that does not listen. */
const NO_ADDRESS = 'embedded.invalid';
const DEFAULT_ISSUER = 'https://kubernetes.default.svc';
const DEFAULT_VERSION = 'v1.35.4';
const DEFAULT_WATCH_BUFFER = 16 * 1024 * 1024;

/**
 * Starts a Kubernetes API server in this process: all objects in memory, on loopback, behind a random
 * token. Takes some milliseconds.
 *
 * @throws EnvtestError `ENVTEST_OPTION_INVALID`
 * @example
 * ```ts
 * import { startEmbedded } from '@gitops-toolkit/envtest';
 * await using server = await startEmbedded();
 * console.log(server.url); // https://127.0.0.1:…
 * ```
 */
export async function startEmbedded(options: EmbeddedOptions = {}): Promise<EmbeddedServer> {
  options.signal?.throwIfAborted();
  const { clock = systemClock, host = '127.0.0.1', tls = true, listen = true } = options;
  const certificate =
    tls && listen
      ? selfSignedCertificate([...new Set([host, '127.0.0.1', 'localhost'])], clock.now())
      : undefined;
  const engine = createEngine({
    store: new Store(options.historyLimit === undefined ? {} : { historyLimit: options.historyLimit }),
    registry: new Registry(),
    clock,
    random: options.random ?? Math.random,
    newUid: options.newUid ?? randomUUID,
  });
  addBuiltinResources(engine.registry);
  const queue = new TaskQueue(clock, options.logger ?? silentLogger);
  startControllers(engine, queue, certificate, options);
  bootstrap(new ControllerClient(engine, 'kube-apiserver'));
  if (isSimulated(options)) {
    const { nodes = DEFAULT_NODES } = typeof options.simulate === 'object' ? options.simulate : {};
    createNodes(
      { engine, queue, client: new ControllerClient(engine, 'kubelet') },
      nodes,
      options.version ?? DEFAULT_VERSION,
    );
  }
  await queue.idle();
  const token = options.token ?? randomBytes(24).toString('base64url');
  const streams: Handlers['streams'] = new Set();
  let server: Server | undefined;
  const address = (): string => (server ? hostAndPort(server) : NO_ADDRESS);
  const handlers = handlersOf(engine, token, streams, address, options);
  if (listen) await listenOn((server = createListener(handlers, certificate)), host, options.port ?? 0);
  const transport = directTransport((incoming, outgoing) => serve(handlers, incoming, outgoing));
  return embeddedServer({
    engine,
    queue,
    server,
    transport,
    streams,
    address: address(),
    token,
    certificate,
  });
}

function startControllers(
  engine: Engine,
  queue: TaskQueue,
  certificate: CertificatePair | undefined,
  options: EmbeddedOptions,
): void {
  const { controllers = true, simulate = true } = options;
  const context = (manager: string): ControllerContext => ({
    engine,
    queue,
    client: new ControllerClient(engine, manager),
  });
  const manager = context('kube-controller-manager');
  const all: Controller[] = [new CrdController(context('kube-apiserver'), options.rules)];
  if (controllers)
    all.push(
      new NamespaceController(manager, certificate?.cert ?? ''),
      new GarbageCollector(manager),
      new VolumeProtection(manager),
    );
  if (isSimulated(options))
    all.push(...simulationControllers(manager, typeof simulate === 'object' ? simulate : {}));
  engine.store.listen((resource, event) => {
    for (const controller of all) controller.observe(resource, event);
  });
}

const isSimulated = ({ controllers = true, simulate = true }: EmbeddedOptions): boolean =>
  controllers && simulate !== false;

function handlersOf(
  engine: Engine,
  token: string | false,
  streams: Handlers['streams'],
  address: () => string,
  options: EmbeddedOptions,
): Handlers {
  const tokenSecret = randomBytes(32);
  const admin: TokenUser[] = token === false ? [] : [{ token, name: 'admin', groups: [MASTERS] }];
  const authenticator = new Authenticator({
    tokens: [...admin, ...(options.users ?? [])],
    open: token === false,
    tokenSecret,
    now: () => engine.clock.now(),
  });
  const authorizer = options.authorization === 'rbac' ? rbacAuthorizer(engine) : allowKnown;
  const context: RouterContext = {
    engine,
    authenticator,
    authorizer,
    openapi: new OpenApiDocuments(),
    version: options.version ?? DEFAULT_VERSION,
    signer: { issuer: options.serviceAccountIssuer ?? DEFAULT_ISSUER, secret: tokenSecret },
    address,
  };
  return {
    authenticate: ({ headers }) => impersonate(authenticator.authenticate(headers), headers, authorizer),
    handle: (request) =>
      answerInTurns(engine, request, (own, asked) => route({ ...context, engine: own }, asked)),
    streams,
    fault: (request) => faultOf(request, options),
    failed: (error) => (options.logger ?? silentLogger).error('request failed', { error }),
    watchBufferLimit: options.watchBufferLimit ?? DEFAULT_WATCH_BUFFER,
    compact: () => engine.store.compact(),
    clock: engine.clock,
  };
}

function faultOf({ method, path, query, user }: ApiRequest, { faults }: EmbeddedOptions): Fault | undefined {
  return faults?.({ method, path, query, verb: requestVerb(method, path, query), user: user.name });
}

function hostAndPort(server: Server): string {
  const { address, port, family } = server.address() as AddressInfo;
  return family === 'IPv6' ? `[${address}]:${port}` : `${address}:${port}`;
}

function listenOn(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      reject(new EnvtestError('ENVTEST_OPTION_INVALID', `cannot listen on ${host}:${port}`, { cause }));
    });
    server.listen(port, host, () => resolve());
  });
}
