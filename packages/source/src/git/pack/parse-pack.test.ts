import { constants, deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { buildDelta, buildPack, encodeSize, idOf, type PackEntryInput } from '../../testing/pack-writer.ts';
import { DEFAULT_GIT_LIMITS, type GitLimits } from '../limits.ts';
import { SHA1 } from '../object-format.ts';
import { parsePack } from './parse-pack.ts';

const BLOB = 3;
const BY_OFFSET = 6;
const BY_ID = 7;
const text = (value: string) => Buffer.from(value);

async function* pieces(pack: Uint8Array, size = pack.length || 1): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < pack.length; at += size) yield pack.subarray(at, at + size);
}

const parse = (pack: Uint8Array, limits: GitLimits = {}, size?: number) =>
  parsePack(pieces(pack, size), { format: SHA1, limits: { ...DEFAULT_GIT_LIMITS, ...limits } });

async function codeOf(pack: Uint8Array, limits?: GitLimits): Promise<string> {
  try {
    await parse(pack, limits);
    return 'accepted';
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
}

const base = text('one line\n'.repeat(50));
const changed = Buffer.concat([base.subarray(0, 100), text('changed')]);
const delta = buildDelta(base, 100, text('changed'));

describe('parsePack', () => {
  it('SEC-GIT-06: holds each object under the id of its content (legitimate)', async () => {
    const objects = await parse(
      buildPack([
        { type: BLOB, data: text('hello\n') },
        { type: BLOB, data: text('') },
      ]),
    );
    expect(objects.get('ce013625030ba8dba906f756967f9e9ca394464a')).toMatchObject({
      type: 'blob',
      data: text('hello\n'),
    });
    expect(objects.get('e69de29bb2d1d6434b8b29ae775ad8c2e48c5391')?.data).toHaveLength(0);
  });

  it('reads the same from pieces of any size', async () => {
    const random = Buffer.from(
      Array.from({ length: 50_000 }, (_, i) => ((i * 7919) % 251) ^ ((i >> 3) & 0xff)),
    );
    const pack = buildPack([
      { type: BLOB, data: base },
      { type: BLOB, data: random },
      { type: BY_OFFSET, base: 0, data: delta },
      { type: BLOB, data: random, compressed: deflateSync(random, { level: 0 }) },
    ]);
    for (const size of [1, 3, 20, 64, 1000, 65_536]) {
      const objects = await parse(pack, {}, size);
      expect(objects.get(idOf('blob', random))?.data).toEqual(random);
      expect(objects.get(idOf('blob', changed))?.data).toEqual(changed);
    }
  });

  it('LIM-GIT-01: resolves deltas whose bases come later, and chains of them (legitimate)', async () => {
    const again = buildDelta(changed, 50, text('again'));
    const last = Buffer.concat([changed.subarray(0, 50), text('again')]);
    const pack = buildPack([
      { type: BY_ID, base: idOf('blob', changed), data: again },
      { type: BY_ID, base: idOf('blob', base), data: delta },
      { type: BLOB, data: base },
    ]);
    const objects = await parse(pack);
    expect(objects.get(idOf('blob', last))?.data).toEqual(last);
    const byOffset = buildPack([
      { type: BY_ID, base: idOf('blob', base), data: delta },
      { type: BY_OFFSET, base: 0, data: again },
      { type: BLOB, data: base },
    ]);
    expect((await parse(byOffset)).get(idOf('blob', last))?.data).toEqual(last);
  });

  it('takes bases of thin packs from where it is told to', async () => {
    const pack = buildPack([{ type: BY_ID, base: idOf('blob', base), data: delta }]);
    const bases = {
      format: SHA1,
      get: (id: string) => (id === idOf('blob', base) ? { type: 'blob' as const, data: base } : undefined),
    };
    const objects = await parsePack(pieces(pack), { format: SHA1, limits: DEFAULT_GIT_LIMITS, bases });
    expect(objects.get(idOf('blob', changed))?.data).toEqual(changed);
    expect(await codeOf(pack)).toBe('GIT_PROTOCOL');
  });

  it.each<[string, Uint8Array]>([
    ['nothing', Buffer.alloc(0)],
    ['a pack without its end', buildPack([{ type: BLOB, data: base }]).subarray(0, -30)],
    ['a pack without its checksum', buildPack([{ type: BLOB, data: base }]).subarray(0, -5)],
    ['a pack with a wrong checksum', buildPack([{ type: BLOB, data: base }], { trailer: Buffer.alloc(20) })],
    ['bytes after the checksum', Buffer.concat([buildPack([{ type: BLOB, data: base }]), text('x')])],
    ['a wrong beginning', text(`PUCK${'\0'.repeat(40)}`)],
    ['an unknown version', buildPack([], { version: 9 })],
    ['more entries than come', buildPack([{ type: BLOB, data: base }], { count: 2 })],
    [
      'fewer entries than come',
      buildPack(
        [
          { type: BLOB, data: base },
          { type: BLOB, data: delta },
        ],
        { count: 1 },
      ),
    ],
    ['an entry of an unknown type', buildPack([{ type: 5, data: base }])],
    ['an entry of type 0', buildPack([{ type: 0, data: base }])],
    ['an object with more bytes than stated', buildPack([{ type: BLOB, data: base, size: 10 }])],
    ['an object with fewer bytes than stated', buildPack([{ type: BLOB, data: base, size: 5000 }])],
    ['an empty object that has bytes', buildPack([{ type: BLOB, data: base, size: 0 }])],
    [
      'bytes that are not compressed',
      buildPack([{ type: BLOB, data: base, compressed: Buffer.alloc(100, 7) }]),
    ],
    ['a delta without a base', buildPack([{ type: BY_ID, base: '0'.repeat(40), data: delta }])],
    ['a delta to before the beginning', buildPack([{ type: BY_OFFSET, base: -5000, data: delta }])],
    ['a delta on itself', buildPack([{ type: BY_OFFSET, base: -0, data: delta }])],
    [
      'a delta to where no entry begins',
      buildPack([
        { type: BLOB, data: base },
        { type: BY_OFFSET, base: -3, data: delta },
      ]),
    ],
    [
      'a size without end',
      Buffer.concat([buildPack([], { count: 1 }).subarray(0, 12), Buffer.alloc(60, 0xff)]),
    ],
  ])('refuses %s', async (_what, pack) => {
    expect(await codeOf(pack)).toBe('GIT_PROTOCOL');
  });

  const deltas: [string, Buffer][] = [
    ['for a base of another size', buildDelta(base.subarray(1), 100, text('x'))],
    [
      'that copies from behind the base',
      Buffer.concat([encodeSize(base.length), encodeSize(200), Buffer.from([0x91, 0xff, 200])]),
    ],
    [
      'that copies more than it has room for',
      Buffer.concat([encodeSize(base.length), encodeSize(10), Buffer.from([0x90, 100])]),
    ],
    [
      'that adds more than it has room for',
      Buffer.concat([encodeSize(base.length), encodeSize(2), Buffer.from([5]), text('hello')]),
    ],
    [
      'that adds more than it has',
      Buffer.concat([encodeSize(base.length), encodeSize(50), Buffer.from([50]), text('hello')]),
    ],
    [
      'that ends too early',
      Buffer.concat([encodeSize(base.length), encodeSize(50), Buffer.from([5]), text('hello')]),
    ],
    ['with a reserved command', Buffer.concat([encodeSize(base.length), encodeSize(1), Buffer.from([0])])],
    ['without sizes', Buffer.from([0x80])],
    ['of an impossible size', Buffer.concat([encodeSize(base.length), Buffer.alloc(12, 0xff)])],
    [
      'whose command is cut',
      Buffer.concat([encodeSize(base.length), encodeSize(50), Buffer.from([0xff, 1])]),
    ],
  ];
  it.each(deltas)('LIM-GIT-01: refuses a delta %s', async (_what, bad) => {
    const entries: PackEntryInput[] = [
      { type: BLOB, data: base },
      { type: BY_OFFSET, base: 0, data: bad },
    ];
    expect(await codeOf(buildPack(entries))).toBe('GIT_PROTOCOL');
  });

  it('SEC-GIT-06: notices every single byte that is changed', async () => {
    const pack = buildPack([
      { type: BLOB, data: base },
      { type: BY_OFFSET, base: 0, data: delta },
    ]);
    for (let at = 0; at < pack.length; at++) {
      const damaged = Buffer.from(pack);
      damaged[at]! ^= 0x55;
      expect([at, await codeOf(damaged)]).not.toEqual([at, 'accepted']);
    }
  });

  it('LIM-GIT-01: bounds objects, their sizes, chains and all of them together', async () => {
    const two = buildPack([
      { type: BLOB, data: base },
      { type: BLOB, data: changed },
    ]);
    expect(await codeOf(two, { maxObjects: 1 })).toBe('GIT_LIMIT');
    expect(await codeOf(two, { maxObjectBytes: 100 })).toBe('GIT_LIMIT');
    expect(await codeOf(two, { maxDecodedBytes: 500 })).toBe('GIT_LIMIT');
    const chain = buildPack([
      { type: BLOB, data: base },
      { type: BY_OFFSET, base: 0, data: delta },
      { type: BY_OFFSET, base: 1, data: buildDelta(changed, 10, text('2')) },
    ]);
    expect(await codeOf(chain, { maxDeltaDepth: 2 })).toBe('accepted');
    expect(await codeOf(chain, { maxDeltaDepth: 1 })).toBe('GIT_LIMIT');
  });

  it('LIM-GIT-01: allocates nothing for the size that a delta states before it has looked at it', async () => {
    const huge = Buffer.concat([encodeSize(base.length), encodeSize(2 ** 31), Buffer.from([1, 65])]);
    expect(
      await codeOf(
        buildPack([
          { type: BLOB, data: base },
          { type: BY_OFFSET, base: 0, data: huge },
        ]),
      ),
    ).toBe('GIT_LIMIT');
  });

  it('LIM-GIT-01: unpacks no more of a bomb than was stated', async () => {
    const zeros = deflateSync(Buffer.alloc(30_000_000), { level: 9, strategy: constants.Z_DEFAULT_STRATEGY });
    const before = process.memoryUsage().arrayBuffers;
    expect(await codeOf(buildPack([{ type: BLOB, data: base, size: 1000, compressed: zeros }]))).toBe(
      'GIT_PROTOCOL',
    );
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(10_000_000);
  });

  it('throws the reason of its signal, and lets others run meanwhile', async () => {
    const entries = Array.from({ length: 3000 }, (_, i): PackEntryInput => ({
      type: BLOB,
      data: text(`${i} ${'content '.repeat(20)}`),
    }));
    const reason = new Error('enough');
    const controller = new AbortController();
    setTimeout(() => controller.abort(reason), 1);
    const parsing = parsePack(pieces(buildPack(entries)), {
      format: SHA1,
      limits: DEFAULT_GIT_LIMITS,
      signal: controller.signal,
    });
    await expect(parsing).rejects.toBe(reason);
  });

  it('LIM-GIT-01: lets others run while thousands of deltas get the base that they waited for', async () => {
    const entries = Array.from({ length: 30_000 }, (_, i): PackEntryInput => ({
      type: BY_ID,
      base: idOf('blob', base),
      data: buildDelta(base, 100, text(`${i}`)),
      compressed: deflateSync(buildDelta(base, 100, text(`${i}`)), { level: 0 }),
    }));
    const pack = buildPack([...entries, { type: BLOB, data: base }]);
    let turns = 0;
    const come = async function* () {
      yield pack.subarray(0, -100);
      // From here on, nothing of the pack is waited for.
      turns = 0;
      yield pack.subarray(-100);
    };
    const timer = setInterval(() => turns++);
    const parsing = parsePack(come(), { format: SHA1, limits: DEFAULT_GIT_LIMITS });
    const objects = await parsing.finally(() => clearInterval(timer));
    expect(objects.size).toBe(30_001);
    expect(turns).toBeGreaterThan(1);
  });
});
