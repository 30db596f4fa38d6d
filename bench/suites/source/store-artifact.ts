// Fetches a repository and stores it as an artifact: store-artifact.ts <URL of source> <URL of core/node> <URL of the repository> <folder>
import process from 'node:process';
import type * as CoreNode from '../../../packages/core/src/node/index.ts';
import type * as Source from '../../../packages/source/src/index.ts';

const [sourceUrl = '', coreUrl = '', url = '', root = ''] = process.argv.slice(2);
const importStarted = performance.now();
const { ArtifactStorage, fetchGit } = (await import(sourceUrl)) as typeof Source;
const { packArchive } = (await import(coreUrl)) as typeof CoreNode;
const importMs = performance.now() - importStarted;
const idle = process.memoryUsage.rss();
const { tree, revision } = await fetchGit({ url, branch: 'main' });
const storage = new ArtifactStorage({ root, host: 'localhost' });
const owner = { kind: 'GitRepository', namespace: 'bench', name: 'manifests' };
const artifact = await storage.store(owner, { revision, file: 'bench.tar.gz', content: packArchive(tree) });
if (!artifact.digest.startsWith('sha256:')) throw new Error(`no digest: ${artifact.digest}`);
const aboveIdleMib = process.resourceUsage().maxRSS / 1024 - idle / 2 ** 20;
console.log(JSON.stringify({ importMs, aboveIdleMib }));
