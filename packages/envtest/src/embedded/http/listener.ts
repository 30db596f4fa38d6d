import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';

import type { Clock } from '@gitops-toolkit/core';
import type { CertificatePair } from '@gitops-toolkit/core/certificate';

import { beforeAnswer } from '../../faults/before-answer.ts';
import { breakOff } from '../../faults/break-off.ts';
import type { Fault } from '../../faults/fault.ts';
import type { UserInfo } from '../auth/user.ts';
import { StatusError } from '../status-error.ts';
import type { Answer } from './answer.ts';
import { parseTarget, type ApiRequest } from './api-request.ts';
import { errorAnswer } from './error-answer.ts';
import type { Incoming, Outgoing } from './exchange.ts';
import { readBody } from './read-body.ts';
import { writeAnswer } from './write-answer.ts';

/** What stands behind sockets and other ways in. */
export interface Handlers {
  /** @throws StatusError 401, or what else stands against the request's author. */
  authenticate(request: Pick<Incoming, 'headers'>): UserInfo;
  handle(request: ApiRequest): Answer | Promise<Answer>;
  /** What is to go wrong with a request. */
  fault(request: ApiRequest): Fault | undefined;
  /** Hears of errors that are nobody's answer, before the client gets its 500. */
  failed(error: unknown): void;
  readonly watchBufferLimit: number;
  /** The answers that go on at this moment. */
  readonly streams: Set<{ destroy(): void }>;
  /** Forgets the history. */
  compact(): void;
  /** Measures the delays of faults. */
  readonly clock: Clock;
}

/** An HTTP server that reads whole requests and writes answers. */
export function createListener(handlers: Handlers, certificate: CertificatePair | undefined): Server {
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    void serve(handlers, request, response);
  };
  const server = certificate ? createTlsServer(certificate, listener) : createServer(listener);
  // Watches are silent for as long as nothing happens.
  server.requestTimeout = 0;
  server.keepAliveTimeout = 60_000;
  return server;
}

/** Reads one request and writes its answer, or what its fault leaves of that. */
export async function serve(handlers: Handlers, incoming: Incoming, response: Outgoing): Promise<void> {
  const warnings: string[] = [];
  let fault: Fault = {};
  let answer: Answer;
  try {
    const user = handlers.authenticate(incoming);
    const body = await readBody(incoming);
    const method = incoming.method ?? 'GET';
    const target = parseTarget(incoming.url ?? '/');
    const request: ApiRequest = { ...target, method, headers: incoming.headers, body, user, warnings };
    fault = handlers.fault(request) ?? fault;
    if (!(await beforeAnswer(fault, incoming, { clock: handlers.clock }))) return;
    if (fault.compact) handlers.compact();
    answer = await handlers.handle(
      fault.staleBy === undefined ? request : { ...request, staleBy: fault.staleBy },
    );
  } catch (error) {
    if (!(error instanceof StatusError)) handlers.failed(error);
    answer = errorAnswer(error);
  }
  try {
    if (fault.answer === 'lost') breakOff(response);
    else writeAnswer(answer, { ...handlers, incoming, response, warnings, fault });
  } catch (error) {
    // The head is out: there is no other answer any more.
    handlers.failed(error);
    response.destroy();
  }
}
