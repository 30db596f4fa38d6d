import { randomUUID } from 'node:crypto';
import { gzip } from 'node:zlib';

import { tear, watchEndOf, WatchGate } from '../../faults/break-off.ts';
import type { Fault } from '../../faults/fault.ts';
import type { Answer, StreamAnswer, StreamSink, TextAnswer } from './answer.ts';
import type { Incoming, Outgoing } from './exchange.ts';

/** Shorter answers are not worth compressing. */
const GZIP_FROM = 128 * 1024;

/** Where an answer goes, and how. */
export interface AnswerTarget {
  readonly incoming: Incoming;
  readonly response: Outgoing;
  /** Sent as `Warning`. */
  readonly warnings: readonly string[];
  readonly fault: Fault;
  /** Bytes that may wait for a slow watcher. */
  readonly watchBufferLimit: number;
  /** The answers that go on at this moment. */
  readonly streams: Set<{ destroy(): void }>;
}

/** Sends an answer, or as much of it as its fault lets through. */
export function writeAnswer(answer: Answer, target: AnswerTarget): void {
  if ('start' in answer) stream(answer, target);
  else if (target.fault.answer === 'torn') sendTorn(answer, target);
  else send(answer, target);
}

function writeHead(answer: TextAnswer, { response, warnings }: AnswerTarget): void {
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
}

function send(answer: TextAnswer, target: AnswerTarget): void {
  const { incoming, response } = target;
  writeHead(answer, target);
  const accepted = String(incoming.headers['accept-encoding'] ?? '');
  if (answer.body.length < GZIP_FROM || !/\bgzip\b/.test(accepted)) {
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

function sendTorn(answer: TextAnswer, target: AnswerTarget): void {
  const body = Buffer.from(answer.body);
  writeHead(answer, target);
  target.response.setHeader('content-length', body.length);
  tear(target.response, body);
}

function stream(answer: StreamAnswer, target: AnswerTarget): void {
  const { response, streams } = target;
  streams.add(response);
  response.once('close', () => streams.delete(response));
  response.writeHead(200, {
    'audit-id': randomUUID(),
    'cache-control': 'no-cache, private',
    'content-type': answer.contentType,
  });
  // A client counts the watch as begun when it has the headers, also where nothing ever happens.
  response.flushHeaders();
  const stop = answer.start(sinkOf(target));
  response.once('close', stop);
  if (response.destroyed) stop();
}

function sinkOf({ response, fault, watchBufferLimit }: AnswerTarget): StreamSink {
  let allowance = watchBufferLimit;
  const end = watchEndOf(fault);
  const gate = end && new WatchGate(end, response);
  const isOpen = (text: string): boolean => !response.destroyed && (gate?.admits(Buffer.from(text)) ?? true);
  return {
    writeInitial(text) {
      allowance += text.length;
      if (isOpen(text)) response.write(text);
    },
    write(text) {
      if (!isOpen(text)) return false;
      response.write(text);
      if (response.writableLength <= allowance) return true;
      // The client can list again; the server's memory is not its buffer.
      response.destroy();
      return false;
    },
    end() {
      if (gate?.mayEnd ?? true) response.end();
    },
  };
}
