import { digestOf } from '@gitops-toolkit/core';
import { startGofakes3 } from '@gitops-toolkit/envtest/servers';
import { mkdtemp, rm } from 'node:fs/promises';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { checkedContent, isWhole } from '../testing/checked-content.ts';
import { ArtifactStorage, type ArtifactStorageOptions } from './artifact-storage.ts';
import { startArtifactServer } from './artifact-server.ts';
import { DiskDriver } from './disk-driver.ts';
import { S3Driver } from './s3/index.ts';
import type { StorageDriver } from './storage-driver.ts';

const folder = await mkdtemp(join(tmpdir(), 'drivers-'));
const s3 = await startGofakes3('artifacts');
const bucket = (prefix: string, name = 'artifacts') =>
  new S3Driver({
    endpoint: `http://127.0.0.1:${s3?.port}`,
    bucket: name,
    prefix,
    credentials: async () => ({ accessKeyId: 'key', secretAccessKey: 'secret', sessionToken: 'token' }),
  });

afterAll(async () => {
  await s3?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

/** What all promise, each over the same place of its own kind. */
const drivers: [name: string, make: (place: string) => StorageDriver][] = [
  ['a disk', (place) => new DiskDriver(join(folder, place))],
  ...(s3
    ? [['a bucket of S3', (place) => bucket(`${place}/`)] as [string, (place: string) => S3Driver]]
    : []),
];

const OWNER = { kind: 'GitRepository', namespace: 'apps', name: 'podinfo' };
const PATH = 'gitrepository/apps/podinfo';

async function* content(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

describe.each(drivers)('artifacts on %s', (_name, make) => {
  let places = 0;
  let driver: StorageDriver;
  let storage: ArtifactStorage;

  const over = (options: Partial<ArtifactStorageOptions> = {}) =>
    new ArtifactStorage({ root: driver, host: 'source:9090', ...options });
  const store = (file: string, text: string, alias?: string) =>
    storage.store(OWNER, { revision: 'main', file, content: content(text), ...(alias ? { alias } : {}) });
  const read = async (path: string, from = storage): Promise<string | undefined> => {
    await using file = await from.open(path);
    if (!file) return undefined;
    const pieces: Uint8Array[] = [];
    for await (const piece of file.read()) pieces.push(piece);
    return Buffer.concat(pieces).toString();
  };

  beforeEach(() => {
    driver = make(`place-${++places}`);
    storage = over();
  });

  it('are read no further once nobody wants them, and whoever asked is told', async () => {
    const artifact = await store('a.tar.gz', 'content');
    await using file = await storage.open(artifact.path);
    const reason = new Error('not wanted any more');
    const pieces = file?.read(undefined, AbortSignal.abort(reason));
    // Nobody listens yet: what fails before that must not end the process.
    await wait(20);
    await expect(pieces?.[Symbol.asyncIterator]().next()).rejects.toThrow(reason);
  });

  it('are stored as they come, and known by digest and size', async () => {
    const artifact = await storage.store(OWNER, {
      revision: 'v1',
      file: 'index-1.2.json',
      content: content('{"a":', '', '1}'),
    });
    expect(artifact).toMatchObject({ digest: digestOf('{"a":1}'), size: 7, path: `${PATH}/index-1.2.json` });
    expect(await read(artifact.path)).toBe('{"a":1}');
    expect(await storage.verify(artifact)).toBe(true);
  });

  it.each(['sha1', 'sha256', 'sha384', 'sha512', 'blake3'] as const)(
    'have a digest of %s',
    async (algorithm) => {
      storage = over({ digestAlgorithm: algorithm });
      const artifact = await store('a.tar.gz', 'hello');
      expect(artifact.digest).toBe(
        algorithm === 'blake3'
          ? 'blake3:ea8f163db38682925e4491c5e58d4bb3506ef8c14eb78a86e908c5624a67200f'
          : digestOf('hello', algorithm),
      );
      expect(await storage.verify(artifact)).toBe(true);
      const other = `${artifact.digest.slice(0, -1)}${artifact.digest.endsWith('0') ? '1' : '0'}`;
      expect(await storage.verify({ ...artifact, digest: other })).toBe(false);
    },
  );

  it('may have any name that Flux gives them, and be large', async () => {
    const file = `sha256:${'a'.repeat(64)}.tar.gz`;
    const text = '0123456789abcdef'.repeat(300_000);
    const artifact = await store(file, text);
    expect(await read(`${PATH}/${file}`)).toBe(text);
    expect(await storage.verify(artifact)).toBe(true);
    expect(await read(`${PATH}/a+b@c.tgz`)).toBeUndefined();
    await store('a+b@c.tgz', 'odd');
    expect(await read(`${PATH}/a+b@c.tgz`)).toBe('odd');
  });

  it('replace those of the same name as a whole', async () => {
    const old = await store('a.tar.gz', 'old');
    const artifact = await store('a.tar.gz', 'new');
    expect(await read(artifact.path)).toBe('new');
    expect(await storage.verify(artifact)).toBe(true);
    expect(old.digest).not.toBe(artifact.digest);
  });

  it('leave no trace where their content breaks off', async () => {
    const failure = new Error('the source broke');
    const broken = (async function* () {
      yield Buffer.from('half');
      throw failure;
    })();
    const options = { revision: 'v1', file: 'a.tar.gz', content: broken, alias: 'latest.tar.gz' };
    await expect(storage.store(OWNER, options)).rejects.toBe(failure);
    expect(await driver.list(PATH)).toEqual([]);
    expect(await read(`${PATH}/latest.tar.gz`)).toBeUndefined();
  });

  it('are not stored once the signal says so', async () => {
    const signal = AbortSignal.abort(new Error('shutdown'));
    const storing = storage.store(OWNER, { revision: 'v1', file: 'a', content: content('x'), signal });
    await expect(storing).rejects.toThrow('shutdown');
    expect(await driver.list(PATH)).toEqual([]);
  });

  it('are removed when they have another digest', async () => {
    const artifact = await store('a.tar.gz', 'content');
    await store('a.tar.gz', 'poisoned');
    expect(await storage.verify(artifact)).toBe(false);
    expect(await read(artifact.path)).toBeUndefined();
    expect(await storage.verify(artifact)).toBe(false);
  });

  it('have an alias that stands for the newest', async () => {
    await store('a.tar.gz', 'old', 'latest.tar.gz');
    const current = await store('b.tar.gz', 'new', 'latest.tar.gz');
    expect(await read(`${PATH}/latest.tar.gz`)).toBe('new');
    expect((await driver.list(PATH)).map((file) => file.name)).toEqual(['a.tar.gz', 'b.tar.gz']);
    await storage.collectGarbage(OWNER, current);
    expect(await read(`${PATH}/latest.tar.gz`)).toBe('new');
    await driver.remove({ folder: PATH, file: 'b.tar.gz' });
    expect(await read(`${PATH}/latest.tar.gz`)).toBeUndefined();
  });

  it('SEC-ART-03 (legitimate) go when they are old or too many', async () => {
    for (const file of ['a', 'b', 'c']) await store(file, file);
    const kept = over({ retention: { ttlMs: 3_600_000, records: 3 } });
    expect(await kept.collectGarbage(OWNER, { path: `${PATH}/b` })).toEqual([]);
    const strict = over({ retention: { ttlMs: 3_600_000, records: 1 } });
    expect((await strict.collectGarbage(OWNER, { path: `${PATH}/b` })).toSorted()).toEqual([
      `${PATH}/a`,
      `${PATH}/c`,
    ]);
  });

  it('SEC-ART-03 the current one never goes, however old it is', async () => {
    const current = await store('current.tar.gz', 'c');
    await store('other.tar.gz', 'o');
    const none = over({
      retention: { ttlMs: 0, records: 0 },
      clock: {
        now: () => Date.now() + 1e9,
        monotonic: () => performance.now(),
        setTimeout: () => () => {},
      },
    });
    expect(await none.collectGarbage(OWNER, current)).toEqual([`${PATH}/other.tar.gz`]);
    expect(await storage.verify(current)).toBe(true);
  });

  it('go with their owner, and those of others stay', async () => {
    await store('a.tar.gz', 'a', 'latest.tar.gz');
    const options = { revision: 'v1', file: 'a', content: content('x') };
    const other = await storage.store({ ...OWNER, name: 'podinfo-2' }, options);
    await storage.removeAll(OWNER);
    await storage.removeAll(OWNER);
    expect(await read(`${PATH}/a.tar.gz`)).toBeUndefined();
    expect(await read(`${PATH}/latest.tar.gz`)).toBeUndefined();
    expect(await storage.verify(other)).toBe(true);
  });

  it('are served by any replica: whole, in ranges, under their alias', async () => {
    const artifact = await store('a.tar.gz', '0123456789', 'latest.tar.gz');
    const replica = new ArtifactStorage({ root: make(`place-${places}`), host: 'x' });
    await using server = await startArtifactServer({ storage: replica });
    for (const path of [artifact.path, `${PATH}/latest.tar.gz`]) {
      const whole = await fetch(`${server.url}/${path}`);
      expect([whole.status, await whole.text(), whole.headers.get('etag')]).toEqual([
        200,
        '0123456789',
        `"${artifact.digest}"`,
      ]);
      const part = await fetch(`${server.url}/${path}`, { headers: { range: 'bytes=2-4' } });
      expect([part.status, await part.text()]).toEqual([206, '234']);
    }
    expect((await fetch(`${server.url}/${PATH}/none.tar.gz`)).status).toBe(404);
  });

  it('SEC-ART-03 reach a slow reader as a whole, though they are removed meanwhile (legitimate)', async () => {
    const artifact = await storage.store(OWNER, {
      revision: 'v1',
      file: 'a.tar.gz',
      content: checkedContent('slow ', 24_000_000),
    });
    await using server = await startArtifactServer({ storage });
    const socket = connect(server.port, '127.0.0.1');
    socket.write(`GET /${artifact.path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);
    await once(socket, 'readable');
    const pieces: Buffer[] = [socket.read() as Buffer];
    const current = await store('b.tar.gz', 'newer');
    const strict = over({ retention: { records: 1 } });
    expect(await strict.collectGarbage(OWNER, current)).toEqual([artifact.path]);
    expect(await read(artifact.path)).toBeUndefined();
    for await (const piece of socket) {
      pieces.push(piece as Buffer);
      if (pieces.length % 50 === 0) await wait(1);
    }
    const answer = Buffer.concat(pieces);
    expect(answer.length).toBeGreaterThan(24_000_000);
    expect(isWhole(answer.subarray(answer.indexOf('\r\n\r\n') + 4))).toBe(true);
  });

  it('are read as they were when they were opened, or not at all', async () => {
    const artifact = await store('a.tar.gz', 'x'.repeat(3_000_000));
    await using file = await storage.open(artifact.path);
    await store('a.tar.gz', 'y'.repeat(3_000_000));
    const seen = new Set<number>();
    const reading = (async () => {
      for await (const piece of file?.read() ?? []) for (const byte of piece) seen.add(byte);
      return 'whole';
    })().catch(({ code }: { code?: string }) => code);
    expect(['whole', 'STORAGE_READ_FAILED']).toContain(await reading);
    expect([...seen].filter((byte) => byte !== 'x'.charCodeAt(0))).toEqual([]);
  });
});

describe.skipIf(!s3)('S3Driver', () => {
  it('finds objects beyond the first page of a list', async () => {
    const driver = bucket('many/');
    const options = {
      algorithm: 'sha256',
      clock: { now: Date.now, monotonic: () => 0, setTimeout: () => () => {} },
    } as const;
    for (let i = 0; i < 1010; i++)
      await driver.write({ folder: 'a/b/c', file: `f${i}` }, content('x'), options);
    expect(await driver.list('a/b/c')).toHaveLength(1000);
    await driver.removeAll('a/b/c');
    expect(await driver.list('a/b/c')).toEqual([]);
  });

  it('refuses an artifact that is larger than it may hold in memory', async () => {
    const driver = new S3Driver({
      endpoint: `http://127.0.0.1:${s3?.port}`,
      bucket: 'artifacts',
      credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
      maxBytes: 5,
    });
    const storage = new ArtifactStorage({ root: driver, host: 'x' });
    const options = { revision: 'v1', file: 'a', content: content('123', '456') };
    await expect(storage.store(OWNER, options)).rejects.toMatchObject({ code: 'STORAGE_WRITE_FAILED' });
  });

  it('says what the service says of a bucket that is not there', async () => {
    const storage = new ArtifactStorage({ root: bucket('', 'nowhere'), host: 'x' });
    const storing = storage.store(OWNER, { revision: 'v1', file: 'a', content: content('x') });
    await expect(storing).rejects.toMatchObject({
      code: 'STORAGE_WRITE_FAILED',
      retry: 'backoff',
      message: expect.stringContaining('NoSuchBucket') as string,
    });
  });

  it('does not take a service that cannot be reached for one without the artifact', async () => {
    const driver = new S3Driver({
      endpoint: 'http://127.0.0.1:1',
      bucket: 'b',
      credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
    });
    const storage = new ArtifactStorage({ root: driver, host: 'x' });
    const artifact = { path: `${PATH}/a.tar.gz`, digest: digestOf('x') };
    await expect(storage.verify(artifact)).rejects.toMatchObject({
      code: 'STORAGE_READ_FAILED',
      retry: 'backoff',
    });
    await using server = await startArtifactServer({ storage });
    expect((await fetch(`${server.url}/${artifact.path}`)).status).toBe(503);
  });
});
