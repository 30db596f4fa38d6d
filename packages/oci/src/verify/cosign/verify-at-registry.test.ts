import { startOciRegistry } from '@gitops-toolkit/envtest';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openRepository } from '../../testing/registry.ts';
import { readVectors, type Vector } from '../testing/memory-source.ts';
import { verifyCosign } from './verify-cosign.ts';

const { vectors } = readVectors('cosign-keys');
const IMAGE = 'application/vnd.oci.image.manifest.v1+json';

function named(name: string): Vector {
  const found = vectors.find((vector) => vector.name === name);
  if (!found) throw new Error(`no vector ${name}`);
  return found;
}

const legacy = named('cosign-key-legacy');
const bundle = named('cosign-key-bundle');

/** Answers in place of the registry; `true` where it has. */
type Intercept = (request: IncomingMessage, response: ServerResponse) => boolean;

/** A registry that holds artifacts with their signatures; gives what verification says. */
async function verifying(
  held: readonly Vector[],
  intercept: Intercept = () => false,
): Promise<(vector: Vector) => Promise<unknown>> {
  const registry = await startOciRegistry({ intercept });
  onTestFinished(() => registry[Symbol.asyncDispose]());
  const contents = registry.contents('org/app');
  for (const { manifests, blobs } of held) {
    for (const [reference, text] of Object.entries(manifests))
      contents.putManifest(reference, { bytes: Buffer.from(text), mediaType: IMAGE });
    for (const [digest, base64] of Object.entries(blobs))
      contents.blobs.set(digest, Buffer.from(base64, 'base64'));
  }
  const repository = openRepository(registry.host, 'org/app', { timeouts: { firstByteMs: 100 } });
  return ({ digest, key = '' }) => verifyCosign(repository, { digest, keys: [key] });
}

describe('verifyCosign at a registry', () => {
  it('SEC-SIG-06: finds bundles by the API of referrers, and signatures under their tag (legitimate)', async () => {
    const verify = await verifying([legacy, bundle]);
    await expect(verify(bundle)).resolves.toMatchObject({ format: 'bundle' });
    await expect(verify(legacy)).resolves.toMatchObject({ format: 'legacy' });
  });

  it.each([
    ['fails', (response: ServerResponse) => response.writeHead(500).end()],
    ['forbids it', (response: ServerResponse) => response.writeHead(403).end()],
    ['is too busy', (response: ServerResponse) => response.writeHead(429).end()],
    ['says nothing', () => {}],
    ['breaks off', (response: ServerResponse) => response.destroy()],
    ['answers with something else', (response: ServerResponse) => response.end('<html>')],
    [
      'leads elsewhere',
      (response: ServerResponse) => response.writeHead(302, { location: 'ftp://x/' }).end(),
    ],
  ] as const)(
    'SEC-SIG-06: looks for no weaker signature where the API of referrers %s',
    async (_, answer) => {
      const asked: string[] = [];
      const verify = await verifying([legacy], ({ url = '' }, response) => {
        asked.push(url);
        if (!url.includes('/referrers/')) return false;
        answer(response);
        return true;
      });
      await expect(verify(legacy)).rejects.toMatchObject({
        code: 'OCI_SIGNATURE_LOOKUP_FAILED',
        retry: 'backoff',
      });
      expect(asked.filter((url) => url.endsWith('.sig'))).toEqual([]);
    },
  );

  it('SEC-SIG-01: takes nothing for a signature where the registry has none, or fails to give it', async () => {
    const bare = { ...legacy, manifests: {}, blobs: {} };
    await expect((await verifying([bare]))(legacy)).rejects.toMatchObject({ code: 'OCI_SIGNATURE_MISSING' });
    const failing = await verifying([legacy], ({ url = '' }, response) => {
      if (!url.endsWith('.sig')) return false;
      response.writeHead(503).end();
      return true;
    });
    await expect(failing(legacy)).rejects.toMatchObject({ code: 'OCI_SIGNATURE_LOOKUP_FAILED' });
  });

  it('SEC-OCI-03: refuses a payload of which the registry serves other bytes than were named', async () => {
    const [found] = Object.entries(legacy.blobs);
    const [digest, base64] = found ?? ['', ''];
    const other = Buffer.from(base64, 'base64');
    other[other.length - 1] = (other.at(-1) ?? 0) ^ 1;
    const tampered = { ...legacy, blobs: { [digest]: other.toString('base64') } };
    await expect((await verifying([tampered]))(legacy)).rejects.toMatchObject({
      code: expect.stringMatching(/^OCI_(SIGNATURE_.+|DIGEST_MISMATCH)$/),
    });
  });
});
