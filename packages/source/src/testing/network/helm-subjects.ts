import { findToolkitError, MemoryTree } from '@gitops-toolkit/core';
import { retrying } from '@gitops-toolkit/core/http';
import { serveHttp } from '@gitops-toolkit/envtest/servers';
import { packageChart } from '@gitops-toolkit/helm/package';
import { pullChart } from '@gitops-toolkit/helm/repository';
import { createHash } from 'node:crypto';
import { ChartFetcher } from '../../helm/chart-fetcher.ts';
import { RETRIES, sampleFiles, type SubjectStarter } from './subject.ts';

/** A Helm repository: its index, sent without its length, then a chart, of which the index says no digest. */
export const helmRepository: SubjectStarter = {
  name: 'a Helm repository',
  async start() {
    const chart = await packedChart();
    const index = indexOf(500);
    const server = await serveHttp((request, response) => {
      if (request.url === '/web-1.0.0.tgz') return void response.end(chart);
      response.write(index.slice(0, 1000));
      response.end(index.slice(1000));
    });
    return {
      server,
      expected: digest(chart),
      codes: ['HELM_FETCH_FAILED'],
      bytes: chart.length + index.length,
      async fetch(port, { timeouts, signal }) {
        await using fetcher = new ChartFetcher();
        const repository = `http://127.0.0.1:${port}`;
        const call = signal ? { signal } : {};
        const fetch = fetcher.fetchFor({ timeouts });
        const options = { repository, chart: 'web', version: '1.0.0', fetch, ...call };
        const mayPass = (error: unknown) => findToolkitError(error)?.retry === 'backoff';
        return digest((await retrying(() => pullChart(options), { ...RETRIES, mayPass, ...call })).data);
      },
      [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
    };
  },
};

async function packedChart(): Promise<Uint8Array> {
  const files = { 'Chart.yaml': '{apiVersion: v2, name: web, version: 1.0.0}\n', ...sampleFiles() };
  return (await packageChart(MemoryTree.from(files))).data;
}

/** Without its last lines it would be an index still, and the version that is wanted is among the first. */
function indexOf(versions: number): string {
  const entries = Array.from({ length: versions }, (_, i) => {
    const version = `1.0.${i}`;
    return `  - {name: web, version: ${version}, urls: [web-${version}.tgz], description: ${digest(version)}}\n`;
  });
  return `apiVersion: v1\nentries:\n  web:\n${entries.join('')}`;
}

function digest(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
