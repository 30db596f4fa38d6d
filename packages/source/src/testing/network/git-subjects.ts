import { MemoryTree } from '@gitops-toolkit/core';
import { createSshKey, findProgram, serveHttp, startSshd } from '@gitops-toolkit/envtest/servers';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fetchGit } from '../../git/git-fetcher.ts';
import { git, gitHttpBackend, hasGit } from '../run-git.ts';
import { fingerprint, sampleFiles, type SubjectStarter } from './subject.ts';

const CODES = ['GIT_CONNECTION_FAILED', 'GIT_TIMEOUT', 'GIT_PROTOCOL'];
const BYTES = 250_000;

/** Git's own server behind HTTP, in protocol version 2. */
export const gitOverHttp: SubjectStarter = {
  name: 'git over HTTP',
  async start() {
    if (!hasGit) return undefined;
    const folder = await createRepository();
    const server = await serveHttp(gitHttpBackend(folder));
    return {
      server,
      expected: fingerprint(MemoryTree.from(sampleFiles())),
      codes: CODES,
      bytes: BYTES,
      timeouts: { firstByteMs: 400, idleMs: 200 },
      async fetch(port, limits) {
        const source = { url: `http://127.0.0.1:${port}/app.git`, branch: 'main' };
        return fingerprint((await fetchGit(source, limits)).tree);
      },
      async [Symbol.asyncDispose]() {
        await server[Symbol.asyncDispose]();
        await rm(folder, { recursive: true });
      },
    };
  },
};

/** Git's own server behind OpenSSH. */
export const gitOverSsh: SubjectStarter = {
  name: 'git over SSH',
  async start() {
    if (!hasGit || findProgram('ssh-keygen') === undefined) return undefined;
    const key = await createSshKey();
    const sshd = await startSshd({ authorizedKeys: key.publicKey });
    if (!sshd) return undefined;
    const folder = await createRepository();
    return {
      server: sshd,
      expected: fingerprint(MemoryTree.from(sampleFiles())),
      codes: CODES,
      bytes: BYTES,
      timeouts: { connectMs: 2000, firstByteMs: 700, idleMs: 700 },
      async fetch(port, limits) {
        const knownHosts = sshd.hostKeys.map((line) => `[127.0.0.1]:${port} ${line}\n`).join('');
        const source = { url: `ssh://${sshd.user}@127.0.0.1:${port}${folder}/app.git`, branch: 'main' };
        const ssh = { identity: key.identity, knownHosts };
        return fingerprint((await fetchGit(source, { ssh, ...limits })).tree);
      },
      async [Symbol.asyncDispose]() {
        await sshd[Symbol.asyncDispose]();
        await rm(folder, { recursive: true });
      },
    };
  },
};

/** A folder with the repository `app.git`. */
async function createRepository(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'network-faults-'));
  const work = join(folder, 'work');
  await git('init', '-q', '-b', 'main', work);
  for (const [path, text] of Object.entries(sampleFiles())) {
    await mkdir(dirname(join(work, path)), { recursive: true });
    await writeFile(join(work, path), text);
  }
  await git('-C', work, 'add', '-A');
  await git('-C', work, 'commit', '-q', '-m', 'One');
  await git('clone', '-q', '--bare', work, join(folder, 'app.git'));
  return folder;
}
