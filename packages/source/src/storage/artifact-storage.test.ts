import { digestOf, MemoryTree } from '@gitops-toolkit/core';
import { packArchive, unpackArchive } from '@gitops-toolkit/core/node';
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ArtifactStorage } from './artifact-storage.ts';

let root: string;
let storage: ArtifactStorage;

const OWNER = { kind: 'GitRepository', namespace: 'apps', name: 'podinfo' };
const FOLDER = 'gitrepository/apps/podinfo';
const REVISION = 'main@sha1:5394cb7f48332b2de7c17dd8b8384bbc84b7e738';

beforeEach(async () => {
  root = join(await mkdtemp(join(tmpdir(), 'storage-')), 'data');
  storage = new ArtifactStorage({ root, host: 'source:9090' });
});

afterEach(() => rm(join(root, '..'), { recursive: true, force: true }));

async function* content(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

const store = (file = 'a.tar.gz', text = 'content') =>
  storage.store(OWNER, { revision: REVISION, file, content: content(text) });
const files = async () => (await readdir(join(root, ...FOLDER.split('/')))).toSorted();
const age = async (file: string, ms: number) => {
  const seconds = (Date.now() - ms) / 1000;
  await utimes(join(root, FOLDER, file), seconds, seconds);
};

describe('ArtifactStorage.store', () => {
  it('says of an artifact what its status holds', async () => {
    const tree = MemoryTree.from({ 'app.yaml': 'kind: Deployment\n' });
    const artifact = await storage.store(OWNER, {
      revision: REVISION,
      file: '5394cb7f.tar.gz',
      content: packArchive(tree),
      metadata: { 'org.example/origin': 'test' },
    });
    const stored = await readFile(join(root, artifact.path));
    expect(artifact).toEqual({
      digest: digestOf(stored),
      path: `${FOLDER}/5394cb7f.tar.gz`,
      url: `http://source:9090/${FOLDER}/5394cb7f.tar.gz`,
      revision: REVISION,
      lastUpdateTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) as string,
      size: stored.length,
      metadata: { 'org.example/origin': 'test' },
    });
    expect((await unpackArchive(stored)).read('app.yaml')).toEqual(tree.read('app.yaml'));
  });

  it('lets nobody else read files and folders', async () => {
    const artifact = await store();
    const modes = [root, join(root, 'gitrepository'), join(root, FOLDER)].map(
      async (path) => (await stat(path)).mode & 0o777,
    );
    expect(await Promise.all(modes)).toEqual([0o700, 0o700, 0o700]);
    expect((await stat(join(root, artifact.path))).mode & 0o777).toBe(0o600);
  });

  it('leaves no trace of a file that was not finished, and the old one in place', async () => {
    await store('a.tar.gz', 'old');
    const failure = new Error('the source broke');
    const broken = (async function* () {
      yield Buffer.from('half of the ne');
      throw failure;
    })();
    await expect(
      storage.store(OWNER, { revision: REVISION, file: 'a.tar.gz', content: broken }),
    ).rejects.toBe(failure);
    expect(await files()).toEqual(['a.tar.gz']);
    expect(await readFile(join(root, FOLDER, 'a.tar.gz'), 'utf8')).toBe('old');
    const signal = AbortSignal.abort(new Error('shutdown'));
    await expect(
      storage.store(OWNER, { revision: REVISION, file: 'b.tar.gz', content: content('x'), signal }),
    ).rejects.toThrow('shutdown');
    expect(await files()).toEqual(['a.tar.gz']);
  });

  it('shows a reader a whole file at every moment', async () => {
    await store('a.tar.gz', 'x'.repeat(100_000));
    const slow = (async function* () {
      for (let i = 0; i < 10; i++) {
        yield Buffer.from('y'.repeat(10_000));
        expect(await readFile(join(root, FOLDER, 'a.tar.gz'), 'utf8')).toBe('x'.repeat(100_000));
      }
    })();
    await storage.store(OWNER, { revision: REVISION, file: 'a.tar.gz', content: slow });
    expect(await readFile(join(root, FOLDER, 'a.tar.gz'), 'utf8')).toBe('y'.repeat(100_000));
  });

  it('lets writers of one file take turns', async () => {
    const results = await Promise.all(['1', '2', '3'].map((text) => store('a.tar.gz', text.repeat(1000))));
    const stored = digestOf(await readFile(join(root, FOLDER, 'a.tar.gz')));
    expect(results.map((artifact) => artifact.digest)).toContain(stored);
    expect(await files()).toEqual(['a.tar.gz']);
  });

  it('uses another digest where it is asked to', async () => {
    const other = new ArtifactStorage({ root, host: 'h', digestAlgorithm: 'sha512' });
    const { digest } = await other.store(OWNER, { revision: REVISION, file: 'a', content: content('x') });
    expect(digest).toBe(digestOf('x', 'sha512'));
  });

  it.each([
    { ...OWNER, namespace: '..' },
    { ...OWNER, name: '../x' },
    { ...OWNER, name: 'a/b' },
    { ...OWNER, name: '' },
    { ...OWNER, name: 'A' },
    { ...OWNER, name: 'a..b' },
    { ...OWNER, kind: '.' },
    { ...OWNER, name: 'x\0' },
  ])('refuses the owner %j', async (owner) => {
    const options = { revision: REVISION, file: 'a.tar.gz', content: content('x') };
    await expect(storage.store(owner, options)).rejects.toMatchObject({ code: 'STORAGE_PATH_INVALID' });
    await expect(storage.removeAll(owner)).rejects.toMatchObject({ code: 'STORAGE_PATH_INVALID' });
  });

  it.each(['../a', 'a/b', '', '.', '..', '.hidden', 'a\\b', 'a\0', 'x.lock', 'x.tmp', '-x', 'a'.repeat(300)])(
    'refuses the file %j',
    async (file) => {
      await expect(store(file)).rejects.toMatchObject({ code: 'STORAGE_PATH_INVALID' });
    },
  );

  it('writes through no symlink that someone has put in its way', async () => {
    const outside = join(root, '..', 'outside');
    await mkdir(outside);
    await mkdir(join(root, 'gitrepository', 'apps'), { recursive: true });
    await symlink(outside, join(root, FOLDER));
    await expect(store()).rejects.toMatchObject({ code: 'STORAGE_PATH_INVALID' });
    await expect(storage.removeAll(OWNER)).rejects.toMatchObject({ code: 'STORAGE_PATH_INVALID' });
    await rm(join(root, FOLDER));
    await mkdir(join(root, FOLDER));
    await writeFile(join(outside, 'victim'), 'untouched');
    await symlink(join(outside, 'victim'), join(root, FOLDER, 'a.tar.gz'));
    await store('a.tar.gz', 'new');
    expect(await readFile(join(outside, 'victim'), 'utf8')).toBe('untouched');
    expect(await readFile(join(root, FOLDER, 'a.tar.gz'), 'utf8')).toBe('new');
  });

  it('says what cannot be written', async () => {
    await mkdir(join(root, 'gitrepository'), { recursive: true });
    await writeFile(join(root, 'gitrepository', 'apps'), 'a file where a folder must be');
    await expect(store()).rejects.toMatchObject({ code: 'STORAGE_WRITE_FAILED', retry: 'backoff' });
  });
});

describe('an alias', () => {
  const storeAs = (file: string, text: string) =>
    storage.store(OWNER, { revision: REVISION, file, content: content(text), alias: 'latest.tar.gz' });
  const alias = `${FOLDER}/latest.tar.gz`;
  const readOpened = async (path: string) => {
    await using file = await storage.open(path);
    const pieces: Uint8Array[] = [];
    for await (const piece of file?.read() ?? []) pieces.push(piece);
    return file && Buffer.concat(pieces).toString();
  };

  it('stands for the newest file', async () => {
    await storeAs('a.tar.gz', 'old');
    await storeAs('b.tar.gz', 'new');
    expect(await readOpened(alias)).toBe('new');
    expect(await files()).toEqual(['a.tar.gz', 'b.tar.gz', 'latest.tar.gz']);
    expect(storage.aliasUrl(OWNER, 'latest.tar.gz')).toBe(`http://source:9090/${alias}`);
  });

  it('outlives a collection, and is none of the files that are counted', async () => {
    const current = await storeAs('b.tar.gz', 'new');
    await store('a.tar.gz');
    expect(await storage.collectGarbage(OWNER, current)).toEqual([]);
    expect(await readOpened(alias)).toBe('new');
  });

  it('stands for nothing once its file is gone', async () => {
    const artifact = await storeAs('a.tar.gz', 'old');
    await writeFile(join(root, artifact.path), 'poisoned');
    await storage.verify(artifact);
    expect(await readOpened(alias)).toBeUndefined();
  });

  it('leads nowhere but to a file beside it', async () => {
    await store('a.tar.gz');
    const targets = ['../podinfo/a.tar.gz', '/etc/hostname', 'a.tar.gz.lock', '.', 'loop.tar.gz'];
    for (const target of targets) {
      await rm(join(root, alias), { force: true });
      await symlink(target, join(root, alias));
      expect(await readOpened(alias)).toBeUndefined();
    }
  });

  it('has a URL that follows the host', () => {
    const moved = new ArtifactStorage({ root, host: 'elsewhere:80' });
    expect(moved.refreshUrl(storage.aliasUrl(OWNER, 'latest.tar.gz'))).toBe(`http://elsewhere:80/${alias}`);
    for (const text of ['', 'http://x/', 'http://x/a/b', 'no url']) expect(moved.refreshUrl(text)).toBe(text);
  });

  it.each(['../a', 'a/b', '.', 'x.lock'])('refuses the name %j', async (name) => {
    const options = { revision: REVISION, file: 'a.tar.gz', content: content('x'), alias: name };
    await expect(storage.store(OWNER, options)).rejects.toMatchObject({ code: 'STORAGE_PATH_INVALID' });
  });
});

describe('ArtifactStorage.verify', () => {
  it('accepts a file with its digest', async () => {
    expect(await storage.verify(await store())).toBe(true);
  });

  it('refuses and removes a file that was changed', async () => {
    const artifact = await store();
    await writeFile(join(root, artifact.path), 'poisoned');
    expect(await storage.verify(artifact)).toBe(false);
    expect(await files()).toEqual([]);
    expect(await storage.verify(artifact)).toBe(false);
  });

  it('follows no symlink and no path that climbs', async () => {
    const artifact = await store();
    await writeFile(join(root, 'elsewhere'), 'content');
    await symlink(join(root, 'elsewhere'), join(root, FOLDER, 'link.tar.gz'));
    expect(await storage.verify({ ...artifact, path: `${FOLDER}/link.tar.gz` })).toBe(false);
    expect(await storage.verify({ ...artifact, path: `${FOLDER}/../podinfo/a.tar.gz` })).toBe(false);
    expect(await storage.verify({ ...artifact, path: '../a' })).toBe(false);
    await expect(storage.verify({ ...artifact, digest: 'md5:x' })).rejects.toMatchObject({
      code: 'DIGEST_INVALID',
    });
  });
});

describe('ArtifactStorage.collectGarbage', () => {
  it('removes what is older than the time to live, and never the current one', async () => {
    const current = await store('current.tar.gz');
    for (const file of ['old.tar.gz', 'young.tar.gz']) await store(file);
    await age('old.tar.gz', 120_000);
    await age('current.tar.gz', 999_999_999);
    expect(await storage.collectGarbage(OWNER, current)).toEqual([`${FOLDER}/old.tar.gz`]);
    expect(await files()).toEqual(['current.tar.gz', 'young.tar.gz']);
  });

  it('removes the oldest of too many', async () => {
    const few = new ArtifactStorage({ root, host: 'h', retention: { records: 3, ttlMs: 3_600_000 } });
    for (const [i, file] of ['a', 'b', 'c', 'd', 'e'].entries()) {
      await store(file);
      await age(file, 60_000 - i * 1000);
    }
    expect(await few.collectGarbage(OWNER, { path: `${FOLDER}/a` })).toEqual([`${FOLDER}/b`, `${FOLDER}/c`]);
    expect(await files()).toEqual(['a', 'd', 'e']);
  });

  it('clears away what a crash has left, and what is under way not', async () => {
    const current = await store();
    const holder = (pid: number) => JSON.stringify({ host: hostname(), pid });
    const left = {
      'killed.tar.gz.0123456789ab.tmp': '',
      // No process has this id: it is above what any system gives.
      'killed.tar.gz.lock': holder(2 ** 30),
      'unlocked.tar.gz.0123456789ab.tmp': '',
      'busy.tar.gz.0123456789ab.tmp': '',
      'busy.tar.gz.lock': holder(process.ppid),
    };
    for (const [file, text] of Object.entries(left)) await writeFile(join(root, FOLDER, file), text);
    const removed = await storage.collectGarbage(OWNER, current);
    expect(removed.toSorted()).toEqual(
      Object.keys(left)
        .filter((file) => !file.startsWith('busy'))
        .map((file) => `${FOLDER}/${file}`),
    );
    expect(await files()).toEqual(['a.tar.gz', 'busy.tar.gz.0123456789ab.tmp', 'busy.tar.gz.lock']);
  });

  it('finds nothing to do for an owner without artifacts', async () => {
    expect(await storage.collectGarbage(OWNER, { path: '' })).toEqual([]);
  });

  it('throws the reason of its signal', async () => {
    const current = await store();
    await store('b');
    await age('b', 120_000);
    const signal = AbortSignal.abort(new Error('budget'));
    await expect(storage.collectGarbage(OWNER, current, { signal })).rejects.toThrow('budget');
  });
});

describe('ArtifactStorage.removeAll', () => {
  it('removes the folder of one owner alone', async () => {
    await store();
    const other = await storage.store(
      { ...OWNER, name: 'other' },
      { revision: REVISION, file: 'a', content: content('x') },
    );
    await storage.removeAll(OWNER);
    await storage.removeAll(OWNER);
    expect(await readdir(join(root, 'gitrepository', 'apps'))).toEqual(['other']);
    expect(await storage.verify(other)).toBe(true);
  });

  it('removes files whose modes were taken away', async () => {
    const artifact = await store();
    await chmod(join(root, artifact.path), 0o000);
    await storage.removeAll(OWNER);
    expect(await readdir(join(root, 'gitrepository', 'apps'))).toEqual([]);
  });
});
