import { digestOf, MemoryTree } from '@gitops-toolkit/core';
import { HttpClient, retrying } from '@gitops-toolkit/core/http';
import { packArchive } from '@gitops-toolkit/core/node';
import { serveHttp } from '@gitops-toolkit/envtest/servers';
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { fetchArtifact } from '../../artifact/fetch-artifact.ts';
import { fingerprint, RETRIES, sampleFiles, type SubjectStarter } from './subject.ts';

/** An artifact, as consumers fetch it from source-controller. */
export const artifact: SubjectStarter = {
  name: 'an artifact',
  async start() {
    const tree = MemoryTree.from(sampleFiles());
    const pieces: Uint8Array[] = [];
    for await (const piece of packArchive(tree)) pieces.push(piece);
    const archive = Buffer.concat(pieces);
    const server = await serveHttp((_, response) => void response.end(archive));
    return {
      server,
      expected: fingerprint(tree),
      codes: ['ARTIFACT_DOWNLOAD_FAILED', 'ARTIFACT_TIMEOUT'],
      bytes: archive.length,
      async fetch(port, limits) {
        const options = { digest: digestOf(archive), retries: 3, retryDelayMs: 1, ...limits };
        return fingerprint(await fetchArtifact(`http://127.0.0.1:${port}/app.tar.gz`, options));
      },
      [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
    };
  },
};

/** A document without a digest, such as an index of charts: compressed, and sent without its length. */
export const document: SubjectStarter = {
  name: 'a compressed document',
  async start() {
    const text = Object.values(sampleFiles()).join('\n');
    const encoded = gzipSync(text);
    const server = await serveHttp((_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' });
      response.write(encoded.subarray(0, 1000));
      response.end(encoded.subarray(1000));
    });
    return {
      server,
      expected: createHash('sha256').update(text).digest('hex'),
      codes: ['HTTP_CONNECTION_FAILED', 'HTTP_TIMEOUT'],
      bytes: encoded.length,
      async fetch(port, limits) {
        await using client = new HttpClient();
        const request = { url: `http://127.0.0.1:${port}/index.yaml`, ...limits };
        const bounds = { maxBytes: 1_000_000, maxDecodedBytes: 1_000_000 };
        const bytes = await retrying(async () => (await client.request({ ...request, ...bounds })).bytes(), {
          ...RETRIES,
          ...(limits.signal && { signal: limits.signal }),
        });
        return createHash('sha256').update(bytes).digest('hex');
      },
      [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
    };
  },
};
