import type { IncomingHttpHeaders } from 'node:http';

import type { RawRequest, Transport } from '@gitops-toolkit/kube';

import { DirectAnswer } from './direct-answer.ts';
import type { Incoming, Outgoing } from './exchange.ts';

/** Hands requests of a client in this process straight to what answers them: no sockets, no time, no chance. */
export function directTransport(serve: (incoming: Incoming, outgoing: Outgoing) => Promise<void>): Transport {
  return (request) =>
    new Promise((resolve, reject) => {
      const { signal } = request;
      if (signal.aborted) return reject(signal.reason as Error);
      const answer = new DirectAnswer(resolve, reject);
      const onAbort = (): void => answer.destroy(signal.reason as Error);
      signal.addEventListener('abort', onAbort, { once: true });
      answer.once('close', () => signal.removeEventListener('abort', onAbort));
      void serve(incomingOf(request, answer), answer);
    });
}

function incomingOf({ method, path, headers, body }: RawRequest, answer: DirectAnswer): Incoming {
  return {
    method,
    url: path,
    headers: lowerCased(headers),
    socket: { destroy: () => answer.destroy() },
    async *[Symbol.asyncIterator]() {
      if (body !== undefined) yield Buffer.from(body);
    },
  };
}

function lowerCased(headers: RawRequest['headers']): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
