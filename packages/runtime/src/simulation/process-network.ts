import { Readable } from 'node:stream';

import type { Clock } from '@gitops-toolkit/core';
import type { RawRequest, RawResponse, Transport } from '@gitops-toolkit/kube';

import type { Journal } from './journal.ts';
import type { LeaseWatch } from './lease-watch.ts';
import type { ProcessClock } from './process-clock.ts';
import type { Random } from './seeded-random.ts';

/** What the way between a process and the server is made of. */
export interface ProcessNetworkOptions {
  readonly name: string;
  readonly server: Transport;
  readonly world: Clock;
  readonly process: ProcessClock;
  readonly random: Random;
  readonly journal: Journal;
  readonly lease: LeaseWatch;
}

/** Requests take their time to the server, and answers back; a process that sleeps reads none of them. */
export function processNetwork(options: ProcessNetworkOptions): Transport {
  const { name, server, world, process, random, journal, lease } = options;
  return (request) =>
    new Promise((resolve, reject) => {
      const what = `${name} ${request.method} ${request.path}`;
      journal.add(what);
      const renewed = lease.sending(request);
      const { signal } = request;
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      const [thereMs, backMs] = [latency(random), latency(random)];
      const deliver = (callback: () => void): void =>
        void world.setTimeout(() => process.whenAwake(callback), backMs);
      const answered = (response: RawResponse): void => {
        journal.add(`${what} -> ${response.status}`);
        // Listened to from now on: it may break before its head has arrived.
        const body = new DeliveredBody(response.body, deliver);
        signal.addEventListener('abort', () => body.destroy(signal.reason as Error), { once: true });
        deliver(() => {
          if (response.status < 300) renewed?.();
          resolve({ ...response, body });
        });
      };
      world.setTimeout(() => {
        server(carried(request)).then(answered, (error: Error) => {
          journal.add(`${what} -> ${error.message}`);
          deliver(() => reject(error));
        });
      }, thereMs);
    });
}

/** Mostly some milliseconds, and now and then much more. */
function latency(random: Random): number {
  return random.below(20) === 0 ? random.between(50, 1500) : random.between(0, 8);
}

/** A write that is on its way is carried out, whether its client still waits for the answer or not. */
function carried(request: RawRequest): RawRequest {
  return request.method === 'GET' ? request : { ...request, signal: new AbortController().signal };
}

/** A body whose pieces arrive after a time, all after the same one: they keep their order. */
class DeliveredBody extends Readable {
  readonly #source: Readable;

  constructor(source: Readable, deliver: (callback: () => void) => void) {
    super();
    this.#source = source;
    source.on('data', (chunk: Buffer) => deliver(() => void (this.destroyed || this.push(chunk))));
    source.on('end', () => deliver(() => void (this.destroyed || this.push(null))));
    source.on('error', (error) => deliver(() => this.destroy(error)));
    // Whoever is not there any more hears of no error.
    this.on('error', () => {});
  }

  override _read(): void {}

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#source.destroy();
    callback(error);
  }
}
