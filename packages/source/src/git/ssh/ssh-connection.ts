import { type Clock, errorMessage, systemClock } from '@gitops-toolkit/core';
import type { Client, ClientChannel, ConnectConfig } from 'ssh2';
import {
  type AddressPolicy,
  DEFAULT_TIMEOUTS,
  HttpError,
  type Proxy,
  type Timeouts,
} from '@gitops-toolkit/core/http';
import { SourceError } from '../../errors.ts';
import { checkHostKey, hostKeyAlgorithms } from './host-key.ts';
import { findKnownHost } from './known-hosts.ts';
import { openSocket } from './open-socket.ts';
import { checkPrivateKey } from './private-key.ts';
import type { GitSshAccess, SshAddress } from './ssh-access.ts';
import { connectionFailed, notDialled, timedOut } from './ssh-errors.ts';

/** What a connection is made with. */
export interface SshConnectOptions {
  readonly address: Pick<SshAddress, 'host' | 'port' | 'user'>;
  readonly access: GitSshAccess;
  /** Which addresses may be dialled. @default all */
  readonly addresses?: AddressPolicy;
  readonly proxy?: Proxy;
  readonly timeouts?: Timeouts;
  readonly clock?: Clock;
  readonly signal?: AbortSignal;
}

/** A connection to an SSH server that was logged in to. */
export class SshConnection {
  readonly #client: Client;
  #isOpen = true;

  constructor(client: Client) {
    this.#client = client;
    client.on('close', () => (this.#isOpen = false));
    // Who uses a channel hears of it there.
    client.on('error', () => (this.#isOpen = false));
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /**
   * Runs a command on the server.
   *
   * @throws `GIT_CONNECTION_FAILED`; `GIT_TIMEOUT` where the server does not answer within `firstByteMs`; the
   * reason of the signal
   */
  async exec(
    command: string,
    env: Readonly<Record<string, string>>,
    { clock = systemClock, timeouts, signal }: Pick<SshConnectOptions, 'clock' | 'timeouts' | 'signal'>,
  ): Promise<ClientChannel> {
    signal?.throwIfAborted();
    return new Promise((resolve, reject) => {
      const { firstByteMs } = { ...DEFAULT_TIMEOUTS, ...timeouts };
      let isOver = false;
      const end = (settle: () => void) => {
        isOver = true;
        cancel();
        this.#client.off('close', onLost);
        signal?.removeEventListener('abort', onAbort);
        settle();
      };
      const onLost = () => end(() => reject(connectionFailed('closed the connection')));
      const onAbort = () => end(() => reject(signal?.reason as Error));
      const onTimeout = () => end(() => reject(timedOut(`did not run a command within ${firstByteMs} ms`)));
      const cancel = clock.setTimeout(onTimeout, firstByteMs);
      this.#client.once('close', onLost);
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#client.exec(command, { env: { ...env } }, (error, channel) => {
        if (isOver) channel?.destroy();
        else if (error) end(() => reject(connectionFailed(`runs no command: ${error.message}`, error)));
        else end(() => resolve(channel));
      });
    });
  }

  /** Lets nobody else take the connection up: it may be stuck. Those who use it may go on. */
  retire(): void {
    this.#isOpen = false;
  }

  close(): void {
    this.#isOpen = false;
    this.#client.end();
    this.#client.destroy();
  }
}

/**
 * Connects to a host whose key is known, and logs in with a key. No agent, no password, no question.
 *
 * @throws `GIT_HOST_KEY_REFUSED`, `GIT_SSH_KEY_INVALID`, `GIT_AUTHENTICATION_FAILED`, `GIT_CONNECTION_FAILED`,
 * `GIT_TIMEOUT`; the reason of the signal
 */
export async function connectSsh(options: SshConnectOptions): Promise<SshConnection> {
  const { address, clock = systemClock } = options;
  const connectMs = options.timeouts?.connectMs ?? DEFAULT_TIMEOUTS.connectMs;
  const deadline = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, deadline.signal]) : deadline.signal;
  const cancel = clock.setTimeout(
    () => deadline.abort(timedOut(`at ${address.host} could not be logged in to within ${connectMs} ms`)),
    connectMs,
  );
  try {
    return await logIn(options, signal);
  } finally {
    cancel();
  }
}

async function logIn(options: SshConnectOptions, signal: AbortSignal): Promise<SshConnection> {
  const { default: ssh2 } = await import('ssh2');
  const client = new ssh2.Client();
  let refusal: SourceError | undefined;
  const config = configOf(options, ssh2.utils.parseKey, (error) => (refusal = error));
  const sock = await openSocket(options.address, { ...options, signal });
  if (signal.aborted) sock?.destroy();
  signal.throwIfAborted();
  return new Promise<SshConnection>((resolve, reject) => {
    const fail = (error: unknown) => {
      signal.removeEventListener('abort', onAbort);
      client.destroy();
      reject(error);
    };
    const onAbort = () => fail(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    client.once('ready', () => {
      signal.removeEventListener('abort', onAbort);
      client.off('error', onError);
      client.off('close', onClose);
      resolve(new SshConnection(client));
    });
    const onError = (error: Error & { level?: string }) => fail(refusal ?? explain(error, options));
    const onClose = () => fail(refusal ?? connectionFailed('closed the connection'));
    client.on('error', onError);
    client.on('close', onClose);
    try {
      client.connect(sock ? { ...config, sock } : config);
    } catch (error) {
      fail(connectionFailed(`cannot be spoken to: ${errorMessage(error)}`, error));
    }
  });
}

function configOf(
  { address, access }: SshConnectOptions,
  parseKey: Parameters<typeof checkPrivateKey>[1],
  onRefused: (error: SourceError) => void,
): ConnectConfig {
  const { host, port, user } = address;
  const known = findKnownHost(access.knownHosts, host, port);
  const serverHostKey = access.hostKeyAlgorithms ?? hostKeyAlgorithms(known, host);
  checkPrivateKey(access, parseKey);
  return {
    host,
    port,
    username: user,
    privateKey: access.identity,
    ...(access.passphrase === undefined ? {} : { passphrase: access.passphrase }),
    hostVerifier: (shown: Buffer) => {
      const error = checkHostKey(shown, known, host);
      if (error) onRefused(error);
      return error === undefined;
    },
    algorithms: {
      serverHostKey: [...serverHostKey] as never,
      ...(access.kexAlgorithms && { kex: [...access.kexAlgorithms] as never }),
    },
    // The time is ours to watch.
    readyTimeout: 0,
    keepaliveInterval: 15_000,
    keepaliveCountMax: 3,
  };
}

function explain(error: Error & { level?: string }, { address }: SshConnectOptions): SourceError {
  if (error instanceof HttpError) return notDialled(error);
  if (error.level === 'client-authentication') {
    return new SourceError(
      'GIT_AUTHENTICATION_FAILED',
      `${address.host} does not let ${address.user} in with this key`,
      {
        retry: 'backoff',
        hint: 'Add the public key at the host, as a deploy key for example, and check the user in the URL.',
      },
    );
  }
  return connectionFailed(`cannot be spoken to: ${error.message}`, error);
}
