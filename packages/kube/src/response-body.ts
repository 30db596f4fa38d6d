import type { Readable } from 'node:stream';
import { parseJson } from '@gitops-toolkit/core';
import { KubeError } from './errors.ts';

/** Reads a whole body as text; `KUBE_RESPONSE_TOO_LARGE` as soon as it passes the limit. */
export function readText(body: Readable, maxBytes: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    body.on('data', (chunk: Buffer) => {
      size += chunk.length;
      chunks.push(chunk);
      if (size > maxBytes) body.destroy(tooLarge(maxBytes));
    });
    body.on('error', reject);
    body.on('end', () => resolve(joined(chunks, size).toString('utf8')));
  });
}

function joined(chunks: readonly Buffer[], size: number): Buffer {
  const [first] = chunks;
  return chunks.length === 1 && first ? first : Buffer.concat(chunks, size);
}

/** What a response that is over its limit is refused with. */
export function tooLarge(maxBytes: number): KubeError {
  return new KubeError('KUBE_RESPONSE_TOO_LARGE', `the response is larger than ${maxBytes} bytes`, {
    hint: 'Narrow the list with a selector or a page limit, or raise maxResponseBytes.',
  });
}

/** The value of a body by its content type: JSON where it says so, text otherwise. */
export function parseBody(text: string, contentType: string): unknown {
  if (!contentType.includes('json')) return text;
  try {
    return parseJson(text);
  } catch (cause) {
    throw new KubeError('KUBE_BAD_RESPONSE', 'the server answered with JSON that cannot be parsed', {
      cause,
      retry: 'backoff',
    });
  }
}
