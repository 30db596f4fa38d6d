import { MemoryTree } from '@gitops-toolkit/core';
import { retrying } from '@gitops-toolkit/core/http';
import { serveHttp } from '@gitops-toolkit/envtest/servers';
import { packageChart } from '@gitops-toolkit/helm/package';
import { pullChart } from '@gitops-toolkit/helm/repository';
import { createHash } from 'node:crypto';
import { ChartFetcher } from '../../helm/chart-fetcher.ts';
import { RETRIES, sampleFiles, type SubjectStarter } from './subject.ts';

const digestOf = (data: Uint8Array): string => createHash('sha256').update(data).digest('hex');

/** An index over HTTP, and the chart that it names. */
export const chartRepository: SubjectStarter = {
  name: 'a chart of a Helm repository',
  async start() {
    const tree = MemoryTree.from({
      'Chart.yaml': '{apiVersion: v2, name: web, version: 1.0.0}',
      ...Object.fromEntries(Object.entries(sampleFiles()).map(([path, text]) => [`files/${path}`, text])),
    });
    const { data } = await packageChart(tree);
    const digest = digestOf(data);
    const entry = (version: string) =>
      `  - {name: web, version: ${version}, urls: [web-${version}.tgz], digest: ${digest}}\n`;
    const versions = Array.from({ length: 200 }, (_, i) => entry(`0.${i}.0`));
    const index = `apiVersion: v1\nentries:\n  web:\n${entry('1.0.0')}${versions.join('')}`;
    const server = await serveHttp((request, response) => {
      response.end(request.url === '/index.yaml' ? index : data);
    });
    return {
      server,
      expected: digest,
      codes: ['HELM_DOWNLOAD_FAILED', 'HELM_DOWNLOAD_TIMEOUT', 'HELM_FETCH_FAILED'],
      bytes: index.length + data.length,
      async fetch(port, timeouts) {
        await using fetcher = new ChartFetcher();
        const fetch = fetcher.fetchFor({ timeouts });
        const repository = `http://127.0.0.1:${port}`;
        const pulled = await retrying(() => pullChart({ repository, chart: 'web', fetch }), RETRIES);
        return digestOf(pulled.data);
      },
      [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
    };
  },
};
