// From the address of a repository to a version of a chart: find-chart.ts <URL of source/helm> <URL of helm/repository> <URL of the repository> <chart> <constraint>
import process from 'node:process';
import type * as Repository from '../../../packages/helm/src/repository/index.ts';
import type * as SourceHelm from '../../../packages/source/src/helm/index.ts';

const [fetcherUrl = '', repositoryUrl = '', repository = '', chart = '', constraint = ''] =
  process.argv.slice(2);
const importStarted = performance.now();
const { ChartFetcher } = (await import(fetcherUrl)) as typeof SourceHelm;
const { fetchIndex } = (await import(repositoryUrl)) as typeof Repository;
const importMs = performance.now() - importStarted;
const idle = process.memoryUsage.rss();
await using fetcher = new ChartFetcher();
const started = performance.now();
const index = await fetchIndex(repository, { fetch: fetcher.fetchFor() });
const { version } = index.find(chart, constraint).metadata;
const seconds = (performance.now() - started) / 1000;
if (version !== '2.9.9') throw new Error(`found ${version}`);
const aboveIdleMib = process.resourceUsage().maxRSS / 1024 - idle / 2 ** 20;
console.log(JSON.stringify({ importMs, seconds, aboveIdleMib }));
