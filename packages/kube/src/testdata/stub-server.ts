import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A request as the server got it. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** An answer: a value for 200 and JSON, or all of it; nothing where the handler answers itself. */
export interface Reply {
  readonly status?: number;
  readonly headers?: Record<string, string | string[]>;
  readonly json?: unknown;
  readonly text?: string;
}

export type Handler = (
  request: SeenRequest,
  response: ServerResponse,
) => Reply | undefined | void | Promise<Reply | undefined | void>;

/** A server on loopback that says what a test wants an API server to say. */
export interface StubServer extends AsyncDisposable {
  readonly url: string;
  readonly requests: SeenRequest[];
  /** How many connections were opened. */
  readonly connections: () => number;
}

const DISCOVERY = {
  kind: 'APIGroupDiscoveryList',
  apiVersion: 'apidiscovery.k8s.io/v2',
  items: [
    {
      metadata: {},
      versions: [
        {
          version: 'v1',
          resources: [
            {
              resource: 'configmaps',
              responseKind: { group: '', version: 'v1', kind: 'ConfigMap' },
              scope: 'Namespaced',
              singularResource: 'configmap',
              verbs: ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'],
              shortNames: ['cm'],
            },
            {
              resource: 'namespaces',
              responseKind: { group: '', version: 'v1', kind: 'Namespace' },
              scope: 'Cluster',
              singularResource: 'namespace',
              verbs: ['get', 'list'],
              subresources: [{ subresource: 'status' }],
            },
          ],
        },
      ],
    },
  ],
};

/** What `/api` and `/apis` of a cluster with two kinds answer. */
export function discoveryReply({ path }: SeenRequest): Reply | undefined {
  if (path === '/api') return { json: DISCOVERY };
  return path === '/apis' ? { json: { ...DISCOVERY, items: [] } } : undefined;
}

/** The body of a refusal. */
export function statusBody(code: number, reason: string, message: string, details?: object): object {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    code,
    reason,
    message,
    details,
  };
}

/** A refusal. */
export function refusal(
  code: number,
  reason: string,
  message: string,
  headers: Record<string, string> = {},
): Reply {
  return { status: code, json: statusBody(code, reason, message), headers };
}

/** Starts a server; discovery is answered unless the handler does. */
export async function startStub(handler: Handler, tls?: ServerOptions): Promise<StubServer> {
  const requests: SeenRequest[] = [];
  let connections = 0;
  const onRequest: Parameters<typeof createServer>[1] & object = (incoming, response) => {
    void (async () => {
      const url = new URL(incoming.url ?? '', 'http://stub');
      const request: SeenRequest = {
        method: incoming.method ?? '',
        path: url.pathname,
        query: url.searchParams,
        headers: incoming.headers,
        body: await text(incoming),
      };
      const reply = discoveryReply(request);
      if (!reply) requests.push(request);
      send(response, reply ?? (await handler(request, response)));
    })();
  };
  const server = tls ? createTlsServer(tls, onRequest) : createServer(onRequest);
  server.on('connection', () => connections++);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    requests,
    connections: () => connections,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function send(response: ServerResponse, reply: Reply | undefined | void): void {
  if (!reply) return;
  const type = reply.text === undefined ? 'application/json' : 'text/plain';
  response.writeHead(reply.status ?? 200, { 'content-type': type, ...reply.headers });
  response.end(reply.text ?? JSON.stringify(reply.json));
}
