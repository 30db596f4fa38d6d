import { MemoryTree } from '@gitops-toolkit/core';
import { type RunningStorage, startFakeGcs, startGofakes3 } from '@gitops-toolkit/envtest/servers';
import { BucketFetcher } from '../../bucket/bucket-fetcher.ts';
import { fillGoogle, fillS3, type FilledBucket } from '../storages.ts';
import { fingerprint, RETRIES, sampleFiles, type SubjectStarter } from './subject.ts';

/** A bucket of S3. */
export const s3Bucket: SubjectStarter = bucketOf('a bucket of gofakes3', startGofakes3, fillS3);

/** A bucket of Google Cloud Storage, whose requests are sent as those for Azure are. */
export const googleBucket: SubjectStarter = bucketOf(
  'a bucket like those of Google',
  startFakeGcs,
  fillGoogle,
);

function bucketOf(
  name: string,
  start: () => Promise<RunningStorage | undefined>,
  fill: (storage: RunningStorage, bucket: string) => Promise<FilledBucket>,
): SubjectStarter {
  return {
    name,
    async start() {
      const storage = await start();
      if (!storage) return undefined;
      const bucket = await fill(storage, 'network-faults');
      const { source, credentials } = bucket;
      for (const [path, text] of Object.entries(sampleFiles())) await bucket.put(path, text);
      return {
        server: { port: Number(new URL(storage.url).port) },
        expected: fingerprint(MemoryTree.from(sampleFiles())),
        codes: ['BUCKET_CONNECTION_FAILED', 'BUCKET_TIMEOUT'],
        bytes: 60_000,
        async fetch(port, timeouts) {
          await using fetcher = new BucketFetcher();
          const endpoint = new URL(source.endpoint);
          endpoint.port = String(port);
          // Few connections, so that each of them lives long enough to meet its fault.
          const options = { credentials, timeouts, retries: RETRIES, concurrency: 4 };
          const revision = await fetcher.resolve({ ...source, endpoint: endpoint.href }, options);
          return fingerprint((await fetcher.fetch(revision, options)).tree);
        },
        [Symbol.asyncDispose]: () => storage[Symbol.asyncDispose](),
      };
    },
  };
}
