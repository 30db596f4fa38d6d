import { spawnSync } from 'node:child_process';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { KubeObject } from '@gitops-toolkit/core';
import type { TestServer } from '@gitops-toolkit/envtest';
import { KubeClient } from '@gitops-toolkit/kube';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import {
  InMemorySpanExporter,
  NodeTracerProvider,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-node';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';

import { controller } from '../controller/builder.ts';
import { manager } from '../manager/manager.ts';
import { kindOf } from '../resource-kind.ts';
import { createNamespace, eventually, startTestServer } from '../testing/test-cluster.ts';
import { Tracing } from './tracing.ts';

const ConfigMap = kindOf<KubeObject & { data?: Record<string, string> }>('v1', 'ConfigMap');
const exporter = new InMemorySpanExporter();
const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });

let server: TestServer;
beforeAll(async () => {
  provider.register();
  server = await startTestServer();
});
afterAll(async () => {
  await server.stop();
  await provider.shutdown();
});
beforeEach(() => exporter.reset());

function spans(name: string | RegExp): ReadableSpan[] {
  return exporter.getFinishedSpans().filter((span) => span.name.match(name));
}

describe('2.7 OpenTelemetry', () => {
  it('has a span for each run, and below it one for each request, with the id that logs have', async () => {
    const tracing = new Tracing();
    await tracing.load();
    await using client = new KubeClient(server.config, { traceCall: tracing.traceCall });
    const namespace = await createNamespace(client);
    await client.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace, name: 'traced' } });
    const ids: string[] = [];
    const reader = controller(ConfigMap, async ({ metadata }, context) => {
      if (metadata.name !== 'traced') return;
      ids.push(context.reconcileId);
      await context.client.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'traced' });
    });
    const stop = new AbortController();
    const options = { name: 'reader', client, namespaces: [namespace], controllers: [reader], tracing };
    const running = manager(options).run(stop.signal);
    await eventually(() => spans(/^reconcile configmap$/).length > 0, 'a run has ended');
    stop.abort();
    await running;

    const run = spans(/^reconcile/).find(({ attributes }) => attributes['name'] === 'traced');
    expect(run?.attributes).toEqual({
      controller: 'configmap',
      controllerKind: 'ConfigMap',
      name: 'traced',
      namespace,
      reconcileID: ids[0],
      result: 'success',
    });
    const path = `/api/v1/namespaces/${namespace}/configmaps/traced`;
    const [request] = spans(`GET ${path}`);
    expect(request?.parentSpanContext?.spanId).toBe(run?.spanContext().spanId);
    expect(request?.kind).toBe(SpanKind.CLIENT);
    expect(request?.attributes).toMatchObject({
      'http.request.method': 'GET',
      'url.path': path,
      reconcileID: ids[0],
    });
  });

  it('tells of runs and requests that failed', async () => {
    const tracing = new Tracing();
    await tracing.load();
    await using client = new KubeClient(server.config, { traceCall: tracing.traceCall });
    const missing = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'missing' };
    const traced = { controller: 'x', kind: 'X', name: 'x', namespace: undefined, reconcileId: '1' };
    await tracing.traceRun(traced, async () => {
      const error: unknown = await client.get(missing).catch((reason: unknown) => reason);
      return { outcome: 'terminal_error', error };
    });
    const failed = { code: SpanStatusCode.ERROR, message: 'configmaps "missing" not found' };
    const [request] = spans(/missing$/);
    expect(request?.status).toEqual(failed);
    expect(request?.attributes['http.response.status_code']).toBe(404);
    const [run] = spans(/^reconcile x$/);
    expect(run?.status).toEqual(failed);
    expect(run?.events[0]?.name).toBe('exception');
    expect(run?.attributes).toMatchObject({ result: 'terminal_error' });
  });

  it('carries the span on with the request', async () => {
    let headers: IncomingHttpHeaders = {};
    const listener = createServer((request, response) => {
      headers = request.headers;
      response.setHeader('content-type', 'application/json').end('{}');
    });
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void listener.close());
    const tracing = new Tracing();
    await tracing.load();
    const { port } = listener.address() as AddressInfo;
    await using client = new KubeClient(
      { server: `http://127.0.0.1:${port}` },
      { traceCall: tracing.traceCall },
    );
    await client.request('GET', '/version');
    const { traceId, spanId } = spans('GET /version')[0]?.spanContext() ?? {};
    expect(headers['traceparent']).toBe(`00-${traceId}-${spanId}-01`);
  });

  it('is not needed: where the package is not installed, nothing is traced', () => {
    // Resolves as from a folder in which there is no such package.
    const program = `
      import { registerHooks } from 'node:module';
      registerHooks({
        resolve: (name, context, next) =>
          next(name, name.startsWith('@opentelemetry/') ? { ...context, parentURL: 'file:///nowhere/x.js' } : context),
      });
      const { Tracing } = await import(${JSON.stringify(new URL('tracing.ts', import.meta.url))});
      const tracing = new Tracing();
      await tracing.load();
      const call = { method: 'GET', path: '/version', host: 'localhost' };
      console.log(JSON.stringify(await tracing.traceCall(call, async (headers) => headers)));`;
    const argv = ['--conditions=@gitops-toolkit/source', '--input-type=module', '--eval', program];
    const { stdout, stderr } = spawnSync(process.execPath, argv, { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(stdout).toBe('{}\n');
  });

  it('costs nothing before it is loaded: runs and calls are only done', async () => {
    const tracing = new Tracing();
    const run = { controller: 'x', kind: 'X', name: 'x', namespace: undefined, reconcileId: '1' };
    expect(await tracing.traceRun(run, async () => ({ outcome: 'success' }))).toEqual({ outcome: 'success' });
    const call = { method: 'GET', path: '/version', host: 'localhost' };
    expect(await tracing.traceCall(call, async (headers) => headers)).toEqual({});
    expect(exporter.getFinishedSpans()).toEqual([]);
  });
});
