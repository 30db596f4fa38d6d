import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadChart } from '../chart/load-chart.ts';
import { ChartServer } from '../testing/chart-server.ts';
import type { ChartFetch } from './chart-fetch.ts';
import { IndexCache } from './index-cache.ts';
import { versionsOfTags } from './oci-tags.ts';
import { pullChart, type PullChartOptions } from './pull-chart.ts';

let server: ChartServer;

beforeAll(async () => {
  server = await ChartServer.start();
  for (const version of ['1.0.0', '1.10.0', '1.9.0', '2.0.0-rc.1']) await server.add('web', version);
  await server.add('bare', '1.0.0', { urls: [] });
  await server.add('wrong', '1.0.0', { digest: '0'.repeat(64) });
  await server.add('marked', '1.0.0', { digest: `sha256:${'0'.repeat(64)}` });
  await server.add('other', '1.0.0', { digest: 'md5-of-something' });
});

afterAll(() => server[Symbol.asyncDispose]());

const pull = (options: Partial<PullChartOptions>) =>
  pullChart({ repository: server.url, chart: 'web', fetch: server.fetch, ...options });

describe('pullChart', () => {
  it.each([
    [undefined, '1.10.0'],
    ['~1.9', '1.9.0'],
    ['2.0.0-rc.1', '2.0.0-rc.1'],
  ])('takes for %s version %s', async (version, expected) => {
    const { data, fileName, url, ...pulled } = await pull({ ...(version !== undefined && { version }) });
    expect(fileName).toBe(`web-${expected}.tgz`);
    expect(url).toBe(`${server.url}/${fileName}`);
    expect(pulled.version).toBe(expected);
    expect((await loadChart(data)).metadata.version).toBe(expected);
  });

  it.each([
    [
      'none',
      undefined,
      'HELM_CHART_NOT_FOUND',
      'chart "none" not found in URL repository: no chart name found',
    ],
    [
      'web',
      '9.x',
      'HELM_CHART_NOT_FOUND',
      'chart "web" version "9.x" not found in URL repository: no chart version found for web-9.x',
    ],
    ['bare', undefined, 'HELM_CHART_NOT_FOUND', 'chart "bare" has no downloadable URLs'],
    [
      'wrong',
      undefined,
      'HELM_DIGEST_MISMATCH',
      `URL/wrong-1.0.0.tgz does not have the digest sha256:${'0'.repeat(64)} that the index says`,
    ],
    [
      'marked',
      undefined,
      'HELM_DIGEST_MISMATCH',
      `URL/marked-1.0.0.tgz does not have the digest sha256:${'0'.repeat(64)} that the index says`,
    ],
  ])('refuses %s %s with %s', async (chart, version, code, message) => {
    await expect(pull({ chart, ...(version !== undefined && { version }) })).rejects.toThrow(
      expect.objectContaining({ code, message: message.replace(/\bURL\b/, server.url) }),
    );
  });

  it('compares nothing with what is no digest', async () => {
    await expect(pull({ chart: 'other' })).resolves.toMatchObject({ version: '1.0.0' });
  });

  it('reads an index that has not changed from the cache', async () => {
    const cache = new IndexCache();
    const first = await pull({ cache });
    expect((await pull({ cache })).entry).toBe(first.entry);
  });

  it('LIM-HELM-01: reads no more of a package than is allowed', async () => {
    let sent = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) {
        sent++;
        yield new Uint8Array(1024);
      }
    }
    const fetch: ChartFetch = {
      http: async (url, request) =>
        request.kind === 'chart' ? endless() : server.fetch.http?.(url, request),
    };
    await expect(pull({ fetch, maxChartBytes: 10_240 })).rejects.toThrow(
      expect.objectContaining({
        code: 'HELM_LIMIT',
        message: `${server.url}/web-1.10.0.tgz is larger than 10240 bytes`,
      }),
    );
    expect(sent).toBe(11);
  });

  it('hands on whether and when a retry can help', async () => {
    const fetch: ChartFetch = { http: () => Promise.reject(new Error('connection reset')) };
    await expect(pull({ fetch })).rejects.toThrow(
      expect.objectContaining({
        code: 'HELM_FETCH_FAILED',
        retry: 'backoff',
        message: expect.stringContaining('reset'),
      }),
    );
  });

  it('tells the fetch function what the address is for', async () => {
    const asked: unknown[] = [];
    const fetch: ChartFetch = {
      http: async (url, request) => {
        asked.push([url.slice(server.url.length), request.kind, request.maxBytes, request.repository]);
        return server.fetch.http?.(url, request);
      },
    };
    await pull({ fetch });
    expect(asked).toEqual([
      ['/index.yaml', 'index', 50 * 1024 * 1024, server.url],
      ['/web-1.10.0.tgz', 'chart', 10 * 1024 * 1024, server.url],
    ]);
  });
});

describe('pullChart from a registry', () => {
  const repository = 'oci://registry.example.com/charts';
  const tags = ['latest', '1.0.0', '1.2.0_build.1', 'v1.3.0', '2.0.0-rc.1', '1.1'];

  const fromRegistry = async (version?: string, list: readonly string[] = tags) => {
    const asked: string[] = [];
    const fetch: ChartFetch = {
      ociTags: async (address) => {
        asked.push(address);
        return list;
      },
      oci: async (address, tag) => {
        asked.push(`${address}:${tag}`);
        return { chart: new Uint8Array(1) };
      },
    };
    const pulled = await pull({ repository, fetch, ...(version !== undefined && { version }) });
    return { asked, fileName: pulled.fileName };
  };

  it('asks for tags where the version is not given, and writes an underscore for the plus', async () => {
    const web = 'oci://registry.example.com/charts/web';
    expect(await fromRegistry()).toEqual({
      asked: [web, `${web}:1.2.0_build.1`],
      fileName: 'web-1.2.0+build.1.tgz',
    });
    expect((await fromRegistry('2.0.0-rc.1')).asked).toEqual([`${web}:2.0.0-rc.1`]);
    expect((await fromRegistry('^1 <1.2')).asked).toEqual([web, `${web}:1.0.0`]);
  });

  it('has the words of Helm where there is no such version', async () => {
    await expect(fromRegistry('^3')).rejects.toThrow(
      'Could not locate a version matching provided version string ^3',
    );
    await expect(fromRegistry('', ['latest'])).rejects.toThrow(
      'Unable to locate any tags in provided repository: oci://',
    );
    await expect(fromRegistry('latest')).rejects.toThrow('improper constraint: "latest"');
  });

  it('takes whole versions among tags alone, the highest first', () => {
    expect(versionsOfTags(tags)).toEqual(['2.0.0-rc.1', '1.2.0+build.1', '1.0.0']);
  });
});
