// Fetches a repository into memory: fetch-once.ts <URL of source> <URL of the repository>
import process from 'node:process';
import type * as Source from '../../../packages/source/src/index.ts';

const [sourceUrl = '', url = ''] = process.argv.slice(2);
const importStarted = performance.now();
const { fetchGit } = (await import(sourceUrl)) as typeof Source;
const importMs = performance.now() - importStarted;
const { tree } = await fetchGit({ url, branch: 'main' });
if (tree.size < 1_000_000) throw new Error(`only ${tree.size} bytes came`);
console.log(JSON.stringify({ importMs }));
