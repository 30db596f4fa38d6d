import { lookup } from 'node:dns/promises';

/** Hosts that templates ask for while they cannot wait. */
export class HostAddresses {
  readonly #known = new Map<string, readonly string[]>();
  readonly #missing = new Set<string>();

  /** The addresses of a host; none where they have yet to be found. */
  readonly lookup = (host: string): readonly string[] => {
    const known = this.#known.get(host);
    if (!known) this.#missing.add(host);
    return known ?? [];
  };

  /** Finds the addresses that were not known; `false` where there are no such. A host without an address has none. */
  async findMissing(): Promise<boolean> {
    const hosts = [...this.#missing];
    this.#missing.clear();
    for (const host of hosts) {
      const found = await lookup(host, { all: true }).catch(() => []);
      this.#known.set(
        host,
        found.map(({ address }) => address),
      );
    }
    return hosts.length > 0;
  }
}
