import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { startBinaries } from './start-binaries.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assets-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Puts shell scripts in the place of the programs. */
async function programs(script: string): Promise<void> {
  for (const name of ['etcd', 'kube-apiserver']) {
    await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`);
    await chmod(join(folder, name), 0o755);
  }
}

const leftovers = async (): Promise<string[]> =>
  (await readdir(tmpdir())).filter((name) => name.startsWith('envtest-'));

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
    const before = await leftovers();
    await expect(startBinaries({ folder })).rejects.toMatchObject({
      code: 'ENVTEST_BINARY_FAILED',
      message: expect.stringContaining('cannot bind'),
    });
    expect((await leftovers()).filter((name) => !before.includes(name))).toEqual([]);
  });

  it('gives up on a server that does not become ready', async () => {
    await programs('exec sleep 60');
    await expect(startBinaries({ folder, timeoutMs: 200 })).rejects.toMatchObject({
      code: 'ENVTEST_START_TIMEOUT',
    });
  });

  it('stops waiting when it is told to', async () => {
    await programs('exec sleep 60');
    await expect(startBinaries({ folder, signal: AbortSignal.timeout(100) })).rejects.toThrow(/timeout/);
  });
});
