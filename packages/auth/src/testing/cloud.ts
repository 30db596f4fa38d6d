import { HttpClient } from '@gitops-toolkit/core/http';
import { serveHttp } from '@gitops-toolkit/envtest/servers';
import type { IncomingMessage } from 'node:http';
import { onTestFinished } from 'vitest';
import type { IdentityOptions, ServiceAccountIdentity } from '../identity-options.ts';

/** A request that a cloud was asked with. */
export interface SeenRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** What stands in for the services of a cloud: answers by path, and remembers what it was asked. */
export interface Cloud {
  readonly url: string;
  readonly seen: SeenRequest[];
}

/** An answer: a status and a body, which is written as JSON where it is no text. */
export type Answer = readonly [status: number, body: unknown];

/** Starts a cloud for one test. */
export async function startCloud(answer: (request: SeenRequest) => Answer): Promise<Cloud> {
  const seen: SeenRequest[] = [];
  const server = await serveHttp((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      const { method = '', url: path = '', headers } = request;
      const asked = { method, path, headers, body };
      seen.push(asked);
      const [status, value] = answer(asked);
      response.writeHead(status).end(typeof value === 'string' ? value : JSON.stringify(value));
    });
  });
  onTestFinished(() => server[Symbol.asyncDispose]());
  return { url: server.url, seen };
}

/** Options for one test: nothing of this process's own environment. */
export function testOptions(options: Partial<IdentityOptions> = {}): IdentityOptions {
  const http = new HttpClient();
  onTestFinished(() => http[Symbol.asyncDispose]());
  return { http, environment: {}, ...options };
}

/** A service account whose tokens say what they are for. */
export function serviceAccount(annotations: Record<string, string>): ServiceAccountIdentity {
  return {
    namespace: 'apps',
    name: 'reader',
    annotations,
    token: async (audience) => `token for ${audience}`,
  };
}

/** The fields of a form. */
export function formOf({ body }: SeenRequest): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(body));
}
