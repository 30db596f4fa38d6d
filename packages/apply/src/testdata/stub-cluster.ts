// Tests are outside of the package’s project, whose libraries include this one.
/// <reference lib="esnext.disposable" />
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import type { KubeObject } from '@gitops-toolkit/core';
import { KubeClient } from '@gitops-toolkit/kube';
import { applyJsonPatch, type JsonPatchOperation } from '@gitops-toolkit/patch';

/** A request as the cluster got it: `PATCH /api/v1/namespaces/web/configmaps/a dry`. */
export interface StubRequest {
  readonly method: string;
  readonly path: string;
  readonly isDryRun: boolean;
  readonly body: unknown;
  readonly text: string;
  readonly labelSelector: string;
}

export interface StubReply {
  readonly status: number;
  readonly body: unknown;
}

/** Objects by their paths, and a hook that may answer in the cluster's place. */
export interface StubCluster extends AsyncDisposable {
  readonly client: KubeClient;
  readonly objects: Map<string, KubeObject>;
  /** What was asked, discovery aside. */
  readonly requests: string[];
  intercept: ((request: StubRequest) => StubReply | undefined) | undefined;
}

const KINDS = [
  ['', 'configmaps', 'ConfigMap', true],
  ['', 'secrets', 'Secret', true],
  ['', 'pods', 'Pod', true],
  ['', 'namespaces', 'Namespace', false],
  ['apps', 'statefulsets', 'StatefulSet', true],
  ['apps', 'deployments', 'Deployment', true],
  ['batch', 'jobs', 'Job', true],
] as const;

/** The path of a collection: its last step is a resource. */
const COLLECTION = new RegExp(`/(?:${KINDS.map(([, resource]) => resource).join('|')})$`);

function hasLabels(selector: string): (object: KubeObject) => boolean {
  const wanted = selector.split(',').filter((part) => part.startsWith('portal.example.com/'));
  return ({ metadata }) => wanted.every((part) => metadata.labels?.[part.split('=')[0] ?? ''] === part.split('=')[1]);
}

/** The refusal of a request. */
export function refuse(code: number, reason: string, message: string): StubReply {
  return {
    status: code,
    body: { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message },
  };
}

/**
 * A cluster that does what a test of the order and failure of requests needs: an apply lays the
 * body over what is there. Real merging is for the suites against API servers.
 */
export async function startStubCluster(): Promise<StubCluster> {
  const objects = new Map<string, KubeObject>();
  const requests: string[] = [];
  let version = 0;
  const server = createServer((incoming, response) => {
    void handle(incoming).then((reply) => send(response, reply));
  });

  async function handle(incoming: IncomingMessage): Promise<StubReply> {
    const url = new URL(incoming.url ?? '', 'http://stub');
    const discovery = discover(url.pathname);
    if (discovery) return { status: 200, body: discovery };
    const isDryRun = url.searchParams.has('dryRun');
    const method = incoming.method ?? '';
    const body: unknown = method === 'GET' ? undefined : await json(incoming);
    const request = {
      method,
      path: url.pathname,
      isDryRun,
      body,
      labelSelector: url.searchParams.get('labelSelector') ?? '',
      text: `${method} ${url.pathname}${isDryRun ? ' dry' : ''}`,
    };
    requests.push(request.text);
    return cluster.intercept?.(request) ?? answer(request, incoming.headers['content-type'] ?? '');
  }

  function answer({ method, path, isDryRun, body, labelSelector }: StubRequest, contentType: string): StubReply {
    const found = objects.get(path);
    if (method === 'GET' && COLLECTION.test(path)) {
      const items = [...objects.entries()].filter(([key]) => key.startsWith(`${path}/`)).map(([, item]) => item);
      return { status: 200, body: { metadata: {}, items: items.filter(hasLabels(labelSelector)) } };
    }
    if (method !== 'PATCH' && !found) return refuse(404, 'NotFound', `${path} not found`);
    if (method === 'GET') return { status: 200, body: found };
    if (method === 'DELETE') {
      objects.delete(path);
      return { status: 200, body: { kind: 'Status', status: 'Success' } };
    }
    const stored = contentType.includes('json-patch')
      ? (applyJsonPatch(found, body as JsonPatchOperation[]) as KubeObject)
      : overlay(found, body as KubeObject);
    if (isDryRun) return { status: 200, body: stored };
    const changed = {
      ...stored,
      metadata: { ...stored.metadata, uid: `uid-${path}`, resourceVersion: String(++version) },
    };
    objects.set(path, changed);
    return { status: 200, body: changed };
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const client = new KubeClient({ server: `http://127.0.0.1:${port}` }, { maxRetries: 0 });
  const cluster: StubCluster = {
    client,
    objects,
    requests,
    intercept: undefined,
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return cluster;
}

function overlay(found: KubeObject | undefined, body: KubeObject): KubeObject {
  return { ...found, ...body, metadata: { ...found?.metadata, ...body.metadata } };
}

function discover(path: string): object | undefined {
  if (path === '/api' || path === '/apis') {
    const wanted = KINDS.filter(([group]) => (group === '') === (path === '/api'));
    return {
      kind: 'APIGroupDiscoveryList',
      items: wanted.map(([group, resource, kind, namespaced]) => ({
        metadata: { name: group },
        versions: [
          {
            version: 'v1',
            resources: [
              { resource, responseKind: { kind }, scope: namespaced ? 'Namespaced' : 'Cluster', verbs: [] },
            ],
          },
        ],
      })),
    };
  }
  return undefined;
}

function send(response: ServerResponse, { status, body }: StubReply): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
