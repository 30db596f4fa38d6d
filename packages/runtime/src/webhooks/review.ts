import type { IncomingMessage } from 'node:http';

import { getOwn, isRecord, parseJson } from '@gitops-toolkit/core';

/** The largest body that is read: an object and its old state, each as large as etcd takes, and some. */
const MAX_BODY = 7 * 1024 * 1024;

/** A request that is no review: it has no `uid` to answer to, so that an HTTP status must do. */
export class BadReview extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** A review of the server: a question in an envelope, which the answer goes back in. */
export interface Review {
  readonly apiVersion: string;
  readonly kind: string;
  readonly request: Readonly<Record<string, unknown>>;
  readonly uid: string;
}

/** Reads a review of a kind from a request. @throws BadReview */
export async function readReview(
  message: IncomingMessage,
  expected: { readonly apiVersion: string; readonly kind: string },
): Promise<Review> {
  const type = message.headers['content-type']?.split(';')[0]?.trim();
  if (message.method !== 'POST') throw new BadReview(405, 'reviews are sent with POST');
  if (type !== 'application/json')
    throw new BadReview(415, `expected application/json, not ${type ?? 'no content type'}`);
  const body = parse(await readBody(message));
  const { apiVersion, kind } = expected;
  if (getOwn(body, 'apiVersion') !== apiVersion || getOwn(body, 'kind') !== kind)
    throw new BadReview(400, `expected a ${kind} of ${apiVersion}`);
  const request = getOwn(body, 'request');
  const uid = getOwn(request, 'uid');
  if (!isRecord(request) || typeof uid !== 'string' || uid === '')
    throw new BadReview(400, `the ${kind} has no request with a uid`);
  return { apiVersion, kind, request, uid };
}

/** The envelope with the answer. */
export function answerTo({ apiVersion, kind, uid }: Review, response: Record<string, unknown>): string {
  return JSON.stringify({ apiVersion, kind, response: { uid, ...response } });
}

async function readBody(message: IncomingMessage): Promise<string> {
  const tooLarge = new BadReview(413, `the body is larger than ${MAX_BODY} bytes`);
  if (Number(message.headers['content-length'] ?? 0) > MAX_BODY) throw tooLarge;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY) throw tooLarge;
    chunks.push(chunk);
  }
  if (size === 0) throw new BadReview(400, 'the body is empty');
  return Buffer.concat(chunks).toString('utf8');
}

function parse(text: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    throw new BadReview(400, `the body is no JSON: ${(error as Error).message}`);
  }
}
