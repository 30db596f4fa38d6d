import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { gzip } from 'node:zlib';

import { errorMessage } from '@gitops-toolkit/core';

import type { UserInfo } from '../auth/user.ts';
import { badRequest, internalError, StatusError, tooLarge } from '../status-error.ts';
import { jsonAnswer, type Answer, type StreamAnswer, type TextAnswer } from './answer.ts';
import { parseTarget, type ApiRequest } from './api-request.ts';
import type { Certificate } from './self-signed.ts';

/** As much of a request as a client may send; the real server's limit. */
const MAX_BODY = 3 * 1024 * 1024;
/** Shorter answers are not worth compressing. */
const GZIP_FROM = 128 * 1024;

/** What stands behind the sockets. */
export interface Handlers {
  /** @throws StatusError 401, or what else stands against the request's author. */
  authenticate(request: IncomingMessage): UserInfo;
  handle(request: ApiRequest): Answer | Promise<Answer>;
  /** Whether something is to go wrong with a request; `true` ends its connection. */
  fault(request: ApiRequest): boolean | Promise<boolean>;
  /** Hears of errors that are nobody's answer, before the client gets its 500. */
  failed(error: unknown): void;
  readonly watchBufferLimit: number;
  /** The answers that go on at this moment. */
  readonly streams: Set<{ destroy(): void }>;
}

/** An HTTP server that reads whole requests and writes answers. */
export function createListener(handlers: Handlers, certificate: Certificate | undefined): Server {
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    void serve(handlers, request, response);
  };
  const server = certificate ? createTlsServer(certificate, listener) : createServer(listener);
  // Watches are silent for as long as nothing happens.
  server.requestTimeout = 0;
  server.keepAliveTimeout = 60_000;
  return server;
}

async function serve(handlers: Handlers, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const warnings: string[] = [];
  try {
    const user = handlers.authenticate(incoming);
    const body = await readBody(incoming);
    const method = incoming.method ?? 'GET';
    const target = parseTarget(incoming.url ?? '/');
    const request: ApiRequest = { ...target, method, headers: incoming.headers, body, user, warnings };
    if (await handlers.fault(request)) {
      incoming.socket.destroy();
      return;
    }
    const answer = await handlers.handle(request);
    if ('start' in answer) stream(answer, response, handlers);
    else send(answer, incoming, response, warnings);
  } catch (error) {
    if (!(error instanceof StatusError)) handlers.failed(error);
    if (response.headersSent) response.destroy();
    else send(errorAnswer(error), incoming, response, warnings);
  }
}

/** The answer to whatever a handler threw. */
export function errorAnswer(error: unknown): TextAnswer {
  const status = error instanceof StatusError ? error : unexpected(error);
  const answer = jsonAnswer(status.body(), status.code);
  const retry = status.details?.retryAfterSeconds;
  return retry === undefined ? answer : { ...answer, headers: { 'retry-after': String(retry) } };
}

function unexpected(error: unknown): StatusError {
  const known = internalError(errorMessage(error));
  return new StatusError(500, 'InternalError', `Internal error occurred: ${known.message}`, {
    causes: [{ message: known.message }],
  });
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > MAX_BODY) throw tooLarge(`limit is ${MAX_BODY}`);
      chunks.push(chunk);
    }
  } catch (error) {
    throw error instanceof StatusError ? error : badRequest(errorMessage(error));
  }
  return chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
}

function send(
  answer: TextAnswer,
  request: IncomingMessage,
  response: ServerResponse,
  warnings: readonly string[],
): void {
  response.statusCode = answer.code;
  response.setHeader('audit-id', randomUUID());
  response.setHeader('cache-control', 'no-cache, private');
  response.setHeader('content-type', answer.contentType);
  if (warnings.length > 0) {
    response.setHeader(
      'warning',
      warnings.map((text) => `299 - "${text.replaceAll(/["\\]/g, '\\$&')}"`),
    );
  }
  for (const [name, value] of Object.entries(answer.headers ?? {})) {
    if (value !== undefined) response.setHeader(name, value);
  }
  if (answer.body.length < GZIP_FROM || !/\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''))) {
    response.end(answer.body);
    return;
  }
  response.setHeader('vary', 'Accept-Encoding');
  gzip(answer.body, { level: 1 }, (error, packed) => {
    if (error) return response.end(answer.body);
    response.setHeader('content-encoding', 'gzip');
    response.end(packed);
  });
}

function stream(
  answer: StreamAnswer,
  response: ServerResponse,
  { watchBufferLimit, streams }: Handlers,
): void {
  streams.add(response);
  response.once('close', () => streams.delete(response));
  response.writeHead(200, {
    'audit-id': randomUUID(),
    'cache-control': 'no-cache, private',
    'content-type': answer.contentType,
  });
  // A client counts the watch as begun when it has the headers, also where nothing ever happens.
  response.flushHeaders();
  let allowance = watchBufferLimit;
  const stop = answer.start({
    writeInitial(text) {
      allowance += text.length;
      if (!response.destroyed) response.write(text);
    },
    write(text) {
      if (response.destroyed) return false;
      response.write(text);
      if (response.writableLength <= allowance) return true;
      // The client can list again; the server's memory is not its buffer.
      response.destroy();
      return false;
    },
    end: () => response.end(),
  });
  response.once('close', stop);
  if (response.destroyed) stop();
}
