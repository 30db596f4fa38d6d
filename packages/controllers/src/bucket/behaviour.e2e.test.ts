import { Bucket } from '@gitops-toolkit/api';
import type { KubeObject } from '@gitops-toolkit/core';
import {
  AZURITE_ACCOUNT,
  type RunningStorage,
  serveHttp,
  startAzurite,
  startFakeGcs,
  startS3rver,
} from '@gitops-toolkit/envtest/servers';
import { conditions } from '@gitops-toolkit/runtime';
import { createHmac } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import { bucketController } from '../index.ts';
import { artifactOf, quick, SourceStage } from '../testing/source-stage.ts';

async function start(): Promise<SourceStage> {
  const stage = await SourceStage.start([Bucket], (storage) => [bucketController({ storage, ...quick })]);
  onTestFinished(() => stage[Symbol.asyncDispose]());
  return stage;
}

async function running(starting: Promise<RunningStorage | undefined>): Promise<RunningStorage | undefined> {
  const storage = await starting;
  onTestFinished(async () => storage?.[Symbol.asyncDispose]());
  return storage;
}

/** An S3 server with what a test needs of it: objects, and who may see them. */
async function serveS3(objects: Map<string, string>, login?: string) {
  const requests: string[] = [];
  const server = await serveHttp((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    requests.push(`${request.method} ${url.pathname}`);
    if (login && !request.headers.authorization?.includes(`Credential=${login}/`))
      return void response.writeHead(403).end('<Error><Code>InvalidAccessKeyId</Code></Error>');
    const [, bucket, ...rest] = decodeURIComponent(url.pathname).split('/');
    if (bucket !== 'manifests')
      return void response.writeHead(404).end('<Error><Code>NoSuchBucket</Code></Error>');
    const etag = (text: string) => `"${createHmac('md5', '').update(text).digest('hex')}"`;
    if (url.searchParams.has('list-type')) {
      const items = [...objects].map(
        ([key, text]) =>
          `<Contents><Key>${key}</Key><ETag>${etag(text)}</ETag><Size>${text.length}</Size></Contents>`,
      );
      return void response.end(
        `<ListBucketResult><IsTruncated>false</IsTruncated>${items.join('')}</ListBucketResult>`,
      );
    }
    if (request.method === 'HEAD') return void response.end();
    const found = objects.get(rest.join('/'));
    if (found === undefined) return void response.writeHead(404).end('<Error><Code>NoSuchKey</Code></Error>');
    response.writeHead(200, { etag: etag(found) }).end(found);
  });
  onTestFinished(() => server[Symbol.asyncDispose]());
  return { url: server.url, requests };
}

const spec = (url: string, more: object = {}) => ({
  endpoint: new URL(url).host,
  bucketName: 'manifests',
  insecure: true,
  timeout: '5s',
  ...more,
});

describe('a Bucket', () => {
  it('follows its objects, and fetches only those that have changed', async () => {
    const stage = await start();
    const objects = new Map([
      ['app.yaml', 'a: 1\n'],
      ['logo.png', 'png'],
      ['docs/', ''],
    ]);
    const { url, requests } = await serveS3(objects);
    await stage.create(Bucket, 'app', spec(url));
    const ready = await stage.untilReady<Bucket>(Bucket, 'app');
    const { revision = '', path } = artifactOf(ready) ?? {};
    expect(path).toBe(`bucket/default/app/${revision.slice('sha256:'.length)}.tar.gz`);
    expect(ready.status?.url).toMatch(/\/bucket\/default\/app\/latest\.tar\.gz$/);
    expect(conditions.messageOf(ready, 'Ready')).toBe(`stored artifact: revision '${revision}'`);
    // Flux's default patterns are not for buckets.
    expect(await stage.filesOf(ready)).toEqual(['app.yaml', 'logo.png']);
    expect((await stage.events('app')).map(({ message }) => message)).toContain(
      "stored artifact with 2 fetched files from 'manifests' bucket",
    );

    objects.set('new.yaml', 'b: 1\n');
    requests.length = 0;
    await stage.reconcileNow(Bucket, 'app');
    const after = await stage.until<Bucket>(
      Bucket,
      'app',
      (object) => artifactOf(object)?.revision !== revision,
    );
    expect(await stage.filesOf(after)).toEqual(['app.yaml', 'logo.png', 'new.yaml']);
    expect(requests.filter((each) => /yaml|png/.test(each))).toEqual(['GET /manifests/new.yaml']);

    await stage.change(Bucket, 'app', { ignore: '*.png' });
    const ignoring = await stage.untilReady<Bucket>(Bucket, 'app');
    expect(await stage.filesOf(ignoring)).toEqual(['app.yaml', 'new.yaml']);
    expect(ignoring.status?.observedIgnore).toBe('*.png');
  });

  it('logs in with its Secret, or by a directory', async () => {
    const stage = await start();
    const { url } = await serveS3(new Map([['a.yaml', 'a']]), 'key');
    await stage.create(Bucket, 'app', spec(url, { secretRef: { name: 'keys' } }));
    await stage.untilReady(Bucket, 'app', 'False', { reason: 'AuthenticationFailed' });
    await stage.secret('keys', { accesskey: 'key', secretkey: 'secret' });
    await stage.untilReady(Bucket, 'app');

    const directory = await serveHttp((_, response) =>
      response.end(
        '<R><AccessKeyId>key</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></R>',
      ),
    );
    onTestFinished(() => directory[Symbol.asyncDispose]());
    await stage.secret('user', { username: 'me', password: 'pw' });
    const sts = { provider: 'ldap', endpoint: directory.url, secretRef: { name: 'user' } };
    await stage.create(Bucket, 'by-directory', spec(url, { sts }));
    await stage.untilReady(Bucket, 'by-directory');

    await stage.create(Bucket, 'anyone', spec(url));
    await stage.untilReady(Bucket, 'anyone', 'False', { reason: 'BucketOperationFailed', text: '403' });
  });

  it('says what is wrong', async () => {
    const stage = await start();
    const objects = new Map([['../x', 'a']]);
    const { url } = await serveS3(objects);
    const reason = 'BucketOperationFailed';
    await stage.create(Bucket, 'app', spec(url, { bucketName: 'other' }));
    await stage.untilReady(Bucket, 'app', 'False', { reason, text: "bucket 'other' not found" });
    await stage.change(Bucket, 'app', { bucketName: 'manifests' });
    await stage.untilReady(Bucket, 'app', 'False', { reason, text: 'is no path of a file' });
    objects.clear();
    objects.set('a.yaml', 'a');
    await stage.untilReady(Bucket, 'app');
  });

  it('is of any storage that speaks S3', async ({ skip }) => {
    const s3 = await running(startS3rver());
    if (!s3) return skip('s3rver is not installed');
    await fetch(`${s3.url}/bucket/a.yaml`, { method: 'PUT', body: 'a' });
    const stage = await start();
    await stage.secret('keys', { accesskey: 'S3RVER', secretkey: 'S3RVER' });
    await stage.create(Bucket, 'app', spec(s3.url, { bucketName: 'bucket', secretRef: { name: 'keys' } }));
    await stage.untilReady(Bucket, 'app');
  });

  it('is of Azure, by the key of its account', async ({ skip }) => {
    const azure = await running(startAzurite());
    if (!azure) return skip('Azurite is not installed');
    const { name, key } = AZURITE_ACCOUNT;
    const date = new Date().toUTCString();
    const text = `PUT${'\n'.repeat(12)}x-ms-date:${date}\nx-ms-version:2021-12-02\n/${name}/${name}/manifests\nrestype:container`;
    const signature = createHmac('sha256', Buffer.from(key, 'base64')).update(text).digest('base64');
    const headers = {
      'x-ms-date': date,
      'x-ms-version': '2021-12-02',
      authorization: `SharedKey ${name}:${signature}`,
    };
    const made = await fetch(`${azure.url}/${name}/manifests?restype=container`, { method: 'PUT', headers });
    expect(made.status).toBe(201);
    const stage = await start();
    await stage.secret('key', { accountKey: key });
    const provider = { provider: 'azure', endpoint: `${azure.url}/${name}`, secretRef: { name: 'key' } };
    await stage.create(Bucket, 'app', spec(azure.url, provider));
    const ready = await stage.untilReady(Bucket, 'app');
    expect(await stage.filesOf(ready as KubeObject)).toEqual([]);
    await stage.secret('nothing', { other: 'x' });
    await stage.change(Bucket, 'app', { secretRef: { name: 'nothing' } });
    await stage.untilReady(Bucket, 'app', 'False', {
      reason: 'AuthenticationFailed',
      text: 'accountKey, sasKey',
    });
  });

  it('is of Google only with an identity', async ({ skip }) => {
    const google = await running(startFakeGcs());
    if (!google) return skip('the stand-in for Google Cloud Storage is not installed');
    const stage = await start();
    await stage.secret('key', { serviceaccount: '{"type":"authorized_user"}' });
    const provider = { provider: 'gcp', secretRef: { name: 'key' } };
    await stage.create(Bucket, 'app', spec(google.url, provider));
    const text = 'no key of a service account';
    await stage.untilReady(Bucket, 'app', 'False', { reason: 'AuthenticationFailed', text });
  });
});
