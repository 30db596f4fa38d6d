import { request } from 'node:https';

import { errorMessage, isRecord, parseJson } from '@gitops-toolkit/core';

import type { ClientConfig } from './webhook-configuration.ts';

/** What a webhook came to: the `response` of its review, or why there is none. */
export type Called = { readonly response: Readonly<Record<string, unknown>> } | { readonly failure: string };

/** The largest answer that is read. */
const MAX_ANSWER = 8 * 1024 * 1024;

/** Sends a review to a webhook. Never rejects. */
export async function callWebhook(
  { caBundle = '', service, url }: ClientConfig,
  review: Readonly<Record<string, unknown>>,
  timeoutSeconds: number,
): Promise<Called> {
  if (url === undefined)
    return { failure: `service "${service?.name}" has no address here: give the webhook a url` };
  const target = new URL(url);
  target.searchParams.set('timeout', `${timeoutSeconds}s`);
  const ca = Buffer.from(caBundle, 'base64').toString('utf8');
  const why = (what: string): Called => ({
    failure: `failed to call webhook: Post "${target.href}": ${what}`,
  });
  const signal = AbortSignal.timeout(timeoutSeconds * 1000);
  try {
    const { status, text } = await post(target, ca, JSON.stringify(review), signal);
    if (status !== 200) {
      const shown = text.trim() || 'unknown';
      return {
        failure: `failed to call webhook: an error on the server (${JSON.stringify(shown)}) has prevented the request from succeeding`,
      };
    }
    return readAnswer(text, review);
  } catch (error) {
    return why(signal.aborted ? 'context deadline exceeded' : describe(error));
  }
}

/** The words of Go for what is most common. */
function describe(error: unknown): string {
  const { code, address, port } = error as { code?: string; address?: string; port?: number };
  if (code === 'ECONNREFUSED') return `dial tcp ${address}:${port}: connect: connection refused`;
  if (code !== undefined && /CERT|SIGN|ISSUER/.test(code))
    return `tls: failed to verify certificate: ${errorMessage(error)}`;
  return errorMessage(error);
}

function readAnswer(text: string, review: Readonly<Record<string, unknown>>): Called {
  const answer = parseAnswer(text);
  const { uid } = review['request'] as { uid: string };
  if (!isRecord(answer) || !isRecord(answer['response'])) return { failure: 'webhook response was absent' };
  if (answer['kind'] !== review['kind'] || answer['apiVersion'] !== review['apiVersion'])
    return {
      failure: `expected webhook response of ${String(review['apiVersion'])}, Kind=${String(review['kind'])}`,
    };
  if (answer['response']['uid'] !== uid)
    return { failure: `expected response.uid="${uid}", got "${String(answer['response']['uid'])}"` };
  return { response: answer['response'] };
}

function parseAnswer(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

function post(
  url: URL,
  ca: string,
  body: string,
  signal: AbortSignal,
): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const sent = request(
      url,
      { method: 'POST', headers, signal, agent: false, ...(ca !== '' && { ca }) },
      (answer) => {
        const chunks: Buffer[] = [];
        let size = 0;
        answer.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size > MAX_ANSWER) sent.destroy(new Error('the answer is too large'));
          else chunks.push(chunk);
        });
        answer.on('error', reject);
        answer.on('end', () => {
          resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') });
        });
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}
