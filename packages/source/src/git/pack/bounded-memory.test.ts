import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { deflateSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { buildPack, encodeSize, type PackEntryInput } from '../../testing/pack-writer.ts';
import type { ParsedPack } from '../../testing/parse-pack-script.ts';
import type { GitLimits } from '../limits.ts';

const SCRIPT = join(import.meta.dirname, '../../testing/parse-pack-script.ts');
const MIB = 2 ** 20;
const [BLOB, BY_OFFSET] = [3, 6];

/** Reads a pack in a process of its own: no limit of V8's bounds what is outside its heap. */
async function parseAlone(entries: readonly PackEntryInput[], limits: GitLimits = {}): Promise<ParsedPack> {
  const folder = await mkdtemp(join(tmpdir(), 'bounded-memory-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'pack');
  await writeFile(file, buildPack(entries));
  const args = ['--conditions=@gitops-toolkit/source', SCRIPT, file, JSON.stringify(limits)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout) as ParsedPack;
}

/** A delta that copies a base again and again. */
function repeating(base: Uint8Array, times: number): Buffer {
  const copyAll = Buffer.from([0x80 | 0x10 | 0x20, base.length & 0xff, base.length >> 8]);
  const copies = Array.from({ length: times }, () => copyAll);
  return Buffer.concat([encodeSize(base.length), encodeSize(base.length * times), ...copies]);
}

const base = Buffer.alloc(60_000, 'base ');
const bytes = (length: number, seed: number): Buffer =>
  Buffer.from(Uint8Array.from({ length }, (_, i) => ((i + seed) * 2_654_435_761) >>> 24));

describe('the memory that a pack takes', () => {
  it('LIM-GIT-01: is not what an object states', async () => {
    const stating = (size: number) => parseAlone([{ type: BLOB, data: base, size }]);
    expect(await stating(2 ** 32)).toMatchObject({ outcome: 'GIT_LIMIT' });
    const { outcome, aboveIdleMib } = await stating(64 * MIB - 1);
    expect(outcome).toBe('GIT_PROTOCOL');
    expect(aboveIdleMib).toBeLessThan(64);
  });

  it('LIM-GIT-01: is not what a delta states', async () => {
    const delta = Buffer.concat([encodeSize(base.length), encodeSize(2 ** 31), Buffer.from([1, 65])]);
    const { outcome, aboveIdleMib } = await parseAlone([
      { type: BLOB, data: base },
      { type: BY_OFFSET, base: 0, data: delta },
    ]);
    expect(outcome).toBe('GIT_LIMIT');
    expect(aboveIdleMib).toBeLessThan(64);
  });

  it('LIM-GIT-01: is not what a bomb would unpack to', async () => {
    const compressed = deflateSync(Buffer.alloc(400 * MIB));
    const { outcome, aboveIdleMib } = await parseAlone([{ type: BLOB, data: base, size: 1000, compressed }]);
    expect(outcome).toBe('GIT_PROTOCOL');
    expect(aboveIdleMib).toBeLessThan(64);
  });

  it('LIM-GIT-01: is bounded where small deltas make large objects', async () => {
    const data = repeating(base, 1000);
    const deltas = Array.from({ length: 200 }, () => ({ type: BY_OFFSET, base: 0, data }));
    const limits = { maxDecodedBytes: 100 * MIB };
    const { outcome, aboveIdleMib } = await parseAlone([{ type: BLOB, data: base }, ...deltas], limits);
    expect(outcome).toBe('GIT_LIMIT');
    expect(aboveIdleMib).toBeLessThan(200);
  });

  it('LIM-GIT-01: is that of its objects where it is honest (legitimate)', async () => {
    const entries = Array.from({ length: 40 }, (_, i) => ({ type: BLOB, data: bytes(MIB / 2, i) }));
    const { outcome, aboveIdleMib } = await parseAlone(entries);
    expect(outcome).toBe('read');
    expect(aboveIdleMib).toBeLessThan(20 + 64);
  });
});
