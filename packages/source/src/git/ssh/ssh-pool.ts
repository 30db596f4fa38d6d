import { type Clock, systemClock } from '@gitops-toolkit/core';
import { createHash } from 'node:crypto';
import { connectSsh, type SshConnection, type SshConnectOptions } from './ssh-connection.ts';

/** A connection that nobody uses is closed after so long. */
const IDLE_MS = 60_000;

interface Entry {
  readonly connection: SshConnection;
  users: number;
  cancelIdle: () => void;
}

/** Connections that are kept between polls, each for one host, user, key, what is known of the host, and the way there. */
export class SshPool implements AsyncDisposable {
  readonly #clock: Clock;
  readonly #entries = new Map<string, Entry>();

  constructor(options: { readonly clock?: Clock } = {}) {
    this.#clock = options.clock ?? systemClock;
  }

  /** A connection to use, and to give back. */
  async take(options: SshConnectOptions): Promise<{ connection: SshConnection; giveBack: () => void }> {
    const key = keyOf(options);
    let entry = this.#entries.get(key);
    if (!entry?.connection.isOpen) {
      entry = { connection: await connectSsh(options), users: 0, cancelIdle: () => {} };
      // Another may have come first: both are good, the later one is kept.
      this.#entries.set(key, entry);
    }
    const taken = entry;
    taken.users++;
    taken.cancelIdle();
    return { connection: taken.connection, giveBack: () => this.#giveBack(key, taken) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { connection, cancelIdle } of this.#entries.values()) {
      cancelIdle();
      connection.close();
    }
    this.#entries.clear();
  }

  #giveBack(key: string, entry: Entry): void {
    if (--entry.users > 0) return;
    const isCurrent = this.#entries.get(key) === entry;
    if (!isCurrent || !entry.connection.isOpen) {
      if (isCurrent) this.#entries.delete(key);
      return entry.connection.close();
    }
    entry.cancelIdle = this.#clock.setTimeout(() => {
      entry.connection.close();
      if (this.#entries.get(key) === entry) this.#entries.delete(key);
    }, IDLE_MS);
  }
}

function keyOf({ address: { host, port, user }, access, proxy }: SshConnectOptions): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([access, proxy]))
    .digest('hex');
  return `${user}@${host}:${port} ${hash}`;
}
