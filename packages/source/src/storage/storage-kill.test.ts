import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isWhole } from '../testing/checked-content.ts';
import type { StoringOptions } from '../testing/storing-script.ts';
import type { Artifact } from './artifact.ts';
import { startArtifactServer } from './artifact-server.ts';
import { ArtifactStorage } from './artifact-storage.ts';

const KILLS = 36;
const SCRIPT = join(import.meta.dirname, '..', 'testing', 'storing-script.ts');
const OWNERS = [0, 1, 2].map((i) => ({ kind: 'OCIRepository', namespace: 'apps', name: `app-${i}` }));

let folder: string;
let root: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'killed-'));
  root = join(folder, 'data');
});
afterEach(() => rm(folder, { recursive: true }));

function startStoring(options: StoringOptions): ChildProcess {
  return spawn(process.execPath, ['--conditions=@gitops-toolkit/source', SCRIPT, JSON.stringify(options)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_COMPILE_CACHE: join(folder, 'cache') },
  });
}

/** Lets a process store until a moment by chance, kills it, and gives what it said it had stored. */
async function liveAndDie(): Promise<Artifact[]> {
  const child = startStoring({ root, maxBytes: 600_000 });
  let said = '';
  child.stdout?.on('data', (data: Buffer) => (said += data.toString()));
  await once(child.stdout ?? child, 'data');
  await wait(Math.random() * 40);
  child.kill('SIGKILL');
  await once(child, 'close');
  return said
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Artifact);
}

/** Every file of the storage: whether it was left by the way, and whether the server does the right thing with it. */
async function lookAt(
  url: string,
): Promise<{ readonly name: string; readonly isLeft: boolean; readonly isRight: boolean }[]> {
  const found = [];
  for (const owner of OWNERS) {
    for (const file of await filesOf(owner.name)) {
      const name = `${owner.name}/${file}`;
      const isLeft = /\.(?:lock|tmp)$/.test(file);
      const response = await fetch(`${url}/ocirepository/apps/${name}`);
      const bytes = await response.bytes();
      const isRight = isLeft ? response.status === 404 : response.status === 200 && isWhole(bytes);
      found.push({ name, isLeft, isRight });
    }
  }
  return found;
}

async function leftAfterCollection(storage: ArtifactStorage, url: string): Promise<string[]> {
  for (const owner of OWNERS) await storage.collectGarbage(owner, { path: '' });
  return (await lookAt(url)).filter((file) => file.isLeft).map((file) => file.name);
}

async function isThere(storage: ArtifactStorage, artifact: Artifact | undefined): Promise<boolean> {
  await using file = await storage.open(artifact?.path ?? '');
  return file !== undefined;
}

const filesOf = (name: string) => readdir(join(root, 'ocirepository', 'apps', name)).catch(() => []);

describe('a process that is killed while it stores', () => {
  it(`has never left a broken artifact to be served, nor any other file once it runs again, by ${KILLS} kills`, async () => {
    const leftByKills = new Set<string>();
    let served = 0;
    for (let kill = 0; kill < KILLS; kill++) {
      const said = await liveAndDie();
      const storage = new ArtifactStorage({ root, host: 'x', retention: { ttlMs: 3_600_000, records: 100 } });
      await using server = await startArtifactServer({ storage });
      const found = await lookAt(server.url);
      expect(found.filter((file) => !file.isRight)).toEqual([]);
      served += found.filter((file) => !file.isLeft).length;
      for (const { name, isLeft } of found) if (isLeft) leftByKills.add(name);
      // The last of which it said that it was stored is there.
      await expect(isThere(storage, said.at(-1))).resolves.toBe(true);
      // A lock that nobody had signed yet is given two seconds.
      await expect.poll(() => leftAfterCollection(storage, server.url)).toEqual([]);
    }
    expect(served).toBeGreaterThan(KILLS);
    // Or it was never in the middle of anything.
    expect([...leftByKills].some((name) => name.endsWith('.tmp'))).toBe(true);
  }, 120_000);

  it('does not keep the next one waiting by the locks that it held', async () => {
    const child = startStoring({ root, maxBytes: 50_000_000 });
    for (let files: string[] = []; !files.some((file) => file.endsWith('.lock')); await wait(1))
      files = await filesOf('app-0');
    child.kill('SIGKILL');
    await once(child, 'close');
    const storage = new ArtifactStorage({ root, host: 'x' });
    const content = (async function* () {
      yield Buffer.from('x');
    })();
    const before = performance.now();
    for (const owner of OWNERS)
      await storage.store(owner, { revision: 'v', file: 'f0.tar.gz', content, alias: 'latest.tar.gz' });
    expect(performance.now() - before).toBeLessThan(5000);
    expect((await stat(join(root, 'ocirepository/apps/app-0/f0.tar.gz'))).isFile()).toBe(true);
  });
});
