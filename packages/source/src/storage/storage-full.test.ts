import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { checkedContent } from '../testing/checked-content.ts';
import { ArtifactStorage } from './artifact-storage.ts';

const SCRIPT = join(import.meta.dirname, '..', 'testing', 'storing-script.ts');
const OWNER = { kind: 'GitRepository', namespace: 'apps', name: 'podinfo' };
const run = promisify(execFile);
const folder = await mkdtemp(join(tmpdir(), 'full-'));
/** A disk of 4 MiB, where this process may make one. */
const hasDisk = await run('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', folder]).then(
  () => true,
  () => false,
);

afterAll(async () => {
  if (hasDisk) await run('umount', [folder]);
  await rm(folder, { recursive: true });
});

async function sizeOf(storage: ArtifactStorage, path: string): Promise<number | undefined> {
  await using file = await storage.open(path);
  return file?.size;
}

describe.skipIf(!hasDisk)('a full disk', () => {
  it('leaves what was stored in place, and no trace of what was not', async () => {
    const root = join(folder, 'data');
    const storage = new ArtifactStorage({ root, host: 'x', retention: { ttlMs: 0, records: 1 } });
    const store = (file: string, bytes: number) =>
      storage.store(OWNER, {
        revision: 'v1',
        file,
        content: checkedContent(file, bytes),
        alias: 'latest.tar.gz',
      });
    const first = await store('a.tar.gz', 2_000_000);
    for (const file of ['b.tar.gz', 'a.tar.gz']) {
      await expect(store(file, 3_000_000)).rejects.toMatchObject({
        code: 'STORAGE_WRITE_FAILED',
        retry: 'backoff',
        message: expect.stringContaining('ENOSPC') as string,
      });
    }
    expect((await readdir(join(root, 'gitrepository/apps/podinfo'))).toSorted()).toEqual([
      'a.tar.gz',
      'latest.tar.gz',
    ]);
    expect(await storage.verify(first)).toBe(true);
    expect(await sizeOf(storage, 'gitrepository/apps/podinfo/latest.tar.gz')).toBe(first.size);

    // There is room again.
    await storage.removeAll(OWNER);
    expect(await storage.verify(await store('b.tar.gz', 3_000_000))).toBe(true);
  });
});

describe('a process that may write no larger files', () => {
  it('says so, and leaves no trace', async () => {
    const root = await mkdtemp(join(tmpdir(), 'limited-'));
    const options = JSON.stringify({ root, rounds: 1, maxBytes: 3_000_000 });
    const command = 'ulimit -f 1000; exec "$0" "$@"';
    const child = spawn(
      'sh',
      ['-c', command, process.execPath, '--conditions=@gitops-toolkit/source', SCRIPT, options],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    let said = '';
    child.stdout.on('data', (data: Buffer) => (said += data.toString()));
    await once(child, 'close');
    expect(said).toContain('cannot write f0.tar.gz: EFBIG');
    expect(await readdir(join(root, 'ocirepository/apps/app-0'))).toEqual([]);
    await rm(root, { recursive: true });
  });
});
