import type { Clock } from '@gitops-toolkit/core';
import type { RawRequest } from '@gitops-toolkit/kube';

import type { Journal } from './journal.ts';

/** Requests that are the election's own. */
const LEASES = /^\/apis\/coordination\.k8s\.io\//;

/**
 * Looks at the requests of one process, and sees to it that it writes only while it holds the lease: counted from when
 * it sent the request that last got or renewed it, by its own clock.
 */
export class LeaseWatch {
  readonly #name: string;
  readonly #clock: Clock;
  readonly #durationMs: number;
  readonly #journal: Journal;
  #renewedAt = -Infinity;

  constructor(options: {
    readonly name: string;
    readonly clock: Clock;
    readonly durationMs: number;
    readonly journal: Journal;
  }) {
    this.#name = options.name;
    this.#clock = options.clock;
    this.#durationMs = options.durationMs;
    this.#journal = options.journal;
  }

  /** @returns for the election's own writes what to call when they went well */
  sending({ method, path, body = '' }: RawRequest): (() => void) | undefined {
    if (method === 'GET') return undefined;
    const now = this.#clock.monotonic();
    if (LEASES.test(path)) {
      const isRelease = body.includes('"holderIdentity":""');
      return () => (this.#renewedAt = isRelease ? -Infinity : now);
    }
    if (now >= this.#renewedAt + this.#durationMs)
      this.#journal.violate(`${this.#name} writes without the lease: ${method} ${path}`);
    return undefined;
  }
}
