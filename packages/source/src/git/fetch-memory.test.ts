import { type HttpTestServer } from '@gitops-toolkit/envtest/servers';
import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { deflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { FetchingOptions, FetchingOutcome } from '../testing/fetching-script.ts';
import { buildPack, encodeSize, idOf, type PackEntryInput } from '../testing/pack-writer.ts';
import { type PackAnswers, servePack } from '../testing/serve-pack.ts';

const MIB = 1024 * 1024;
const [COMMIT, TREE, BLOB, BY_OFFSET, BY_ID] = [1, 2, 3, 6, 7];
const LIMITS = {
  maxPackBytes: 32 * MIB,
  maxDecodedBytes: 64 * MIB,
  maxObjectBytes: 16 * MIB,
  maxRefs: 50_000,
};
/** All objects that are allowed, and what is on its way: connections, the window, one object more, garbage. */
const MAX_GROWTH = LIMITS.maxDecodedBytes + 128 * MIB;
const SCRIPT = join(import.meta.dirname, '..', 'testing', 'fetching-script.ts');

/** Fetches in a process of its own: what Node allocates outside of its heap shows in the process's memory alone. */
async function fetchApart(url: string): Promise<FetchingOutcome> {
  const options: FetchingOptions = { warmUp: honest.url, url, limits: LIMITS };
  const args = ['--conditions=@gitops-toolkit/source', SCRIPT, JSON.stringify(options)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout) as FetchingOutcome;
}

type Entry = readonly [name: string, mode: string, id: string];
const tree = (...entries: readonly Entry[]): Buffer => treeOf(entries);
const treeOf = (entries: readonly Entry[]): Buffer =>
  Buffer.concat(
    entries.map(([name, mode, id]) =>
      Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(id, 'hex')]),
    ),
  );
const commitOf = (root: string): Buffer =>
  Buffer.from(`tree ${root}\nauthor A <a@example.com> 0 +0000\ncommitter A <a@example.com> 0 +0000\n\nOne\n`);

/** A server with one commit, whose tree is this, and these other objects besides. */
function answersOf(root: Buffer, objects: readonly PackEntryInput[]): PackAnswers {
  const commit = commitOf(idOf('tree', root));
  const pack = buildPack([{ type: COMMIT, data: commit }, { type: TREE, data: root }, ...objects]);
  return { refs: () => [`${idOf('commit', commit)} refs/heads/main`], pack: () => [pack] };
}

async function start(answers: PackAnswers): Promise<HttpTestServer> {
  const server = await servePack(answers);
  onTestFinished(() => server[Symbol.asyncDispose]());
  return server;
}

let honest: HttpTestServer;
beforeAll(async () => {
  const blob = Buffer.from('a: 1\n');
  honest = await servePack(
    answersOf(tree(['a.yaml', '100644', idOf('blob', blob)]), [{ type: BLOB, data: blob }]),
  );
});
afterAll(() => honest[Symbol.asyncDispose]());

const EMPTY = tree();
const LARGE = Buffer.alloc(15 * MIB);
const large: PackEntryInput = { type: BLOB, data: LARGE, compressed: deflateSync(LARGE) };
const base = Buffer.alloc(MIB, 'base');
/** Some hundred bytes that make 15 MiB of a base of one. */
const swelling = (i: number): Buffer =>
  Buffer.concat([
    encodeSize(base.length),
    encodeSize(LARGE.length),
    Buffer.from([4, i & 0xff, i >> 8, 0, 0]),
    // Copies 64 KiB each, from the beginning, and the four bytes less at the end.
    Buffer.alloc(LARGE.length / 65_536 - 1, 0x80),
    Buffer.from([0xb0, 0xfc, 0xff]),
  ]);
const swellings = Array.from({ length: 60 }, (_, i): PackEntryInput => {
  const data = swelling(i);
  return { type: BY_ID, base: idOf('blob', base), data, compressed: deflateSync(data) };
});

/** A pack that says that a million objects come, and goes on with objects of a megabyte for as long as anybody listens. */
function* endlessPack(): Generator<Uint8Array> {
  const start = buildPack([], { count: 1_000_000 }).subarray(0, 12);
  const entry = buildPack([{ type: BLOB, data: randomBytes(MIB) }]).subarray(12, -20);
  yield start;
  while (true) yield entry;
}

function* endlessRefs(): Generator<string> {
  for (let i = 0; ; i++)
    yield `${createHash('sha1').update(`${i}`).digest('hex')} refs/heads/${'branch-'.repeat(20)}${i}`;
}

/** Folders with a hundred names for one folder each, ten deep. */
function doublingFolders(): PackAnswers {
  let last = tree();
  const objects: PackEntryInput[] = [];
  for (let depth = 0; depth < 10; depth++) {
    objects.push({ type: TREE, data: last });
    const id = idOf('tree', last);
    last = tree(
      ...Array.from({ length: 100 }, (_, i): Entry => [`folder-${String(i).padStart(2, '0')}`, '40000', id]),
    );
  }
  return answersOf(last, objects);
}

/** As many names as an object may hold. */
function fullFolder(): PackAnswers {
  const id = idOf('blob', Buffer.alloc(0));
  const names = Array.from({ length: 420_000 }, (_, i): Entry => [`${i}`, '100644', id]);
  return answersOf(treeOf(names), [{ type: BLOB, data: Buffer.alloc(0) }]);
}

/** A folder whose name is in the paths of a hundred thousand files. */
function longPaths(): PackAnswers {
  const id = idOf('blob', Buffer.alloc(0));
  const files = treeOf(Array.from({ length: 90_000 }, (_, i): Entry => [`${i}`, '100644', id]));
  const root = tree(['x'.repeat(10 * MIB), '40000', idOf('tree', files)]);
  return answersOf(root, [
    { type: TREE, data: files },
    { type: BLOB, data: Buffer.alloc(0) },
  ]);
}

/** A commit of nothing but short lines. */
function manyHeaders(): PackAnswers {
  const data = Buffer.from('a\n'.repeat(7 * MIB));
  return {
    refs: () => [`${idOf('commit', data)} refs/heads/main`],
    pack: () => [buildPack([{ type: COMMIT, data }])],
  };
}

describe('LIM-GIT-01: the memory of a process that fetches', { timeout: 120_000 }, () => {
  const zeros = deflateSync(Buffer.alloc(400 * MIB), { level: 1 });
  it.each<[attack: string, code: string, answers: () => PackAnswers]>([
    [
      'an object of 400 MiB that states to have 1 kB',
      'GIT_PROTOCOL',
      () => answersOf(EMPTY, [{ type: BLOB, data: Buffer.alloc(0), size: 1000, compressed: zeros }]),
    ],
    [
      'an object of 400 MiB that states so',
      'GIT_LIMIT',
      () => answersOf(EMPTY, [{ type: BLOB, data: Buffer.alloc(0), size: 400 * MIB, compressed: zeros }]),
    ],
    [
      'an object that states to have 15 MiB and has one byte',
      'GIT_PROTOCOL',
      () => answersOf(EMPTY, [{ type: BLOB, data: Buffer.from('x'), size: LARGE.length }]),
    ],
    [
      '60 objects of 15 MiB',
      'GIT_LIMIT',
      () =>
        answersOf(
          EMPTY,
          Array.from({ length: 60 }, () => large),
        ),
    ],
    [
      'a delta that states to make 2 GiB',
      'GIT_LIMIT',
      () =>
        answersOf(EMPTY, [
          { type: BLOB, data: base },
          {
            type: BY_OFFSET,
            base: 2,
            data: Buffer.concat([encodeSize(base.length), encodeSize(2 ** 31), Buffer.from([1, 65])]),
          },
        ]),
    ],
    [
      '60 deltas that make 15 MiB each of some hundred bytes',
      'GIT_LIMIT',
      () => answersOf(EMPTY, [{ type: BLOB, data: base }, ...swellings]),
    ],
    [
      'as many that wait for their base',
      'GIT_LIMIT',
      () => answersOf(EMPTY, [...swellings, { type: BLOB, data: base }]),
    ],
    [
      'a pack without an end',
      'GIT_LIMIT',
      () => ({ refs: () => [`${'a'.repeat(40)} refs/heads/main`], pack: endlessPack }),
    ],
    ['references without an end', 'GIT_LIMIT', () => ({ refs: endlessRefs, pack: () => [] })],
    ['folders that double', 'GIT_LIMIT', doublingFolders],
    ['a folder of 420 000 names', 'GIT_LIMIT', fullFolder],
    ['90 000 files in a folder with a name of 10 MiB', 'GIT_LIMIT', longPaths],
    ['a commit with seven million lines of headers', 'GIT_LIMIT', manyHeaders],
  ])('stays within its limits, and the error says what was too much: %s', async (_what, code, answers) => {
    const { url } = await start(answers());
    const { grownBytes, ...outcome } = await fetchApart(url);
    expect(outcome).toEqual({ code, message: expect.stringMatching(/limit|more than|states/) as string });
    expect(grownBytes).toBeLessThan(MAX_GROWTH);
  });

  it('is enough for all that is allowed (legitimate)', async () => {
    const files = [...Array.from({ length: 3 }, (_, i) => Buffer.alloc(15 * MIB, `file ${i}`)), base];
    const root = tree(...files.map((data, i): Entry => [`f${i}`, '100644', idOf('blob', data)]));
    const { url } = await start(
      answersOf(
        root,
        files.map((data) => ({ type: BLOB, data })),
      ),
    );
    const { grownBytes, ...outcome } = await fetchApart(url);
    expect(outcome).toEqual({ files: 4 });
    expect(grownBytes).toBeLessThan(MAX_GROWTH);
  });
});
