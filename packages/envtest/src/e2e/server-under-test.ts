import { request as httpRequest } from 'node:http';
import { type RequestOptions, request as httpsRequest } from 'node:https';

import { startBinaries } from '../binaries/start-binaries.ts';
import { startEmbedded } from '../embedded/start-embedded.ts';
import type { TestServer } from '../test-server.ts';
import { target } from './only-on.ts';

/** An answer with its body parsed where it is JSON. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  // Tests look into bodies of every shape.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly body: any;
}

export interface CallOptions {
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export const MERGE: CallOptions = { contentType: 'application/merge-patch+json' };
export const STRATEGIC: CallOptions = { contentType: 'application/strategic-merge-patch+json' };
export const JSON_PATCH: CallOptions = { contentType: 'application/json-patch+json' };
export const APPLY: CallOptions = { contentType: 'application/apply-patch+yaml' };

/** Talks HTTP to a server as `curl` would, so that the server alone is tested. */
export class ServerUnderTest implements AsyncDisposable {
  readonly server: TestServer;
  #names = 0;

  constructor(server: TestServer) {
    this.server = server;
  }

  /** The embedded server, or the real one with `TEST_TARGET=binaries`. Neither runs controllers. */
  static async start(): Promise<ServerUnderTest> {
    const isReal = target === 'binaries';
    return new ServerUnderTest(isReal ? await startBinaries() : await startEmbedded({ controllers: false }));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.server.stop();
  }

  /** A namespace of its own for each test. */
  async namespace(): Promise<string> {
    const name = `test-${++this.#names}`;
    await this.post('/api/v1/namespaces', { metadata: { name } });
    return name;
  }

  get(path: string, headers?: Record<string, string>): Promise<Answer> {
    return this.call('GET', path, undefined, headers ? { headers } : {});
  }

  post(path: string, body: unknown, options?: CallOptions): Promise<Answer> {
    return this.call('POST', path, body, options);
  }

  put(path: string, body: unknown): Promise<Answer> {
    return this.call('PUT', path, body);
  }

  patch(path: string, body: unknown, options: CallOptions): Promise<Answer> {
    return this.call('PATCH', path, body, options);
  }

  delete(path: string, body?: unknown): Promise<Answer> {
    return this.call('DELETE', path, body);
  }

  call(method: string, path: string, body?: unknown, options: CallOptions = {}): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const payload = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
      const headers: Record<string, string | number> = { ...this.#headers(), ...options.headers };
      if (payload !== undefined) {
        headers['content-type'] = options.contentType ?? 'application/json';
        headers['content-length'] = Buffer.byteLength(payload);
      }
      const request = this.#request(path, { method, headers });
      request.on('error', reject);
      request.on('response', (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (text += chunk));
        response.on('end', () => {
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text, body: parse(text) });
        });
      });
      request.end(payload);
    });
  }

  /** The events of a watch until the test has as many as it wants, or the server ends it. */
  async *watch(
    path: string,
    headers: Record<string, string> = {},
  ): AsyncGenerator<{ type: string; object: Answer['body'] }> {
    const request = this.#request(path, { headers: { ...this.#headers(), ...headers } });
    const response = await new Promise<AsyncIterable<string> & { setEncoding(name: 'utf8'): void }>(
      (resolve, reject) => {
        request.on('error', reject);
        request.on('response', resolve);
        request.end();
      },
    );
    response.setEncoding('utf8');
    try {
      let rest = '';
      for await (const chunk of response) {
        const lines = (rest + chunk).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines)
          if (line !== '') yield JSON.parse(line) as { type: string; object: unknown };
      }
    } finally {
      request.destroy();
    }
  }

  /** What comes of a body until it ends, or breaks off with an error. */
  receive(path: string): Promise<{ received: string; error?: unknown }> {
    return new Promise((resolve, reject) => {
      const request = this.#request(path, { headers: this.#headers() });
      request.on('error', reject);
      request.on('response', (response) => {
        let received = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (received += chunk));
        response.on('error', (error) => resolve({ received, error }));
        response.on('end', () => resolve({ received }));
      });
      request.end();
    });
  }

  /** The first events of a watch. */
  async events(path: string, count: number): Promise<{ type: string; object: Answer['body'] }[]> {
    const events: { type: string; object: Answer['body'] }[] = [];
    if (count === 0) return events;
    for await (const event of this.watch(path)) {
      events.push(event);
      if (events.length === count) break;
    }
    return events;
  }

  #headers(): Record<string, string> {
    const { token } = this.server.config;
    return { authorization: `Bearer ${String(token)}`, 'user-agent': 'e2e/1.0' };
  }

  #request(path: string, options: RequestOptions): ReturnType<typeof httpsRequest> {
    const { ca } = this.server.config;
    const url = this.server.url + path;
    return ca === undefined ? httpRequest(url, options) : httpsRequest(url, { ...options, ca });
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
