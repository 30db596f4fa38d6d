/** More servers than one process asks. */
const MAX_SERVERS = 10_000;

/** Which filters servers have refused, so that none is asked for the same with each fetch. */
export class RefusedFilters {
  readonly #byServer = new Map<string, Set<string>>();

  /** Those of the server of a repository, to be looked at and added to. */
  of(url: string): Set<string> {
    const server = URL.canParse(url) ? new URL(url).host : '';
    const known = this.#byServer.get(server);
    if (known) return known;
    if (this.#byServer.size >= MAX_SERVERS) this.#byServer.clear();
    const refused = new Set<string>();
    this.#byServer.set(server, refused);
    return refused;
  }
}
