/**
 * A process that stores artifacts until it is killed, or as many as it is told, and says so on its standard output: a
 * line of JSON for each, or for the error that one failed with.
 */
import { ArtifactStorage } from '../storage/artifact-storage.ts';
import { checkedContent } from './checked-content.ts';

/** What the process is to do: its one argument, as JSON. */
export interface StoringOptions {
  readonly root: string;
  /** @default without end */
  readonly rounds?: number;
  /** Bytes of the largest artifact. */
  readonly maxBytes: number;
}

const {
  root,
  rounds = Number.POSITIVE_INFINITY,
  maxBytes,
} = JSON.parse(process.argv[2] ?? '') as StoringOptions;
const storage = new ArtifactStorage({ root, host: 'x', retention: { ttlMs: 0, records: 2 } });

for (let round = 0; round < rounds; round++) {
  const owner = { kind: 'OCIRepository', namespace: 'apps', name: `app-${round % 3}` };
  const bytes = rounds === 1 ? maxBytes : Math.floor(Math.random() * maxBytes);
  try {
    const artifact = await storage.store(owner, {
      revision: `v${round}`,
      file: `f${round % 5}.tar.gz`,
      content: checkedContent(`${process.pid} ${round} `, bytes),
      alias: 'latest.tar.gz',
    });
    await storage.collectGarbage(owner, artifact);
    process.stdout.write(`${JSON.stringify(artifact)}\n`);
  } catch (error) {
    process.stdout.write(`${JSON.stringify({ error: String(error) })}\n`);
  }
}
