import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { digestOf, MemoryTree } from '@gitops-toolkit/core';
import { packageChart } from '../package/package-chart.ts';
import type { ChartFetch, FetchedBytes } from '../repository/chart-fetch.ts';

/** A chart repository on loopback. */
export class ChartServer implements AsyncDisposable {
  /** Files by path, such as `/index.yaml`. */
  readonly files: Map<string, Uint8Array | string> = new Map();
  /** Paths that were asked for, with what was asked of them. */
  readonly requests: string[] = [];
  readonly #server: Server;
  readonly #entries: Record<string, Record<string, unknown>[]> = {};

  private constructor() {
    this.#server = createServer(({ url = '' }, response) => {
      this.requests.push(url);
      const body = this.files.get(new URL(url, 'http://x').pathname);
      response.writeHead(body === undefined ? 404 : 200).end(body ?? 'not found');
    });
  }

  static async start(): Promise<ChartServer> {
    const server = new ChartServer();
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Packages a chart, puts it into the repository, and its entry into the index. */
  async add(name: string, version: string, entry: Record<string, unknown> = {}): Promise<Uint8Array> {
    const chartYaml = JSON.stringify({ apiVersion: 'v2', name, version });
    const tree = MemoryTree.from({
      'Chart.yaml': chartYaml,
      'templates/x.yaml': `from: ${name} ${version}\n`,
    });
    const { fileName, data } = await packageChart(tree);
    const digest = digestOf(data).slice('sha256:'.length);
    const others = (this.#entries[name] ?? []).filter((each) => each['version'] !== version);
    this.#entries[name] = others;
    others.push({
      name,
      version,
      apiVersion: 'v2',
      urls: [fileName],
      digest,
      ...entry,
    });
    this.files.set(`/${fileName}`, data);
    this.files.set('/index.yaml', JSON.stringify({ apiVersion: 'v1', entries: this.#entries }));
    return data;
  }

  /** Fetches as a caller would. */
  get fetch(): ChartFetch {
    return { http: fetchHttp };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

async function fetchHttp(url: string, request: { readonly signal?: AbortSignal }): Promise<FetchedBytes> {
  const response = await fetch(url, { signal: request.signal ?? null });
  if (!response.ok || !response.body) throw new Error(`failed to fetch ${url} : ${response.status}`);
  return response.body as unknown as AsyncIterable<Uint8Array>;
}
