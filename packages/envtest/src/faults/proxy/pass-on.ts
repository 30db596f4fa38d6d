import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';

import { breakOff, tear, watchEndOf, WatchGate } from '../break-off.ts';
import type { Fault } from '../fault.ts';
import { endToEnd } from './upstream.ts';

/** An answer on its way through the proxy. */
export interface PassOnOptions {
  readonly fault: Fault;
  readonly isWatch: boolean;
  /** Aborted when the client is gone. */
  readonly signal: AbortSignal;
}

/** Sends the server's answer to the client, or as much of it as its fault lets through. */
export async function passOn(
  answer: IncomingMessage,
  response: ServerResponse,
  { fault, isWatch, signal }: PassOnOptions,
): Promise<void> {
  const isStream = isWatch && answer.statusCode === 200;
  if (fault.answer === 'lost') {
    // An answer that is complete here tells that the server is done with the request.
    if (isStream) answer.destroy();
    else await buffer(answer);
    breakOff(response);
    return;
  }
  response.writeHead(answer.statusCode ?? 502, endToEnd(answer.headersDistinct));
  const end = isStream ? watchEndOf(fault) : undefined;
  if (isStream) response.flushHeaders();
  if (end) await passWatch(answer, response, new WatchGate(end, response), signal);
  else if (fault.answer === 'torn') tear(response, await buffer(answer));
  else await pipeline(answer, response);
}

async function passWatch(
  answer: IncomingMessage,
  response: ServerResponse,
  gate: WatchGate,
  signal: AbortSignal,
): Promise<void> {
  for await (const line of linesOf(answer)) {
    if (!gate.admits(line)) {
      answer.destroy();
      return;
    }
    if (!response.write(line)) await once(response, 'drain', { signal });
  }
  response.end();
}

/** The lines of a body with their line breaks; what follows the last one comes as it is. */
async function* linesOf(body: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  let pieces: Buffer[] = [];
  for await (const chunk of body) {
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      yield Buffer.concat([...pieces, chunk.subarray(start, end + 1)]);
      pieces = [];
      start = end + 1;
    }
    if (start < chunk.length) pieces.push(chunk.subarray(start));
  }
  if (pieces.length > 0) yield Buffer.concat(pieces);
}
