import { SourceError } from '../../errors.ts';
import type { GitLimits } from '../limits.ts';
import type { ObjectStore } from '../object-format.ts';
import { type Advertisement, readAdvertisement, readRefList } from '../remote/advertisement.ts';
import { fetchRequestV0, fetchRequestV2, lsRefsRequest } from '../remote/fetch-request.ts';
import type { GitRemote, ObjectRequest, RefList } from '../remote/git-remote.ts';
import { FLUSH_PKT, PktReader } from '../remote/pkt-line.ts';
import { readPack } from '../remote/read-pack.ts';
import type { SshAddress } from './ssh-access.ts';
import type { SshConnectOptions } from './ssh-connection.ts';
import { SshExchange } from './ssh-exchange.ts';
import type { SshPool } from './ssh-pool.ts';

/** How a repository is reached. */
export interface SshRemoteOptions extends Omit<SshConnectOptions, 'address' | 'signal'> {
  readonly address: SshAddress;
  readonly pool: SshPool;
  readonly limits: Required<GitLimits>;
  readonly maxBytes: number;
}

/** A repository behind git's protocol over SSH: each operation is one run of `git-upload-pack`. */
export class SshRemote implements GitRemote {
  readonly #options: SshRemoteOptions;

  constructor(options: SshRemoteOptions) {
    this.#options = options;
  }

  listRefs(prefixes: readonly string[], signal?: AbortSignal): Promise<RefList> {
    return this.#run(signal, async ({ exchange, reader, advertisement }) => {
      if (advertisement.version === 0) {
        // Tells the program that nothing is wanted.
        exchange.write(FLUSH_PKT);
        return advertisement.refs;
      }
      exchange.write(lsRefsRequest(advertisement, prefixes));
      return readRefList(reader, advertisement.format, this.#options.limits.maxRefs);
    });
  }

  fetchObjects(request: ObjectRequest, signal?: AbortSignal): Promise<ObjectStore> {
    return this.#run(signal, async ({ exchange, reader, advertisement }) => {
      exchange.write(
        advertisement.version === 2
          ? fetchRequestV2(advertisement, request)
          : fetchRequestV0(advertisement, request),
      );
      const { allowance } = request;
      const { limits } = this.#options;
      return readPack(reader, { format: advertisement.format, limits, allowance, signal });
    });
  }

  async #run<T>(
    signal: AbortSignal | undefined,
    work: (session: { exchange: SshExchange; reader: PktReader; advertisement: Advertisement }) => Promise<T>,
  ): Promise<T> {
    const { address, pool, limits, maxBytes, timeouts, clock } = this.#options;
    const { connection, giveBack } = await pool.take({ ...this.#options, ...(signal ? { signal } : {}) });
    try {
      const watch = { ...(timeouts && { timeouts }), ...(clock && { clock }), ...(signal && { signal }) };
      const command = uploadPackCommand(address.path);
      const channel = await connection.exec(command, { GIT_PROTOCOL: 'version=2' }, watch);
      const exchange = new SshExchange(channel, { ...watch, host: address.host, maxBytes });
      const reader = new PktReader(exchange.pieces());
      try {
        const advertisement = await this.#advertisement(exchange, reader, limits.maxRefs);
        return await work({ exchange, reader, advertisement });
      } finally {
        exchange.close();
        await reader.close();
      }
    } catch (error) {
      // Whoever was told to end may have been told because the server is stuck.
      const isLate = error instanceof SourceError && error.code === 'GIT_TIMEOUT';
      if (isLate || signal?.aborted) connection.retire();
      throw error;
    } finally {
      giveBack();
    }
  }

  async #advertisement(exchange: SshExchange, reader: PktReader, maxRefs: number): Promise<Advertisement> {
    try {
      return await readAdvertisement(reader, maxRefs);
    } catch (error) {
      // A server that refuses says why beside the protocol, and ends.
      const isSilent = error instanceof SourceError && error.code === 'GIT_PROTOCOL' && exchange.words !== '';
      if (!isSilent) throw error;
      throw refusal(this.#options.address, exchange.words, error);
    }
  }
}

/**
 * The command that the server's shell gets: the path is one word of it, whatever it holds. As git quotes it.
 */
export function uploadPackCommand(path: string): string {
  return `git-upload-pack '${path.replaceAll(/['!]/g, String.raw`'\$&'`)}'`;
}

function refusal({ host, path }: SshAddress, words: string, cause: unknown): SourceError {
  const isMissing = /not (?:found|appear|exist)|no such|does not exist/i.test(words);
  const isDenied = /denied|permission|unauthori[sz]ed|not authori[sz]ed|access/i.test(words) && !isMissing;
  const code = isMissing
    ? 'GIT_REPOSITORY_NOT_FOUND'
    : isDenied
      ? 'GIT_AUTHENTICATION_FAILED'
      : 'GIT_REMOTE_ERROR';
  return new SourceError(code, `${host} does not serve ${path}: ${words}`, { cause, retry: 'backoff' });
}
