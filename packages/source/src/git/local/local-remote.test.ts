import { startGitServer } from '@gitops-toolkit/envtest';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildDelta, buildPack, idOf } from '../../testing/pack-writer.ts';
import type { GitFetchOptions, GitSource } from '../git-fetch-options.ts';
import { fetchGit } from '../git-fetcher.ts';
import { DEFAULT_GIT_LIMITS } from '../limits.ts';
import { SHA1 } from '../object-format.ts';
import { PackFile } from './pack-file.ts';

let folder: string;
let id: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'local-'));
  await using server = await startGitServer();
  const repository = server.createRepository('app', { folder });
  id = repository.commit({ files: { 'a.yaml': 'a: 1\n', 'd/b.yaml': 'b: 1\n' } });
  repository.tag('v1.0.0', { message: 'one' });
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const read = (source: Partial<GitSource> = {}, options: GitFetchOptions = {}) =>
  fetchGit({ url: folder, ...source }, { ...options, allowLocal: true });
const objectPath = (object: string) => join(folder, 'objects', object.slice(0, 2), object.slice(2));

describe('a repository in a folder', () => {
  it('is read without a program', async () => {
    expect((await read()).revision).toBe(`main@sha1:${id}`);
    expect((await read({ tag: 'v1.0.0' })).revision).toBe(`v1.0.0@sha1:${id}`);
    expect((await read({ semver: '1.x' })).tree.read('d/b.yaml')).toHaveLength(5);
  });

  it('is not read where that is not allowed', async () => {
    await expect(fetchGit({ url: folder })).rejects.toMatchObject({ code: 'GIT_URL_INVALID' });
  });

  it('says that there is none', async () => {
    await expect(read({ url: join(folder, 'refs') })).rejects.toMatchObject({
      code: 'GIT_REPOSITORY_NOT_FOUND',
    });
    await expect(read({ url: join(folder, 'nowhere') })).rejects.toMatchObject({
      code: 'GIT_REPOSITORY_NOT_FOUND',
    });
  });

  it('says that it is empty', async () => {
    await rm(join(folder, 'refs'), { recursive: true });
    await expect(read()).rejects.toMatchObject({ code: 'GIT_EMPTY_REPOSITORY' });
    await expect(read({ branch: 'main' })).rejects.toMatchObject({ code: 'GIT_EMPTY_REPOSITORY' });
  });

  it('SEC-GIT-10: prefers loose references to packed ones, and follows symbolic ones (legitimate)', async () => {
    await writeFile(
      join(folder, 'packed-refs'),
      `# pack-refs with: peeled\n${'0'.repeat(40)} refs/heads/main\n${id} refs/heads/packed\n^${id}\n`,
    );
    await writeFile(join(folder, 'refs', 'heads', 'alias'), 'ref: refs/heads/packed\n');
    expect((await read({ branch: 'main' })).commit?.id).toBe(id);
    expect((await read({ branch: 'packed' })).commit?.id).toBe(id);
    expect((await read({ branch: 'alias' })).commit?.id).toBe(id);
  });

  it('SEC-GIT-10: follows no loop of symbolic references, and none that climbs out', async () => {
    await writeFile(join(folder, 'refs', 'heads', 'a'), 'ref: refs/heads/b\n');
    await writeFile(join(folder, 'refs', 'heads', 'b'), 'ref: refs/heads/a\n');
    await writeFile(join(folder, 'refs', 'heads', 'c'), 'ref: ../../etc/passwd\n');
    for (const branch of ['a', 'b', 'c'])
      await expect(read({ branch })).rejects.toMatchObject({ code: 'GIT_REF_NOT_FOUND' });
  });

  it('SEC-GIT-06: notices objects that are damaged, of another content, or missing', async () => {
    const blob = idOf('blob', Buffer.from('a: 1\n'));
    await chmod(objectPath(blob), 0o644);
    await writeFile(objectPath(blob), deflateSync(Buffer.from('blob 5\0a: 2\n')));
    await expect(read()).rejects.toMatchObject({ code: 'GIT_OBJECT_MISMATCH' });
    await writeFile(objectPath(blob), deflateSync(Buffer.from('blob 9\0a: 1\n')));
    await expect(read()).rejects.toMatchObject({ code: 'GIT_REPOSITORY_INVALID' });
    await writeFile(objectPath(blob), 'not compressed');
    await expect(read()).rejects.toMatchObject({ code: 'GIT_REPOSITORY_INVALID' });
    await rm(objectPath(blob));
    await expect(read()).rejects.toMatchObject({ code: 'GIT_OBJECT_MISMATCH' });
  });

  it('bounds objects', async () => {
    await expect(read({}, { limits: { maxObjectBytes: 1 } })).rejects.toMatchObject({ code: 'GIT_LIMIT' });
    await expect(read({}, { limits: { maxRefs: 1 } })).rejects.toMatchObject({ code: 'GIT_LIMIT' });
  });

  it('refuses formats that it does not know', async () => {
    await writeFile(join(folder, 'config'), '[extensions]\n\trefStorage = reftable\n');
    await expect(read()).rejects.toMatchObject({ code: 'GIT_REPOSITORY_INVALID' });
    await writeFile(join(folder, 'config'), '[extensions]\n\tobjectFormat = md5\n');
    await expect(read()).rejects.toMatchObject({ code: 'GIT_REPOSITORY_INVALID' });
  });

  it('changes nothing', async () => {
    const before = (await readdir(folder, { recursive: true })).toSorted();
    await read();
    expect((await readdir(folder, { recursive: true })).toSorted()).toEqual(before);
    expect(await readFile(join(folder, 'HEAD'), 'utf8')).toBe('ref: refs/heads/main\n');
  });
});

/** Writes the index of a pack with these objects at these places. */
function buildIndex(places: Readonly<Record<string, number>>): Buffer {
  const ids = Object.keys(places).toSorted();
  const fanout = Buffer.alloc(1024);
  for (let byte = 0; byte < 256; byte++) {
    fanout.writeUInt32BE(
      ids.filter((object) => Number.parseInt(object.slice(0, 2), 16) <= byte).length,
      byte * 4,
    );
  }
  const large = ids.filter((object) => (places[object] ?? 0) >= 2 ** 31);
  const offsets = ids.map((object) => {
    const place = Buffer.alloc(4);
    place.writeUInt32BE(large.includes(object) ? 2 ** 31 + large.indexOf(object) : (places[object] ?? 0));
    return place;
  });
  const longs = large.map((object) => {
    const place = Buffer.alloc(8);
    place.writeBigUInt64BE(BigInt(places[object] ?? 0));
    return place;
  });
  return Buffer.concat([
    Buffer.from('ff744f6300000002', 'hex'),
    fanout,
    Buffer.from(ids.join(''), 'hex'),
    Buffer.alloc(ids.length * 4),
    ...offsets,
    ...longs,
    Buffer.alloc(40),
  ]);
}

describe('PackFile', () => {
  const base = Buffer.from('text '.repeat(100));
  const [baseId, other] = [idOf('blob', base), '1'.repeat(40)];

  async function open(pack: Buffer, places: Readonly<Record<string, number>>): Promise<PackFile> {
    await mkdir(join(folder, 'p'), { recursive: true });
    await writeFile(join(folder, 'p', 'x.pack'), pack);
    await writeFile(join(folder, 'p', 'x.idx'), buildIndex(places));
    return new PackFile(join(folder, 'p', 'x'), SHA1, DEFAULT_GIT_LIMITS);
  }
  const nothing = () => undefined;

  it('takes the base of a delta from elsewhere where it is not in the pack', async () => {
    const delta = buildDelta(base, 10, Buffer.from('!'));
    const file = await open(buildPack([{ type: 7, base: baseId, data: delta }]), { [other]: 12 });
    expect(() => file.get(other, nothing)).toThrow(
      expect.objectContaining({ code: 'GIT_REPOSITORY_INVALID' }),
    );
    expect(file.get(other, () => ({ type: 'blob', data: base }))?.data.toString()).toBe('text text !');
    expect(file.get('2'.repeat(40), nothing)).toBeUndefined();
    file.close();
  });

  it('LIM-GIT-01: ends where deltas go round in a circle', async () => {
    const delta = buildDelta(base, 10, Buffer.from('!'));
    const file = await open(buildPack([{ type: 7, base: other, data: delta }]), { [other]: 12 });
    expect(() => file.get(other, nothing)).toThrow(
      expect.objectContaining({ code: 'GIT_REPOSITORY_INVALID' }),
    );
    file.close();
    const pack = buildPack([
      { type: 7, base: '2'.repeat(40), data: delta },
      { type: 7, base: other, data: delta },
    ]);
    const second = 12 + (pack.length - 32) / 2;
    const round = await open(pack, { [other]: 12, ['2'.repeat(40)]: second });
    expect(() => round.get(other, nothing)).toThrow(expect.objectContaining({ code: 'GIT_LIMIT' }));
    round.close();
  });

  it('refuses an index that lies', async () => {
    const pack = buildPack([{ type: 3, data: base }]);
    const beyond = await open(pack, { [baseId]: 5_000_000_000 });
    expect(() => beyond.get(baseId, nothing)).toThrow(expect.objectContaining({ code: 'GIT_PROTOCOL' }));
    beyond.close();
    for (const index of [Buffer.from('nonsense'), buildIndex({ [baseId]: 12 }).subarray(0, 1060)]) {
      await writeFile(join(folder, 'p', 'x.idx'), index);
      const broken = new PackFile(join(folder, 'p', 'x'), SHA1, DEFAULT_GIT_LIMITS);
      expect(() => broken.get(baseId, nothing)).toThrow(
        expect.objectContaining({ code: 'GIT_REPOSITORY_INVALID' }),
      );
    }
  });
});
