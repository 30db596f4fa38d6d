import { SourceError } from '../../errors.ts';
import type { GitLimits } from '../limits.ts';
import type { ObjectStore } from '../object-format.ts';
import { type Advertisement, readAdvertisement, readRefList } from './advertisement.ts';
import { fetchRequestV0, fetchRequestV2, lsRefsRequest } from './fetch-request.ts';
import type { GitHttp } from './git-http.ts';
import type { GitRemote, ObjectRequest, RefList } from './git-remote.ts';
import { PktReader } from './pkt-line.ts';
import { readPack } from './read-pack.ts';

const SERVICE = 'git-upload-pack';

/** What is remembered of a server between requests: that it speaks version 2, and where. */
export interface RememberedServer {
  readonly base: URL;
  readonly advertisement: Advertisement & { version: 2 };
}

/** Servers by the URL of the repository. */
export type ServerMemory = Map<string, RememberedServer>;

/** More repositories than one process polls. */
const MAX_REMEMBERED = 10_000;

/** A repository behind git's HTTP protocol. */
export class HttpRemote implements GitRemote {
  readonly #url: URL;
  readonly #http: GitHttp;
  readonly #limits: Required<GitLimits>;
  readonly #memory: ServerMemory;

  constructor(options: { url: URL; http: GitHttp; limits: Required<GitLimits>; memory: ServerMemory }) {
    this.#url = options.url;
    this.#http = options.http;
    this.#limits = options.limits;
    this.#memory = options.memory;
  }

  /** One request where the server is known, two where it is not. */
  async listRefs(prefixes: readonly string[], signal?: AbortSignal): Promise<RefList> {
    return this.#withServer(async (base, advertisement) => {
      if (advertisement.version === 0) return advertisement.refs;
      const { format } = advertisement;
      const body = lsRefsRequest(advertisement, prefixes);
      const reader = new PktReader((await this.#http.call(base, SERVICE, body, signal)).body);
      try {
        return await readRefList(reader, format, this.#limits.maxRefs);
      } finally {
        await reader.close();
      }
    }, signal);
  }

  async fetchObjects(request: ObjectRequest, signal?: AbortSignal): Promise<ObjectStore> {
    return this.#withServer(async (base, advertisement) => {
      const body =
        advertisement.version === 2
          ? fetchRequestV2(advertisement, request)
          : fetchRequestV0(advertisement, request);
      const reader = new PktReader((await this.#http.call(base, SERVICE, body, signal)).body);
      try {
        const { allowance } = request;
        return await readPack(reader, {
          format: advertisement.format,
          limits: this.#limits,
          allowance,
          signal,
        });
      } finally {
        await reader.close();
      }
    }, signal);
  }

  /** Works with the server as it is remembered, and looks at it anew where that fails. */
  async #withServer<T>(
    work: (base: URL, advertisement: Advertisement) => Promise<T>,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    const key = this.#url.href;
    const known = this.#memory.get(key);
    if (known) {
      try {
        return await work(known.base, known.advertisement);
      } catch (error) {
        this.#memory.delete(key);
        const mayHaveMoved =
          error instanceof SourceError &&
          ['GIT_PROTOCOL', 'GIT_HTTP_STATUS', 'GIT_REPOSITORY_NOT_FOUND', 'GIT_REDIRECT_REFUSED'].includes(
            error.code,
          );
        if (!mayHaveMoved) throw error;
      }
    }
    const { base, advertisement } = await this.#discover(signal);
    return work(base, advertisement);
  }

  async #discover(signal: AbortSignal | undefined): Promise<{ base: URL; advertisement: Advertisement }> {
    const { result, base } = await this.#http.discover(this.#url, SERVICE, signal);
    const reader = new PktReader(result.body);
    try {
      const advertisement = await readAdvertisement(reader, this.#limits.maxRefs);
      // To the end, so that the connection can be used again.
      while ((await reader.next()) !== undefined);
      if (advertisement.version === 2) {
        if (this.#memory.size >= MAX_REMEMBERED) this.#memory.clear();
        this.#memory.set(this.#url.href, { base, advertisement });
      }
      return { base, advertisement };
    } finally {
      await reader.close();
    }
  }
}
