import { type FileTree, formatRevision } from '@gitops-toolkit/core';
import {
  type RunningStorage,
  startAzurite,
  startFakeGcs,
  startGofakes3,
  startMoto,
  startS3rver,
} from '@gitops-toolkit/envtest/servers';
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fillAzure, fillGoogle, fillS3, type FilledBucket } from '../testing/storages.ts';
import { BucketFetcher } from './bucket-fetcher.ts';

type Start = () => Promise<RunningStorage | undefined>;
type Fill = (storage: RunningStorage, name: string) => Promise<FilledBucket>;

/** What of S3 and its likes a server has. */
interface Abilities {
  readonly checksLogin?: boolean;
  /** s3rver's tokens for further pages need a function that Node has no more. */
  readonly lacksPages?: boolean;
}

const STORAGES: readonly [name: string, start: Start, fill: Fill, abilities: Abilities][] = [
  ['gofakes3', startGofakes3, fillS3, {}],
  ['s3rver', startS3rver, (storage) => fillS3(storage, 'bucket'), { checksLogin: true, lacksPages: true }],
  ['moto', startMoto, fillS3, {}],
  ['Azurite', startAzurite, fillAzure, { checksLogin: true }],
  ['the stand-in for Google Cloud Storage', startFakeGcs, fillGoogle, {}],
];

const paths = (tree: FileTree, folder = ''): string[] =>
  [...tree.list(folder)].flatMap(({ name, kind }) => {
    const path = folder === '' ? name : `${folder}/${name}`;
    return kind === 'directory' ? paths(tree, path) : [path];
  });
const textAt = (tree: FileTree, path: string): string => Buffer.from(tree.read(path) ?? []).toString();

describe.each(STORAGES)(
  'a bucket of %s',
  (what, start, fill, { checksLogin = false, lacksPages = false }) => {
    let storage: RunningStorage | undefined;
    let bucket: FilledBucket;
    let count = 0;
    const fetcher = new BucketFetcher();
    const open = () => ({ credentials: bucket.credentials });
    const fetchAll = async () => fetcher.fetch(await fetcher.resolve(bucket.source, open()), open());
    const put = async (files: Record<string, string>): Promise<void> => {
      for (const [key, content] of Object.entries(files)) await bucket.put(key, content);
    };

    beforeAll(async () => {
      storage = await start();
    });
    afterAll(async () => {
      await fetcher[Symbol.asyncDispose]();
      await storage?.[Symbol.asyncDispose]();
    });
    beforeEach(async ({ skip }) => {
      if (!storage) return skip(`${what} is not installed`);
      bucket = await fill(storage, `bucket-${++count}`);
      // One of them has a single bucket.
      for (const key of await keysOf()) await bucket.remove(key);
    });
    const keysOf = async (): Promise<string[]> => [
      ...(await fetcher.resolve(bucket.source, open())).index.keys(),
    ];

    it('is fetched as the files that its keys name', async () => {
      await put({
        'apps/web.yaml': 'a: 1\n',
        'README.md': '# Apps\n',
        'logo.png': 'png',
        'ünï/c öde+&%.yaml': 'u',
      });
      const { tree, revision } = await fetchAll();
      expect(paths(tree).toSorted()).toEqual(['README.md', 'apps/web.yaml', 'logo.png', 'ünï/c öde+&%.yaml']);
      expect(textAt(tree, 'ünï/c öde+&%.yaml')).toBe('u');
      expect(revision).toMatch(/^sha256:[0-9a-f]{64}$/);
    });

    it('has the revision that Flux gives it: over its keys, sorted, and their entity tags', async () => {
      await put({ 'b.yaml': 'b', 'a/c.yaml': 'c', 'a.yaml': 'a' });
      const found = await fetcher.resolve(bucket.source, open());
      const lines = ['a.yaml', 'a/c.yaml', 'b.yaml'].map((key) => `${key} ${found.index.get(key)}\n`);
      expect(formatRevision(found)).toBe(
        `sha256:${createHash('sha256').update(lines.join('')).digest('hex')}`,
      );
      expect([...found.index.values()].every((etag) => etag !== '' && !etag.includes('"'))).toBe(true);
      await bucket.put('a.yaml', 'another');
      expect((await fetcher.resolve(bucket.source, open())).hash).not.toBe(found.hash);
    });

    it('is listed by prefix, without folders and what its ignore file and the caller leave out', async () => {
      await put({
        '.sourceignore': '*.md\n',
        'prod/app.yaml': 'a',
        'prod/README.md': 'b',
        'prod/secret.txt': 'c',
        'test/app.yaml': 'd',
      });
      const revision = await fetcher.resolve({ ...bucket.source, prefix: 'prod/', ignore: '*.txt' }, open());
      expect([...revision.index.keys()]).toEqual(['prod/app.yaml']);
      const kept = await fetcher.resolve({ ...bucket.source, prefix: 'prod/', ignore: '!README.md' }, open());
      expect([...kept.index.keys()].toSorted()).toEqual([
        'prod/README.md',
        'prod/app.yaml',
        'prod/secret.txt',
      ]);
    });

    it('gives only what has changed, where the rest is there', async () => {
      await put({ 'a.yaml': '1', 'b.yaml': '1' });
      const first = await fetchAll();
      expect(first.downloaded).toBe(2);
      await put({ 'b.yaml': '2', 'c.yaml': '3' });
      await bucket.remove('a.yaml');
      const revision = await fetcher.resolve(bucket.source, open());
      const previous = { index: first.found.index, tree: first.tree };
      const second = await fetcher.fetch(revision, { ...open(), previous });
      expect(second.downloaded).toBe(2);
      expect(paths(second.tree)).toEqual(['b.yaml', 'c.yaml']);
      const again = await fetcher.fetch(revision, {
        ...open(),
        previous: { index: revision.index, tree: second.tree },
      });
      expect([again.downloaded, again.revision]).toEqual([0, second.revision]);
    });

    it('SEC-BKT-02: is of the revision of what came, where objects change or go between list and get', async () => {
      await put({ 'a.yaml': 'old', 'b.yaml': 'b' });
      const looked = await fetcher.resolve(bucket.source, open());
      await bucket.put('a.yaml', 'new content');
      await bucket.remove('b.yaml');
      const { tree, revision } = await fetcher.fetch(looked, open());
      expect([paths(tree), textAt(tree, 'a.yaml')]).toEqual([['a.yaml'], 'new content']);
      expect(revision).toBe(formatRevision(await fetcher.resolve(bucket.source, open())));
      expect(revision).not.toBe(formatRevision(looked));
    });

    it('SEC-BKT-02: that stands still is of the revision that was looked at (legitimate)', async () => {
      await put({ 'a.yaml': 'a' });
      const looked = await fetcher.resolve(bucket.source, open());
      expect((await fetcher.fetch(looked, open())).revision).toBe(formatRevision(looked));
    });

    it('is not there: BUCKET_NOT_FOUND', async () => {
      await expect(
        fetcher.resolve({ ...bucket.source, bucket: 'no-such-bucket' }, open()),
      ).rejects.toMatchObject({
        code: 'BUCKET_NOT_FOUND',
      });
    });

    it.skipIf(!checksLogin)('refuses a wrong login: BUCKET_ACCESS_DENIED', async () => {
      await put({ 'a.yaml': 'a' });
      const wrong =
        'accountKey' in bucket.credentials
          ? { accountKey: Buffer.from('wrong').toString('base64') }
          : { accessKeyId: 'wrong', secretAccessKey: 'wrong' };
      await expect(fetcher.resolve(bucket.source, { credentials: wrong })).rejects.toMatchObject({
        code: 'BUCKET_ACCESS_DENIED',
      });
    });

    it.skipIf(lacksPages)('of more objects than a page is read to its end', { timeout: 60_000 }, async () => {
      const keys = Array.from({ length: 1100 }, (_, i) => `many/${String(i).padStart(4, '0')}.yaml`);
      const queue = keys.values();
      const work = async (): Promise<void> => {
        for (const key of queue) await bucket.put(key, key);
      };
      await Promise.all(Array.from({ length: 20 }, work));
      const { tree } = await fetchAll();
      expect(paths(tree).length).toBe(1100);
      expect(textAt(tree, 'many/1099.yaml')).toBe('many/1099.yaml');
    });

    it('of more than may come is refused: BUCKET_LIMIT', async () => {
      await put({ 'a.yaml': 'x'.repeat(1000), 'b.yaml': 'x'.repeat(1000) });
      for (const limits of [{ maxBytes: 1500 }, { maxFiles: 1 }, { maxFileBytes: 500 }, { maxObjects: 1 }])
        await expect(fetcher.resolve(bucket.source, { ...open(), limits })).rejects.toMatchObject({
          code: 'BUCKET_LIMIT',
        });
      // A list can lie about sizes.
      const looked = await fetcher.resolve(bucket.source, open());
      for (const limits of [{ maxBytes: 1500 }, { maxFileBytes: 500 }])
        await expect(fetcher.fetch(looked, { ...open(), limits })).rejects.toMatchObject({
          code: 'BUCKET_LIMIT',
        });
    });
  },
);
