import { CreateBucketCommand, DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { AZURITE_ACCOUNT, type RunningStorage } from '@gitops-toolkit/envtest/servers';
import { createHmac } from 'node:crypto';
import type { BucketCredentials, BucketSource } from '../bucket/bucket-source.ts';

/** A bucket of a real storage, to be filled. */
export interface FilledBucket {
  readonly source: BucketSource;
  readonly credentials: BucketCredentials;
  put(key: string, content: string | Uint8Array): Promise<void>;
  remove(key: string): Promise<void>;
}

/** A bucket of an S3 server, by the SDK of AWS. */
export async function fillS3({ url }: RunningStorage, bucket: string, key = 'S3RVER'): Promise<FilledBucket> {
  const credentials = { accessKeyId: key, secretAccessKey: key };
  const client = new S3Client({ region: 'us-east-1', endpoint: url, forcePathStyle: true, credentials });
  await client.send(new CreateBucketCommand({ Bucket: bucket })).catch((error: { name: string }) => {
    if (!error.name.startsWith('BucketAlready')) throw error;
  });
  return {
    source: { provider: 's3', endpoint: url, bucket, insecure: true },
    credentials,
    async put(Key, Body) {
      await client.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
    },
    async remove(Key) {
      await client.send(new DeleteObjectCommand({ Bucket: bucket, Key }));
    },
  };
}

/** A container of Azurite, by the REST API. */
export async function fillAzure({ url }: RunningStorage, container: string): Promise<FilledBucket> {
  const { name, key } = AZURITE_ACCOUNT;
  const endpoint = `${url}/${name}`;
  const send = async (
    method: string,
    path: string,
    headers: Record<string, string>,
    content?: Uint8Array,
  ): Promise<void> => {
    const target = new URL(`${endpoint}/${container}${path}`);
    const own = { 'x-ms-version': '2021-12-02', 'x-ms-date': new Date().toUTCString(), ...headers };
    const length = content?.length ? String(content.length) : '';
    const type = content ? 'application/octet-stream' : '';
    const lines = Object.entries(own)
      .map(([header, value]) => `${header}:${value}\n`)
      .toSorted();
    const query = [...target.searchParams].map(([each, value]) => `\n${each}:${value}`).toSorted();
    const text = `${method}\n\n\n${length}\n\n${type}\n\n\n\n\n\n\n${lines.join('')}/${name}${target.pathname}${query.join('')}`;
    const signature = createHmac('sha256', Buffer.from(key, 'base64')).update(text).digest('base64');
    const response = await fetch(target, {
      method,
      headers: {
        ...own,
        authorization: `SharedKey ${name}:${signature}`,
        ...(content && { 'content-type': type }),
      },
      ...(content && { body: content as Uint8Array<ArrayBuffer> }),
    });
    if (!response.ok && response.status !== 409)
      throw new Error(`${method} ${path}: ${await response.text()}`);
  };
  const pathOf = (blob: string): string =>
    `/${blob
      .split('/')
      .map((part) => encodeURIComponent(part))
      .join('/')}`;
  await send('PUT', '?restype=container', {});
  return {
    source: { provider: 'azure', endpoint, bucket: container, insecure: true },
    credentials: { accountKey: key },
    put: (blob, content) =>
      send('PUT', pathOf(blob), { 'x-ms-blob-type': 'BlockBlob' }, Buffer.from(content)),
    remove: (blob) => send('DELETE', pathOf(blob), {}),
  };
}

/** A bucket of the stand-in for Google Cloud Storage, by the JSON API. */
export async function fillGoogle({ url }: RunningStorage, bucket: string): Promise<FilledBucket> {
  const send = async (path: string, init: RequestInit): Promise<void> => {
    const response = await fetch(`${url}${path}`, init);
    if (!response.ok && response.status !== 409) throw new Error(`${path}: ${await response.text()}`);
  };
  await send('/storage/v1/b', { method: 'POST', body: JSON.stringify({ name: bucket }) });
  return {
    source: { provider: 'google', endpoint: url, bucket, insecure: true },
    credentials: { token: 'anything' },
    put: (key, content) =>
      send(`/upload/storage/v1/b/${bucket}/o?uploadType=media&name=${encodeURIComponent(key)}`, {
        method: 'POST',
        body: Buffer.from(content),
      }),
    remove: (key) => send(`/storage/v1/b/${bucket}/o/${encodeURIComponent(key)}`, { method: 'DELETE' }),
  };
}
