import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  type Entry,
  blocks,
  filesOf,
  longLink,
  longName,
  outcome,
  pax,
  record,
  SAFE,
  tar,
} from '../../testing/hostile-tar.ts';
import { unpackArchive, type UnpackOptions } from './unpack.ts';

describe('the limits of unpackArchive', () => {
  const MiB = 1024 * 1024;
  const zeros = Buffer.alloc(40 * MiB);
  const PASSED_OVER: Entry[] = [
    { name: 'x', type: 'g', content: zeros.subarray(0, 60_000) },
    { name: 'l', type: '2', link: 'x' },
  ];

  it.each<[string, () => Buffer, UnpackOptions]>([
    [
      'more in all than it may',
      () =>
        tar({ name: 'a', content: zeros.subarray(0, 600) }, { name: 'b', content: zeros.subarray(0, 600) }),
      { maxBytes: 1000 },
    ],
    [
      'a file that is larger than it may',
      () => tar({ name: 'a', content: zeros.subarray(0, 600) }),
      { maxFileBytes: 500 },
    ],
    ['a bomb of gzip', () => gzipSync(tar({ name: 'a', content: zeros })), {}],
    ['a bomb behind the end', () => gzipSync(Buffer.concat([tar(SAFE), zeros])), {}],
    [
      'a bomb of records that are passed over',
      () => gzipSync(tar(...Array.from({ length: 700 }, () => PASSED_OVER).flat())),
      {},
    ],
    [
      'a bomb of one gzip after another',
      () =>
        Buffer.concat(
          Array.from({ length: 40 }, (_, i) =>
            gzipSync(i === 0 ? Buffer.concat(blocks({ name: 'a', size: 40 * MiB })) : zeros.subarray(0, MiB)),
          ),
        ),
      {},
    ],
    ['a path of more than 1 KiB', () => tar(longName('n/'.repeat(30) + 'p'.repeat(1000)), SAFE), {}],
    ['a path of more than 1 KiB in pax', () => tar(pax({ path: 'p'.repeat(1025) }), SAFE), {}],
    ['a path of many parts', () => tar(longName('d/'.repeat(65)), SAFE), {}],
  ])('LIM-TAR-01 refuses %s', async (_what, archive, options) => {
    expect(await outcome(archive(), options)).toBe('ARCHIVE_LIMIT');
  });

  it('LIM-TAR-01 takes what is large or compresses well, within its limits (legitimate)', async () => {
    expect(await outcome(gzipSync(tar({ name: 'a', content: zeros.subarray(0, 15 * MiB) })))).toEqual(['a']);
    const bomb = gzipSync(tar({ name: 'a', content: zeros }));
    expect(await outcome(bomb, { maxRatio: 10_000 })).toEqual(['a']);
    expect(await outcome(tar(longName('d/'.repeat(63) + 'p'.repeat(800)), SAFE))).toHaveLength(1);
  });

  it.each<[string, Entry[], string]>([
    ['negative in base 256', [{ ...SAFE, size: '\xff'.repeat(12) }], 'ARCHIVE_INVALID'],
    ['the most negative in base 256', [{ ...SAFE, size: `\xc0${'\0'.repeat(11)}` }], 'ARCHIVE_INVALID'],
    ['beyond all numbers in base 256', [{ ...SAFE, size: `\x80${'\x3f'.repeat(11)}` }], 'ARCHIVE_INVALID'],
    ['of 1 TiB in base 256', [{ ...SAFE, size: '\x80\0\0\0\0\0\x01\0\0\0\0\0' }], 'ARCHIVE_LIMIT'],
    ['of 8 GiB in octal', [{ ...SAFE, size: '77777777777\0' }], 'ARCHIVE_LIMIT'],
    ['no number', [{ ...SAFE, size: '0x10' }], 'ARCHIVE_INVALID'],
    ['with a sign', [{ ...SAFE, size: '-0000000001\0' }], 'ARCHIVE_INVALID'],
    ['with digits that are none of octal', [{ ...SAFE, size: '00000000009\0' }], 'ARCHIVE_INVALID'],
    ['negative in pax', [pax({ size: '-1' }), SAFE], 'ARCHIVE_INVALID'],
    ['with a point in pax', [pax({ size: '1.5' }), SAFE], 'ARCHIVE_INVALID'],
    ['with an exponent in pax', [pax({ size: '1e9' }), SAFE], 'ARCHIVE_INVALID'],
    ['in hexadecimal in pax', [pax({ size: '0x2' }), SAFE], 'ARCHIVE_INVALID'],
    ['of many digits in pax', [pax({ size: '9'.repeat(30) }), SAFE], 'ARCHIVE_INVALID'],
    ['of 1 PB in pax', [pax({ size: '999999999999999' }), SAFE], 'ARCHIVE_LIMIT'],
    ['longer than the archive', [{ ...SAFE, size: 5000 }], 'ARCHIVE_INVALID'],
    ['longer than the archive in pax', [pax({ size: '5000' }), SAFE], 'ARCHIVE_INVALID'],
    ['negative, of a record', [{ ...pax({ path: 'x' }), size: '\xff'.repeat(12) }, SAFE], 'ARCHIVE_INVALID'],
    [
      'negative, of a symlink',
      [{ name: 'l', type: '2', link: 'x', size: '\xff'.repeat(12) }],
      'ARCHIVE_INVALID',
    ],
  ])('LIM-TAR-02 refuses a size that is %s', async (_what, entries, code) => {
    expect(await outcome(tar(...entries))).toBe(code);
  });

  it('LIM-TAR-02 reads sizes in octal, in base 256 and in pax (legitimate)', async () => {
    for (const entries of [
      [{ ...SAFE, size: '2          \0' }],
      [{ ...SAFE, size: `\x80${'\0'.repeat(10)}\x02` }],
      [pax({ size: '2' }), { ...SAFE, size: '00000000000\0' }],
    ]) {
      const tree = await unpackArchive(tar(...entries, { name: 'next', content: 'n' }));
      expect(filesOf(tree)).toEqual(['next', 'ok.yaml']);
      expect(Buffer.from(tree.read('ok.yaml') ?? []).toString()).toBe('ok');
    }
  });

  const many = (count: number, type: string) =>
    tar(...Array.from({ length: count }, (_, i) => ({ name: `n${i}`, type, link: 'x' })));

  it.each([
    ['files', '0'],
    ['folders', '5'],
    ['symlinks', '2'],
  ])('LIM-TAR-03 refuses more than 50000 %s', async (_what, type) => {
    expect(await outcome(many(50_001, type))).toBe('ARCHIVE_LIMIT');
  });

  it.each([
    ['pax', pax({ comment: 'x' })],
    ['global', pax({ comment: 'x' }, 'g')],
    ['empty', { name: 'x', type: 'x' }],
    ['GNU', longName('x')],
  ])('LIM-TAR-03 refuses an endless row of %s records', async (_what, entry) => {
    expect(await outcome(tar(...Array.from({ length: 17 }, () => entry), SAFE))).toBe('ARCHIVE_LIMIT');
  });

  it('LIM-TAR-03 takes 50000 files, and records in front of each (legitimate)', async () => {
    expect(await outcome(many(50_000, '0'))).toHaveLength(50_000);
    const entries = [longName('long'), longLink('l'), pax({ mtime: '1' }), pax({ comment: 'c' }, 'g'), SAFE];
    const rows = Array.from({ length: 20 }, (_, i) => [...entries.slice(1, 4), { ...SAFE, name: `f${i}` }]);
    expect(await outcome(tar(...rows.flat()))).toHaveLength(20);
  });

  it.each<[string, Entry[]]>([
    ['of pax', [{ name: 'x', type: 'x', size: 65_537 }]],
    ['of pax with much in one', [pax({ comment: 'c'.repeat(65_530) }), SAFE]],
    ['of pax with many in one', [{ ...pax({}), content: record('c', 'd').repeat(20_000) }, SAFE]],
    ['global ones', [{ name: 'x', type: 'g', size: 2 ** 31 }]],
    ['of a long name', [{ name: 'x', type: 'L', size: 65_537 }]],
    ['of a long link', [{ name: 'x', type: 'K', size: '\x80\0\0\0\0\0\0\x01\0\0\0\0' }]],
  ])('LIM-TAR-04 refuses records %s beyond 64 KiB, before they come', async (_what, entries) => {
    expect(await outcome(tar(...entries))).toBe('ARCHIVE_LIMIT');
  });

  it.each([
    ['without its length', 'path=x\n'],
    ['of a negative length', '-5 path=x\n'],
    ['of length zero', '0 path=x\n'],
    ['that is longer than its block', '99 path=x\n'],
    ['that is shorter than it says', '8 path=x\n8'],
    ['without a key', '5 =x\n'],
    ['without an equals sign', '8 pathx\n'],
  ])('LIM-TAR-04 refuses a record of pax %s', async (_what, content) => {
    expect(await outcome(tar({ name: 'x', type: 'x', content }, SAFE))).toBe('ARCHIVE_INVALID');
  });

  it('LIM-TAR-04 takes records of 64 KiB less a little (legitimate)', async () => {
    expect(await outcome(tar(pax({ comment: 'c'.repeat(65_000), path: 'a' }), SAFE))).toEqual(['a']);
  });

  it.each([0o000, 0o111, 0o4755, 0o2755, 0o1777, 0o7777])(
    'LIM-TAR-05 takes nothing of the mode %o but whether a file is executable',
    async (mode) => {
      const archive = tar({ name: 'd', type: '5', mode }, { name: 'd/x', content: 'x', mode });
      const tree = await unpackArchive(archive);
      expect(tree.stat('d')?.mode).toBe(0o755);
      expect(tree.stat('d/x')?.mode).toBe((mode & 0o111) === 0 ? 0o644 : 0o755);
      expect(tree.read('d/x')).toHaveLength(1);
    },
  );

  it('LIM-TAR-05 keeps executables (legitimate)', async () => {
    const tree = await unpackArchive(tar({ name: 'run.sh', content: '#!/bin/sh', mode: 0o755 }, SAFE));
    expect([tree.stat('run.sh')?.mode, tree.stat('ok.yaml')?.mode]).toEqual([0o755, 0o644]);
  });
});
