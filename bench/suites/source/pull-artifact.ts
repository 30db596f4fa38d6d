// Pulls an artifact into memory: pull-artifact.ts <URL of oci> <repository> <tag> [warm]
// With `warm`, the time is that of one more pull in a process that has pulled some before.
import process from 'node:process';
import type * as Oci from '../../../packages/oci/src/index.ts';

const [ociUrl = '', repository = '', tag = '', mode = ''] = process.argv.slice(2);
const importStarted = performance.now();
const { OciClient, pullLayer } = (await import(ociUrl)) as typeof Oci;
const importMs = performance.now() - importStarted;
const idle = process.memoryUsage.rss();
/** With a client of its own: nothing is known of the registry. */
async function pull(): Promise<number> {
  const started = performance.now();
  await using client = new OciClient();
  const { bytes } = await pullLayer(client.repository(repository, { insecure: true }), tag);
  if (bytes.length < 1_000_000) throw new Error(`only ${bytes.length} bytes came`);
  return performance.now() - started;
}

await pull();
const aboveIdleMib = process.resourceUsage().maxRSS / 1024 - idle / 2 ** 20;
if (mode === 'warm') {
  for (let i = 0; i < 9; i++) await pull();
  const cpuBefore = process.cpuUsage();
  const wallMs = await pull();
  const { user, system } = process.cpuUsage(cpuBefore);
  console.log(JSON.stringify({ wallMs, cpuMs: (user + system) / 1000 }));
} else {
  console.log(JSON.stringify({ importMs, aboveIdleMib }));
}
