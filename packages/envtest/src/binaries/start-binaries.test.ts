import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { startBinaries } from './start-binaries.ts';

let folder: string;
let temporary: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assets-'));
  // Temporary files of others come and go.
  temporary = join(folder, 'temporary');
  await mkdir(temporary);
  for (const name of ['TMPDIR', 'TEMP']) vi.stubEnv(name, temporary);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

/** Puts shell scripts in the place of the programs. */
async function programs(script: string): Promise<void> {
  for (const name of ['etcd', 'kube-apiserver']) {
    await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`);
    await chmod(join(folder, name), 0o755);
  }
}

/** Runs a program that starts the servers, until both run; kills it, and gives the servers' process ids. */
async function killWhileStarting(signal: NodeJS.Signals): Promise<number[]> {
  await programs(`echo $$ >"${folder}/$(basename "$0").pid"; exec sleep 60`);
  const module = JSON.stringify(new URL('start-binaries.ts', import.meta.url));
  const main = `import { startBinaries } from ${module}; await startBinaries({ folder: process.argv[1] })`;
  const child = spawn(
    process.execPath,
    ['--conditions=@gitops-toolkit/source', '--input-type=module', '-e', main, folder],
    { stdio: 'ignore' },
  );
  const pids: number[] = [];
  for (const name of ['etcd', 'kube-apiserver']) {
    const file = join(folder, `${name}.pid`);
    await expect.poll(() => readFile(file, 'utf8').catch(() => '')).toMatch(/\n/);
    pids.push(Number(await readFile(file, 'utf8')));
  }
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await ended;
  return pids;
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

const leftovers = (): Promise<string[]> => readdir(temporary);

describe('startBinaries', () => {
  it('says what is missing, and where it was looked for', async () => {
    await expect(startBinaries({ folder })).rejects.toMatchObject({
      code: 'ENVTEST_BINARIES_MISSING',
      message: expect.stringContaining(folder),
      hint: expect.stringContaining('KUBEBUILDER_ASSETS'),
    });
    await expect(startBinaries({ folder: '' })).rejects.toMatchObject({ code: 'ENVTEST_BINARIES_MISSING' });
  });

  it('shows what a program said that ended', async () => {
    await programs('echo "cannot bind"; exit 1');
    await expect(startBinaries({ folder })).rejects.toMatchObject({
      code: 'ENVTEST_BINARY_FAILED',
      message: expect.stringContaining('cannot bind'),
    });
    expect(await leftovers()).toEqual([]);
  });

  it('gives up on a server that does not become ready', async () => {
    await programs('exec sleep 60');
    await expect(startBinaries({ folder, timeoutMs: 200 })).rejects.toMatchObject({
      code: 'ENVTEST_START_TIMEOUT',
    });
    expect(await leftovers()).toEqual([]);
  });

  it('stops waiting when it is told to', async () => {
    await programs('exec sleep 60');
    await expect(startBinaries({ folder, signal: AbortSignal.timeout(100) })).rejects.toThrow(/timeout/);
    await expect(startBinaries({ folder, signal: AbortSignal.abort() })).rejects.toThrow(/aborted/);
  });

  it.each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)(
    'leaves nothing behind when its process ends by %s',
    async (signal) => {
      const pids = await killWhileStarting(signal);
      await expect.poll(() => pids.filter((pid) => isRunning(pid))).toEqual([]);
      await expect.poll(leftovers).toEqual([]);
    },
  );
});
