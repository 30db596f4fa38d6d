import { gzipSync } from 'node:zlib';
import { encodeTarHeader, paddedTarSize } from '@gitops-toolkit/core';
import { describe, expect, it } from 'vitest';
import { loadChart } from './load-chart.ts';

interface Entry {
  readonly name: string;
  readonly text?: string;
  /** The type flag of the header, such as `2` for a symlink. */
  readonly flag?: string;
  /** What the header says, be there more or less. */
  readonly size?: string;
}

const encoder = new TextEncoder();

function entryBytes({ name, text = '', flag, size }: Entry): Uint8Array[] {
  const data = encoder.encode(text);
  const blocks = encodeTarHeader({ name, type: 'file', mode: 0o644, size: data.length });
  const header = blocks.at(-1)!;
  if (flag !== undefined) header[156] = flag.charCodeAt(0);
  if (size !== undefined) header.set(encoder.encode(size.padStart(11, '0')), 124);
  if (flag === '1' || flag === '2') header.set(encoder.encode('/etc/passwd'), 157);
  header.fill(0x20, 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.set(encoder.encode(`${sum.toString(8).padStart(6, '0')}\0`), 148);
  return [...blocks, data, new Uint8Array(paddedTarSize(data.length) - data.length)];
}

const CHART: Entry = { name: 'web/Chart.yaml', text: 'apiVersion: v2\nname: web\nversion: 1.0.0\n' };

function packed(...entries: readonly Entry[]): Uint8Array {
  const tar = Buffer.concat([...[CHART, ...entries].flatMap(entryBytes), new Uint8Array(1024)]);
  return gzipSync(tar, { level: 1 });
}

describe('loadChart of a hostile package', () => {
  it.each([
    ['web/../../evil', 'chart illegally references parent directory'],
    ['web//etc/passwd', 'chart illegally contains absolute paths'],
    ['web/..', 'chart illegally references parent directory'],
    ['web\\..\\..\\evil', 'chart illegally references parent directory'],
    ['web/c:/windows', 'chart contains illegally named files'],
    ['web/.', 'chart illegally contains content outside the base directory'],
  ])('SEC-TAR-01: refuses the name %s', async (name, message) => {
    await expect(loadChart(packed({ name, text: 'x' }))).rejects.toThrow(
      expect.objectContaining({ code: 'HELM_CHART_INVALID', message: expect.stringContaining(message) }),
    );
  });

  it('SEC-TAR-01: makes empty files of links and devices, as Helm does', async () => {
    const kinds = ['1', '2', '3', '4', '6'].map((flag, i) => ({ name: `web/files/${i}`, flag }));
    const { files } = await loadChart(packed(...kinds, { name: 'web/files/good', text: 'x' }));
    expect(files.map(({ data }) => data.length)).toEqual([0, 0, 0, 0, 0, 1]);
  });

  it('SEC-PROTO-01: names of files are names like any other', async () => {
    const { files } = await loadChart(
      packed({ name: 'web/__proto__', text: 'x' }, { name: 'web/constructor', text: 'y' }),
    );
    expect(files.map(({ name }) => name)).toEqual(['__proto__', 'constructor']);
  });

  it('LIM-TAR-01: refuses a file, and a whole, that unpacks to more than Helm takes', async () => {
    const large = 'x'.repeat(5 * 1024 * 1024);
    await expect(loadChart(packed({ name: 'web/x', text: `${large}x` }))).rejects.toThrow(
      expect.objectContaining({
        code: 'HELM_LIMIT',
        message: expect.stringContaining('is larger than the maximum file size 5242880'),
      }),
    );
    const many = Array.from({ length: 21 }, (_, i) => ({ name: `web/${i}`, text: large }));
    await expect(loadChart(packed(...many))).rejects.toThrow(expect.objectContaining({ code: 'HELM_LIMIT' }));
  });

  it('LIM-TAR-02: takes no size that is none, and no archive that ends within a file', async () => {
    for (const size of ['77777777777', '-0000000001', '9'])
      await expect(loadChart(packed({ name: 'web/x', text: 'x', size }))).rejects.toThrow(
        expect.objectContaining({ code: expect.stringMatching(/^HELM_(CHART_INVALID|LIMIT)$/) }),
      );
    const cut = packed().subarray(0, 60);
    await expect(loadChart(cut)).rejects.toThrow(expect.objectContaining({ code: 'HELM_CHART_INVALID' }));
  });

  it('LIM-TAR-03: bounds the number of files', async () => {
    const [header] = entryBytes({ name: 'web/x' });
    const tar = Buffer.concat(Array.from({ length: 50_001 }, () => header!));
    await expect(loadChart(gzipSync(tar))).rejects.toThrow(expect.objectContaining({ code: 'HELM_LIMIT' }));
  });

  it('LIM-TAR-04: bounds the records in front of a file', async () => {
    const record = { name: 'pax', text: `70000 path=${'x'.repeat(69_990)}\n`, flag: 'x' };
    await expect(loadChart(packed(record))).rejects.toThrow(
      expect.objectContaining({ code: 'HELM_CHART_INVALID' }),
    );
  });

  it('LIM-HELM-01: bounds packages within packages', async () => {
    let inner = packed();
    for (let depth = 0; depth < 20; depth++) {
      const tar = Buffer.concat([
        ...entryBytes(CHART),
        ...encodeTarHeader({
          name: 'web/charts/web-1.0.0.tgz',
          type: 'file',
          mode: 0o644,
          size: inner.length,
        }),
        inner,
        new Uint8Array(paddedTarSize(inner.length) - inner.length + 1024),
      ]);
      inner = gzipSync(tar);
    }
    await expect(loadChart(inner)).rejects.toThrow(expect.objectContaining({ code: 'HELM_LIMIT' }));
  });
});
