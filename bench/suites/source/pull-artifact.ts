// Pulls an artifact into memory: pull-artifact.ts <URL of oci> <repository> <tag>
import process from 'node:process';
import type * as Oci from '../../../packages/oci/src/index.ts';

const [ociUrl = '', repository = '', tag = ''] = process.argv.slice(2);
const importStarted = performance.now();
const { OciClient, pullLayer } = (await import(ociUrl)) as typeof Oci;
const importMs = performance.now() - importStarted;
const idle = process.memoryUsage.rss();
await using client = new OciClient();
const { bytes } = await pullLayer(client.repository(repository, { insecure: true }), tag);
if (bytes.length < 1_000_000) throw new Error(`only ${bytes.length} bytes came`);
const aboveIdleMib = process.resourceUsage().maxRSS / 1024 - idle / 2 ** 20;
console.log(JSON.stringify({ importMs, aboveIdleMib }));
