import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

import { type Clock, errorMessage, systemClock } from '@gitops-toolkit/core';
import type { ClusterConfig } from '@gitops-toolkit/kube';

import { parseTarget } from '../../embedded/http/api-request.ts';
import { errorAnswer } from '../../embedded/http/error-answer.ts';
import { readBody } from '../../embedded/http/read-body.ts';
import { selfSignedCertificate } from '../../embedded/http/self-signed.ts';
import { internalError, StatusError } from '../../embedded/status-error.ts';
import { kubeconfigFor } from '../../kubeconfig.ts';
import type { TestServer } from '../../test-server.ts';
import { beforeAnswer } from '../before-answer.ts';
import type { Fault, FaultRequest, FaultRule } from '../fault.ts';
import { requestVerb } from '../request-verb.ts';
import { passOn } from './pass-on.ts';
import { Upstream } from './upstream.ts';

/** What a fault proxy stands before, and what it does. */
export interface FaultProxyOptions {
  /** The server behind the proxy, such as `(await startBinaries()).config`. */
  readonly target: ClusterConfig;
  /** Asked for each request whether something is to go wrong with it: a rule of your own, or a plan's. */
  readonly faults: FaultRule;
  /** Whether to speak HTTPS with a certificate made for this proxy alone. @default true */
  readonly tls?: boolean;
  /** Measures delays. @default the machine's clock */
  readonly clock?: Clock;
}

/** A running proxy: to its clients the server itself. Stopping it leaves the server alone. */
export interface FaultProxy extends TestServer {
  /** Cuts the connections of all watches. */
  dropWatches(): void;
}

/** What serves a request. */
interface Parts {
  readonly upstream: Upstream;
  readonly faults: FaultRule;
  readonly clock: Clock;
  readonly streams: Set<ServerResponse>;
}

/**
 * Starts a proxy on loopback that does to any API server's clients what the option `faults` does in the
 * embedded server. Clients show it the credentials that they would show the server; where those are a client
 * certificate, its `config` has a token of the proxy's own instead.
 *
 * An answer that is lost or torn was given by the server first: a write is carried out. Requests that upgrade
 * their connection (`exec`, `port-forward`) are passed on as ordinary ones.
 *
 * @throws EnvtestError `ENVTEST_OPTION_INVALID` where the target is no http(s) address, or behind a proxy itself.
 * @example
 * ```ts
 * import { seededFaults, startEmbedded, startFaultProxy } from '@gitops-toolkit/envtest';
 * import { KubeClient } from '@gitops-toolkit/kube';
 *
 * await using server = await startEmbedded(); // or startBinaries(), or a cluster of your own
 * const plan = seededFaults({ seed: 7, kinds: ['torn-response', 'delay'] });
 * await using proxy = await startFaultProxy({ target: server.config, faults: plan.rule });
 * await using client = new KubeClient(proxy.config);
 * await client.list({ apiVersion: 'v1', kind: 'Namespace' });
 * ```
 */
export async function startFaultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  const { target, faults, tls = true, clock = systemClock } = options;
  const upstream = new Upstream(target);
  const streams = new Set<ServerResponse>();
  const certificate = tls ? selfSignedCertificate(['127.0.0.1', 'localhost'], clock.now()) : undefined;
  const listener = (incoming: IncomingMessage, response: ServerResponse): void => {
    void serve({ upstream, faults, clock, streams }, incoming, response);
  };
  const server = certificate ? createTlsServer(certificate, listener) : createServer(listener);
  server.requestTimeout = 0;
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `${tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const config = configOf(target, url, certificate?.cert, upstream.token);
  const stop = (): Promise<void> => stopServer(server, upstream);
  return {
    config,
    url,
    kubeconfig: () => kubeconfigFor(config),
    stop,
    dropWatches: () => {
      for (const stream of streams) stream.destroy();
    },
    [Symbol.asyncDispose]: stop,
  };
}

/** How to reach the proxy: as whom is the target's, the connection is not. */
function configOf(
  target: ClusterConfig,
  server: string,
  ca: string | undefined,
  ownToken: string | undefined,
): ClusterConfig {
  const { token = ownToken, username, password, impersonate, namespace } = target;
  return {
    server,
    ...(ca !== undefined && { ca }),
    ...(username === undefined ? token !== undefined && { token } : { username }),
    ...(password !== undefined && { password }),
    ...(impersonate && { impersonate }),
    ...(namespace !== undefined && { namespace }),
  };
}

async function stopServer(server: Server, upstream: Upstream): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  upstream.close();
  await closed;
}

async function serve(parts: Parts, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const { signal } = gone;
  try {
    const body = await readBody(incoming);
    const request = requestOf(incoming);
    const fault = askRule(parts.faults, request);
    if (!(await beforeAnswer(fault, incoming, { clock: parts.clock, signal }))) return;
    const answer = await parts.upstream.send(incoming, body, signal);
    const isWatch = request.verb === 'watch';
    if (isWatch) track(response, parts.streams);
    await passOn(answer, response, { fault, isWatch, signal });
  } catch (error) {
    fail(error, response);
  }
}

/** A rule that fails is a mistake in a test: it must not look like a broken connection. */
function askRule(rule: FaultRule, request: FaultRequest): Fault {
  try {
    return rule(request) ?? {};
  } catch (error) {
    throw internalError(`the rule for faults failed: ${errorMessage(error)}`);
  }
}

function requestOf(incoming: IncomingMessage): FaultRequest {
  const method = incoming.method ?? 'GET';
  const { path, query } = parseTarget(incoming.url ?? '/');
  return { method, path, query, verb: requestVerb(method, path, query) };
}

function track(response: ServerResponse, streams: Set<ServerResponse>): void {
  streams.add(response);
  response.once('close', () => streams.delete(response));
}

/** What breaks behind the proxy is a broken connection before it. */
function fail(error: unknown, response: ServerResponse): void {
  if (!(error instanceof StatusError) || response.headersSent) {
    response.destroy();
    return;
  }
  const { code, contentType, headers, body } = errorAnswer(error);
  response.writeHead(code, { 'content-type': contentType, ...headers }).end(body);
}
