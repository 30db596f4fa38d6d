import { gzipSync } from 'node:zlib';
import { pack as tarPack } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { walkFiles } from '../../tree/file-tree.ts';
import { MemoryTree } from '../../tree/memory-tree.ts';
import { packArchive, packTar } from './pack.ts';
import { checksumOf, encodeHeader } from './tar-header.ts';
import { unpackArchive, type UnpackOptions } from './unpack.ts';

interface HostileEntry {
  readonly name: string;
  readonly type?: string;
  readonly content?: string | Uint8Array;
  /** Where it lies. */
  readonly size?: number | string;
  readonly link?: string;
  /** Writes into the header after the rest. */
  readonly change?: (block: Uint8Array) => void;
}

/** An archive that no honest program writes. */
function hostile(...entries: HostileEntry[]): Buffer {
  return Buffer.concat([...entries.flatMap(blocksOf), Buffer.alloc(1024)]);
}

function blocksOf({ name, type = '0', content = '', size, link = '', change }: HostileEntry): Buffer[] {
  const data = Buffer.from(content as string);
  const declared = typeof size === 'number' ? size : data.length;
  const block = Buffer.from(encodeHeader({ name: 'x', type: 'file', mode: 0o644, size: declared })[0]!);
  block.fill(0, 0, 100).write(name, 0, 100);
  block.write(type, 156, 1, 'latin1');
  block.write(link, 157, 100);
  if (typeof size === 'string') block.write(size, 124, 12, 'latin1');
  change?.(block);
  block.write(`${checksumOf(block).toString(8).padStart(6, '0')}\0 `, 148, 8, 'latin1');
  return [block, data, Buffer.alloc((512 - (data.length % 512)) % 512)];
}

function pax(records: Record<string, string>): HostileEntry {
  const content = Object.entries(records).map(([key, value]) => {
    const rest = Buffer.byteLength(` ${key}=${value}\n`);
    let length = rest + 1;
    while (String(length).length + rest !== length) length++;
    return `${length} ${key}=${value}\n`;
  });
  return { name: 'PaxHeader', type: 'x', content: content.join('') };
}

const longName = (name: string): HostileEntry => ({ name: '././@LongLink', type: 'L', content: `${name}\0` });
const SAFE: HostileEntry = { name: 'ok.yaml', content: 'ok' };

async function codeOf(archive: Buffer, options?: UnpackOptions): Promise<string> {
  try {
    await unpackArchive(archive, options);
    return 'accepted';
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
}

describe('unpackArchive', () => {
  it('gives back what was packed', async () => {
    const tree = MemoryTree.from({
      'app/run.sh': { data: new TextEncoder().encode('#!/bin/sh\n'), mode: 0o755 },
      'app/empty.yaml': '',
      'big.txt': 'text '.repeat(200_000),
    });
    const copy = await unpackArchive(packArchive(tree));
    expect([...walkFiles(copy)]).toEqual([...walkFiles(tree)]);
    expect(copy.read('big.txt')).toEqual(tree.read('big.txt'));
  });

  it('takes plain tars, in pieces of any size', async () => {
    const tar = Buffer.concat([
      ...packTar(MemoryTree.from({ 'a/b.yaml': 'b: 1\n', 'c.yaml': 'c'.repeat(1000) })),
    ]);
    for (const size of [1, 7, 511, 512, 513, 5000]) {
      const pieces = (async function* () {
        for (let at = 0; at < tar.length; at += size) yield tar.subarray(at, at + size);
      })();
      const tree = await unpackArchive(pieces);
      expect(tree.read('c.yaml')).toHaveLength(1000);
    }
  });

  it('takes what other programs write', async () => {
    const packer = tarPack();
    packer.entry({ name: './charts/app/values.yaml' }, 'a: 1\n');
    packer.entry({ name: `${'very-long-folder-name/'.repeat(12)}values.yaml` }, 'b: 2\n');
    packer.entry({ name: 'ünïcode.yaml', mode: 0o100755 }, 'c: 3\n');
    packer.finalize();
    const tree = await unpackArchive(packer as AsyncIterable<Uint8Array>);
    expect([...walkFiles(tree)].map((file) => file.path)).toHaveLength(3);
    expect(tree.stat('ünïcode.yaml')?.mode).toBe(0o755);
    const gnu = hostile(longName(`${'l'.repeat(150)}.yaml`), { name: 'short', content: 'gnu' });
    expect((await unpackArchive(gnu)).read(`${'l'.repeat(150)}.yaml`)).toHaveLength(3);
    // From before POSIX: a folder is a name with a slash at its end, and the numbers end in spaces.
    const old = hostile(
      { name: 'old/', type: '\0' },
      { name: 'old/a', type: '\0', content: 'a', size: '      1 \0' },
    );
    expect((await unpackArchive(old)).read('old/a')).toHaveLength(1);
  });

  it('leaves symlinks out, or refuses them where that is asked for', async () => {
    const archive = hostile(
      SAFE,
      { name: 'link', type: '2', link: 'ok.yaml' },
      { name: 'etc', type: '2', link: '/etc' },
    );
    expect([...walkFiles(await unpackArchive(archive))].map((file) => file.path)).toEqual(['ok.yaml']);
    expect(await codeOf(archive, { symlinks: 'refuse' })).toBe('ARCHIVE_UNSAFE');
  });

  const unsafeNames = [
    '../x',
    'a/../../x',
    '..',
    'a/..',
    '/etc/passwd',
    '//x',
    'a\\..\\x',
    'C:x',
    'c:/x',
    '\\\\server\\x',
  ];
  for (const name of unsafeNames) {
    const written: [string, Buffer][] = [
      ['in ustar', hostile({ ...SAFE, name })],
      ['in pax', hostile(pax({ path: name }), SAFE)],
      ['as a GNU long name', hostile(longName(name), SAFE)],
      ['as a folder', hostile({ name, type: '5' })],
      ['as a symlink', hostile({ name, type: '2', link: 'ok.yaml' })],
    ];
    it.each(written)(`refuses the name ${JSON.stringify(name)} %s`, async (_how, archive) => {
      expect(await codeOf(archive)).toBe('ARCHIVE_UNSAFE');
      expect(await codeOf(gzipSync(archive))).toBe('ARCHIVE_UNSAFE');
    });
  }

  it.each<[string, Buffer]>([
    ['a hard link', hostile(SAFE, { name: 'hard', type: '1', link: 'ok.yaml' })],
    ['a hard link to outside', hostile({ name: 'hard', type: '1', link: '../../etc/passwd' })],
    ['a character device', hostile({ name: 'null', type: '3' })],
    ['a block device', hostile({ name: 'sda', type: '4' })],
    ['a pipe', hostile({ name: 'pipe', type: '6' })],
    ['a sparse file of GNU', hostile({ name: 'sparse', type: 'S' })],
    ['a sparse file in pax', hostile(pax({ 'GNU.sparse.major': '1' }), SAFE)],
    ['an unknown type', hostile({ name: 'what', type: 'Z' })],
    ['a file that comes twice', hostile(SAFE, SAFE)],
    ['a file that comes twice under another spelling', hostile(SAFE, { ...SAFE, name: './ok.yaml' })],
    ['a folder where a file is', hostile(SAFE, { name: 'ok.yaml', type: '5' })],
    ['a file where a folder is', hostile({ name: 'd/x', content: 'x' }, { name: 'd', content: 'x' })],
    ['a path through a file', hostile(SAFE, { name: 'ok.yaml/inner', content: 'x' })],
    ['a NUL in a pax record', hostile(pax({ path: 'ok.yaml\0../x' }), SAFE)],
    ['a file without a name', hostile({ name: '', content: 'x' })],
  ])('refuses %s', async (_what, archive) => {
    expect(await codeOf(archive)).toBe('ARCHIVE_UNSAFE');
  });

  it('looks at no symlink that was left out when it places a file', async () => {
    const archive = hostile({ name: 'a', type: '2', link: '/tmp' }, { name: 'a/x', content: 'inside' });
    expect((await unpackArchive(archive)).read('a/x')).toHaveLength(6);
  });

  it.each<[string, Buffer]>([
    ['nothing', Buffer.alloc(0)],
    ['a header with a wrong checksum', hostile(SAFE).fill('z', 0, 3)],
    ['half a header', hostile(SAFE).subarray(0, 300)],
    ['half a file', hostile({ ...SAFE, content: 'x'.repeat(2000) }).subarray(0, 1000)],
    ['a size that is no number', hostile({ ...SAFE, size: '9x9' })],
    [
      'a negative size in base 256',
      hostile({ ...SAFE, size: '\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff' }),
    ],
    ['a size beyond all numbers in base 256', hostile({ ...SAFE, size: `\x80${'\x3f'.repeat(11)}` })],
    ['a pax record without its length', hostile({ name: 'p', type: 'x', content: 'path=x\n' }, SAFE)],
    ['a pax record of negative length', hostile({ name: 'p', type: 'x', content: '-5 path=x\n' }, SAFE)],
    [
      'a pax record that is longer than its block',
      hostile({ name: 'p', type: 'x', content: '99 path=x\n' }, SAFE),
    ],
    ['a pax size that is no number', hostile(pax({ size: '-1' }), SAFE)],
    ['a name that is not UTF-8', hostile({ ...SAFE, change: (block) => void (block[1] = 0xff) })],
    ['gzip that is cut', gzipSync(hostile(SAFE)).subarray(0, 40)],
    [
      'gzip that is damaged',
      Buffer.concat([gzipSync(hostile(SAFE)).subarray(0, 20), Buffer.alloc(100, 0xaa)]),
    ],
    ['a file that is no archive', Buffer.from('<html>not found</html>'.repeat(50))],
  ])('calls invalid %s', async (_what, archive) => {
    expect(await codeOf(archive)).toBe('ARCHIVE_INVALID');
  });

  it.each<[string, Buffer, UnpackOptions]>([
    [
      'bytes in all',
      hostile({ name: 'a', content: 'x'.repeat(600) }, { name: 'b', content: 'x'.repeat(600) }),
      { maxBytes: 1000 },
    ],
    ['bytes of one file', hostile({ name: 'a', content: 'x'.repeat(600) }), { maxFileBytes: 500 }],
    ['bytes of a file, before they come', hostile({ name: 'a', size: 2 ** 32 }), {}],
    ['bytes of a file, in base 256', hostile({ name: 'a', size: '\x80\0\0\0\0\x01\0\0\0\0\0\0' }), {}],
    ['bytes of a file, in pax', hostile(pax({ size: '999999999999' }), SAFE), {}],
    ['entries', hostile(SAFE, { name: 'b' }, { name: 'c' }), { maxEntries: 2 }],
    [
      'entries that are left out',
      hostile(...Array.from({ length: 9 }, (_, i) => ({ name: `l${i}`, type: '2', link: 'x' }))),
      { maxEntries: 5 },
    ],
    ['depth', hostile({ name: 'a/b/c/d', content: 'x' }), { maxDepth: 3 }],
    ['length of a path', hostile(longName('p'.repeat(2000)), SAFE), {}],
    ['a pax header', hostile({ name: 'p', type: 'x', size: 70_000 }), {}],
    ['a global pax header', hostile({ name: 'p', type: 'g', size: 2 ** 31 }), {}],
    ['a GNU long name', hostile({ name: 'p', type: 'L', size: 70_000 }), {}],
  ])('bounds %s', async (_what, archive, options) => {
    expect(await codeOf(archive, options)).toBe('ARCHIVE_LIMIT');
  });

  it('stops a gzip bomb by what it unpacks to, and by how much more that is', async () => {
    const zeros = Buffer.alloc(40 * 1024 * 1024);
    const bomb = gzipSync(hostile({ name: 'zeros', content: zeros }));
    expect(await codeOf(bomb, { maxBytes: 1024 * 1024 })).toBe('ARCHIVE_LIMIT');
    expect(await codeOf(bomb)).toBe('ARCHIVE_LIMIT');
    expect(await codeOf(bomb, { maxRatio: 10_000 })).toBe('accepted');
    const padding = gzipSync(Buffer.concat([hostile(SAFE), zeros]));
    expect(await codeOf(padding, { maxBytes: 1024, maxEntries: 10, maxRatio: 1e6 })).toBe('ARCHIVE_LIMIT');
  });

  it('passes over global pax headers, and over what follows the end', async () => {
    const archive = hostile({ ...pax({ comment: 'abc', path: '../x' }), type: 'g' }, SAFE);
    const tree = await unpackArchive(Buffer.concat([archive, Buffer.from('trailing garbage')]));
    expect([...walkFiles(tree)].map((file) => file.path)).toEqual(['ok.yaml']);
  });

  it('throws what its source throws, and the reason of its signal', async () => {
    const failure = new Error('connection lost');
    const failing = (async function* () {
      yield gzipSync(hostile(SAFE)).subarray(0, 30);
      throw failure;
    })();
    await expect(unpackArchive(failing)).rejects.toBe(failure);
    const reason = new Error('enough');
    await expect(unpackArchive(hostile(SAFE), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});
