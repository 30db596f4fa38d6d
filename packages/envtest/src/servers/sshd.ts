import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findProgram } from './find-program.ts';
import { type RunningProgram, startProgram } from './start-program.ts';

/** How the SSH server behaves. */
export interface SshdOptions {
  /** Public keys that may log in, as lines of `authorized_keys`. */
  readonly authorizedKeys: string;
  /** The types of its host keys. @default ['ed25519'] */
  readonly hostKeyTypes?: readonly ('ed25519' | 'ecdsa' | 'rsa')[];
  /** Whether it lets clients ask for a version of git's protocol. @default true */
  readonly acceptsGitProtocol?: boolean;
}

/** OpenSSH's server, on loopback. */
export interface Sshd extends RunningProgram {
  /** Who logs in: the user that the test runs as. */
  readonly user: string;
  /** Public host keys: type and base64. */
  readonly hostKeys: readonly string[];
}

/** Starts OpenSSH's `sshd`; `undefined` where it, or `ssh-keygen`, is not installed. */
export async function startSshd(options: SshdOptions): Promise<Sshd | undefined> {
  const [sshd, keygen] = [findProgram('sshd'), findProgram('ssh-keygen')];
  if (sshd === undefined || keygen === undefined) return undefined;
  // Debian's sshd does not start without it.
  await mkdir('/run/sshd', { recursive: true }).catch(() => {});
  const hostKeys: string[] = [];
  const program = await startProgram({
    name: 'sshd',
    path: sshd,
    async args({ port, folder }) {
      const lines = [
        `Port ${port}`,
        'ListenAddress 127.0.0.1',
        'UsePAM no',
        'StrictModes no',
        'PidFile none',
      ];
      lines.push('PasswordAuthentication no', 'PermitRootLogin yes', 'MaxStartups 100', 'MaxSessions 100');
      if (options.acceptsGitProtocol ?? true) lines.push('AcceptEnv GIT_PROTOCOL');
      for (const type of options.hostKeyTypes ?? ['ed25519']) {
        const file = join(folder, `host-${type}`);
        await promisify(execFile)(keygen, ['-q', '-t', type, '-N', '', '-f', file]);
        lines.push(`HostKey ${file}`);
        hostKeys.push((await readFile(`${file}.pub`, 'utf8')).split(' ').slice(0, 2).join(' '));
      }
      await writeFile(join(folder, 'authorized_keys'), options.authorizedKeys);
      lines.push(`AuthorizedKeysFile ${join(folder, 'authorized_keys')}`);
      await writeFile(join(folder, 'sshd_config'), `${lines.join('\n')}\n`);
      return ['-D', '-e', '-f', join(folder, 'sshd_config')];
    },
  });
  return { ...program, user: userInfo().username, hostKeys };
}

/** A pair of SSH keys, made by `ssh-keygen`. */
export interface SshKeyPair {
  readonly identity: string;
  readonly publicKey: string;
}

/** Makes a pair of keys; `ssh-keygen` must be installed. */
export async function createSshKey(
  options: {
    readonly type?: 'ed25519' | 'ecdsa' | 'rsa';
    readonly bits?: number;
    readonly passphrase?: string;
  } = {},
): Promise<SshKeyPair> {
  const { type = 'ed25519', bits, passphrase = '' } = options;
  const folder = await mkdtemp(join(tmpdir(), 'ssh-key-'));
  try {
    const file = join(folder, 'key');
    const size = bits === undefined ? [] : ['-b', String(bits)];
    await promisify(execFile)('ssh-keygen', ['-q', '-t', type, ...size, '-N', passphrase, '-f', file]);
    const [identity, publicKey] = await Promise.all([
      readFile(file, 'utf8'),
      readFile(`${file}.pub`, 'utf8'),
    ]);
    return { identity, publicKey };
  } finally {
    await rm(folder, { recursive: true });
  }
}
