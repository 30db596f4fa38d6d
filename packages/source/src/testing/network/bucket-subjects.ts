import { MemoryTree } from '@gitops-toolkit/core';
import {
  type RunningStorage,
  startAzurite,
  startFakeGcs,
  startGofakes3,
  startS3rver,
} from '@gitops-toolkit/envtest/servers';
import { BucketFetcher } from '../../bucket/bucket-fetcher.ts';
import { fillAzure, fillGoogle, fillS3, type FilledBucket } from '../storages.ts';
import { fingerprint, RETRIES, sampleFiles, type SubjectStarter } from './subject.ts';

export const gofakes3Bucket: SubjectStarter = bucketOf('a bucket of gofakes3', startGofakes3, fillS3);
export const s3rverBucket: SubjectStarter = bucketOf('a bucket of s3rver', startS3rver, fillS3);
export const azuriteBucket: SubjectStarter = bucketOf('a bucket of Azurite', startAzurite, fillAzure);

export const googleBucket: SubjectStarter = bucketOf(
  'a bucket like those of Google',
  startFakeGcs,
  fillGoogle,
);

/** Each is a request, or two. */
const files = (): Record<string, string> => Object.fromEntries(Object.entries(sampleFiles()).slice(0, 20));

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
      const bucket = await fill(storage, 'bucket');
      const { source, credentials } = bucket;
      for (const [path, text] of Object.entries(files())) await bucket.put(path, text);
      return {
        server: { port: Number(new URL(storage.url).port) },
        expected: fingerprint(MemoryTree.from(files())),
        codes: ['BUCKET_CONNECTION_FAILED', 'BUCKET_TIMEOUT'],
        bytes: 40_000,
        async fetch(port, limits) {
          await using fetcher = new BucketFetcher();
          const endpoint = new URL(source.endpoint);
          endpoint.port = String(port);
          // Few connections, so that each of them lives long enough to meet its fault.
          const options = { credentials, ...limits, retries: RETRIES, concurrency: 2 };
          const revision = await fetcher.resolve({ ...source, endpoint: endpoint.href }, options);
          return fingerprint((await fetcher.fetch(revision, options)).tree);
        },
        [Symbol.asyncDispose]: () => storage[Symbol.asyncDispose](),
      };
    },
  };
}
