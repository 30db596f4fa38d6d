// Fetches a repository into memory: fetch-tree.ts <URL of source> <URL of the repository> [directory…]
import process from 'node:process';
import type * as Source from '../../../packages/source/src/index.ts';

const [sourceUrl = '', url = '', ...directories] = process.argv.slice(2);
const importStarted = performance.now();
const { fetchGit } = (await import(sourceUrl)) as typeof Source;
const importMs = performance.now() - importStarted;
const idle = process.memoryUsage.rss();
const { tree } = await fetchGit(
  { url, branch: 'main' },
  directories.length > 0 ? { paths: { directories } } : {},
);
if (tree.size < 100_000) throw new Error(`only ${tree.size} bytes came`);
const aboveIdleMib = process.resourceUsage().maxRSS / 1024 - idle / 2 ** 20;
console.log(JSON.stringify({ importMs, aboveIdleMib }));
