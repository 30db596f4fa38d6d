// Looks at a repository again and again: poll.ts <URL of source> <URL of the repository> <times>
import process from 'node:process';
import type * as Source from '../../../packages/source/src/index.ts';

const [sourceUrl = '', url = '', times = '1'] = process.argv.slice(2);
const { GitFetcher } = (await import(sourceUrl)) as typeof Source;
await using fetcher = new GitFetcher();
// The first look learns what the server can do, and what is compiled is compiled after some.
for (let i = 0; i < 20; i++) await fetcher.resolve({ url, branch: 'main' });
const requestsOf = async (): Promise<number> => Number(await (await fetch(new URL('/requests', url))).text());
const [requests, cpu, count] = [await requestsOf(), process.cpuUsage(), Number(times)];
for (let i = 0; i < count; i++) await fetcher.resolve({ url, branch: 'main' });
const { user, system } = process.cpuUsage(cpu);
console.log(
  JSON.stringify({
    requestsEach: ((await requestsOf()) - requests) / count,
    cpuMsEach: (user + system) / 1000 / count,
  }),
);
