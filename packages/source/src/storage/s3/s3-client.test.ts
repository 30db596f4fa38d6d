import type { IncomingMessage } from 'node:http';
import { GetObjectCommand, ListObjectsV2Command, S3Client as AwsClient } from '@aws-sdk/client-s3';
import { awsSignature } from '@gitops-toolkit/auth';
import { type HttpTestServer, serveHttp } from '@gitops-toolkit/envtest/servers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { S3Client } from './s3-client.ts';

const KEYS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI', sessionToken: 'session' };
const KEY = "it's (ours)/sha256:ab+c@d~e.tar.gz";

let server: HttpTestServer;
let seen: IncomingMessage[] = [];

beforeAll(async () => {
  server = await serveHttp((request, response) => {
    seen.push(request);
    response.end('<ListBucketResult/>');
  });
});
beforeEach(() => (seen = []));
afterAll(() => server[Symbol.asyncDispose]());

/** What the sender says its signature is, and what it must be for what came in. */
function signatures(request: IncomingMessage): { readonly given: string; readonly computed: string } {
  const { authorization = '' } = request.headers;
  const [, date, region, names = '', given = ''] =
    /Credential=[^/]+\/(\d+)\/([^/]+)\/s3\/aws4_request, SignedHeaders=([^,]+), Signature=(.+)$/.exec(
      authorization,
    ) ?? [];
  const headers = Object.fromEntries(names.split(';').map((name) => [name, String(request.headers[name])]));
  const timestamp = String(request.headers['x-amz-date']);
  expect(timestamp).toContain(date);
  const computed = awsSignature(
    {
      method: request.method ?? '',
      url: new URL(request.url ?? '', server.url),
      headers,
      bodyHash: String(request.headers['x-amz-content-sha256']),
    },
    KEYS,
    { service: 's3', region: region ?? '', timestamp },
  );
  return { given, computed };
}

describe('S3Client', () => {
  const ours = () =>
    new S3Client({ endpoint: server.url, bucket: 'bucket', region: 'eu-west-1', credentials: KEYS });
  const sdk = () =>
    new AwsClient({ endpoint: server.url, region: 'eu-west-1', forcePathStyle: true, credentials: KEYS });
  const send = (client: S3Client, request: { key?: string; query?: Record<string, string> }) =>
    client.send({ ...request, method: 'GET', maxBytes: 1000, code: 'STORAGE_READ_FAILED' });

  it("signs a key as AWS's own client does", async () => {
    await using client = ours();
    (await send(client, { key: KEY })).discard();
    await sdk().send(new GetObjectCommand({ Bucket: 'bucket', Key: KEY }));
    const [own, other] = seen as [IncomingMessage, IncomingMessage];
    expect(own.url).toBe(other.url?.replace('?x-id=GetObject', ''));
    // What is computed here is what the other client computes, so what this one says is right.
    for (const { given, computed } of [signatures(other), signatures(own)]) expect(given).toBe(computed);
    expect(own.headers['x-amz-security-token']).toBe('session');
  });

  it("signs a query as AWS's own client does", async () => {
    await using client = ours();
    const prefix = "it's (ours)/ü+ &=*";
    (await send(client, { query: { 'list-type': '2', prefix } })).discard();
    await sdk().send(new ListObjectsV2Command({ Bucket: 'bucket', Prefix: prefix }));
    const [own, other] = seen as [IncomingMessage, IncomingMessage];
    expect(new URL(own.url ?? '', server.url).searchParams.get('prefix')).toBe(prefix);
    for (const { given, computed } of [signatures(other), signatures(own)]) expect(given).toBe(computed);
  });

  it('asks for keys before each request', async () => {
    let asked = 0;
    await using client = new S3Client({
      endpoint: server.url,
      bucket: 'bucket',
      credentials: async () => ({ accessKeyId: `key${++asked}`, secretAccessKey: 'secret' }),
    });
    for (const key of ['a', 'b']) (await send(client, { key })).discard();
    expect(
      seen.map((request) => /Credential=([^/]+)/.exec(request.headers.authorization ?? '')?.[1]),
    ).toEqual(['key1', 'key2']);
  });
});
