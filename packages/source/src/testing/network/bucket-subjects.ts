import {
  type RunningStorage,
  startAzurite,
  startFakeGcs,
  startGofakes3,
  startS3rver,
} from '@gitops-toolkit/envtest/servers';
import { BucketFetcher } from '../../bucket/bucket-fetcher.ts';
import { fillAzure, fillGoogle, fillS3, type FilledBucket } from '../storages.ts';
import { fingerprint, sampleFiles, type SubjectStarter } from './subject.ts';

/** One try of a request is not all: a look, a list, and each of the objects is a request. */
const OBJECTS = 6;

export const gofakes3Bucket: SubjectStarter = bucketOf('gofakes3', startGofakes3, fillS3);
export const s3rverBucket: SubjectStarter = bucketOf('s3rver', startS3rver, fillS3);
export const azuriteBucket: SubjectStarter = bucketOf('Azurite', startAzurite, fillAzure);
export const googleBucket: SubjectStarter = bucketOf('fake-gcs-server', startFakeGcs, fillGoogle);

function bucketOf(
  name: string,
  startStorage: () => Promise<RunningStorage | undefined>,
  fill: (storage: RunningStorage, bucket: string) => Promise<FilledBucket>,
): SubjectStarter {
  return {
    name: `a bucket of ${name}`,
    async start() {
      const storage = await startStorage();
      if (!storage) return undefined;
      const bucket = await fill(storage, 'bucket');
      const { source, credentials } = bucket;
      const files = Object.entries(sampleFiles()).slice(0, OBJECTS);
      for (const [key, content] of files) await bucket.put(key, content);
      const fetchFrom = async (endpoint: string, timeouts = {}): Promise<string> => {
        await using fetcher = new BucketFetcher();
        const options = { credentials, timeouts, concurrency: 3 };
        const revision = await fetcher.resolve({ ...source, endpoint }, options);
        return fingerprint((await fetcher.fetch(revision, options)).tree);
      };
      const url = new URL(source.endpoint);
      return {
        server: { host: url.hostname, port: Number(url.port) },
        expected: await fetchFrom(source.endpoint),
        codes: ['BUCKET_CONNECTION_FAILED', 'BUCKET_TIMEOUT'],
        bytes: OBJECTS * 4096,
        fetch: (port, timeouts) => fetchFrom(`http://127.0.0.1:${port}${url.pathname}`, timeouts),
        [Symbol.asyncDispose]: () => storage[Symbol.asyncDispose](),
      };
    },
  };
}
