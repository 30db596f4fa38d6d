import { once } from 'node:events';
import { gunzipSync } from 'node:zlib';
import { extract, type Header } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { sha256Hex } from '../../digest.ts';
import { loadIgnoreRules } from '../../ignore/ignore-rules.ts';
import type { FileTree } from '../../tree/file-tree.ts';
import { MemoryTree, type TreeInput } from '../../tree/memory-tree.ts';
import { packArchive, type PackOptions, packTar } from './pack.ts';
import { unpackArchive } from './unpack.ts';

async function collect(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of source) pieces.push(piece);
  return Buffer.concat(pieces);
}

function tarOf(files: Record<string, TreeInput>, options?: PackOptions): Buffer {
  return Buffer.concat([...packTar(MemoryTree.from(files), options)]);
}

/** What another reader of tars finds. */
async function entriesOf(tar: Buffer): Promise<Header[]> {
  const reader = extract();
  const entries: Header[] = [];
  reader.on('entry', (header, stream, next) => {
    entries.push(header);
    stream.on('end', next).resume();
  });
  reader.end(tar);
  await once(reader, 'finish');
  return entries;
}

const executable: TreeInput = { data: new TextEncoder().encode('#!/bin/sh\n'), mode: 0o755 };

describe('packTar', () => {
  it('lists the root, then folders before what is in them, in order of bytes', async () => {
    const entries = await entriesOf(
      tarOf({ 'b.yaml': 'b', 'a/z.yaml': 'z', 'a.yaml': 'a', 'a/run.sh': executable }),
    );
    expect(
      entries.map((entry) => [entry.name.replace(/\/$/, ''), entry.type, entry.mode?.toString(8)]),
    ).toEqual([
      ['.', 'directory', '750'],
      ['a', 'directory', '750'],
      ['a/run.sh', 'file', '700'],
      ['a/z.yaml', 'file', '600'],
      ['a.yaml', 'file', '600'],
      ['b.yaml', 'file', '600'],
    ]);
  });

  it('says nothing of owners and times', async () => {
    for (const entry of await entriesOf(tarOf({ 'a.yaml': 'a' }))) {
      expect(entry).toMatchObject({ uid: 0, gid: 0, uname: '', gname: '', mtime: new Date(0) });
    }
  });

  it('is the tar that Go writes, to the byte', () => {
    const tar = tarOf({
      'a.yaml': 'kind: ConfigMap\n',
      [`${'x'.repeat(60)}/${'y'.repeat(60)}.yaml`]: '',
      'é.yaml': 'é',
    });
    // Of a program with Go's archive/tar, fed with these entries.
    expect(sha256Hex(tar)).toBe(GO_TAR_SHA256);
  });

  it('holds names of any length and script', async () => {
    const names = [
      `${'long/'.repeat(60)}file.yaml`,
      'n'.repeat(180),
      'ünïcödé/日本語.yaml',
      '😀.yaml',
      'ﬀ.yaml',
    ];
    const tree = await unpackArchive(tarOf(Object.fromEntries(names.map((name) => [name, name]))));
    for (const name of names) expect(new TextDecoder().decode(tree.read(name))).toBe(name);
    const listed = (await entriesOf(tarOf({ '😀.yaml': '', 'ﬀ.yaml': '' }))).map((entry) => entry.name);
    expect(listed).toEqual(['.', 'ﬀ.yaml', '😀.yaml']);
  });

  it('leaves symlinks out and says so', () => {
    const skipped: string[] = [];
    tarOf({ 'a.yaml': 'a', 'd/link': { symlink: '../a.yaml' } }, { onSkip: (path) => skipped.push(path) });
    expect(skipped).toEqual(['d/link']);
  });

  it('keeps a file inside an ignored folder, without the folder', async () => {
    const tree = MemoryTree.from({ 'docs/keep.md': 'k', 'docs/drop.md': 'd', 'app.yaml': 'a' });
    const ignore = loadIgnoreRules(tree, { ignore: 'docs/\n!docs/keep.md' });
    const entries = await entriesOf(Buffer.concat([...packTar(tree, { ignore })]));
    expect(entries.map((entry) => entry.name)).toEqual(['.', 'app.yaml', 'docs/keep.md']);
  });

  it('fails where a file goes away under way', () => {
    const tree: FileTree = {
      size: 1,
      read: () => undefined,
      list: () => [{ name: 'a', kind: 'file', mode: 0o644, size: 1 }],
      stat: () => undefined,
      resolve: () => undefined,
    };
    expect(() => [...packTar(tree)]).toThrow(expect.objectContaining({ code: 'ARCHIVE_INVALID' }));
  });
});

describe('packArchive', () => {
  it('gives the same bytes for the same content, whatever the order it was put in', async () => {
    const one = await collect(packArchive(MemoryTree.from({ 'a.yaml': 'a', 'b/c.yaml': 'c' })));
    const two = await collect(packArchive(MemoryTree.from({ 'b/c.yaml': 'c', 'a.yaml': 'a' })));
    expect(one.equals(two)).toBe(true);
    // No name, no time, no operating system.
    expect([...one.subarray(0, 8)]).toEqual([0x1f, 0x8b, 8, 0, 0, 0, 0, 0]);
    expect(one[9]).toBe(0xff);
  });

  it('compresses what packTar gives', async () => {
    const tree = MemoryTree.from({ 'big.txt': 'line of text\n'.repeat(100_000), 'small.txt': 'x' });
    const [fast, small] = [
      await collect(packArchive(tree, { level: 1 })),
      await collect(packArchive(tree, { level: 9 })),
    ];
    const tar = Buffer.concat([...packTar(tree)]);
    expect(gunzipSync(fast).equals(tar)).toBe(true);
    expect(gunzipSync(small).equals(tar)).toBe(true);
    expect(small.length).toBeLessThan(fast.length);
  });

  it('ends when its signal is aborted, with the reason of the signal', async () => {
    const controller = new AbortController();
    const tree = MemoryTree.from({ a: new Uint8Array(8_000_000).fill(1), b: 'b' });
    const reason = new Error('enough');
    const packing = (async () => {
      for await (const _piece of packArchive(tree, { signal: controller.signal, level: 0 }))
        controller.abort(reason);
    })();
    await expect(packing).rejects.toBe(reason);
  });

  it('may be left in the middle', async () => {
    for await (const piece of packArchive(MemoryTree.from({ a: new Uint8Array(5_000_000) }))) {
      expect(piece.length).toBeGreaterThan(0);
      break;
    }
  });
});

const GO_TAR_SHA256 = 'f07e21fcdf5e53d5df207f930dfa8eca649c7bf91a1357e55ce7cb3e40461766';
